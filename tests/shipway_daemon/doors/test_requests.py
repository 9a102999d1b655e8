"""The native door takes what makes sense, says what does not, and lets nobody else in."""

import asyncio
import json
import os
import pwd
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families
from shipway_client.errors import NotFound, WrongUsage
from shipway_client.version import VERSION
from shipway_client.wire import (
    AddFile,
    AddFolder,
    ChangeFolder,
    ChangeVersion,
    CreateProfile,
    Preset,
    Retention,
)
from shipway_plugins.words import BuildFacts
from support.binaries import SAMPLE_APK, SAMPLE_IPA, ipa
from support.waiting import wait_for

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCS = Path(__file__).parents[3] / "docs"

ROUTES = [
    ("GET", "/health"),
    ("GET", "/v1/profiles"),
    ("GET", "/v1/versions"),
    ("GET", "/v1/apps"),
    ("GET", "/v1/environments"),
    ("GET", "/v1/publications"),
    ("GET", "/v1/jobs"),
    ("GET", "/v1/folders"),
    ("GET", "/v1/unmatched"),
    ("GET", "/v1/uploads"),
    ("GET", "/v1/events"),
    ("GET", "/v1/plugins"),
]
LISTS = [target for _, target in ROUTES if target not in ("/health", "/v1/plugins")]


async def test_every_list_answers(ask):
    for method, target in ROUTES:
        answer = await ask(method, target)
        assert answer.status == 200, target
        assert answer.headers["Content-Type"].startswith("application/json")
        if target != "/health":
            assert set(answer.json) == {"items", "after", "seq"}, target


async def test_what_a_folder_holds_is_asked_of_one_that_is_there(ask):
    assert (await ask("GET", "/v1/unmatched?folder=999")).status == 404


async def test_the_socket_describes_itself(ask):
    served = await ask("GET", "/v1/openapi.json")
    assert served.json == json.loads((DOCS / "openapi.json").read_bytes())


async def figures(daemon):
    """What Prometheus reads out of the answer: values by name and labels."""
    families = text_string_to_metric_families(await daemon.client.history.metrics())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


async def test_the_figures_follow_what_happens(daemon, ask):
    """They are counted from the daemon's start, and read again after a moment."""
    before = await figures(daemon)
    statuses = [before["shipway_environments", one] for one in ("available", "busy", "unknown")]
    assert sum(statuses) == 1
    assert before["process_resident_memory_bytes",] > 1_000_000
    assert before["shipway_folders", "watching"] == 0
    await daemon.client.profiles.create(CreateProfile(name="figured", channel="custom"))
    await daemon.client.versions.add(AddFile(path=str(SAMPLE_IPA)))

    async def counted():
        now = await figures(daemon)
        key = ("shipway_events_total", "profile.created")
        return now if now.get(key, 0) > before.get(key, 0) else None

    now = await wait_for(counted, 30, "the event is not counted")
    assert now["shipway_versions_made_total",] >= 1
    assert now["shipway_ingest_duration_seconds_count",] >= 1
    assert now["shipway_event_sequence",] > before["shipway_event_sequence",]
    answer = await ask("GET", "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")


