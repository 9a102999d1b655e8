"""A passed socket is taken only if it is as private as our own, and once."""

import ctypes
import errno
import os
import socket

import pytest
from shipway_client.errors import Refused
from shipway_daemon.supervised import sockets
from shipway_daemon.supervised.launchd import sockets_of_launchd
from support.daemon import short_folder


@pytest.fixture
def path():
    with short_folder() as folder:
        yield folder / "daemon.sock"


@pytest.fixture
def give(monkeypatch, path):
    """Pass sockets as systemd does, but for the number of the first descriptor."""
    kept = []

    def passed(mode=0o600, backlog=5, count=1, pid=None, kind=socket.SOCK_STREAM):
        made = socket.socket(socket.AF_UNIX, kind)
        made.bind(str(path))
        path.chmod(mode)
        if backlog:
            made.listen(backlog)
        kept.append(made)
        given = os.dup(made.fileno())
        monkeypatch.setattr(sockets, "_FIRST", given)
        monkeypatch.setenv("LISTEN_FDS", str(count))
        monkeypatch.setenv("LISTEN_PID", str(pid or os.getpid()))
        monkeypatch.setenv("LISTEN_FDNAMES", "shipway.socket")

    yield passed
    for made in kept:
        made.close()


def test_a_private_socket_is_taken_and_not_told_to_children(give, path):
    give()
    with sockets.passed_socket() as taken:
        assert taken.getsockname() == str(path)
        assert not taken.get_inheritable()
    assert not {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"} & set(os.environ)
    assert path.is_socket(), "whoever made it keeps it"
    assert sockets.passed_socket() is None


def test_what_is_meant_for_another_process_is_left(give):
    give(pid=os.getpid() + 1)
    assert sockets.passed_socket() is None


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"mode": 0o666}, "open to others"),
        ({"mode": 0o660}, "open to others"),
        ({"backlog": 0}, "does not listen"),
        ({"count": 2}, "2 sockets"),
        ({"count": "many"}, "no number"),
        ({"kind": socket.SOCK_DGRAM, "backlog": 0}, "stream socket"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused(give, how, said):
    give(**how)
    with pytest.raises(Refused, match=said):
        sockets.passed_socket()


def test_a_socket_that_lost_its_path_is_refused(give, path):
    """Nobody could find it."""
    give()
    path.unlink()
    with pytest.raises(Refused, match="gone"):
        sockets.passed_socket()


class LibSystem:
    """What launchd answers, through the pointers that it is given."""

    def __init__(self, descriptors=(), fails=0):
        self._array = (ctypes.c_int * len(descriptors))(*descriptors)
        self._fails = fails
        self.freed = []

    def launch_activate_socket(self, name, descriptors, count):
        assert name == b"Listener"
        if self._fails:
            return self._fails
        descriptors._obj.contents = self._array
        count._obj.value = len(self._array)
        return 0

    def free(self, what):
        self.freed.append(what)


def test_launchd_gives_its_sockets_or_does_not_know_us():
    library = LibSystem([7, 8])
    assert sockets_of_launchd(library) == [7, 8]
    assert len(library.freed) == 1
    for fails in (errno.ESRCH, errno.ENOENT):
        assert sockets_of_launchd(LibSystem(fails=fails)) == []
    with pytest.raises(Refused, match="error 37"):
        sockets_of_launchd(LibSystem(fails=37))
    assert sockets_of_launchd(object()) == [], "a system without launchd"
