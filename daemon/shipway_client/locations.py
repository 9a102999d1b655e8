"""Where everything of a home lives: one rule for the daemon and for who looks for it.

`SHIPWAY_HOME` moves it all; without it, XDG paths (platformdirs) hold.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

#: The longest socket path that both Linux (108) and macOS (104) take, with its closing zero.
MAX_SOCKET_PATH = 103


@dataclass(frozen=True)
class Locations:
    """The paths of one home."""

    home: Path
    config: Path
    runtime: Path

    @property
    def database(self) -> Path:
        """The catalogue."""
        return self.home / "catalog.sqlite3"

    @property
    def lock(self) -> Path:
        """The lock of the home; it records the daemon's address and epoch."""
        return self.home / "daemon.lock"

    @property
    def log(self) -> Path:
        """The daemon's structured log, when it was started in the background."""
        return self.home / "daemon.log"

    @property
    def blobs(self) -> Path:
        """The content-addressed store."""
        return self.home / "blobs"

    @property
    def staging(self) -> Path:
        """Unfinished copies; on the store's own file system, swept at start."""
        return self.home / "staging"

    @property
    def uploads(self) -> Path:
        """The bytes of uploads that are under way; on the store's own file system."""
        return self.home / "uploads"

    @property
    def lanes(self) -> Path:
        """One lock file per environment, held by its lane."""
        return self.home / "lanes"

    @property
    def environments(self) -> Path:
        """One folder per environment, for its adapter."""
        return self.home / "environments"

    @property
    def backups(self) -> Path:
        """Copies of the catalogue made before a migration."""
        return self.home / "backups"

    @property
    def socket(self) -> Path:
        """The daemon's socket, or a short hashed path where the plain one is too long."""
        plain = self.runtime / "daemon.sock"
        if len(os.fsencode(plain)) <= MAX_SOCKET_PATH:
            return plain
        import hashlib
        import tempfile

        name = hashlib.sha256(os.fsencode(plain)).hexdigest()[:16]
        folder = f"shipway-{os.getuid()}-{name}"
        hashed = Path(tempfile.gettempdir()) / folder / "daemon.sock"
        if len(os.fsencode(hashed)) <= MAX_SOCKET_PATH:
            return hashed
        return Path("/tmp") / folder / "daemon.sock"  # noqa: S108 - checked to be ours alone


def locate() -> Locations:
    """Find this user's home from the environment."""
    if home := os.environ.get("SHIPWAY_HOME"):
        root = Path(home).expanduser().absolute()
        return Locations(home=root, config=root, runtime=root / "run")
    import platformdirs

    dirs = platformdirs.PlatformDirs("shipway", appauthor=False)
    data = Path(dirs.user_data_dir)
    # Without a session (ssh, containers) there is no private folder to share with others' programs.
    session = sys.platform == "darwin" or "XDG_RUNTIME_DIR" in os.environ
    return Locations(
        home=data,
        config=Path(dirs.user_config_dir),
        runtime=Path(dirs.user_runtime_dir) if session else data / "run",
    )
