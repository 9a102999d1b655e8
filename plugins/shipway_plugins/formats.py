"""What a file-type plugin implements: an inspector per family of formats."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO, ClassVar

from shipway_plugins.words import Inspection


class Inspector(ABC):
    """Reads one family of file types. Runs in a worker with limits on memory, CPU and time."""

    #: The formats it can answer with (`apk`, `ipa`, ...).
    formats: ClassVar[tuple[str, ...]]
    #: Whether it takes what nobody else wants, and so is asked after those of all other plugins.
    fallback: ClassVar[bool] = False

    @abstractmethod
    def claims(self, head: bytes, file: BinaryIO) -> bool:
        """Say by content, never by name, whether this file is of this family.

        `head` is the first 4 KiB; `file` may be seeked but not closed.
        """

    @abstractmethod
    def identify(self, file: BinaryIO, path: Path) -> Inspection:
        """Read what the binary says of itself: cheap, and flat in the size of the file.

        Of `path` only the name counts: what the file is called by who brought it. The bytes are in
        `file`, and may lie elsewhere.

        Raises:
            NotABinary: The content contradicts the format, or breaks a limit.
        """
