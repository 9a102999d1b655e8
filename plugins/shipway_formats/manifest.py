"""What an AndroidManifest.xml says: one pass over its elements, raw values kept.

The numbers are those of the attributes in Android's public resources (`android.R.attr`).
"""

from dataclasses import dataclass, field

from shipway_plugins.errors import NotABinary

from shipway_formats.axml import Element, elements
from shipway_formats.window import Window

LABEL, NAME, DEBUGGABLE, REQUIRED = 0x01010001, 0x01010003, 0x0101000F, 0x0101028E
VERSION_CODE, VERSION_NAME, VERSION_CODE_MAJOR = 0x0101021B, 0x0101021C, 0x01010576
MIN_SDK, TARGET_SDK = 0x0101020C, 0x01010270
SMALL_SCREENS, NORMAL_SCREENS = 0x01010284, 0x01010285
MAX_PERMISSIONS = 2_000

_PERMISSIONS = ("uses-permission", "uses-permission-sdk-23")


@dataclass(slots=True)
class Manifest:
    """The elements of a manifest that matter here, by what they say."""

    root: Element
    application: Element | None = None
    sdk: Element | None = None
    screens: Element | None = None
    permissions: set[str] = field(default_factory=set)
    features: set[str] = field(default_factory=set)


def read_manifest(view: Window) -> Manifest:
    """Read a compiled manifest.

    Raises:
        NotABinary: It is not compiled XML, or its outermost element is not `manifest`.
    """
    if view.size and view.take(0, 1) in b"<\xef \n":
        raise NotABinary(
            "AndroidManifest.xml is plain text; an app that can be installed holds it compiled.",
            "Add what the build tool put out, not an archive of the sources.",
        )
    manifest: Manifest | None = None
    for element in elements(view):
        if manifest is None:
            manifest = Manifest(_root(element, view))
        elif element.depth == 2:
            _note(manifest, element)
    if manifest is None:
        raise view.broken("it has no elements")
    return manifest


def _root(element: Element, view: Window) -> Element:
    if element.name != "manifest" or element.depth != 1:
        raise view.broken("its outermost element is not manifest")
    return element


def _note(manifest: Manifest, element: Element) -> None:
    """Keep an element below the outermost; of one that may be there once, the first."""
    if element.name == "application":
        manifest.application = manifest.application or element
    elif element.name == "uses-sdk":
        manifest.sdk = manifest.sdk or element
    elif element.name == "supports-screens":
        manifest.screens = manifest.screens or element
    elif element.name in _PERMISSIONS and len(manifest.permissions) < MAX_PERMISSIONS:
        manifest.permissions.add(element.text(NAME) or "")
    elif element.name == "uses-feature" and element.text(REQUIRED) != "false":
        manifest.features.add(element.text(NAME) or "")
