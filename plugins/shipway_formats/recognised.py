"""The families that are recognised by content, while what they say of themselves is not read yet.

Each gets a reader of its own in time; until then a person gives the version and the build, and the
file goes its way with a finding.
"""

from abc import abstractmethod
from pathlib import Path
from typing import BinaryIO, NamedTuple

from shipway_plugins import Inspector
from shipway_plugins.errors import NotABinary
from shipway_plugins.words import Finding, Inspection, Platform

from shipway_formats.findings import not_read_yet, wrong_extension

HEAD_SIZE = 4096


class Family(NamedTuple):
    """What a file is: its platform, its format, and what else was noticed."""

    platform: Platform
    format: str
    findings: tuple[Finding, ...] = ()


class RecognisingInspector(Inspector):
    """An inspector that knows what a file is, and leaves its fields open."""

    @abstractmethod
    def recognise(self, head: bytes, file: BinaryIO, path: Path) -> Family | None:
        """Say what the file is by its content, or None.

        The name in `path` decides among formats whose content is the same, and nothing else.
        """

    def claims(self, head: bytes, file: BinaryIO) -> bool:
        """Say whether the file is of one of these families."""
        return self.recognise(head, file, Path()) is not None

    def identify(self, file: BinaryIO, path: Path) -> Inspection:
        """Say what the file is; every field that it could state is None.

        Raises:
            NotABinary: It is of none of these families.
        """
        file.seek(0)
        family = self.recognise(file.read(HEAD_SIZE), file, path)
        if family is None:
            raise NotABinary(f"The file is none of these: {', '.join(self.formats)}.")
        return Inspection(
            platform=family.platform,
            format=family.format,
            identifier=None,
            name=None,
            version=None,
            build=None,
            min_os=None,
            findings=[
                not_read_yet(family.format),
                *family.findings,
                *wrong_extension(path, family.format),
            ],
        )
