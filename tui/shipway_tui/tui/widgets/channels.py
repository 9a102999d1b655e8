"""One choice per channel of an app: keep, a version, or remove."""

from shipway_client.wire import Version
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Select

from shipway_tui.tui.offer import KEEP, REMOVE, ChannelOffer
from shipway_tui.tui.words import candidate_word, fit_end, numbers, plain

_LABEL_CELLS = 13


class ChannelChoices(Vertical):
    """Starts at each profile's current candidate, else at the version that one came from.

    Else at keep: nothing is removed by omission.
    """

    @property
    def choices(self) -> dict[str, str]:
        """The choice by channel: `keep`, `remove` or a version's address."""
        return {
            select.name or "": select.value
            for select in self.query(Select)
            if isinstance(select.value, str)
        }

    async def offer(self, offers: list[ChannelOffer], preferred: str | None = None) -> None:
        """Put up the channels of an app."""
        async with self.batch():
            await self.remove_children()
            await self.mount_all([_choice(offer, preferred) for offer in offers])


def _choice(offer: ChannelOffer, preferred: str | None) -> Horizontal:
    options = [("Keep what is there", KEEP)]
    options += [(_version_text(version), version.address) for version in offer.versions]
    options += [("Remove", REMOVE)]
    start = [version.address for version in offer.versions if version.current]
    start += [version.address for version in offer.versions if version.address == preferred]
    select = Select(
        options, value=start[0] if start else KEEP, allow_blank=False, compact=True,
        name=offer.channel,
    )  # fmt: skip
    label = Label(fit_end(plain(offer.channel), _LABEL_CELLS), markup=False)
    return Horizontal(label, select, classes="choice")


def _version_text(version: Version) -> str:
    mark = f"  {candidate_word(version)}" if version.candidate else ""
    return f"@{version.number}  {plain(numbers(version.version, version.build))}{mark}"
