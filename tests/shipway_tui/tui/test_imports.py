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


def test_only_the_first_screen_is_loaded_before_it_is_painted():
    first = "shipway_tui.tui.app, shipway_tui.tui.screens.profiles"
    code = f"import sys, {first}; print(*sorted(m for m in sys.modules if 'tui.tui.' in m))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = [name.removeprefix("shipway_tui.tui.") for name in answer.stdout.split()]
    mine = (
        "acting", "app", "configured", "desk", "feed", "global_keys", "opening", "places", "themes",
        "undo", "words", "screens", "widgets",
    )  # fmt: skip
    screens = (
        "copying", "filtered", "list_keys", "listing", "marking", "paging", "place", "profile_acts",
        "profiles", "sorting", "viewing",
    )  # fmt: skip
    parts = ("columns", "detail", "hanging", "key_line", "rows", "status_line", "table")
    words = ("amounts", "states", "text", "times", "word")
    rooms = {"screens": screens, "widgets": parts, "words": words}
    below = [f"{room}.{name}" for room, names in rooms.items() for name in names]
    assert loaded == sorted([*mine, *below])
