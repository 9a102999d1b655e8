"""Routes of watched folders."""

from aiohttp import web
from shipway_client.wire import AddFolder, ChangeFolder, Folder, Page, WaitingFile
from shipway_client.wire.queries import FOLDERS

from shipway_daemon.doors.native.answers import actor, answer, asked, body, number
from shipway_daemon.doors.native.contract import Contract, asking
from shipway_daemon.doors.native.use_cases import UseCases

_Waiting = list[WaitingFile]


class FolderRoutes:
    """Handlers of `/v1/folders`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [
            web.get("/v1/folders", self.list),
            web.post("/v1/folders", self.add),
            web.patch("/v1/folders/{folder}", self.change),
            web.get("/v1/folders/{folder}", self.show),
            web.get("/v1/folders/{folder}/waiting", self.waiting),
            web.delete("/v1/folders/{folder}", self.remove),
        ]

    @Contract(Page[Folder], query=asking(FOLDERS))
    async def list(self, request: web.Request) -> web.Response:
        """Answer one page of folders, as they were added unless asked otherwise."""
        return answer(await self._use.watcher.page(asked(request, FOLDERS)))

    @Contract(Folder, takes=AddFolder, statuses=(201,))
    async def add(self, request: web.Request) -> web.Response:
        """Watch a folder."""
        wanted = await body(request, AddFolder)
        return answer(await self._use.watcher.add(wanted, actor(request)), 201)

    @Contract(Folder, takes=ChangeFolder)
    async def change(self, request: web.Request) -> web.Response:
        """Change what is asked of a folder."""
        wanted, which = await body(request, ChangeFolder), number(request, "folder")
        return answer(await self._use.watcher.change(which, wanted, actor(request)))

    @Contract(Folder)
    async def show(self, request: web.Request) -> web.Response:
        """Answer one folder."""
        return answer(await self._use.watcher.show(number(request, "folder")))

    @Contract(_Waiting)
    async def waiting(self, request: web.Request) -> web.Response:
        """Answer which files of a folder are not taken yet, and why."""
        return answer(await self._use.watcher.waiting(number(request, "folder")))

    @Contract(type(None))
    async def remove(self, request: web.Request) -> web.Response:
        """Stop watching a folder."""
        await self._use.watcher.remove(number(request, "folder"), actor(request))
        return answer(None)
