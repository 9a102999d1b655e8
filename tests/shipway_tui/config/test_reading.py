"""`config.toml`: what is right counts, what is wrong is told with its line."""

import tomllib

import pytest
from shipway_tui.config.checking import check, themes
from shipway_tui.config.keymap import is_key, usable
from shipway_tui.config.reading import parse, read
from shipway_tui.config.settings import Settings, TuiSettings
from shipway_tui.config.template import template


def test_a_missing_file_means_that_everything_is_at_its_default(tmp_path):
    assert read(tmp_path) == (Settings(), [])


def test_the_template_reads_as_what_it_was_written_from():
    settings = Settings(
        tui=TuiSettings(theme="nord", mouse=False), keys={"version.candidate": "m,ctrl+k"}
    )
    assert parse(template(settings, themes())) == (settings, [])
    assert parse(template(Settings(), themes())) == (Settings(), [])
    assert tomllib.loads(template(Settings(), themes())) == {"tui": {"keys": {}}}


def test_what_is_right_counts_beside_what_is_wrong():
    settings, problems = parse('[tui]\ntheme = "nord"\nmouse = "no"\n')
    assert settings.tui == TuiSettings(theme="nord")
    assert [(each.key, each.line) for each in problems] == [("tui.mouse", 3)]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[tui\n", 1, "This is no TOML"),
        ("\n[tuii]\n", 2, "Did you mean `tui`?"),
        ("tui = 3\n", 1, "`tui` is a table"),
        ("[tui]\nthem = 1\n", 2, "Did you mean `theme`?"),
        ('[tui]\n\nanimation = "slow"\n', 3, "Write one of none, basic, full."),
        ('[tui]\ntheme = "nrod"\n', 2, "Did you mean `nord`?"),
        ("[tui]\nkeys = 1\n", 2, "`keys` is a table"),
        ('[tui.keys]\n"job.cancel" = 1\n', 2, "a text with commas"),
        ('[tui.keys]\n"job.cancle" = "x"\n', 2, "Did you mean `job.cancel`?"),
        ('[tui.keys]\njob.cancle = "x"\n', 2, "Did you mean `job.cancel`?"),
        ('[tui.keys]\n"job.cancel" = ""\n', 2, "given no key"),
        ('[tui.keys]\n"job.cancel" = "ctrl+foo"\n', 2, "the name of no key"),
        ('[tui.keys]\n"app.quit_at_once" = "Q"\n', 2, "while you type"),
        ('[tui.keys]\n"job.cancel" = "R"\n', 2, "also the key of `job.retry` in Job"),
        ('[tui.keys]\n"place.jobs" = "?"\n', 2, "also the key of `app.help`"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_a_way_out(tmp_path, text, line, told):
    path = tmp_path / "config.toml"
    path.write_text(text)
    problem = check(path)[0]
    assert problem.line == line
    assert told in str(problem)


def test_two_keys_that_change_places_are_no_clash(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[tui.keys]\n"job.cancel" = "R"\n"job.retry" = "x"\n')
    assert check(path) == []


@pytest.mark.parametrize("key", ["c", "C", "?", "ctrl+k", "f5", "space", "slash", "ctrl+shift+up"])
def test_names_of_keys(key):
    assert is_key(key)


def test_what_cannot_be_obeyed_is_left_out_of_the_keymap():
    assert usable({"job.cancel": "k", "no.such": "x", "job.retry": ""}) == {"job.cancel": "k"}
