"""What holds for every command, also for one that is made tomorrow."""

import shlex
from collections.abc import Iterator

import click
import pytest
from command_answers.answers import environment, job, profile
from shipway_tui.commands.examples import EXAMPLES
from shipway_tui.commands.root import shipway as root

#: Commands whose output is no object: a screen, a text for another program, or nothing.
NO_JSON = {"demo", "daemon run", "daemon metrics", "config edit", "completion"}


def leaves(
    group: click.Group = root, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its path below `shipway`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(leaves())


def options(command: click.Command) -> set[str]:
    """The names of its options."""
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)}


def test_every_command_can_be_quiet_and_prints_json():
    assert [path for path, command in COMMANDS.items() if "-q" not in options(command)] == []
    without = {path for path, command in COMMANDS.items() if "--json" not in options(command)}
    assert without == NO_JSON


def test_every_command_has_examples_and_no_other_has():
    assert EXAMPLES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_the_examples_of_a_command_are_parsed_by_it(path):
    """Up to the point where it would do something."""
    for line in EXAMPLES[path]:
        words = shlex.split(line.partition(" > ")[0].rpartition("| shipway ")[2])
        words = words[words.index("shipway") + 1 :] if "shipway" in words else words
        words = words[: words.index("|")] if "|" in words else words
        assert words[: len(path.split())] == path.split()
        with click.Context(root, info_name="shipway") as context:
            command: click.Command = root
            while isinstance(command, click.Group):
                _, found, words = command.resolve_command(context, words)
                assert found is not None
                command = found
            command.make_context(path, words, parent=context)


def test_help_shows_whole_summaries_and_examples(shipway):
    """A summary is cut nowhere, and an example is shown as it would be typed."""
    group = shipway("--help").out
    assert "..." not in group.partition("Commands:")[2]
    assert "bytes that nothing names." in " ".join(group.split())
    assert "  shipway job show 12 --wait\n" in shipway("job", "show", "--help").out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("verison", "list"), "Did you mean version?"),
        (("watch", "lst"), "list"),
        (("daemon", "stat"), "start"),
        (("job", "list", "--stat", "done"), "--state"),
    ],
)
def test_what_is_mistyped_is_answered_with_what_is_spelt_alike(shipway, typed, meant):
    ran = shipway(*typed)
    assert ran.code == 2
    assert meant in ran.err


def test_what_is_deleted_is_told_as_json_too(daemon, shipway):
    daemon.on("GET", "/v1/environments/shop", environment(name="shop"))
    daemon.on("DELETE", "/v1/environments/shop", None)
    assert shipway("env", "remove", "shop", "--yes", "--json").json == {"deleted": "shop"}
    assert shipway("env", "remove", "shop", "--yes", "-q").out == ""


def test_a_quiet_list_prints_keys_and_a_quiet_act_what_it_made(daemon, shipway):
    daemon.page("/v1/profiles", profile(address="ana/a"), profile(address="ana/b"))
    daemon.page("/v1/jobs")
    daemon.on("POST", "/v1/profiles", profile())
    daemon.on("POST", "/v1/jobs/7/retry", job(id=9))

    assert shipway("profile", "list", "-q").out == "ana/a\nana/b\n"
    empty = shipway("job", "list", "--quiet")
    assert (empty.code, empty.out, empty.err) == (0, "", "")
    made = shipway("profile", "create", "x", "--channel", "android-phone", "-q")
    assert made.out == "ana/sample-android\n"
    assert shipway("job", "retry", "7", "--no-wait", "-q").out == "9\n"
