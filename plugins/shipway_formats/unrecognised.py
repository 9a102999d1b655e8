"""What is no binary that Shipway knows: says what it is instead, where that can be seen."""

from pathlib import Path
from typing import BinaryIO

from shipway_plugins import Inspector
from shipway_plugins.errors import NotABinary
from shipway_plugins.words import Inspection

from shipway_formats.findings import EXTENSIONS, extension_family
from shipway_formats.recognised import HEAD_SIZE
from shipway_formats.windows import OLE_MAGIC

_CUT = "It is still being written, or was cut while it was copied; build or copy it again."
_KNOWN = f"Known types: {', '.join(dict.fromkeys(EXTENSIONS.values()))}, zip."
#: Beginnings that say enough: the sentence, and what to do.
_BEGINNINGS = {
    b"version https://git-lfs.github.com/spec/": (
        "The file is a Git LFS pointer: a note that says where the binary is, not the binary.",
        "Run `git lfs pull` where it lies, then add it again.",
    ),
    b"\x7fELF": ("The file is a Linux program (ELF), not a package of one.", _KNOWN),
    b"MZ": ("The file is a Windows program (EXE or DLL), not a package of one.", _KNOWN),
    b"\xca\xfe\xba\xbe": ("The file is a bare program or class file, not a package.", _KNOWN),
    b"\xcf\xfa\xed\xfe": ("The file is a bare Apple program (Mach-O), not a package.", _KNOWN),
    OLE_MAGIC: ("The file is a compound document, but no installer that is whole.", _CUT),
}


class UnrecognisedInspector(Inspector):
    """Claims what is left, to refuse it in a sentence. It has to be asked last."""

    formats = ()
    fallback = True

    def claims(self, head: bytes, file: BinaryIO) -> bool:
        """Claim anything."""
        del head, file
        return True

    def identify(self, file: BinaryIO, path: Path) -> Inspection:
        """Say what the file is, as far as that can be seen.

        Raises:
            NotABinary: Always.
        """
        file.seek(0)
        raise _reason(file.read(HEAD_SIZE), path)


def _reason(head: bytes, path: Path) -> NotABinary:
    if not head:
        return NotABinary("The file is empty.", _CUT)
    for beginning, (sentence, hint) in _BEGINNINGS.items():
        if head.startswith(beginning):
            return NotABinary(sentence, hint)
    if _is_text(head):
        return NotABinary("The file is text, not a binary.", _KNOWN)
    promised = extension_family(path)
    if promised is None:
        return NotABinary("The content of the file is of no known type.", _KNOWN)
    return NotABinary(f"The file is named .{promised}, but its content is of no known type.", _CUT)


def _is_text(head: bytes) -> bool:
    """Say whether the beginning is UTF-8 without control characters; its last one may be cut."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return all(character.isprintable() or character in "\t\r\n\f" for character in text)
