"""Requests made up from the OpenAPI document, kept inside a sandbox and aimed at what there is."""

import random
import socket
from collections import defaultdict
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

#: What the adapter below answers for; the name means nothing.
BASE = "http://socket"
#: What ends the daemon, and what never ends: they are asked elsewhere.
LEFT_OUT = ("history.stop", "history.feed")
#: How often a right request is aimed at something that there is, instead of at any name; and one
#: that takes it away, which leaves less for those that follow.
AIMED, AIMED_TO_TAKE = 0.8, 0.2
#: What takes something away, or switches it off.
_TAKING = ("remove", "delete", "drop", "cancel", "reject", "disable", "prune")


def session(path: str) -> requests.Session:
    """A session of requests to a Unix socket, with the connections kept as HTTP/1.1 allows."""

    class Connection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            made.settimeout(60)
            made.connect(path)
            return made

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    class Adapter(HTTPAdapter):
        def __init__(self) -> None:
            super().__init__()
            self._pool = Pool("socket", maxsize=4)

        def get_connection_with_tls_context(self, *arguments: Any, **more: Any) -> Pool:
            return self._pool

        def close(self) -> None:
            self._pool.close()

    made = requests.Session()
    made.trust_env = False
    made.mount(BASE, Adapter())
    return made


class Sandbox:
    """Keeps requests from what is not theirs, and remembers what the answers named.

    A folder that is watched, and a file that is added, lie below `folder`; a program that is run is
    `true`; a server that is asked is one where nobody listens; a file has room on any disk.
    """

    def __init__(self, folder: Path, files: list[Path], seed: int) -> None:
        self._random = random.Random(seed)
        self._folders = [folder / f"build-{number}" for number in range(3)]
        for made in self._folders:
            made.mkdir()
        self._files = [*map(str, files), str(folder), str(folder / "missing.apk")]
        self._known: dict[str, list[Any]] = defaultdict(list)

    def tame(self, case: Any, *, aim: bool) -> None:
        """Change a request so that it harms nothing, and hits something where it may."""
        operation = case.operation.definition.raw["operationId"]
        if isinstance(case.body, dict):
            self._tame_body(case.body, operation)
        if not aim or not self._chance(operation):
            return
        if isinstance(case.body, dict):
            self._aim_all(case.body)
            self._make_plain(case.body)
        if case.path_parameters:
            self._aim_path(case.path_parameters, operation)
        if case.query:
            self._aim_all(case.query)
        if case.headers and "Upload-Offset" in case.headers:
            case.headers["Upload-Offset"] = "0"

    def _chance(self, operation: str) -> bool:
        taking = operation.rpartition(".")[2] in _TAKING
        return self._random.random() < (AIMED_TO_TAKE if taking else AIMED)

    def _tame_body(self, body: dict[str, Any], operation: str) -> None:
        if isinstance(body.get("path"), str):
            choice = self._folders if operation.startswith("folders.") else self._files
            body["path"] = str(self._random.choice(choice))
        if isinstance(body.get("size"), int) and body["size"] > 1 << 20:
            body["size"] %= 1 << 20  # a full disk is 503, and that is right
        if operation == "environments.add" and isinstance(body.get("adapter"), str):
            body["adapter"] = self._random.choice(
                ["enterprise_store", "command", "http_management", body["adapter"]]
            )
            settings = {
                "enterprise_store": {},
                "command": {"program": "true"},
                "http_management": {"server": "http://127.0.0.1:9", "token": "env:NO_TOKEN"},
            }
            body["settings"] = settings.get(body["adapter"], body.get("settings"))
        settings = body.get("settings")
        if isinstance(settings, dict):
            for name, harmless in (("program", "true"), ("server", "http://127.0.0.1:9")):
                if name in settings:
                    settings[name] = harmless

    def _aim_path(self, parameters: dict[str, Any], operation: str) -> None:
        for name in parameters:
            kind = operation.partition(".")[0] if name in ("owner", "name") else name
            if name == "owner":
                continue
            if name == "name" and (self._known["apps"] or self._known["profiles"]):
                listed = self._known["apps" if operation.endswith(".app") else "profiles"]
                if listed:
                    owner, _, told = self._random.choice(listed).partition("/")
                    parameters |= {"owner": owner, "name": told}
            elif self._known[kind]:
                parameters[name] = self._random.choice(self._known[kind])

    def _aim_all(self, told: dict[str, Any]) -> None:
        for name, noun in (
            ("profile", "profiles"),
            ("app", "apps"),
            ("environment", "environment"),
            ("sha256", "digests"),
            ("version", "versions"),
            ("confirm_remove", "apps"),
            ("confirm", "profiles"),
            ("channel", "channels"),
        ):
            if name in told and self._known[noun]:
                told[name] = self._random.choice(self._known[noun])
        for selection in told.get("selections") or []:
            if isinstance(selection, dict):
                self._aim_all(selection)

    def _make_plain(self, body: dict[str, Any]) -> None:
        """Give a body what the rules of names and numbers take, which the document cannot say."""
        plain = {
            "name": f"made-{self._random.randrange(8)}",
            "owner": "somebody",
            "size": self._random.randrange(1, 2_000),
            "file_name": "made.apk",
            "quiet": 1.0,
            "pattern": None,
            "retention": {"keep_last": 3},
        }
        for name, value in plain.items():
            if name in body and self._random.random() < AIMED:
                body[name] = value
        if "selections" in body and self._random.random() < AIMED:
            body |= {"selections": [], "targets": []}

    def learn(self, operation: str, answer: Any) -> None:
        """Remember what an answer names, for requests to come."""
        if not isinstance(answer, dict):
            return
        for item in answer.get("items", [answer]):
            if isinstance(item, dict):
                self._learn_one(operation.partition(".")[0], item)

    def _learn_one(self, noun: str, item: dict[str, Any]) -> None:
        version = item.get("version")
        if isinstance(version, dict):
            item, noun = version, "versions"
        for key, field in (
            ("digests", "sha256"),
            ("channels", "channel"),
            ("apps", "app"),
            ("profiles", "profile"),
        ):
            self._keep(key, item.get(field))
        if noun in ("profiles", "versions"):
            self._keep(noun, item.get("address"))
            self._keep("number", item.get("number"))
        if noun == "environments":
            self._keep("environment", item.get("name"))
        single = {"jobs": "job", "folders": "folder", "unmatched": "held", "uploads": "upload"}
        if noun in single:
            self._keep(single[noun], item.get("id"))
        if noun == "plugins":
            self._keep("plugin", item.get("name"))

    def _keep(self, key: str, value: Any) -> None:
        known = self._known[key]
        if value is None or value in known:
            return
        known.append(value)
        del known[:-20]
