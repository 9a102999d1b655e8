"""What every test needs of the process that it runs in, and how a test prints its figures."""

import signal
import sys
from collections.abc import Callable

import pytest

# Who is started in the background of a shell ignores ctrl+c, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line of figures also where the test passes."""

    def tell(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return tell
