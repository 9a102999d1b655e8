"""One line for each file that is added: how far it is, then what became of it."""

from textual.content import Content

from shipway_tui.tui.adding.run import Chosen
from shipway_tui.tui.widgets.detail import muted, style_of, toned
from shipway_tui.tui.words import (
    VERSION_STATES,
    Tone,
    Word,
    bar_text,
    findings_word,
    fit_middle,
    numbers,
    plain,
    size_text,
)

_BAR_CELLS = 12
_COMING = Word("◐", "coming", Tone.ACCENT)
_REFUSED = Word("✘", "", Tone.BAD)


def file_line(file: Chosen, width: int) -> Content:
    """Write a file; what was refused has its reason and its hint beneath it."""
    name = fit_middle(plain(file.path.name), max(12, width // 2))
    if file.error is not None:
        told = f"{file.error.message} {file.error.hint}".strip()
        refused = Content.styled(f"{_REFUSED} {name}", style_of(_REFUSED.tone))
        return Content.assemble(refused, "\n  ", plain(told))
    if file.ingested is not None:
        return _arrived(file, name)
    if not file.coming:
        return Content.assemble("○ ", name, muted(f"  {size_text(file.size)}"))
    if not file.total:
        return Content.assemble(toned(_COMING), " ", name, muted(f"  {size_text(file.size)}"))
    bar = bar_text(file.done, file.total, _BAR_CELLS)
    share = f"{100 * file.done // file.total} % of {size_text(file.total)}"
    return Content.assemble(toned(Word("◐", "", Tone.ACCENT)), f" {name}  {bar} {share}")


def _arrived(file: Chosen, name: str) -> Content:
    if file.ingested is None:
        raise ValueError(file.path)
    version = file.ingested.version
    how = "" if file.ingested.created else ", there already"
    parts: list[Content | str] = [
        toned(VERSION_STATES[version.state]),
        f" {plain(version.address)}  {plain(numbers(version.version, version.build))}",
        muted(f"  {name}{how}"),
    ]
    if version.findings:
        parts += ["  ", toned(findings_word(version.findings))]
        parts += [f"\n  {plain(finding.sentence)}" for finding in version.findings[:2]]
    return Content.assemble(*parts)