@pytest.mark.e2e
async def test_promtool_finds_nothing_wrong_with_the_figures(daemon):
    if shutil.which("promtool") is None:
        pytest.skip("promtool is missing: the figures are judged by the library's parser only")
    told = await daemon.client.history.metrics()
    done = await asyncio.to_thread(
        partial(
            subprocess.run,
            ["promtool", "check", "metrics"],
            input=told,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    )
    assert done.returncode == 0, done.stdout + done.stderr


#: What JSON can say and nothing else can.
DEEP = b'{"name":"a","adapter":"b","settings":{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}}"
LONG_NUMBER = {"name": "a", "adapter": "enterprise_store", "settings": {"x": 10**40}}

WRONG = [
    ("GET", "/nowhere", b"", 404, "not-found"),
    ("GET", "/v1/profiles/a/b/c/d", b"", 404, "not-found"),
    ("GET", "/v1/profiles/nobody/nothing", b"", 404, "not-found"),
    ("GET", "/v1/profiles/nobody/nothing/versions/1", b"", 404, "not-found"),
    ("GET", "/v1/profiles/a/b/versions/one", b"", 404, "not-found"),
    ("GET", "/v1/profiles/a/b/versions/" + "9" * 30, b"", 404, "not-found"),
    ("GET", "/v1/jobs/0x1", b"", 404, "not-found"),
    ("GET", "/v1/jobs/99", b"", 404, "not-found"),
    ("GET", "/v1/jobs/99/log", b"", 404, "not-found"),
    ("POST", "/v1/jobs/99/cancel", b"", 404, "not-found"),
    ("DELETE", "/v1/folders/99", b"", 404, "not-found"),
    ("PATCH", "/v1/folders/99", b"{}", 404, "not-found"),
    ("PATCH", "/v1/folders/99", b'{"path": "/"}', 400, "wrong-usage"),
    ("PATCH", "/v1/folders/99", b'{"preset": "make"}', 400, "wrong-usage"),
    ("DELETE", "/v1/unmatched/99", b"", 404, "not-found"),
    ("POST", "/v1/unmatched/99/file", b"", 404, "not-found"),
    ("GET", "/v1/unmatched?folder=x", b"", 400, "wrong-usage"),
    ("GET", "/v1/uploads/nowhere", b"", 404, "not-found"),
    ("POST", "/v1/uploads", {"file_name": "a.apk", "size": 0}, 400, "wrong-usage"),
    ("GET", "/v1/environments/nowhere", b"", 404, "not-found"),
    ("DELETE", "/health", b"", 400, "wrong-usage"),
    ("POST", "/v1/prune", b'{"dry_run": 1}', 400, "wrong-usage"),
    ("POST", "/v1/environments", DEEP, 400, "wrong-usage"),
    ("POST", "/v1/environments", LONG_NUMBER, 400, "wrong-usage"),
    ("PUT", "/v1/profiles", b"", 400, "wrong-usage"),
    ("POST", "/v1/profiles", b"", 400, "wrong-usage"),
    ("POST", "/v1/profiles", b"{", 400, "wrong-usage"),
    ("POST", "/v1/profiles", b"[]", 400, "wrong-usage"),
    ("POST", "/v1/profiles", b"\xff\xfe", 400, "wrong-usage"),
    ("POST", "/v1/profiles", b'{"name": "\\ud800", "channel": "custom"}', 400, "wrong-usage"),
    ("POST", "/v1/versions", {"path": "relative.apk"}, 400, "wrong-usage"),
    ("POST", "/v1/versions", {"path": "/nowhere/at/all.apk"}, 404, "not-found"),
    ("POST", "/v1/versions", {"path": "/dev/zero"}, 409, "refused"),
    ("POST", "/v1/versions", {"path": "/tmp"}, 409, "refused"),
    ("POST", "/v1/versions", {"path": "/a\0b"}, 409, "refused"),
    ("POST", "/v1/versions", {"path": "/" + "x" * 5000}, 409, "refused"),
    ("POST", "/v1/folders", {"path": "/nowhere"}, 400, "wrong-usage"),
    ("POST", "/v1/folders", {"path": "/a\0b"}, 400, "wrong-usage"),
    ("GET", "/v1/feed?since=x", b"", 400, "wrong-usage"),
    ("GET", "/v1/feed?since=-1", b"", 400, "wrong-usage"),
    ("GET", "/v1/versions?profile=nobody/nothing", b"", 404, "not-found"),
]


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "code"),
    WRONG,
    ids=[f"{m} {t[:40]}" for m, t, *_ in WRONG],
)
async def test_what_is_wrong_is_said_in_one_shape(ask, daemon, method, target, body, status, code):
    """With a sentence, a code that a program can act on, and the version of the daemon."""
    answer = await ask(method, target, body)
    assert (answer.status, answer.error["code"]) == (status, code), answer.body
    assert answer.error["message"].endswith(".")
    assert answer.headers["Shipway-Version"] == VERSION
    assert "broke" not in daemon.log


