"""A virtual environment of its own that sees what this one has, and needs no network."""

import subprocess
import sys
import sysconfig
from pathlib import Path

#: A busy machine takes its time to unpack pip.
SECONDS = 300


class Venv:
    """A fresh environment in a folder; what is installed into it is installed there only."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.python = self.bin / "python"
        self.run(sys.executable, "-m", "venv", str(folder))
        self.packages = Path(
            self.run(
                str(self.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"
            ).strip()
        )
        (self.packages / "around.pth").write_text("\n".join(_around()) + "\n")

    def run(self, *words: str, folder: Path | None = None) -> str:
        """Run a program to its end, and give what it printed."""
        done = subprocess.run(
            words, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, f"{words}:\n{done.stdout}\n{done.stderr}"
        return done.stdout


def _around() -> list[str]:
    """Where this process imports from, but for Python's own library and what tests add."""
    own = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    tests = str(Path(__file__).parents[1])
    return [
        path
        for path in sys.path
        if Path(path).is_dir()
        and not any(path.startswith(f"{base}/lib-") or path == base for base in own)
        and path not in ("", tests)
    ]
