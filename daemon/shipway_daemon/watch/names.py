"""Which names in a build folder may be binaries at all."""

from fnmatch import fnmatchcase

#: What build tools write as their output. A plain .zip may be anything: only a glob names it.
EXTENSIONS = (
    ".apk",
    ".aab",
    ".ipa",
    ".app.zip",
    ".xcarchive.zip",
    ".pkg",
    ".dmg",
    ".appx",
    ".appxbundle",
    ".appxupload",
    ".msi",
    ".msix",
    ".msixbundle",
    ".msixupload",
)

#: What writers call a file that they have not finished.
TEMPORARY = (".tmp", ".part", ".partial", ".crdownload", ".download", ".swp", "~")


def may_be_binary(relative: str, glob: str | None) -> bool:
    """Tell by its path below the folder whether a file is looked at.

    A glob without a slash is matched against the name, one with a slash against the path.
    """
    name = relative.rpartition("/")[2]
    lowered = name.lower()
    if name.startswith(".") or lowered.endswith(TEMPORARY):
        return False
    if glob is None:
        return lowered.endswith(EXTENSIONS)
    return fnmatchcase(relative if "/" in glob else name, glob)
