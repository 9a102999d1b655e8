"""What a reference points to is read only where it is safe, and every no is a sentence."""

import os
import time
from pathlib import Path

import pytest
from shipway_daemon.workers import secrets
from shipway_daemon.workers.errors import BadCredential
from shipway_daemon.workers.references import parse
from shipway_daemon.workers.secrets import NoSecret, resolve, resolve_all, stamp


@pytest.fixture
def private(tmp_path):
    """Make a file that is ours alone."""

    def make(data: bytes, mode: int = 0o600) -> Path:
        path = tmp_path / "secret"
        path.write_bytes(data)
        path.chmod(mode)
        return path

    return make


async def found(reference: str) -> str:
    return await resolve(parse(reference), print)


async def why_not(reference: str) -> str:
    with pytest.raises(NoSecret) as caught:
        await found(reference)
    return str(caught.value)


async def test_a_variable_of_the_daemon(monkeypatch):
    """A missing one is named."""
    monkeypatch.setenv("SHIPWAY_TEST_SECRET", "correct horse\n")
    assert await found("env:SHIPWAY_TEST_SECRET") == "correct horse\n"
    monkeypatch.delenv("SHIPWAY_TEST_SECRET")
    assert "SHIPWAY_TEST_SECRET" in await why_not("env:SHIPWAY_TEST_SECRET")


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"correct horse", "correct horse"),
        (b"correct horse\n", "correct horse"),
        (b"correct horse\r\n", "correct horse"),
        (b"two\nlines\n\n", "two\nlines\n"),
        ("grün ist es".encode(), "grün ist es"),
    ],
)
async def test_a_private_file_without_the_newline_that_an_editor_adds(private, data, value):
    for mode in (0o600, 0o400):
        path = private(data, mode)
        assert await found(f"file:{path}") == value
        path.unlink()


@pytest.mark.parametrize(
    ("data", "mode", "said"),
    [
        (b"correct horse", 0o640, "Others may read"),
        (b"correct horse", 0o604, "chmod 600"),
        (b"x" * (64 * 1024 + 1), 0o600, "larger than 65536"),
        (b"correct\xff", 0o600, "no text in UTF-8"),
        (b"abc\n", 0o600, "shorter than 4"),
        (b"", 0o600, "shorter than 4"),
    ],
)
async def test_a_file_that_is_not_safe_or_no_secret(private, data, mode, said):
    sentence = await why_not(f"file:{private(data, mode)}")
    assert said in sentence
    assert "correct" not in sentence


async def test_only_a_plain_file_is_read(private, tmp_path):
    """No link, folder or pipe, and nothing that is not there."""
    (tmp_path / "link").symlink_to(private(b"correct horse"))
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "symbolic link" in await why_not(f"file:{tmp_path / 'link'}")
    assert "no regular file" in await why_not(f"file:{tmp_path / 'folder'}")
    assert "no regular file" in await why_not(f"file:{tmp_path / 'pipe'}")
    assert "No such file" in await why_not(f"file:{tmp_path / 'nothing'}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_a_file_of_somebody_else(private):
    path = private(b"correct horse")
    os.chown(path, 12345, -1)
    assert "belongs to another user" in await why_not(f"file:{path}")


async def test_a_file_that_never_answers(private, monkeypatch):
    """A hung mount costs the deadline, and a thread that is left behind."""
    path = private(b"correct horse")
    monkeypatch.setattr(secrets, "FILE_SECONDS", 0.1)
    monkeypatch.setattr(secrets, "_read_private", lambda _: time.sleep(20))
    assert "in time" in await why_not(f"file:{path}")


async def test_every_secret_that_cannot_be_had_is_named(monkeypatch):
    monkeypatch.setenv("SHIPWAY_TEST_SECRET", "correct horse")
    references = {
        ("token",): parse("env:SHIPWAY_TEST_NONE"),
        ("more", "KEY"): parse("file:/nowhere/at/all"),
        ("fine",): parse("env:SHIPWAY_TEST_SECRET"),
    }
    with pytest.raises(BadCredential) as caught:
        await resolve_all(references, print)
    assert set(caught.value.fields) == {"token", "more.KEY"}
    del references["token",], references["more", "KEY"]
    assert await resolve_all(references, print) == {("fine",): "correct horse"}


async def test_a_changed_file_has_another_stamp(private):
    """Also when it comes or goes."""
    path = private(b"correct horse")
    references = {("token",): parse(f"file:{path}"), ("other",): parse("env:X")}
    before = await stamp(references)
    assert await stamp(references) == before
    path.unlink()
    gone = await stamp(references)
    private(b"battery staple")
    assert len({before, gone, await stamp(references)}) == 3


# ---------------------------------------------------------------------------- keyring

BACKEND = """
import time
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

class Backend(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        print("correct horse")
        if service == "locked":
            raise KeyringLocked("correct horse")
        if service == "asking":
            time.sleep(600)
        return f"{service} of {username}" if username == "ci" else None
    def set_password(self, service, username, password): pass
    def delete_password(self, service, username): pass
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder on the module path of children."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


@pytest.fixture
def keyring(site, monkeypatch):
    """A keyring of a kind of its own, behind the real package."""
    (site / "rehearsal_keyring.py").write_text(BACKEND)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "rehearsal_keyring.Backend")


async def test_a_keyring_is_asked_in_a_child(keyring, monkeypatch):
    """By service and user; a service may have slashes."""
    assert await found("keyring:play/ci") == "play of ci"
    assert await found("keyring:https://play/ci") == "https://play of ci"
    assert "no password of me for play" in await why_not("keyring:play/me")
    sentence = await why_not("keyring:locked/ci")
    assert "KeyringLocked" in sentence
    assert "correct horse" not in sentence
    monkeypatch.setattr(secrets, "KEYRING_SECONDS", 0.2)
    assert "did not answer in time" in await why_not("keyring:asking/ci")


async def test_a_keyring_that_is_not_installed(site):
    (site / "keyring.py").write_text("raise ImportError('No module named keyring')")
    assert "shipway[keyring]" in await why_not("keyring:play/ci")
