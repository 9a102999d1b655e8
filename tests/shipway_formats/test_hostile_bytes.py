"""Whatever bytes come in, an inspection or a refusal comes out, and nothing else."""

import io
import plistlib
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shipway_formats.apk import MANIFEST, RESOURCES
from shipway_formats.arsc import ResourceTable
from shipway_formats.manifest import read_manifest
from shipway_formats.plists import read_plist
from shipway_formats.values import REFERENCE, Value
from shipway_formats.window import Window
from shipway_plugins.errors import NotABinary
from shipway_plugins.words import Inspection

QUICK = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
#: Numbers that parsers trip over, beside any byte.
EDGES = st.sampled_from([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\1\0", b"\0\x80"])
CHANGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), EDGES | st.binary(min_size=1, max_size=8)),
    min_size=1,
    max_size=8,
)
WANTED = ("CFBundleIdentifier", "UIDeviceFamily")
INFO = {"CFBundleIdentifier": "a.b", "UIDeviceFamily": [1, 2], "x": {"y": [1.5, b"z", True]}}


def mutate(data, changes, keep):
    out = bytearray(data)
    for place, piece in changes:
        at = int(place * len(out))
        out[at : at + len(piece)] = piece
    return bytes(out[: max(1, int(keep * len(out)))])


MUTATION = {"changes": CHANGES, "keep": st.just(1.0) | st.floats(0.01, 1)}


@pytest.fixture(scope="module")
def sample_apk(samples):
    return (samples / "sample-1.0.0.apk").read_bytes()


@pytest.fixture(scope="module")
def sample_ipa(samples):
    return (samples / "sample-1.0.0.ipa").read_bytes()


def member(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return opened.read(name.decode())


def settles(identify, data):
    try:
        assert isinstance(identify(data, "a.apk"), Inspection)
    except NotABinary as refusal:
        assert refusal.message


@QUICK
@given(**MUTATION)
def test_a_changed_apk_settles(identify, sample_apk, changes, keep):
    settles(identify, mutate(sample_apk, changes, keep))


@QUICK
@given(**MUTATION)
def test_a_changed_ipa_settles(identify, sample_ipa, changes, keep):
    settles(identify, mutate(sample_ipa, changes, keep))


@QUICK
@given(**MUTATION)
def test_a_changed_manifest_settles_within_a_sound_archive(
    identify, archive, sample_apk, changes, keep
):
    manifest = mutate(member(sample_apk, MANIFEST), changes, keep)
    resources = member(sample_apk, RESOURCES)
    settles(identify, archive({MANIFEST.decode(): manifest, RESOURCES.decode(): resources}))


@QUICK
@given(**MUTATION)
def test_changed_resources_cost_the_name_and_nothing_else(
    identify, archive, sample_apk, changes, keep
):
    resources = mutate(member(sample_apk, RESOURCES), changes, keep)
    manifest = member(sample_apk, MANIFEST)
    found = identify(archive({MANIFEST.decode(): manifest, RESOURCES.decode(): resources}))
    assert (found.identifier, found.version, found.build) == ("dev.shipway.sample", "1.0.0", "1")
    assert found.name is not None or found.findings


@QUICK
@given(**MUTATION, fmt=st.sampled_from([plistlib.FMT_XML, plistlib.FMT_BINARY]))
def test_a_changed_property_list_settles(changes, keep, fmt):
    data = mutate(plistlib.dumps(INFO, fmt=fmt), changes, keep)
    try:
        assert set(read_plist(data, WANTED)) <= set(WANTED)
    except NotABinary as refusal:
        assert refusal.message


@QUICK
@given(head=st.sampled_from([b"", b"PK\3\4", b"PK\5\6", b"xar!", b"MZ"]), tail=st.binary())
def test_any_bytes_settle(identify, head, tail):
    settles(identify, head + tail)


def table(entries):
    """Build a table of one package with one type in the default configuration."""
    values = b"".join(struct.pack("<HHIHBBI", 8, 0, 0, 8, 0, kind, data) for kind, data in entries)
    offsets = struct.pack(f"<{len(entries)}I", *range(0, 16 * len(entries), 16))
    head = struct.pack("<IIII", 1, len(entries), 48 + len(offsets), 28) + bytes(24)
    size = 8 + len(head) + len(offsets) + len(values)
    kind = struct.pack("<HHI", 0x0201, 8 + len(head), size) + head + offsets + values
    package = struct.pack("<HHII", 0x0200, 288, 288 + len(kind), 0x7F) + bytes(276) + kind
    return struct.pack("<HHII", 2, 12, 12 + len(package), 1) + package


def look_up(data, number):
    view = Window.of_bytes(data, "resources.arsc")
    return ResourceTable(view).text(Value(REFERENCE, number))


def test_references_are_followed_to_their_end():
    chain = table([(REFERENCE, 0x7F010001), (REFERENCE, 0x7F010002), (0x10, 42)])
    assert look_up(chain, 0x7F010000) == "42"
    assert look_up(chain, 0x7F010009) is None
    assert look_up(chain, 0x01010000) is None


def test_references_in_a_circle_are_refused():
    circle = table([(REFERENCE, 0x7F010001), (REFERENCE, 0x7F010000)])
    with pytest.raises(NotABinary, match="references"):
        look_up(circle, 0x7F010000)


def test_more_configurations_than_any_app_has_are_refused():
    data = bytearray(table([(0x10, 42)]))
    parts = data[300:] * 3000
    struct.pack_into("<I", data, 4, 300 + len(parts))
    struct.pack_into("<I", data, 16, 288 + len(parts))
    with pytest.raises(NotABinary, match="configurations"):
        look_up(bytes(data[:300] + parts), 0x7F010000)


def test_a_manifest_of_nothing_but_small_chunks_is_refused():
    many = struct.pack("<HHI", 0x0104, 8, 8) * 200_000
    with pytest.raises(NotABinary, match="parts"):
        read_manifest(Window.of_bytes(document(many), "AndroidManifest.xml"))


@pytest.mark.parametrize(("count", "close"), [(40_000, True), (100, False)])
def test_more_elements_than_any_app_has_are_refused(count, close):
    pool = struct.pack("<HHIIIIII", 1, 28, 28 + 4 + 12, 1, 0, 0x100, 32, 0)
    pool += bytes(4) + b"\x08\x08manifest\0\0"
    start = struct.pack("<HHIIiiiHHHHHH", 0x0102, 16, 36, 0, -1, -1, 0, 20, 20, 0, 0, 0, 0)
    end = struct.pack("<HHIIiii", 0x0103, 16, 24, 0, -1, -1, 0)
    data = document(pool + start + (start + end if close else start) * count)
    with pytest.raises(NotABinary, match="elements"):
        read_manifest(Window.of_bytes(data, "AndroidManifest.xml"))


def document(chunks):
    return struct.pack("<HHI", 3, 8, 8 + len(chunks)) + chunks
