"""Is the container closed? Every whole file is, no torn one is, and no bytes break the look."""

import os
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipway_daemon.watch.containers import Container, container_state
from support.binaries import CORPUS, SAMPLE_APK, SAMPLES, archive

CORPUS_FILES = sorted(
    path
    for path in CORPUS.glob("*/*")
    if path.is_file() and path.parent.name != "hostile" and path.suffix not in (".json", ".md")
)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SMALL_FILES = [path for path in CORPUS_FILES if path.stat().st_size < 3_000_000]
HOSTILE = sorted(path for path in CORPUS.glob("hostile/*") if path.suffix != ".json")


def state_of_file(path):
    with path.open("rb") as file:
        return container_state(file.fileno(), path.stat().st_size)


@pytest.fixture(scope="module")
def state_of(tmp_path_factory):
    """Look at bytes."""
    path = tmp_path_factory.mktemp("containers") / "file"

    def look(content):
        path.write_bytes(content)
        return state_of_file(path)

    return look


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("*.*pa")) + sorted(SAMPLES.glob("*.apk")), ids=lambda p: p.name
)
def test_every_sample_is_closed(path):
    assert state_of_file(path) is Container.CLOSED


@pytest.mark.parametrize(
    "path", CORPUS_FILES or [pytest.param(None, marks=pytest.mark.skip("no corpus"))], ids=str
)
def test_no_real_file_is_taken_for_a_torn_one(path):
    """Where the type says how long it is, it is closed."""
    told = {".pkg", ".exe"}
    state = state_of_file(path)
    if path.suffix in told:
        assert state is not Container.OPEN or path.suffix == ".exe"
    else:
        assert state is Container.CLOSED


@pytest.mark.parametrize(
    "path", SMALL_FILES or [pytest.param(None, marks=pytest.mark.skip("no corpus"))], ids=str
)
def test_every_real_file_is_open_without_its_end(path, state_of):
    """Or unknown, where only the table of contents tells; the rule is stricter then.

    The last sector of an MSI may be short: there are writers that do not fill it.
    """
    size = path.stat().st_size
    content = path.read_bytes()
    for kept in {1, 3, 100, 511, 513, size // 3, size // 2, size - 513, size - 23, size - 1}:
        if 0 < kept < size - (4096 if content.startswith(COMPOUND) else 0):
            assert state_of(content[:kept]) is not Container.CLOSED, kept


def test_every_truncation_of_a_sample_is_open(state_of):
    content = SAMPLE_APK.read_bytes()
    for kept in range(1, len(content), 7):
        assert state_of(content[:kept]) is Container.OPEN, kept
    for kept in range(len(content) - 64, len(content)):
        assert state_of(content[:kept]) is Container.OPEN, kept


def test_a_preallocated_file_is_open_until_its_end_is_written(state_of):
    content = SAMPLE_APK.read_bytes()
    half = len(content) // 2
    assert state_of(content[:half] + bytes(len(content) - half)) is Container.OPEN


def test_an_archive_with_a_comment_is_closed(state_of, tmp_path):
    """Up to the longest there can be, also when the comment looks like an end."""
    for comment in (b"x", b"PK\x05\x06" + bytes(30), b"c" * 65_535, b"PK\x05\x06" * 16_000):
        path = tmp_path / "commented.zip"
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("a", "b")
            made.comment = comment
        assert state_of_file(path) is Container.CLOSED, comment[:4]


@pytest.mark.parametrize(
    "path", HOSTILE or [None], ids=lambda path: path.name if path else "no-corpus"
)
def test_hostile_files_break_nothing(path, state_of):
    """Whole or torn anywhere, the answer is a word; and what is torn is never closed."""
    if path is None:
        pytest.skip("no corpus")
    content = path.read_bytes()
    assert isinstance(state_of_file(path), Container)
    if state_of_file(path) is Container.CLOSED:
        for kept in (
            len(content) // 2,
            len(content) - (4097 if path.name.startswith("msi") else 1),
        ):
            assert state_of(content[:kept]) is not Container.CLOSED


MAGICS = st.sampled_from([b"", b"PK\x05\x06", b"xar!", COMPOUND, b"encrcdsa", b"koly"])


@settings(max_examples=300, deadline=None)
@given(head=MAGICS, body=st.binary(max_size=700), tail=MAGICS, end=st.binary(max_size=40))
def test_no_bytes_break_the_look(state_of, head, body, tail, end):
    assert isinstance(state_of(head + body + tail + end), Container)


def test_a_compound_file_that_lies_about_its_size_is_open(state_of):
    """A table that is said to lie beyond the end."""
    header = bytearray(512)
    header[:8] = COMPOUND
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 44, 1)
    struct.pack_into("<I", header, 76, 0xFFFFFF00)
    assert state_of(bytes(header) + bytes(4096)) is Container.OPEN


def test_a_disk_image_is_closed_by_its_trailer(state_of):
    assert state_of(os.urandom(4096) + b"koly" + bytes(508)) is Container.CLOSED
    assert state_of(os.urandom(4096) + b"koly" + bytes(507)) is not Container.CLOSED


def test_the_look_reads_no_more_than_a_trailer(monkeypatch, tmp_path):
    """Whatever the file's size: it is asked about again and again."""
    path = tmp_path / "large.apk"
    path.write_bytes(bytes(5_000_000) + archive({"a": b"b"}))
    read, pread = [], os.pread

    def counted(file, size, at):
        read.append(size)
        return pread(file, size, at)

    monkeypatch.setattr(os, "pread", counted)
    state_of_file(path)
    assert sum(read) <= 22 + 65_535 + 512
