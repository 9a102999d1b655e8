"""Goes where a link leads: the place first, then the one thing."""

from typing import TYPE_CHECKING

from shipway_client.errors import NotFound, ShipwayError

from shipway_tui.tui.links import Goal, Link
from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.screens.versions import VersionsScreen

if TYPE_CHECKING:
    from shipway_tui.tui.app import ShipwayApp

#: The place that a goal stands in.
_MODES = {
    Goal.PROFILE: "profiles",
    Goal.VERSION: "profiles",
    Goal.ENVIRONMENT: "environments",
    Goal.JOB: "jobs",
    Goal.PLUGIN: "plugins",
    Goal.FOLDER: "folders",
}


async def go(app: "ShipwayApp", link: Link) -> None:
    """Go there; what is not there is told, and the place is shown."""
    app.switch_mode(_MODES.get(link.goal, link.goal.value) if link.goal is not Goal.INBOX else "folders")
    try:
        await _arrive(app, link)
    except ShipwayError as error:
        app.notify(f"{error.message} {error.hint}".strip(), severity="error", markup=False)


async def _arrive(app: "ShipwayApp", link: Link) -> None:
    client = app.desk.client
    match link.goal:
        case Goal.PROFILE:
            await app.push_screen(VersionsScreen(app.desk, await client.profiles.show(link.subject)))
        case Goal.VERSION:
            version = await client.versions.show(link.subject)
            screen = VersionsScreen(app.desk, await client.profiles.show(version.profile))
            await app.push_screen(screen)
            await select(screen, link.subject)
        case Goal.JOB:
            from shipway_tui.tui.screens.job import JobScreen

            job = await client.jobs.show(int(link.subject))
            await app.push_screen(JobScreen(app.desk, job.id))
        case Goal.ENVIRONMENT | Goal.PLUGIN | Goal.FOLDER:
            if isinstance(app.screen, ListScreen):
                await select(app.screen, link.subject)
        case Goal.INBOX:
            app.action_inbox()


async def select(screen: "ListScreen[object]", subject: str) -> None:
    """Put the cursor on a row, once the list has been read.

    Raises:
        NotFound: The list has no such row.
    """
    await screen.load().wait()
    keys = [key for key in (subject, screen.named(subject)) if key in screen.table.keys]
    if not keys:
        raise NotFound(f"There is no {screen.NOUN} {subject} in this list.")
    screen.table.move_cursor(row=screen.table.get_row_index(keys[0]))
