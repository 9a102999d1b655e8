"""The files on their way in, as the feed tells of them: by copy or by upload, one line for all."""

from shipway_client.wire import IngestProgress

from shipway_tui.tui.words import plain

#: How long the last word of a file that is all there is shown.
DONE_SECONDS = 1.0
#: One that was not taken, or an upload that was broken off, is never told of again.
SILENT_SECONDS = 5.0


class Arrivals:
    """The last word of each file by its source; times are those of a monotonic clock."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[IngestProgress, float]] = {}

    def __bool__(self) -> bool:
        return bool(self._told)

    def hear(self, told: IngestProgress, at: float) -> None:
        """Take in how far a file is."""
        self._told[told.source] = told, at

    def forget(self, now: float) -> None:
        """Let go of those that are in, and of those that fell silent."""
        self._told = {
            source: (told, at)
            for source, (told, at) in self._told.items()
            if now - at < (DONE_SECONDS if _is_done(told) else SILENT_SECONDS)
        }

    def text(self) -> str:
        """Name the file and its share; several are counted, with the share of all of them."""
        if not self._told:
            return ""
        coming = [told for told, _ in self._told.values() if not _is_done(told)]
        coming = coming or [told for told, _ in self._told.values()][-1:]
        known = [told.progress for told in coming if told.progress.total]
        done, total = sum(one.done for one in known), sum(one.total for one in known)
        share = f"{100 * done // total} % " if total else ""
        if len(coming) == 1:
            return f"{share}{plain(coming[0].file_name)}"
        return f"{share}of {len(coming)} files coming in"


def _is_done(told: IngestProgress) -> bool:
    return 0 < told.progress.total <= told.progress.done