async def test_the_version_is_in_every_answer(ask):
    for method, target in ROUTES:
        assert (await ask(method, target)).headers["Shipway-Version"] == VERSION


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Referer", "https://evil.example/page"),
        ("Sec-Fetch-Site", "cross-site"),
    ],
)
@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/health"), ("POST", "/v1/daemon/stop"), ("GET", "/nowhere")]
)
async def test_browsers_are_refused(ask, daemon, method, target, header, value):
    """Whatever they ask for: a page must not make a person's browser act here."""
    answer = await ask(method, target, **{header: value})
    assert (answer.status, answer.error["code"]) == (403, "forbidden")
    assert (await daemon.client.history.health()).pid == daemon.pid


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"name": "a", "channel": "custom", "colour": "red"}, "colour"),
        ({"name": "a"}, "channel"),
        ({"name": 1, "channel": "custom"}, "name"),
        ({"name": "a", "channel": None}, "channel"),
    ],
)
async def test_a_field_that_does_not_fit_is_named(ask, body, named):
    answer = await ask("POST", "/v1/profiles", body)
    assert answer.status == 400
    assert named in answer.error["message"]


async def test_a_word_that_is_none_of_the_choices_is_named(ask):
    answer = await ask("PATCH", "/v1/profiles/a/b", {"duplicates": "maybe"})
    assert answer.status == 400
    assert "maybe" in answer.error["message"]


async def test_a_body_that_is_too_long_is_refused(ask):
    """And the daemon has not kept it."""
    answer = await ask("POST", "/v1/profiles", b'{"name": "' + b"x" * 1_100_000 + b'"}')
    assert (answer.status, answer.error["code"]) == (400, "wrong-usage")
    assert "1,000,000 bytes" in answer.error["message"]


@pytest.mark.parametrize("target", LISTS)
async def test_the_length_of_a_page_is_limited(ask, target):
    for limit in ("0", "201", "-1", "x", "1.5", "", "9" * 40, "٣"):
        quoted = limit.encode().hex(" ").replace(" ", "%")
        answer = await ask("GET", f"{target}?limit=%{quoted}" if quoted else f"{target}?limit=")
        assert (answer.status, answer.error["code"]) == (400, "wrong-usage"), limit
    for limit in ("1", "200"):
        assert (await ask("GET", f"{target}?limit={limit}")).status == 200


#: What a person, or nobody in their right mind, may type; none of it breaks a list.
TYPED = ['"', "'", "*", "a*b", "NEAR(a b)", "AND", "-", "--x", "{a} : b", "((", "\0", "a\0b", "🎉"]
TYPED += [
    "%",
    "\\",
    "\n",
    "x" * 7_000,
    "x " * 2_000,
    "state:",
    "no:thing",
    "-state:done",
    "é\u202e",
]
TYPED += ["kind:*", "actor:' OR 1=1", 'app:"', "candidate:maybe", "http://x", "\ud7ff"]


@pytest.mark.parametrize("target", [t for t in LISTS if t not in ("/v1/apps", "/v1/publications")])
async def test_whatever_is_typed_as_query_or_sort_is_answered_or_refused(ask, target):
    for typed in TYPED:
        for name in ("q", "sort"):
            answer = await ask("GET", f"{target}?{name}={quote(typed)}")
            assert answer.status in (200, 400), (name, typed[:20])
            if answer.status == 400:
                assert answer.error["code"] == "wrong-usage", typed[:20]
    for raw in ("%ff", "%C3%28", "%00", "%ED%A0%80"):
        assert (await ask("GET", f"{target}?q={raw}")).status in (200, 400), raw


