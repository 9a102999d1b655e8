"""The bundled inspectors: what every known file type is, and what APKs and IPAs say of themselves.

They are registered in the order in which they have to be asked, and the first that claims a file
reads it:

1. `apk`, `aab`, `ipa`, the MSIX family, zipped apps and archives: a ZIP archive, told apart by what
   lies at its root. An archive with the marks of two is the earlier of them.
2. `msi`, `pkg`, `dmg`: known by their first or last bytes.
3. `zip`: every other archive, and the damaged ones, of which it says what is wrong.
4. Whatever is left is refused in a sentence.

The last two claim much, so they are marked as fallbacks: other plugins are asked before them.
"""

from collections.abc import Callable

from shipway_plugins import Inspector, hook

from shipway_formats.aab import AabInspector
from shipway_formats.apk import ApkInspector
from shipway_formats.apple import DmgInspector, PkgInspector, ZippedAppInspector
from shipway_formats.archives import ArchiveInspector
from shipway_formats.ipa import IpaInspector
from shipway_formats.unrecognised import UnrecognisedInspector
from shipway_formats.windows import AppxInspector, MsiInspector


@hook
def shipway_formats(register: Callable[[Inspector], None]) -> None:
    """Register each inspector, in the order in which they have to be asked."""
    register(ApkInspector())
    register(AabInspector())
    register(IpaInspector())
    register(AppxInspector())
    register(ZippedAppInspector())
    register(MsiInspector())
    register(PkgInspector())
    register(DmgInspector())
    register(ArchiveInspector())
    register(UnrecognisedInspector())
