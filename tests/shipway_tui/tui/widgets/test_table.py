"""The list widget by itself: what it draws, and what the keys and the mouse do to it."""

import pytest
from shipway_tui.tui.widgets.table import Column, ListTable, Row
from shipway_tui.tui.words import Tone, Word
from textual.app import App
from textual.color import Color
from textual.events import MouseScrollDown

COLUMNS = (
    Column("name", "Name", sort="name"),
    Column("size", "Size", 8, sort="size"),
    Column("note", "Note", 6, wide=50),
)


def row(number: int, **cells: str) -> Row:
    return Row(f"key-{number}", number, {"name": f"row {number}", "size": f"{number} kB"} | cells)


class Listed(App[None]):
    """One list; it remembers what the list tells."""

    def __init__(self, count: int = 30) -> None:
        super().__init__()
        self.table = ListTable(COLUMNS)
        self.count = count
        self.told: list[object] = []

    def compose(self):
        yield self.table

    def on_mount(self):
        self.table.focus()
        self.table.replace([row(number) for number in range(self.count)])

    def on_list_table_highlighted(self, message: ListTable.Highlighted):
        self.told.append(("highlighted", message.table.cursor_key))

    def on_list_table_opened(self, message: ListTable.Opened):
        self.told.append(("opened", message.table.cursor_key))

    def on_list_table_header_selected(self, message: ListTable.HeaderSelected):
        self.told.append(("header", message.column.key))

    def seen(self) -> list[str]:
        """The lines of the screen."""
        return [self.table.render_line(y).text.rstrip() for y in range(self.table.size.height)]


async def test_it_draws_the_lines_that_are_seen_and_the_cursor_takes_the_view_along():
    app = Listed(1000)
    async with app.run_test(size=(40, 8)) as pilot:
        assert app.seen()[0].split() == ["Name", "Size"]
        assert app.seen()[1].split() == ["row", "0", "0", "kB"]
        await pilot.press("G")
        assert app.seen()[-1].split() == ["row", "999", "999", "kB"]
        await pilot.press("k", "ctrl+u")
        assert app.table.cursor_key == "key-991"
        await pilot.press("g")
        assert app.seen()[1].split()[1] == "0"
        assert app.table.cursor_key == "key-0"


async def test_it_draws_columns_that_have_room_and_the_arrow_of_the_order():
    app = Listed()
    async with app.run_test(size=(80, 8)) as pilot:
        app.table.sorted_by = "-size"
        await pilot.pause()
        assert app.seen()[0].split() == ["Name", "Size", "↓", "Note"]
        app.table.sorted_by = "name"
        await pilot.resize_terminal(40, 8)
        await pilot.pause()
        assert app.seen()[0].split() == ["Name", "↑", "Size"]


async def test_a_mark_is_seen_without_colour_and_moves_no_column():
    app = Listed()
    async with app.run_test(size=(40, 8)) as pilot:
        before = app.seen()
        app.table.marked = frozenset({"key-0", "key-2"})
        await pilot.pause()
        assert app.seen()[1] == "✓" + before[1][1:]
        assert app.seen()[2] == before[2]
        assert app.seen()[3] == "✓" + before[3][1:]


async def test_what_comes_above_leaves_the_cursor_and_the_view_where_they_are():
    app = Listed()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.move_cursor(row=20)
        await pilot.pause()
        app.told.clear()
        before = app.seen()
        app.table.put(row(-1))
        await pilot.pause()
        assert (app.table.cursor_key, app.table.cursor_row) == ("key-20", 21)
        assert app.seen() == before
        app.table.drop("key-3")
        await pilot.pause()
        assert (app.table.cursor_key, app.table.cursor_row) == ("key-20", 20)
        assert app.seen() == before
        assert app.told == []
        app.table.drop("key-20")
        await pilot.pause()
        assert app.table.cursor_key == "key-21"
        assert app.told == [("highlighted", "key-21")]


async def test_a_changed_row_is_drawn_anew():
    app = Listed()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.put(row(2, name="renamed"))
        await pilot.pause()
        assert app.seen()[3].split() == ["renamed", "2", "kB"]
        app.table.replace([row(2), row(1)])
        await pilot.pause()
        assert [line.split()[1] for line in app.seen()[1:3]] == ["1", "2"]


async def test_a_click_selects_a_second_one_opens_and_a_title_is_told_of():
    app = Listed()
    async with app.run_test(size=(40, 8)) as pilot:
        app.told.clear()
        await pilot.click(ListTable, offset=(5, 4))
        await pilot.click(ListTable, offset=(5, 4))
        await pilot.click(ListTable, offset=(34, 0))
        assert app.told == [("highlighted", "key-3"), ("opened", "key-3"), ("header", "size")]


async def test_the_wheel_moves_the_view_and_not_the_cursor():
    app = Listed()
    async with app.run_test(size=(40, 8)) as pilot:
        await pilot._post_mouse_events([MouseScrollDown], ListTable, offset=(5, 4))
        await pilot.pause()
        assert app.table.scroll_offset.y > 0
        assert app.table.cursor_key == "key-0"
        assert app.seen()[1].split()[1] == str(app.table.scroll_offset.y)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark"])
async def test_the_cursor_stands_out_in_every_theme(theme):
    app = Listed()
    async with app.run_test(size=(40, 8)) as pilot:
        app.theme = theme
        await pilot.pause()
        assert _style(app, 1) != _style(app, 2)
        app.set_focus(None)
        await pilot.pause()
        assert _style(app, 1) != _style(app, 2)


async def test_the_cursor_stands_out_without_colour(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = Listed()
    async with app.run_test(size=(40, 8)) as pilot:
        await pilot.pause()
        assert _style(app, 1).reverse
        app.set_focus(None)
        await pilot.pause()
        assert _style(app, 1).underline


async def test_a_new_theme_colours_the_tones_anew():
    app = Listed()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.put(row(1, size=Word("●", "Good", Tone.GOOD)))
        for theme in ("textual-dark", "textual-light"):
            app.theme = theme
            await pilot.pause()
            wanted = Color.parse(app.theme_variables["text-success"]).rich_color
            assert wanted in {segment.style.color for segment in app.table.render_line(2)}


def _style(app: Listed, y: int):
    return next(segment.style for segment in app.table.render_line(y) if "row" in segment.text)