@pytest.mark.parametrize(
    "target", ["/v1/versions", "/v1/jobs", "/v1/folders", "/v1/events", "/v1/publications"]
)
async def test_what_is_no_cursor_is_refused(ask, target):
    for cursor in ("x", "-1", "1;2", "9" * 30):
        answer = await ask("GET", f"{target}?after={cursor}")
        assert (answer.status, answer.error["code"]) == (400, "wrong-usage")


@pytest.mark.parametrize(
    "words", ["%22", "%FF", "%ED%A0%80", "%00", "NEAR(%22", "*", "%F0%9F%8E%89", "a" * 5000]
)
async def test_any_words_may_be_searched_for(ask, words):
    for target in ("/v1/versions", "/v1/profiles"):
        assert (await ask("GET", f"{target}?q={words}")).status == 200


@pytest.mark.parametrize("path", ["%00", "%FF", "%2F", "..", ".", "%2E%2E", "%ED%A0%80", "a%40b"])
async def test_no_path_breaks_the_door(ask, path):
    for target in (f"/v1/profiles/{path}/{path}", f"/v1/environments/{path}", f"/{path}"):
        assert (await ask("GET", target)).status in (400, 404)


NAMES = [
    "plain",
    "with space",
    "漢字 かな",
    "🎉",
    "a%2Fb",
    "a?b#c&d=e",
    "ä+ö",
    "'\"`$;",
    "x" * 100,
    "~tilde",
]


@pytest.mark.parametrize("name", NAMES)
async def test_an_address_of_any_characters_travels_whole(daemon, name):
    """There and back, as a path and as a question."""
    profiles = daemon.client.profiles
    made = await profiles.create(CreateProfile(name=name, channel="custom", owner="ö n"))
    assert made.address == f"ö n/{name}"
    assert await profiles.show(made.address) == made
    assert (await daemon.client.versions.list(profile=made.address)).items == []
    with pytest.raises(NotFound, match="There is no version"):
        await daemon.client.versions.show(f"{made.address}@1")
    await profiles.delete(made.address, None)


async def test_a_list_is_read_page_by_page(daemon):
    profiles = daemon.client.profiles
    names = [f"page-{number:02}" for number in range(7)]
    for name in names:
        await profiles.create(CreateProfile(name=name, channel="custom", owner="pages"))
    seen, after = [], None
    while True:
        page = await profiles.list(query="page", after=after, limit=3)
        seen += [profile.name for profile in page.items]
        after = page.after
        if after is None:
            break
    assert seen == names


async def test_the_longest_notes_arrive_whole(daemon, tmp_path):
    """25,000 characters are 100,000 bytes and more: they come in several pieces."""
    path = tmp_path / "app.ipa"
    path.write_bytes(ipa())
    added = await daemon.client.versions.add(AddFile(path=str(path)))
    for notes in ("🎉" * 25_000, '\n"\\' * 8_000, "\x01" * 25_000, "漢\t" * 12_500):
        changed = await daemon.client.versions.change(
            added.version.address, ChangeVersion(notes=notes)
        )
        assert changed.notes == notes
    with pytest.raises(WrongUsage, match="25,001"):
        await daemon.client.versions.change(
            added.version.address, ChangeVersion(notes="x" * 25_001)
        )


async def test_every_change_names_its_actor(daemon):
    """The user whom the kernel vouches for."""
    await daemon.client.profiles.create(CreateProfile(name="acted", channel="custom"))
    (event, *_) = (await daemon.client.history.events(kind="profile.created", limit=1)).items
    assert event.actor == pwd.getpwuid(os.getuid()).pw_name


STRANGER = """
import json, os, socket, sys
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
with socket.socket(socket.AF_UNIX) as s:
    s.connect(sys.argv[1])
    s.sendall(b"GET /health HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
    answer = b""
    while chunk := s.recv(65536):
        answer += chunk
print(answer.decode())
"""


