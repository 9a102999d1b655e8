"""Any other ZIP archive: accepted as custom, for stores that take what they are given."""

from pathlib import Path
from typing import BinaryIO

from shipway_plugins.errors import NotABinary
from shipway_plugins.words import Platform

from shipway_formats.recognised import Family, RecognisingInspector
from shipway_formats.zip_directory import directory_of
from shipway_formats.zip_layout import NoArchive


class ArchiveInspector(RecognisingInspector):
    """Takes every archive that no inspector before it has claimed, the damaged ones included.

    Of those it says what is wrong, which is why it comes after all the others.
    """

    formats = ("zip",)
    fallback = True

    def claims(self, head: bytes, file: BinaryIO) -> bool:
        """Say whether this is a ZIP archive, whole or not."""
        try:
            directory_of(file)
        except NoArchive:
            return head.startswith(b"PK\3\4")
        except NotABinary:
            return True
        return True

    def recognise(self, head: bytes, file: BinaryIO, path: Path) -> Family | None:
        """Say that it is a plain archive.

        Raises:
            NotABinary: It is damaged, incomplete or empty.
        """
        del head, path
        if not directory_of(file).names:
            raise NotABinary("The archive is empty.", "Build it again.")
        return Family(Platform.CUSTOM, "zip")
