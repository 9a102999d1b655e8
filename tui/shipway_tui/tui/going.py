"""Goes where a link leads: the place first, then the one thing."""

from typing import TYPE_CHECKING, Any

from shipway_client.errors import NotFound, ShipwayError

from shipway_tui.tui.links import Goal, Link
from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.screens.versions import VersionsScreen

if TYPE_CHECKING:
    from shipway_client.client import Client

    from shipway_tui.tui.app import ShipwayApp

#: The place that a goal stands in, where that is not its own name.
_MODES = {
    Goal.PROFILE: "profiles",
    Goal.VERSION: "profiles",
    Goal.ENVIRONMENT: "environments",
    Goal.JOB: "jobs",
    Goal.PLUGIN: "plugins",
    Goal.FOLDER: "folders",
    Goal.INBOX: "folders",
}


async def go(app: "ShipwayApp", link: Link) -> None:
    """Go there; what is not there is told, and the place is shown."""
    mode = _MODES.get(link.goal, link.goal.value)
    if mode != app.current_mode:
        await app.switch_mode(mode)
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    try:
        await _arrive(app, link)
    except ShipwayError as error:
        app.notify(f"{error.message} {error.hint}".strip(), severity="error", markup=False)


async def _arrive(app: "ShipwayApp", link: Link) -> None:
    client = app.desk.client
    match link.goal:
        case Goal.PROFILE:
            profile = await client.profiles.show(link.subject)
            await app.push_screen(VersionsScreen(app.desk, profile))
        case Goal.VERSION:
            from shipway_tui.tui.screens.version import VersionScreen

            version = await client.versions.show(link.subject)
            screen = VersionsScreen(app.desk, await client.profiles.show(version.profile))
            await app.push_screen(screen)
            screen.seek(version.address)
            await app.push_screen(VersionScreen(app.desk, version.address))
        case Goal.JOB:
            from shipway_tui.tui.screens.job import JobScreen

            job = await client.jobs.show(int(link.subject))
            await app.push_screen(JobScreen(app.desk, job.id))
        case Goal.ENVIRONMENT:
            _seek(app, (await client.environments.show(link.subject)).name)
        case Goal.PLUGIN:
            _seek(app, (await client.plugins.show(link.subject)).name)
        case Goal.FOLDER:
            _seek(app, await _folder(client, link.subject))
        case Goal.INBOX:
            app.action_inbox()


def _seek(app: "ShipwayApp", key: str) -> None:
    screen: Any = app.screen
    if isinstance(screen, ListScreen):
        screen.seek(key)


async def _folder(client: "Client", named: str) -> str:
    """Find the row of a folder, by its number or its path.

    Raises:
        NotFound: None of the watched folders is it.
    """
    after: str | None = None
    while True:
        page = await client.folders.list(after=after)
        for folder in page.items:
            if named in (str(folder.id), folder.path):
                return str(folder.id)
        if (after := page.after) is None:
            raise NotFound(f"{named} is no watched folder.", "Watch it with a.")