def stranger(socket):
    """Ask as nobody."""
    program = [sys.executable, "-I", "-c", STRANGER, socket]
    return subprocess.run(program, capture_output=True, text=True, check=False)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
async def test_another_user_is_refused(daemon):
    """Even where the rights of the files would let them in."""
    socket = daemon.locations.socket
    folders = [socket.parent, *list(socket.parent.parents)[:-2]]
    modes = {path: path.stat().st_mode for path in [socket, *folders]}
    try:
        for path in modes:
            path.chmod(0o777)
        done = await asyncio.to_thread(stranger, socket)
    finally:
        for path, mode in modes.items():
            path.chmod(mode & 0o7777)
    assert "403 Forbidden" in done.stdout, done.stderr
    assert json.loads(done.stdout.partition("\n\n")[2])["error"]["code"] == "forbidden"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
async def test_another_user_does_not_reach_the_socket(daemon):
    done = await asyncio.to_thread(stranger, daemon.locations.socket)
    assert "PermissionError" in done.stderr


async def test_a_client_that_says_nothing_or_goes_away_harms_nobody(ask, daemon):
    quiet = [await asyncio.open_unix_connection(daemon.client.api.address) for _ in range(20)]
    for _, writer in quiet[:10]:
        writer.write(b"POST /v1/profiles HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        writer.close()
    for _, writer in quiet[10:15]:
        writer.write(b"\x00\xff nonsense\r\n\r\n")
    assert (await ask("GET", "/health")).status == 200
    for _, writer in quiet[10:]:
        writer.close()
    assert "broke" not in daemon.log


async def test_a_file_is_added_once_whoever_asks_at_once(daemon):
    request = AddFile(path=str(SAMPLE_APK))
    added = await asyncio.gather(*(daemon.client.versions.add(request) for _ in range(8)))
    assert sorted(one.created for one in added) == [False] * 7 + [True]


async def test_a_folder_can_be_changed_and_says_what_is_asked_of_it(daemon, tmp_path):
    wanted = AddFolder(path=str(tmp_path), glob="*.zip", pattern="{version}.zip")
    added = await daemon.client.folders.add(wanted)
    request = ChangeFolder(
        preset=Preset.XCODE, pattern=None, quiet=9.5, retention=Retention(keep_last=3)
    )

    changed = await daemon.client.folders.change(added.id, request)
    shown = await daemon.client.folders.show(added.id)
    await daemon.client.folders.remove(added.id)

    assert (added.preset, added.pattern) == (None, "{version}.zip")
    for folder in (changed, shown):
        assert (folder.preset, folder.pattern, folder.quiet) == (Preset.XCODE, None, 9.5)
        assert folder.retention == Retention(keep_last=3)


async def test_what_is_added_says_where_it_was_built_from_and_is_found_by_it(daemon, tmp_path):
    """By what was said, and by the sidecar beside the file."""
    path = tmp_path / "built.ipa"
    await asyncio.to_thread(path.write_bytes, ipa("dev.shipway.built"))
    sidecar = {"branch": "other", "commit": "f00dfeed" * 5, "notes": "From the sidecar"}
    await asyncio.to_thread(path.with_name("built.shipway.json").write_text, json.dumps(sidecar))

    facts = BuildFacts(branch="release/built")
    made = (await daemon.client.versions.add(AddFile(path=str(path), facts=facts))).version

    assert made.facts == BuildFacts(branch="release/built", commit="f00dfeed" * 5)
    assert made.notes == "From the sidecar"
    for words in ("release/built", "f00dfeed"):
        found = await daemon.client.versions.list(query=words)
        assert [one.address for one in found.items] == [made.address]
    wrong = AddFile(path=str(path), facts=BuildFacts(run_url="javascript:1"))
    with pytest.raises(WrongUsage, match="address of the CI run"):
        await daemon.client.versions.add(wrong)
