"""What is written of a watched folder: its state, its counts, what is asked of it, who waits."""

from datetime import datetime
from pathlib import Path, PurePath

from shipway_client.wire import Folder, FolderState, UnknownBinary, WaitingFile
from textual.content import Content

from shipway_tui.tui.widgets.detail import fact, heading, lines, muted
from shipway_tui.tui.widgets.status_line import short_path
from shipway_tui.tui.words import Tone, Word, ago_text, plain, retention_text, size_text

FOLDER_STATES = {
    FolderState.STARTING: Word("○", "Starting", Tone.MUTED),
    FolderState.WATCHING: Word("●", "Watching", Tone.GOOD),
    FolderState.SCANNING: Word("◐", "Scanning", Tone.CAUTION),
    FolderState.MISSING: Word("○", "Missing", Tone.BAD),
    FolderState.SILENT: Word("◌", "Silent", Tone.BAD),
    FolderState.FAILED: Word("✘", "Failed", Tone.BAD),
}
#: More waiting files than these are counted only.
_SHOWN = 20
_WEAKER = "weaker guarantee"


def path_text(path: str) -> str:
    """Write a path with the user's own folder as `~`."""
    return short_path(Path(path))


def guarantee_word(folder: Folder) -> Word:
    """Say where only quiet tells that a file is finished; nothing of a folder that is not read."""
    if folder.weaker:
        return Word("▲", _WEAKER, Tone.CAUTION)
    read = folder.state in {FolderState.WATCHING, FolderState.SCANNING}
    return Word("", "full" if read else "–", Tone.MUTED)


def count_word(count: int, tone: Tone = Tone.PLAIN) -> Word:
    """Write a count; nothing to count is nothing to look at."""
    return Word("", str(count), tone) if count else Word("", "–", Tone.MUTED)


def describe_folder(folder: Folder, waiting: list[WaitingFile] | None, now: datetime) -> Content:
    """Write all that is known of a folder; `waiting` is None until it was read."""
    return lines(
        [*_state_lines(folder, now), *_waiting_lines(folder, waiting, now), *_asked_lines(folder)]
    )


def _state_lines(folder: Folder, now: datetime) -> list[Content]:
    written = [heading(folder.path), fact("state", FOLDER_STATES[folder.state])]
    if folder.reason:
        written.append(fact("reason", folder.reason))
    if folder.weaker:
        why = "  no lease tells who writes; a file counts as finished when it was quiet long enough"
        word = Content.styled(f"▲ {_WEAKER}", f"${Tone.CAUTION.value}")
        written.append(fact("", Content.assemble(word, muted(why))))
    written.append(fact("last scan", ago_text(folder.last_scan_at, now)))
    written.append(fact("files", _counts_text(folder)))
    return written


def _counts_text(folder: Folder) -> str:
    unreadable = f" ({folder.unreadable} unreadable)" if folder.unreadable else ""
    return (
        f"{folder.ingested} in, {folder.waiting} waiting{unreadable}, {folder.refused} refused, "
        f"{folder.unmatched} unmatched"
    )


def _waiting_lines(
    folder: Folder, waiting: list[WaitingFile] | None, now: datetime
) -> list[Content]:
    if not waiting:
        return []
    written = [Content(""), heading("Waiting")]
    for file in waiting[:_SHOWN]:
        name = plain(_within(folder.path, file.path))
        size = muted(f"  {size_text(file.size)}, {ago_text(file.since, now)}")
        written += [Content.assemble(name, size), muted(f"  {file.why}")]
    if (more := max(folder.waiting, len(waiting)) - _SHOWN) > 0:
        written.append(muted(f"And {more} more."))
    return written


def _within(folder: str, path: str) -> str:
    file = PurePath(path)
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else path


def _asked_lines(folder: Folder) -> list[Content]:
    hold = folder.unknown is UnknownBinary.HOLD
    return [
        Content(""),
        heading("Asked for"),
        fact("preset", folder.preset.value if folder.preset else "none"),
        fact("only like", folder.glob or "every binary"),
        fact("profile", folder.profile or "by identifier and channel"),
        fact("unknown", "held in the inbox" if hold else "makes a profile"),
        fact("channel", folder.channel or "as the binary says"),
        fact("pattern", folder.pattern),
        fact("quiet time", f"{folder.quiet:g} s"),
        fact("candidate", "what comes is marked" if folder.candidate else "by hand"),
        fact("retention", retention_text(folder.retention) or "by the rules of the profiles"),
    ]
