"""What the application may load, and when."""

import subprocess
import sys


def test_nothing_of_the_terminal_is_loaded_before_it_is_needed():
    heavy = "{'aiohttp', 'pluggy', 'sqlalchemy', 'textual', 'shipway_daemon'}"
    code = f"import sys, shipway_tui, shipway_tui.tui; print({heavy} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "set()"


def test_the_application_loads_no_library_of_the_daemon():
    heavy = "{'aiohttp', 'pluggy', 'sqlalchemy', 'alembic', 'aiosqlite', 'shipway_daemon'}"
    code = f"import sys, shipway_tui.tui.app; print({heavy} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "set()"
