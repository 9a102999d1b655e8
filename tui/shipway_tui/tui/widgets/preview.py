"""Before and after: what an environment holds of an app, and what it would hold."""

from shipway_client.wire import Preview
from shipway_plugins.words import ItemAction, LiveEntry, PlanItem, PublishState
from textual.content import Content

from shipway_tui.tui.widgets.detail import finding_lines, heading, lines, muted
from shipway_tui.tui.words import PUBLISH_STATES, numbers, plain


def preview_text(preview: Preview) -> Content:
    """Write one line per channel, then the findings."""
    plan = preview.plan
    parts = [heading("Before → after")]
    parts += [_item_line(item, plan.state) for item in plan.items]
    parts += [Content(""), heading("Findings")]
    found = finding_lines(preview.findings)
    return lines([*parts, *(found or [muted("Nothing speaks against it.")])])


def _item_line(item: PlanItem, state: PublishState) -> Content:
    before = ", ".join(_entry_text(entry) for entry in item.current) or "nothing"
    return Content.assemble(
        f"{plain(item.channel)}  ", muted(plain(before)), " → ", _after(item, state, before)
    )


def _after(item: PlanItem, state: PublishState, before: str) -> Content:
    if item.action is ItemAction.REMOVE:
        return Content.styled("nothing (removed)", "$text-error")
    if item.action is ItemAction.KEEP or item.version is None:
        return Content(f"{plain(before)} (kept)")
    version = item.version
    text = f"@{version.number} {numbers(version.version, version.build)} {PUBLISH_STATES[state]}"
    return Content.assemble(
        Content.styled(plain(text), "$text-success"), muted(f"  {version.digest[:12]}")
    )


def _entry_text(entry: LiveEntry) -> str:
    return f"{numbers(entry.version, entry.build)} {PUBLISH_STATES[entry.state]}"
