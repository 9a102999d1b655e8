"""A daemon made of answers, at the four methods through which every command asks."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from shipway_client.api import Api, Incoming
from shipway_client.errors import NotFound
from shipway_tui.__main__ import run


@dataclass
class Call:
    """One call as it was made."""

    method: str
    path: str
    body: Any
    query: dict[str, Any]


@dataclass
class FakeDaemon:
    """Answers by method and path; an answer may be a value, an error, or a function of the call.

    Values travel as JSON, so that an answer of the wrong shape is found out.
    """

    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    feeds: list[list[Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def on(self, method: str, path: str, answer: Any) -> None:
        self.answers[method, path] = answer

    def page(self, path: str, *items: Any) -> None:
        self.on("GET", path, {"items": list(items), "after": None, "seq": 1})

    def bodies(self, method: str, path: str) -> list[Any]:
        return [call.body for call in self.calls if (call.method, call.path) == (method, path)]

    def answer(self, call: Call, kind: Any) -> Any:
        self.calls.append(call)
        key = (call.method, call.path)
        if key not in self.answers:
            raise NotFound(f"There is nothing at {call.method} {call.path}.", "Look elsewhere.")
        answer = self.answers[key]
        if callable(answer):
            answer = answer(call)
        if isinstance(answer, Exception):
            raise answer
        return msgspec.json.decode(msgspec.json.encode(answer), type=kind)


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> FakeDaemon:
    """The fake daemon, in place of the one that a home would have."""
    fake = FakeDaemon()

    async def call(self, method, path, answer, body=None, seconds=0.0, **query):
        return fake.answer(Call(method, path, body, query), answer)

    async def lines(self, path, answer, **query) -> AsyncIterator[Any]:
        for line in fake.feeds.pop(0) if fake.feeds else []:
            if callable(line):
                line = line()
            if isinstance(line, Exception):
                raise line
            yield msgspec.json.decode(msgspec.json.encode(line), type=answer)

    async def send(self, method, path, headers, pieces) -> dict[str, str]:
        body = b"".join([piece async for piece in pieces])
        return fake.answer(Call(method, path, body, headers), dict[str, str])

    @asynccontextmanager
    async def receive(self, path, headers):
        fake.calls.append(Call("GET", path, None, headers))

        async def pieces():
            yield fake.files[path]

        yield Incoming({}, pieces())

    monkeypatch.setattr(Api, "call", call)
    monkeypatch.setattr(Api, "receive", receive)
    monkeypatch.setattr(Api, "send", send)
    monkeypatch.setattr(Api, "lines", lines)
    return fake


@dataclass
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.out)

    @property
    def json_lines(self) -> list[Any]:
        return [msgspec.json.decode(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        return msgspec.json.decode(self.err)["error"]


@pytest.fixture
def shipway(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> Callable[..., Ran]:
    """Run `shipway` in this process, on an empty home and without a terminal."""
    monkeypatch.setenv("SHIPWAY_HOME", str(tmp_path / "home"))

    def go(*arguments: str) -> Ran:
        code = run(list(arguments))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return go
