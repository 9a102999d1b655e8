"""Plugins made on the fly: a module and its metadata, in a folder that children find."""

import asyncio
import contextlib
import os
import textwrap
import time
from pathlib import Path

import pytest
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.lanes import Lanes

#: An adapter whose `live` misbehaves as the app's name says.
WILD = """
import os, signal, subprocess, sys, threading, time
import msgspec
from shipway_plugins import Adapter, hook
from shipway_plugins.credentials import Credential
from shipway_plugins.errors import StoreBusy, StoreRefused
from shipway_plugins.words import *

class OwnRefusal(StoreRefused):
    pass

class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    size: int = 1
    note: str = ""
    token: Credential = ""
    more: dict[str, Credential] = {}

class Wild(Adapter):
    kind = "wild"
    title = "Wild"
    options_type = Options

    def status(self):
        return StatusReport(
            status=EnvironmentStatus.AVAILABLE,
            reason=f"{os.getpid()} {self.options.size}",
        )

    def publish(self, plan, report):
        if plan.key == "steps":
            report.stage("Count")
            for step in range(100_000):
                report.progress(step + 1, 100_000)
            report.skip("Nothing")
            report.log("done")
        if plan.key == "talk":
            report.stage("Talk")
            for line in range(20_000):
                report.log(str(line))
        if plan.key == "tell":
            token = self.options.token
            report.stage(f"With {token}", f"by {token}")
            report.log(f"log {token}")
            report.log("x" * 4090 + token)
            report.progress(1, 2)
            return Receipt(key=plan.key, items=[], message=f"took {token}")
        if plan.key == "hold":
            report.stage("Hold")
            time.sleep(600)
        return Receipt(key=plan.key, items=[])

    def live(self, app):
        return LiveState(app=getattr(self, app)() or app)

    def fine(self): pass
    def raises(self): raise ValueError("a bad\\nvalue")
    def refuses(self): raise OwnRefusal("Not today.", "Come tomorrow.")
    def busy(self): raise StoreBusy("Not now.", "Wait.", retry_after=2.5)
    def tells(self): raise StoreRefused(f"no {self.options.token}", f"try {self.options.more}")
    def raises_it(self): raise ValueError(f"bad {self.options.token}")
    def prints_it(self):
        import base64
        token = self.options.token
        print("basic", base64.b64encode(f"user:{token}".encode()).decode())
        print("x" * 4090 + token)
        sys.stdout.write(token[:5]); sys.stdout.flush(); time.sleep(0.1)
        print(token[5:], flush=True)
        print(self.options.more["KEY"], flush=True)
        os._exit(9)
    def leaves(self): raise SystemExit(3)
    def interrupts(self): raise KeyboardInterrupt
    def exits(self): print("last words", flush=True); os._exit(7)
    def crashes(self): os.kill(os.getpid(), signal.SIGSEGV)
    def hangs(self): time.sleep(600)
    def prints(self):
        for _ in range(50): sys.stdout.write("x" * 1_000_000 + "\\n")
        sys.stdout.write("y\\n" * 5_000_000)
    def prints_lines(self):
        for n in range(3): print("line", n)
    def oversize(self):
        os.write(int(sys.argv[2]), b"\\xff" * 4)
        time.sleep(600)
    def garbage(self):
        os.write(int(sys.argv[2]), b"\\0\\0\\0\\3abc")
        time.sleep(600)
    def long_answer(self): return "x" * 2_000_000
    def ignores(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    def has_child(self):
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)
        (self.context.data_dir / "grandchild").write_text(str(pid))
        time.sleep(600)
    def has_child_unbound(self):
        # As where the kernel has no such thing: the death of the parent kills nobody.
        import ctypes
        ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
        self.has_child()
    def leaves_child(self):
        pid = os.fork()
        if pid == 0:
            time.sleep(600)
        (self.context.data_dir / "grandchild").write_text(str(pid))
        os._exit(5)
    def breaks_pipe(self):
        import socket
        one, other = socket.socketpair()
        other.close()
        one.send(b"x")
    def escapes(self):
        escaped, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.write(tell, b"x")
            time.sleep(600)
        os.read(escaped, 1)
        (self.context.data_dir / "grandchild").write_text(str(pid))
        os._exit(6)
    def escapes_unmarked(self):
        pid = self.detached("import time; time.sleep(600)", close_fds=False, env={})
        (self.context.data_dir / "grandchild").write_text(str(pid))
        os._exit(6)
    def has_helper(self):
        pid = self.detached("import time; time.sleep(600)")
        (self.context.data_dir / "grandchild").write_text(str(pid))
    def has_helper_and_hangs(self):
        self.has_helper()
        time.sleep(600)
    def detached(self, source, **how):
        command = [sys.executable, "-c", source]
        return subprocess.Popen(command, start_new_session=True, **how).pid
    def grows(self):
        self.kept = [b"x" * (1 << 20) for _ in range(200)]
        time.sleep(600)
    def keeps(self):
        self.kept = [b"x" * (1 << 20) for _ in range(100)]
    def spins(self):
        sum(range(10**12))
    def spins_in_child(self):
        subprocess.run([sys.executable, "-c", "sum(range(10**12))"])
    def shows_environment(self):
        raise StoreRefused(" ".join(sorted(os.environ)))

@hook
def shipway_adapters(register):
    register(Wild)
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Install a plugin from its source; here and in every child it is found by its entry point."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site))

    def install(name: str, source: str) -> str:
        (site / f"{name}_module.py").write_text(textwrap.dedent(source))
        info = site / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[shipway]\n{name} = {name}_module\n")
        return name

    return install


@pytest.fixture
def spec(plugin, tmp_path) -> LaneSpec:
    """The lane of an environment with the wild adapter."""
    return LaneSpec(
        environment_id=1,
        environment="wild-one",
        plugin=plugin("wild", WILD),
        adapter="wild",
        options={},
        data_dir=tmp_path / "environments" / "1",
        lock=tmp_path / "lanes" / "1.lock",
    )


@pytest.fixture
async def lanes():
    """Lanes that leave no process behind."""
    lines: list[str] = []
    made = Lanes(on_log=lines.append)
    made.lines = lines
    yield made
    await made.close()
    assert [task for task in asyncio.all_tasks() if "Wild" in task.get_name()] == []


def is_running(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
            return state not in (b"Z", b"X")
        os.kill(pid, 0)
        return True
    return False


@pytest.fixture
def running():
    """Tell whether a process is running."""
    return is_running


@pytest.fixture
def eventually():
    """Wait until a condition holds, at most half a minute."""

    async def wait(condition, seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not come true in time"
            await asyncio.sleep(0.02)

    return wait
