"""Property lists: of the outermost dictionary, the few plain values that are asked for.

Nothing below that is decoded, so a list that contains itself, or a million times another, costs
nothing. XML goes through defusedxml: a document type is allowed, since Apple's tools write one,
but entities are not. Source of the binary layout: `CFBinaryPList.c` of Apple's CoreFoundation.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from shipway_plugins.errors import NotABinary

from shipway_formats.binary_plist import NOT_PLAIN, read_binary
from shipway_formats.window import Window

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: An Info.plist is a few kB; the largest ones seen are 100 kB.
MAX_PLIST = 1024 * 1024
_MAX_ITEMS = 64


def read_plist(data: bytes, wanted: Collection[str]) -> dict[str, object]:
    """Return the wanted keys that are there: str, int, float, bool, a list of those, or NOT_PLAIN.

    Raises:
        NotABinary: It is no property list, holds entities, names a key twice, or is damaged.
    """
    view = Window.of_bytes(data, "Info.plist")
    pairs = read_binary(view, wanted) if data.startswith(b"bplist") else _read_xml(view, wanted)
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise view.broken(f"it states {key} twice")
        found[key] = value
    return found


def _read_xml(view: Window, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    root = _parse(view)
    top = next(iter(root), None)
    if root.tag != "plist" or top is None or top.tag != "dict":
        raise view.broken("it is not a property list with a dictionary")
    key: str | None = None
    for child in top:
        if child.tag == "key":
            key = child.text or ""
        elif key is not None:
            if key in wanted:
                yield key, _plain(child)
            key = None


def _parse(view: Window) -> "Element":
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    try:
        root: Element = fromstring(view.take(0, view.size), forbid_dtd=False)
    except DefusedXmlException as error:
        raise NotABinary(
            "Info.plist declares entities, which could make it read other files or grow without "
            "end.",
            "Write it without a document type of its own; Apple's tools never add entities.",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise view.broken("it is neither a binary nor an XML property list") from error
    return root


def _plain(element: "Element") -> object:
    if element.tag == "array":
        return [_scalar(child) for child in element[:_MAX_ITEMS]]
    return _scalar(element)


def _scalar(element: "Element") -> object:
    text = (element.text or "").strip()
    try:
        if element.tag == "string":
            return element.text or ""
        if element.tag == "integer":
            return int(text[:32], 0)
        if element.tag == "real":
            return float(text)
    except ValueError:
        return NOT_PLAIN
    return {"true": True, "false": False}.get(element.tag, NOT_PLAIN)
