"""Where build tools put what they build, and which of their folders are passed over.

Gradle writes `build/outputs/{apk,bundle}/...` in each module (Flutter: `build/app/outputs/...`);
Xcode exports archives wherever it is told to; MSBuild writes packages below `bin` and
`AppPackages`. All three keep far more in between than they put out, and none of that is walked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from shipway_client.wire import Preset

#: The parts of a path, from the root of the file system down.
Parts = tuple[str, ...]

#: What Gradle keeps beside `outputs`; elsewhere a folder of such a name may be a module.
_GRADLE_WORK = frozenset(
    {"generated", "jacoco", "kotlin", "reports", "snapshot", "test-results", "tmp"}
)
_XCODE_BUNDLES = ("*.xcarchive", "*.app", "*.noindex", "*.framework", "*.xcframework")


@dataclass(frozen=True)
class Rules:
    """What one build tool's preset says.

    Args:
        extensions: How the names of its outputs end, in lower case.
        enters: Whether the last of these parts is a folder to look into.
        holds: Whether outputs lie in the folder that these parts lead to.
    """

    extensions: tuple[str, ...]
    enters: Callable[[Parts], bool]
    holds: Callable[[Parts], bool]


def _enters_android(parts: Parts) -> bool:
    name, above = parts[-1], parts[:-1]
    if name in ("intermediates", "node_modules"):
        return False
    if "build" not in above:
        return True
    if above[-1] == "outputs":
        return name in ("apk", "bundle")
    if above[-2:] == ("outputs", "apk"):
        return name != "androidTest"
    return above[-1] != "build" or name not in _GRADLE_WORK


def _holds_android(parts: Parts) -> bool:
    """Outputs lie below `outputs/apk` or `outputs/bundle` of a `build` folder, but no tests."""
    for at in range(1, len(parts)):
        if parts[at] in ("apk", "bundle") and parts[at - 1] == "outputs":
            return "build" in parts[:at] and "androidTest" not in parts[at + 1 : at + 2]
    return False


def _enters_xcode(parts: Parts) -> bool:
    name = parts[-1]
    if name in ("DerivedData", "SourcePackages", "Pods", "node_modules"):
        return False
    return not any(fnmatchcase(name, bundle) for bundle in _XCODE_BUNDLES)


def _enters_dotnet(parts: Parts) -> bool:
    """MSBuild runs where case means nothing, so it means nothing here either."""
    *above, name = (part.lower() for part in parts)
    return name not in ("obj", "node_modules") and not (
        name == "dependencies" and "apppackages" in above
    )


def _holds_dotnet(parts: Parts) -> bool:
    return any(part.lower() in ("bin", "apppackages") for part in parts)


PRESETS: Mapping[Preset, Rules] = {
    Preset.ANDROID: Rules((".apk", ".aab"), _enters_android, _holds_android),
    Preset.XCODE: Rules(
        (".ipa", ".pkg", ".dmg", ".xcarchive.zip", ".app.zip"), _enters_xcode, lambda _: True
    ),
    Preset.DOTNET: Rules(
        (".msix", ".msixbundle", ".msixupload", ".appx", ".appxbundle", ".appxupload", ".msi"),
        _enters_dotnet,
        _holds_dotnet,
    ),
}
