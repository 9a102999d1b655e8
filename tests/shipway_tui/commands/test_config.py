"""`shipway config`: shown, checked, and edited with the user's own editor."""

import json

import pytest
from shipway_client.errors import Failed
from shipway_tui.__main__ import run
from shipway_tui.commands.config import edit_file


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("SHIPWAY_HOME", str(tmp_path))
    return tmp_path / "config.toml"


def test_what_is_shown_is_a_file_that_is_in_order(file, capsys):
    assert run(["config", "show"]) == 0
    file.write_text(capsys.readouterr().out)
    assert run(["config", "check"]) == 0
    assert "is in order" in capsys.readouterr().out


def test_show_as_json_has_the_values_in_effect(file, capsys):
    file.write_text('[tui]\ntheme = "nord"\n')
    assert run(["config", "show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["path"] == str(file)
    assert shown["settings"]["tui"]["theme"] == "nord"
    assert shown["settings"]["tui"]["mouse"] is True


def test_check_tells_what_is_wrong_and_fails(file, capsys):
    file.write_text("[tui]\nmoose = true\n")
    assert run(["config", "check"]) == 1
    assert (
        "Line 2: There is no option `tui.moose`. Did you mean `mouse`?" in capsys.readouterr().err
    )
    assert run(["config", "check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["problems"][0]["line"]) == (False, 2)


def test_a_file_that_is_not_there_is_no_problem(file, capsys):
    assert run(["config", "check"]) == 0
    assert "everything is at its default" in capsys.readouterr().out


def test_the_editor_is_given_a_file_of_comments(file, monkeypatch):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i -e 's/^# mouse = true/mouse = false/'")
    edit_file(file.parent)
    assert "\nmouse = false\n" in file.read_text()
    assert run(["config", "check"]) == 0


def test_an_editor_that_is_not_there_is_told_of(file, monkeypatch):
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    with pytest.raises(Failed, match="cannot be edited with /no/such/editor"):
        edit_file(file.parent)


def test_without_a_terminal_there_is_no_editor(file, capsys):
    assert run(["config", "edit"]) == 2
    assert str(file) in capsys.readouterr().err
