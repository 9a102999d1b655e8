"""The units and the plist fit what they are for, and the daemon does as they expect."""

import asyncio
import json
import os
import plistlib
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from shipway_client.client import Client
from shipway_client.locations import locate
from support.daemon import locations_of, running_daemon, short_folder
from support.waiting import wait_for

CONTRIB = Path(__file__).parents[2] / "contrib"
LAUNCHER = Path(__file__).parents[1] / "support" / "passed_socket.py"
UNITS = ("user", "system")
#: What `systemd-analyze security` may find at most, of 10: a bare unit has 9.6.
EXPOSURE = {"user": 6.5, "system": 2.0}


def lines(path):
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line[:40])


def test_the_socket_of_a_session_is_where_the_client_looks(monkeypatch):
    """Else the first call would not start the daemon."""
    monkeypatch.delenv("SHIPWAY_HOME", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    unit = lines(CONTRIB / "systemd/user/shipway.socket")
    if sys.platform != "darwin":  # platformdirs has other folders there
        listens = unit["ListenStream"].replace("%t", "/run/user/1000")
        assert listens == str(locate().socket)
    assert unit["SocketMode"] == "0600"


def test_the_socket_of_a_machine_is_where_the_client_looks():
    service = lines(CONTRIB / "systemd/system/shipway.service")
    unit = lines(CONTRIB / "systemd/system/shipway.socket")
    home = Path(service["Environment"].partition("SHIPWAY_HOME=")[2])
    assert unit["ListenStream"] == str(locations_of(home).socket)
    assert (unit["SocketMode"], unit["SocketUser"]) == ("0600", service["User"])


def test_the_plist_is_one_and_names_what_the_daemon_asks_for():
    path = CONTRIB / "launchd/shipway.plist"
    told = plistlib.loads(path.read_bytes())
    (listener,) = told["Sockets"].values()
    assert list(told["Sockets"]) == ["Listener"]
    assert listener["SockPathMode"] == 0o600
    assert listener["SockPathName"].endswith("/daemon.sock")
    assert told["ProgramArguments"][0].endswith("/shipwayd")
    if shutil.which("plutil"):
        subprocess.run(["plutil", "-lint", str(path)], check=True, timeout=60)


@pytest.mark.e2e
@pytest.mark.parametrize("which", UNITS)
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path, which):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is missing: the units are NOT verified")
    folder = tmp_path / which
    shutil.copytree(CONTRIB / "systemd" / which, folder)
    service = folder / "shipway.service"
    said = service.read_text()
    (command,) = [line for line in said.splitlines() if line.startswith("ExecStart=")]
    service.write_text(said.replace(command, f"ExecStart={sys.executable} -m shipway_daemon"))
    strict = folder / "strict.conf"
    if strict.exists():
        (folder / "shipway.service.d").mkdir()
        strict.rename(folder / "shipway.service.d" / "strict.conf")
    units = [str(service), str(folder / "shipway.socket")]
    asked = ["--user"] if which == "user" else []
    done = subprocess.run(
        ["systemd-analyze", *asked, "verify", "--man=no", *units],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.e2e
@pytest.mark.parametrize("which", UNITS)
def test_systemd_calls_the_units_hardened(which):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is missing: the units are NOT judged")
    done = subprocess.run(
        [
            *("systemd-analyze", "security", "--offline=true"),
            f"--threshold={EXPOSURE[which] * 10:.0f}",
            str(CONTRIB / "systemd" / which / "shipway.service"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-300:]


def listening_at(path):
    """A socket as a service manager makes it."""
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    path.chmod(0o600)
    made.listen(16)
    made.set_inheritable(True)
    return made


@pytest.mark.e2e
async def test_whoever_calls_a_daemon_that_does_not_run_yet_waits(tmp_path):
    """Twice: before its first start, and while it restarts; systemd hears of each step."""
    async with running_daemon(start=False) as daemon:
        path = daemon.locations.socket
        notices = tmp_path / "notify"
        with listening_at(path) as given, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(notices))
            told.setblocking(False)
            daemon.use(NOTIFY_SOCKET=str(notices), WATCHDOG_USEC="1000000")
            pids = []
            for _ in range(2):
                reader, writer = await asyncio.open_unix_connection(path)
                writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                process = await manage(daemon, given)
                answered = await asyncio.wait_for(reader.read(), 60)
                assert json.loads(answered.partition(b"\r\n\r\n")[2])["pid"] == process.pid
                writer.close()
                pids.append(process.pid)
                await hear(told, "READY=1")
                await hear(told, "WATCHDOG=1")
                process.terminate()
                assert await asyncio.wait_for(process.wait(), 60) == 0
                await hear(told, "STOPPING=1")
                assert stat.S_ISSOCK(path.lstat().st_mode), "it is the manager's"
        assert len(set(pids)) == 2


async def manage(daemon, given):
    """Start the daemon with a socket, as a service manager does."""
    with (daemon.home / "daemon.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, str(LAUNCHER), str(given.fileno())),
            stdout=log,
            stderr=log,
            pass_fds=[given.fileno()],
            cwd=daemon.home,
            env=daemon.environment(),
        )


async def hear(told, word):
    """Wait for a notice; those before it are passed over."""

    def heard():
        try:
            return word in told.recv(4096).decode().splitlines()
        except BlockingIOError:
            return False

    await wait_for(heard, 60, f"systemd was never told {word}")


@pytest.mark.e2e
async def test_systemds_own_program_starts_it_with_the_first_call():
    if shutil.which("systemd-socket-activate") is None:
        pytest.skip("systemd-socket-activate is missing: the hand-over is tried by a stand-in only")
    with short_folder() as folder:
        home = folder / "home"
        path = locations_of(home).socket
        path.parent.mkdir(parents=True, mode=0o700)
        program = ["systemd-socket-activate", "-E", f"SHIPWAY_HOME={home}", "-E", "PYTHONPATH"]
        program += ["-l", str(path), sys.executable, "-P", "-m", "shipway_daemon"]
        running = await asyncio.create_subprocess_exec(*program, stderr=asyncio.subprocess.DEVNULL)
        try:
            await wait_for(path.exists, 60, "systemd-socket-activate does not listen")
            path.chmod(0o600)  # SocketMode= of the unit
            health = await Client(locations_of(home)).history.health(60)
            assert health.home == str(home)
        finally:
            running.terminate()
            await asyncio.wait_for(running.wait(), 60)
