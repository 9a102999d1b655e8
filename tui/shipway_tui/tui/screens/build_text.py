"""What is written of the build that a binary comes from."""

from shipway_plugins.words import BuildFacts
from textual.content import Content

from shipway_tui.tui.widgets.detail import fact, muted
from shipway_tui.tui.words import plain

#: As many digits of a commit as git shows.
_SHORT = 7


def build_lines(facts: BuildFacts) -> list[Content]:
    """Write the facts that are known; of the commit's message its first line."""
    written = [
        ("branch", facts.branch),
        ("commit", _commit(facts.commit) if facts.commit else None),
        ("message", facts.message.strip().partition("\n")[0] if facts.message else None),
        ("variant", facts.variant),
        ("run", facts.run_url),
    ]
    return [fact(label, value) for label, value in written if value]


def _commit(commit: str) -> Content:
    """The digits that people say, then all of them."""
    short = plain(commit[:_SHORT])
    return Content.assemble(short, muted(f"  {commit}")) if len(commit) > _SHORT else Content(short)
