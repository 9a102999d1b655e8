"""Where a home is, for every program alike."""

import sys
import warnings
from pathlib import Path

import pytest
from shipway_client.locations import MAX_SOCKET_PATH, Locations, locate


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no XDG_RUNTIME_DIR")
def test_without_a_session_the_socket_lies_in_the_home(monkeypatch, tmp_path):
    """Over ssh and in containers there is no runtime folder; nobody is warned about that."""
    monkeypatch.delenv("SHIPWAY_HOME", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        locations = locate()

    assert locations.socket == tmp_path / "shipway" / "run" / "daemon.sock"


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no XDG_RUNTIME_DIR")
def test_with_a_session_the_socket_lies_in_its_folder(monkeypatch, tmp_path):
    """Which the system clears at the end of the session."""
    monkeypatch.delenv("SHIPWAY_HOME", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    assert locate().socket.is_relative_to(tmp_path)


def test_one_variable_moves_everything(monkeypatch, tmp_path):
    """For tests and demos; a relative path is of the folder where it was said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHIPWAY_HOME", "here")

    locations = locate()

    assert {locations.home, locations.config} == {tmp_path / "here"}
    assert locations.socket == tmp_path / "here" / "run" / "daemon.sock"


def test_a_home_of_a_long_path_has_a_short_socket():
    """Sockets have short names; two homes never share one."""
    first, second = (
        Locations(Path("/h"), Path("/h"), Path("/", "x" * 200, name)) for name in ("a", "b")
    )

    assert len(str(first.socket)) <= MAX_SOCKET_PATH
    assert first.socket != second.socket


def test_a_long_folder_for_temporary_files_does_not_make_the_socket_long(monkeypatch, tmp_path):
    """As on macOS, and where tests run side by side."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("x" * 90)))
    long = Locations(Path("/h"), Path("/h"), Path("/", "x" * 200))

    assert len(str(long.socket)) <= MAX_SOCKET_PATH
