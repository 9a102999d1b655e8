"""Git checkouts for tests, made with the `git` program and nobody's settings."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")

_NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ana",
    "GIT_AUTHOR_EMAIL": "ana@example.test",
    "GIT_COMMITTER_NAME": "Ana",
    "GIT_COMMITTER_EMAIL": "ana@example.test",
}


class Checkout:
    """A checkout of its own repository, on the branch `main`, with one commit."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        self.commit("First")

    def git(self, *arguments: str) -> str:
        """Run git in it; returns what it printed, without the line break at the end."""
        done = subprocess.run(
            ("git", *arguments),
            cwd=self.folder,
            env={**os.environ, **_NOBODY},
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout.decode().rstrip("\n")

    def commit(self, message: str) -> str:
        """Commit nothing but a message; returns the hash."""
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")
