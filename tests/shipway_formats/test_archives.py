"""An archive is checked whole before anything in it is believed."""

import io
import struct
import time
import zipfile

import pytest
from shipway_formats.zip_directory import directory_of
from shipway_plugins.errors import NotABinary


def directory(data):
    return directory_of(io.BytesIO(data))


def changed(data, find, offset, value):
    """Return `data` with bytes changed at `offset` after the last `find`."""
    at = data.rindex(find) + offset
    return data[:at] + value + data[at + len(value) :]


def test_entries_are_read_and_checked(archive):
    whole = archive({"a": b"one" * 1000, "b": b""})
    assert directory(whole).read(b"a", 5000) == b"one" * 1000
    assert directory(whole).read(b"b", 0) == b""


def test_the_limit_counts_for_what_is_stated(archive):
    with pytest.raises(NotABinary, match="limit"):
        directory(archive({"a": bytes(1001)})).read(b"a", 1000)


def test_a_flag_that_says_encrypted_is_ignored_as_android_does(archive):
    data = changed(archive({"a": b"text"}), b"PK\1\2", 8, b"\1\0")
    assert directory(data).read(b"a", 10) == b"text"


def test_a_wrong_checksum_is_refused(archive):
    data = changed(archive({"a": b"text"}), b"PK\1\2", 16, b"\0\0\0\0")
    with pytest.raises(NotABinary, match="checksum"):
        directory(data).read(b"a", 10)


@pytest.mark.parametrize("stated", [3, 5])
def test_a_false_size_is_refused(archive, stated):
    data = changed(archive({"a": b"text"}), b"PK\1\2", 24, struct.pack("<I", stated))
    with pytest.raises(NotABinary, match="does not unpack"):
        directory(data).read(b"a", 10)


def test_a_name_that_is_another_in_front_of_the_data_is_refused(archive):
    data = changed(archive({"a": b"text"}), b"PK\1\2", 46, b"b")
    with pytest.raises(NotABinary, match="something else lies"):
        directory(data).read(b"b", 10)


def test_entries_that_lie_over_each_other_are_refused(archive):
    whole = archive({"a": b"text", "b": b"text"})
    data = changed(whole, b"PK\1\2", 42, struct.pack("<I", 0))
    with pytest.raises(NotABinary, match="over each other"):
        directory(data)


def test_two_entries_of_one_name_are_refused_when_they_are_asked_for():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a", b"1")
        made.writestr("b", b"2")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a", b"3")
    found = directory(out.getvalue())
    assert found.read(b"b", 9) == b"2"
    with pytest.raises(NotABinary, match="more than once"):
        found.read(b"a", 9)


@pytest.mark.parametrize("extra", [b"PK\1\2", b"\0"])
def test_bytes_that_belong_nowhere_are_refused(archive, extra):
    with pytest.raises(NotABinary):
        directory(extra + archive({"a": b"text"}))
    with pytest.raises(NotABinary):
        directory(archive({"a": b"text"}) + extra)


def test_the_count_has_to_be_true(archive):
    data = changed(archive({"a": b"1", "b": b"2"}), b"PK\5\6", 10, b"\1\0")
    with pytest.raises(NotABinary, match="more entries"):
        directory(data)


def test_a_64_bit_archive_is_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made, made.open("a", "w", force_zip64=True) as entry:
        entry.write(b"text")
    data = out.getvalue()
    end = data.rindex(b"PK\5\6")
    size, start = struct.unpack_from("<II", data, end + 12)
    wide = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    last = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, size, 0xFFFFFFFF, 0)
    assert directory(data[:end] + wide + locator + last).read(b"a", 10) == b"text"


def test_an_entry_with_64_bit_sizes_is_read(archive):
    whole = archive({"a": b"text"})
    start = whole.index(b"PK\1\2")
    packed, size = struct.unpack_from("<II", whole, start + 20)
    extra = struct.pack("<HHQQQ", 1, 24, size, packed, 0)
    record = bytearray(whole[start : whole.index(b"PK\5\6")])
    struct.pack_into("<II", record, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", record, 30, len(extra))
    struct.pack_into("<I", record, 42, 0xFFFFFFFF)
    central = bytes(record) + extra
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), start, 0)
    assert directory(whole[:start] + central + end).read(b"a", 10) == b"text"


def test_an_archive_of_many_entries_is_read_in_time(archive):
    whole = archive({f"assets/{number}": b"" for number in range(20_000)})
    before = time.process_time()
    assert len(directory(whole).names) == 20_000
    assert time.process_time() - before < 1
