"""An adapter that breaks in every way that a stranger's code might.

It is an obliging store until the file `break` lies in its environment's folder. From then on it
does what its option `does` says, whenever it is asked to do what its option `on` says. A lane of an
environment whose name begins with `import-` never gets beyond importing this module.

Every process that is to be dead afterwards writes its number into the file `pids` first.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from rehearsal_stores import Store
from shipway_plugins import Reporter, hook
from shipway_plugins.errors import StoreRefused
from shipway_plugins.words import Finding, LiveState, Plan, Receipt, StatusReport

_EVER = 600
_MIB = 1 << 20
#: Of a lane, `python -m` gets: the daemon's number, the descriptor of the frames, the environment.
_IS_LANE = Path(sys.argv[0]).name == "lane.py"

if _IS_LANE and sys.argv[3].startswith("import-"):
    time.sleep(_EVER)


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it does to break, and on which call (or on every one)."""

    does: str
    on: str = "publish"
    mib: int = 1


class Broken(Store):
    """Obliging, until it breaks."""

    kind = "broken"
    title = "Broken Store"
    options_type: ClassVar[type[msgspec.Struct]] = Options

    def __init__(self, options: Any, context: Any) -> None:
        super().__init__(options, context)
        self._kept: list[bytes] = []
        self._breaks("open")

    def status(self) -> StatusReport:
        """Say Available, whatever is true."""
        self._breaks("status")
        return super().status()

    def check(self, plan: Plan) -> list[Finding]:
        """Find nothing."""
        self._breaks("check")
        return super().check(plan)

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Publish."""
        self._breaks("publish")
        return super().publish(plan, report)

    def live(self, app: str) -> LiveState:
        """Read back."""
        self._breaks("live")
        return super().live(app)

    def _breaks(self, call: str) -> None:
        if self.options.on in (call, "every") and (self.context.data_dir / "break").exists():
            self._note(os.getpid())
            WAYS[self.options.does](self)

    def _note(self, pid: int) -> None:
        with (self.context.data_dir / "pids").open("a") as file:
            file.write(f"{pid}\n")

    # --------------------------------------------------------------- the ways to break

    def raises(self) -> None:
        """Have a bug."""
        raise ValueError("an index out of thin air")

    def leaves(self) -> None:
        """Try to end the process as a script does."""
        sys.exit(3)

    def interrupts(self) -> None:
        """Raise what Ctrl-C raises."""
        raise KeyboardInterrupt

    def sleeps(self) -> None:
        """Never come back."""
        time.sleep(_EVER)

    def spins(self) -> None:
        """Never come back, and never let go of the interpreter."""
        sum(range(10**12))

    def vanishes(self) -> None:
        """End the process at once."""
        os._exit(7)

    def crashes(self) -> None:
        """Read where nothing is."""
        ctypes.string_at(0)

    def floods(self) -> None:
        """Print a gigabyte of lines, and a gigabyte of garbage without any."""
        for _ in range(1024):
            os.write(1, b"All work and no play.\n" * (_MIB // 22))
        for _ in range(1024):
            os.write(2, os.urandom(1024).replace(b"\n", b"") * 1024)

    def garbles(self) -> None:
        """Write what is no message to where the answers go."""
        os.write(int(sys.argv[2]), os.urandom(4096))
        time.sleep(_EVER)

    def boasts(self) -> None:
        """Announce a message of four gigabytes."""
        os.write(int(sys.argv[2]), b"\xff" * 4)
        time.sleep(_EVER)

    def hoards(self) -> None:
        """Take more and more memory, and never come back."""
        while True:
            self._kept.append(bytes(range(256)) * (_MIB // 256))
            time.sleep(0.002)

    def leaks(self) -> None:
        """Keep some memory of every call."""
        self._kept += [bytes(range(256)) * (_MIB // 256) for _ in range(self.options.mib)]

    def forks(self) -> None:
        """Have a child that ignores SIGTERM, and wait for it."""
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            self._note(os.getpid())
            time.sleep(_EVER)
        os.waitpid(pid, 0)

    def escapes(self) -> None:
        """Leave a child in a session of its own, which ignores SIGTERM; and be gone."""
        self._detach()
        os._exit(6)

    def escapes_unmarked(self) -> None:
        """As `escapes`, but with nothing of our environment, and all of our descriptors."""
        self._detach(env={}, close_fds=False)
        os._exit(6)

    def _detach(self, **how: Any) -> None:
        source = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
        child = subprocess.Popen([sys.executable, "-c", source], start_new_session=True, **how)
        self._note(child.pid)

    def lies(self) -> None:
        """Refuse, Available as it was."""
        raise StoreRefused("The store is closed for ever.", "Find another one.")


WAYS: dict[str, Callable[[Broken], None]] = {
    name: way
    for name, way in vars(Broken).items()
    if callable(way) and not name.startswith("_") and name not in vars(Store)
}


@hook
def shipway_adapters(register: Any) -> None:
    """Register it."""
    register(Broken)
