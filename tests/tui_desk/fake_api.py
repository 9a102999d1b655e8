"""A daemon in memory, at the client's two-method seam: `call` and `lines`."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
from shipway_client.api import Api
from shipway_client.client import Client
from shipway_client.errors import NoDaemon, NotFound, ShipwayError, WrongUsage
from shipway_client.locations import Locations
from shipway_client.version import VERSION
from shipway_client.wire import (
    AddFolder,
    App,
    Environment,
    Event,
    FeedLine,
    Folder,
    FolderState,
    Health,
    Ingested,
    Job,
    JobState,
    LogLine,
    Page,
    Plugin,
    Preview,
    Profile,
    ProfileSettings,
    PrunedVersion,
    PruneReport,
    Publication,
    PublishRequest,
    PublishStatus,
    UnknownBinary,
    UnmatchedFile,
    Upload,
    Version,
    VersionState,
    WaitingFile,
)
from shipway_plugins.words import (
    AdapterRecord,
    BuildFacts,
    Capabilities,
    EnvironmentStatus,
    Inspection,
    ItemAction,
    Plan,
    PlanItem,
    Platform,
    PluginState,
    Stage,
    VersionFacts,
)

AT = "2026-11-20T12:00:00Z"


class FakeApi(Api):
    """Holds a small world of wire structs; `calls` remembers what was asked."""

    def __init__(self) -> None:
        super().__init__("nowhere")
        self.daemon_version = VERSION
        self.up = True
        self.calls: list[tuple[str, str, dict[str, Any], Any]] = []
        self.errors: dict[str, ShipwayError] = {}
        self.gates: dict[str, asyncio.Event] = {}  # an answer that is ready, and waits
        self.profiles: dict[str, Profile] = {}
        self.versions: dict[str, Version] = {}
        self.environments: dict[str, Environment] = {}
        self.publications: list[Publication] = []
        self.jobs: dict[int, Job] = {}
        self.logs: dict[int, list[LogLine]] = {}
        self.folders: list[Folder] = []
        self.waiting: dict[int, list[WaitingFile]] = {}
        self.unmatched: dict[int, UnmatchedFile] = {}
        self.refusals: dict[str, ShipwayError] = {}  # what is said of a file that is added, once
        self.incoming: dict[str, dict[str, Any]] = {}  # what is read of a file that is added
        self.uploads: dict[str, Upload] = {}
        self.to_go: list[PrunedVersion] = []
        self.plugins: dict[str, Plugin] = {}
        self.events: list[Event] = []
        self.findings: list[Any] = []
        self.followers: list[asyncio.Queue[FeedLine | None]] = []

    # ------------------------------------------------------------------- the seam

    async def call(self, method, path, answer, body=None, seconds=60.0, **query):
        if not self.up:
            raise NoDaemon("No Shipway daemon answers.", "Start it with `shipway daemon start`.")
        self.calls.append((method, path, query, body))
        if error := self.errors.get(f"{method} {path}"):
            raise error
        parts = [unquote(part) for part in path.removeprefix("/v1").strip("/").split("/")]
        given = getattr(self, f"_{method.lower()}_{parts[0]}")(parts[1:], query, body)
        if gate := self.gates.get(path):
            await gate.wait()
        return msgspec.json.decode(msgspec.json.encode(given), type=answer)

    async def lines(self, path, answer, **query) -> AsyncIterator[FeedLine]:
        if not self.up:
            raise NoDaemon("No Shipway daemon answers.", "Start it with `shipway daemon start`.")
        queue: asyncio.Queue[FeedLine | None] = asyncio.Queue()
        self.followers.append(queue)
        try:
            yield FeedLine(hello=self.seq)
            while (line := await queue.get()) is not None:
                yield line
        finally:
            self.followers.remove(queue)

    @property
    def seq(self) -> int:
        return len(self.events)

    # --------------------------------------------------------------- what happens

    def tell(self, kind: str, subject: str, **data: Any) -> Event:
        event = Event(seq=self.seq + 1, at=AT, actor="ada", kind=kind, subject=subject, data=data)
        self.events.append(event)
        self.send(FeedLine(event=event))
        return event

    def send(self, line: FeedLine | None) -> None:
        for queue in self.followers:
            queue.put_nowait(line)

    def fall(self) -> None:
        """Stop answering, as a daemon does that is killed."""
        self.up = False
        self.send(None)

    def asked(self, method: str, path: str) -> list[tuple[dict[str, Any], Any]]:
        return [(query, body) for m, p, query, body in self.calls if (m, p) == (method, path)]

    # -------------------------------------------------------------------- the world

    def add_profile(self, name: str = "local/shop", **fields: Any) -> Profile:
        owner, _, short = name.partition("/")
        given = {
            "id": len(self.profiles) + 1, "address": name, "owner": owner, "name": short,
            "app": name, "channel": "android-phone", "identifier": f"org.example.{short}",
            "settings": ProfileSettings(), "candidate": None, "latest": None,
            "latest_version": None, "latest_build": None, "created_at": AT,
        }  # fmt: skip
        self.profiles[name] = Profile(**(given | fields))
        return self.profiles[name]

    def add_version(self, profile: str = "local/shop", number: int = 1, **fields: Any) -> Version:
        given = {
            "id": number, "address": f"{profile}@{number}", "number": number,
            "profile": profile, "channel": self.profiles[profile].channel,
            "version": f"1.{number}.0", "build": str(100 + number),
            "identifier": self.profiles[profile].identifier, "name": "Shop",
            "platform": "android", "format": "apk", "file_name": f"shop-{number}.apk",
            "sha256": f"{number:02x}" * 32, "size": 12_345_678, "state": VersionState.READY,
            "candidate": False, "current": False, "findings": [], "notes": "", "min_os": "24",
            "target_os": "35", "rejected": None, "created_at": AT,
            "inspection": Inspection(platform=Platform.ANDROID, format="apk"),
        }  # fmt: skip
        version = Version(**(given | fields))
        self.versions[version.address] = version
        self.change_profile(
            profile, latest=number, latest_version=version.version, latest_build=version.build
        )
        return version

    def change_profile(self, address: str, **fields: Any) -> None:
        self.profiles[address] = msgspec.structs.replace(self.profiles[address], **fields)

    def add_environment(self, name: str = "enterprise-store", **fields: Any) -> Environment:
        given = {
            "id": len(self.environments) + 1, "name": name, "adapter": "enterprise_store",
            "title": "Enterprise store", "settings": {}, "status": EnvironmentStatus.AVAILABLE,
            "reason": "It is built in.", "read_at": AT, "job": None,
            "capabilities": Capabilities(states=True, targets=True, unpublish=True),
            "created_at": AT, "plugin": "enterprise_store", "plugin_state": PluginState.ENABLED,
        }  # fmt: skip
        self.environments[name] = Environment(**(given | fields))
        return self.environments[name]

    def add_plugin(self, name: str, options: type[msgspec.Struct] | None, **fields: Any) -> Plugin:
        """A plugin with one adapter of its name, whose options are those of a struct."""
        adapters = [
            AdapterRecord(
                kind=name, title=name.replace("_", " ").capitalize(),
                options=msgspec.json.schema(options), capabilities=Capabilities(),
            )
        ] if options else []  # fmt: skip
        given = {
            "name": name, "distribution": f"shipway-{name}", "version": "1.2.3",
            "state": PluginState.ENABLED, "adapters": adapters, "probed_at": AT,
        }  # fmt: skip
        self.plugins[name] = Plugin(**(given | fields))
        return self.plugins[name]

    def add_job(self, **fields: Any) -> Job:
        number = len(self.jobs) + 1
        given = {
            "id": number, "kind": "publish", "environment": "enterprise-store",
            "app": "local/shop", "actor": "ada", "state": JobState.RUNNING, "outcome": None,
            "reason": "", "hint": "", "tracking": f"track-{number}",
            "stages": [Stage(name="check"), Stage(name="send"), Stage(name="read back")],
            "progress": None, "plan": None, "receipt": None, "findings": [], "created_at": AT,
            "started_at": AT, "finished_at": None,
        }  # fmt: skip
        self.jobs[number] = Job(**(given | fields))
        return self.jobs[number]

    def add_folder(self, path: str = "/srv/app/build/outputs", **fields: Any) -> Folder:
        given = {
            "id": len(self.folders) + 1, "path": path, "glob": None, "channel": None,
            "profile": None, "unknown": UnknownBinary.CREATE, "quiet": 2.0, "candidate": False,
            "state": FolderState.WATCHING, "reason": "", "last_scan_at": AT, "ingested": 0,
            "waiting": 0, "refused": 0, "unmatched": 0,
        }  # fmt: skip
        self.folders.append(Folder(**(given | fields)))
        return self.folders[-1]

    def change_folder(self, number: int, **fields: Any) -> Folder:
        at = next(n for n, folder in enumerate(self.folders) if folder.id == number)
        self.folders[at] = msgspec.structs.replace(self.folders[at], **fields)
        self.tell("folder.changed", self.folders[at].path, id=number, **fields)
        return self.folders[at]

    def hold(self, file_name: str = "pos.apk", **fields: Any) -> UnmatchedFile:
        """Hold a binary that no profile knows."""
        number = max(self.unmatched, default=0) + 1
        given = {
            "id": number, "folder": None, "file_name": file_name, "sha256": f"{number:02x}" * 32,
            "source": f"watch:/srv/app/build/outputs/{file_name}", "size": 4_200_000,
            "channel": "android-phone", "platform": "android", "format": "apk",
            "identifier": "org.example.pos", "name": "Till", "version": "2.0", "build": "20",
            "facts": BuildFacts(), "findings": [], "at": AT,
        }  # fmt: skip
        self.unmatched[number] = UnmatchedFile(**(given | fields))
        self.tell("file.unmatched", file_name, id=number)
        return self.unmatched[number]

    # ------------------------------------------------------------------- the answers

    def _page(self, items: list[Any], query: dict[str, Any]) -> Page[Any]:
        start, limit = int(query.get("after") or 0), query.get("limit") or 50
        end = start + limit
        after = str(end) if end < len(items) else None
        return Page(items=items[start:end], after=after, seq=self.seq)

    def _get_profiles(self, parts, query, body):
        if not parts:
            found = [p for _, p in sorted(self.profiles.items())]
            return self._page(asked(found, query, "address", {"name": "address"}), query)
        return self._named(parts)

    def _named(self, parts):
        address = "/".join(parts[:2])
        known: dict[str, Any] = self.profiles
        if len(parts) > 2:
            address, known = f"{address}@{parts[3]}", self.versions
        if address not in known:
            raise NotFound(f"There is no {address}.")
        if parts[4:] == ["before"]:
            return self._before(known[address])
        return known[address]

    def _before(self, version: Version) -> Version:
        older = [v for v in self.versions.values() if v.profile == version.profile]
        older = [v for v in older if v.number < version.number]
        if not older:
            raise NotFound(f"No version came before {version.address}.")
        return max(older, key=lambda one: one.number)

    def _put_profiles(self, parts, query, body):
        version = self._named(parts)
        if parts[4:] == ["rejection"]:
            gone = msgspec.structs.replace(
                version, state=VersionState.REJECTED, rejected=body.message, candidate=False
            )
            self.versions[version.address] = gone
            self.tell("version.rejected", version.address)
            return gone
        for other in [v for v in self.versions.values() if v.profile == version.profile]:
            self.versions[other.address] = msgspec.structs.replace(other, current=False)
        return self._mark(version, marked=True)

    def _delete_profiles(self, parts, query, body):
        named = self._named(parts)
        if parts[4:] == ["candidate"]:
            return self._mark(named, marked=False)
        known = self.versions if len(parts) > 2 else self.profiles
        del known[named.address]
        self.tell("version.deleted" if len(parts) > 2 else "profile.deleted", named.address)
        return None

    def _mark(self, version: Version, *, marked: bool) -> Version:
        changed = msgspec.structs.replace(version, candidate=marked, current=marked)
        self.versions[version.address] = changed
        self.change_profile(version.profile, candidate=version.number if marked else None)
        self.tell("version.candidate" if marked else "version.uncandidate", version.address)
        return changed

    def _patch_profiles(self, parts, query, body):
        if len(parts) == 2:
            return self._change_rules(self._named(parts), body)
        names = ("notes", "version", "build")
        asked = {name: told for name in names if (told := getattr(body, name)) is not None}
        changed = msgspec.structs.replace(self._named(parts), **asked)
        self.versions[changed.address] = changed
        self.tell("version.changed", changed.address)
        return changed

    def _post_profiles(self, parts, query, body):
        made = self.add_profile(
            f"{body.owner or 'local'}/{body.name}", channel=body.channel,
            identifier=body.identifier,
        )  # fmt: skip
        self.tell("profile.created", made.address)
        return made

    def _change_rules(self, profile: Profile, body) -> Profile:
        if body.name is not None:
            return self._rename(profile, f"{profile.owner}/{body.name}")
        asked = {name: getattr(body, name) for name in ProfileSettings.__struct_fields__}
        asked = {name: value for name, value in asked.items() if value is not None}
        settings = msgspec.structs.replace(profile.settings, **asked)
        self.change_profile(profile.address, settings=settings)
        self.tell("profile.changed", profile.address)
        return self.profiles[profile.address]

    def _rename(self, profile: Profile, address: str) -> Profile:
        del self.profiles[profile.address]
        name = address.partition("/")[2]
        self.profiles[address] = msgspec.structs.replace(profile, name=name, address=address)
        self.tell("profile.renamed", profile.address, address=address)
        return self.profiles[address]

    def _get_versions(self, parts, query, body):
        wanted = query.get("profile")
        found = [v for v in self.versions.values() if wanted in (None, v.profile)]
        found = sorted(found, key=lambda v: -v.number)
        return self._page(asked(found, query, "version", {"created": "number"}), query)

    def _post_versions(self, parts, query, body):
        name = Path(body.path).name
        if error := self.refusals.pop(name, None):
            raise error
        address = body.profile or f"local/{Path(name).stem}"
        if address not in self.profiles:
            self.add_profile(address)
        number = (self.profiles[address].latest or 0) + 1
        version = self.add_version(address, number, file_name=name, **self.incoming.get(name, {}))
        self.tell("version.added", version.address, profile=address)
        return Ingested(version=version, created=True)

    def hold_answers(self, path: str) -> asyncio.Event:
        """Answer at this path only once what is returned is set."""
        return self.gates.setdefault(path, asyncio.Event())

    def _get_apps(self, parts, query, body):
        apps: dict[str, list[str]] = {}
        for profile in self.profiles.values():
            apps.setdefault(profile.app, []).append(profile.address)
        found = [App(id=n, address=a, profiles=p) for n, (a, p) in enumerate(apps.items())]
        if parts:
            wanted = "/".join(parts)
            one = next((app for app in found if app.address == wanted), None)
            if one is None:
                raise NotFound(f"There is no app {wanted}.")
            return one
        return self._page(found, query)

    def _get_environments(self, parts, query, body):
        if parts:
            return self._environment(parts[0])
        found = list(self.environments.values())
        return self._page(asked(found, query, "name", {}), query)

    def _environment(self, name: str) -> Environment:
        if name not in self.environments:
            raise NotFound(f"There is no environment {name}.")
        return self.environments[name]

    def _post_environments(self, parts, query, body):
        if parts:
            return self._environment(parts[0])
        made = self.add_environment(body.name, adapter=body.adapter, settings=body.settings)
        self.tell("environment.added", body.name)
        return made

    def _patch_environments(self, parts, query, body):
        known = self._environment(parts[0])
        kept = {name: value for name, value in known.settings.items() if name not in body.unset}
        changed = msgspec.structs.replace(known, settings=kept | body.settings, bad_settings={})
        self.environments[known.name] = changed
        self.tell("environment.changed", known.name)
        return changed

    def _delete_environments(self, parts, query, body):
        del self.environments[self._environment(parts[0]).name]
        self.tell("environment.removed", parts[0])

    def _get_plugins(self, parts, query, body):
        if parts:
            return self.plugins[parts[0]]
        return self._page(list(self.plugins.values()), query)

    def _post_plugins(self, parts, query, body):
        name, what = parts
        states = {"disable": PluginState.DISABLED, "enable": PluginState.ENABLED}
        self.plugins[name] = msgspec.structs.replace(self.plugins[name], state=states[what])
        self.tell(f"plugin.{what}d", name)
        return self.plugins[name]

    def _get_publications(self, parts, query, body):
        asked = [(name, query.get(name)) for name in ("environment", "app")]
        wanted = [(name, value) for name, value in asked if value is not None]
        found = [p for p in self.publications if all(getattr(p, name) == v for name, v in wanted)]
        return self._page(found, query)

    def _get_jobs(self, parts, query, body):
        if not parts:
            states = (query.get("state") or "").split(",")
            found = [job for job in self.jobs.values() if states == [""] or job.state in states]
            found = sorted(found, key=lambda job: -job.id)
            return self._page(asked(found, query, "app", {"created": "id"}), query)
        number = int(parts[0])
        if len(parts) > 1:
            return self._log_page(self.logs.get(number, []), query)
        if number not in self.jobs:
            raise NotFound(f"There is no job {number}.")
        return self.jobs[number]

    def _log_page(self, lines: list[LogLine], query: dict[str, Any]) -> Page[LogLine]:
        limit = query.get("limit") or 200
        if tail := query.get("tail"):
            return Page(items=lines[-tail:], after=None, seq=self.seq)
        if before := query.get("before"):
            older = [line for line in lines if line.id < int(before)]
            return Page(items=older[-limit:], after=None, seq=self.seq)
        newer = [line for line in lines if line.id > int(query.get("after") or 0)]
        after = str(newer[limit - 1].id) if len(newer) > limit else None
        return Page(items=newer[:limit], after=after, seq=self.seq)

    def _post_jobs(self, parts, query, body):
        number = int(parts[0])
        if parts[1] == "retry":
            again = self.add_job(retry_of=number)
            self.tell("job.submitted", str(again.id))
            return again
        self.jobs[number] = msgspec.structs.replace(self.jobs[number], state=JobState.CANCELLING)
        self.tell("job.cancelling", parts[0])
        return self.jobs[number]

    def _post_publish(self, parts, query, body: PublishRequest):
        if parts == ["preview"]:
            return self._preview(body)
        job = self.add_job(app=body.app, environment=body.environment)
        self.tell("job.submitted", str(job.id))
        return job

    def _post_unpublish(self, parts, query, body):
        return self.add_job(kind="unpublish", app=body.app, environment=body.environment)

    def _preview(self, request: PublishRequest) -> Preview:
        items = [
            PlanItem(channel=s.channel, action=s.action, version=self._facts(s.version))
            if s.action is ItemAction.PUBLISH
            else PlanItem(channel=s.channel, action=s.action)
            for s in request.selections
        ]
        plan = Plan(
            key="key", app=request.app, environment=request.environment, items=items,
            state=request.state, targets=request.targets,
        )  # fmt: skip
        current = Publication(
            environment=request.environment, app=request.app, live=[], read_at=AT,
            status=PublishStatus.NOT_PUBLISHED, last_attempt=None,
        )  # fmt: skip
        return Preview(plan=plan, findings=self.findings, current=current)

    def _facts(self, address: str) -> VersionFacts:
        version = self.versions[address]
        return VersionFacts(
            address=address, number=version.number, channel=version.channel,
            platform=version.platform, format=version.format, digest=version.sha256,
            size=version.size, file_name=version.file_name, version=version.version,
            build=version.build,
        )  # fmt: skip

    def _get_folders(self, parts, query, body):
        if not parts:
            return self._page(self.folders, query)
        found = [folder for folder in self.folders if folder.id == int(parts[0])]
        if not found:
            raise NotFound(f"There is no folder {parts[0]}.")
        return self.waiting.get(found[0].id, []) if parts[1:] == ["waiting"] else found[0]

    def _post_folders(self, parts, query, body: AddFolder):
        asked = {name: getattr(body, name) for name in body.__struct_fields__}
        folder = self.add_folder(**asked)
        self.tell("folder.added", body.path, id=folder.id)
        return folder

    def _patch_folders(self, parts, query, body):
        asked = {name: getattr(body, name) for name in body.__struct_fields__}
        given = {name: value for name, value in asked.items() if value is not msgspec.UNSET}
        return self.change_folder(int(parts[0]), **given)

    def _delete_folders(self, parts, query, body):
        gone = self._get_folders(parts, query, body)
        self.folders.remove(gone)
        self.tell("folder.removed", gone.path, id=gone.id)

    def _get_unmatched(self, parts, query, body):
        return self._page(sorted(self.unmatched.values(), key=lambda held: -held.id), query)

    def _held(self, number: str) -> UnmatchedFile:
        if int(number) not in self.unmatched:
            raise NotFound(f"Nothing is held under {number}.")
        return self.unmatched[int(number)]

    def _post_unmatched(self, parts, query, body):
        held = self._held(parts[0])
        address = body.profile or f"local/{held.identifier.rpartition('.')[2]}"
        if body.profile is None:
            self.add_profile(address, identifier=held.identifier, channel=held.channel)
        number = (self._named(address.split("/")).latest or 0) + 1
        version = self.add_version(address, number, sha256=held.sha256)
        del self.unmatched[held.id]
        self.tell("version.added", version.address, profile=address)
        return Ingested(version=version, created=True)

    def _delete_unmatched(self, parts, query, body):
        held = self._held(parts[0])
        del self.unmatched[held.id]
        self.tell("file.dropped", held.file_name, id=held.id)

    def _get_uploads(self, parts, query, body):
        newest = sorted(self.uploads.values(), key=lambda upload: upload.created_at, reverse=True)
        return self._page(newest, query)

    def _delete_uploads(self, parts, query, body):
        del self.uploads[parts[0]]
        self.tell("upload.cancelled", f"upload:{parts[0]}")

    def _post_prune(self, parts, query, body):
        report = PruneReport(
            dry_run=body.dry_run, versions=self.to_go, count=len(self.to_go),
            freed=sum(gone.size for gone in self.to_go),
        )  # fmt: skip
        if not body.dry_run:
            for gone in self.to_go:
                self.tell("version.deleted", gone.address)
            self.to_go = []
        return report

    def _get_health(self, parts, query, body):
        return Health(
            version=self.daemon_version, pid=4711, epoch=3, home="/home/ada/shipway",
            started_at=AT, seq=self.seq,
        )  # fmt: skip

    def _get_events(self, parts, query, body):
        subject = query.get("subject")
        told = [event for event in self.events if subject in (None, event.subject)]
        return self._page(list(reversed(told)), query)


def asked(items: list[Any], query: dict[str, Any], words: str, keys: dict[str, str]) -> list[Any]:
    """Choose and order as the daemon does, as far as the tests ask: words, `field:value`, sort."""
    for term in (query.get("q") or "").split():
        field, colon, value = term.removeprefix("-").rpartition(":")
        if colon and not hasattr(items[0], field):
            raise WrongUsage(f"There is no field {field}.", "Did you mean state?")
        name = keys.get(field, field) if colon else words
        wanted = not term.startswith("-")
        items = [one for one in items if (value in str(getattr(one, name))) is wanted]
    sort = query.get("sort") or ""
    if not sort:
        return items
    name = keys.get(sort.removeprefix("-"), sort.removeprefix("-"))
    return sorted(items, key=lambda one: getattr(one, name), reverse=sort.startswith("-"))


def fake_client(api: FakeApi) -> Client:
    """A client whose every call ends in `api`."""
    home = Path("/home/ada/shipway")
    client = Client(Locations(home=home, config=home, runtime=home / "run"))
    client.api = api
    nouns = "profiles versions environments jobs folders unmatched uploads pruning history plugins"
    for noun in nouns.split():
        setattr(client, noun, type(getattr(client, noun))(api))
    return client
