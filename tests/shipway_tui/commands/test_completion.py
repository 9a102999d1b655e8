"""`shipway completion`: what a word may become, as the daemon knows it; silence without one."""

import subprocess

import pytest
from command_answers.answers import environment, job, profile, version


def offered(shipway, *words: str) -> list[str]:
    """The values that are offered for the last of the words."""
    ran = shipway("completion", "bash", "--", *words)
    assert (ran.code, ran.err) == (0, "")
    return [line.partition("\t")[0] for line in ran.out.splitlines()]


@pytest.fixture
def desk(daemon):
    """Two profiles, one version, an environment and a job."""
    daemon.page("/v1/profiles", profile(address="ana/one"), profile(address="ana/two"))
    daemon.page("/v1/versions", version(address="ana/two@7"))
    daemon.page("/v1/environments", environment())
    daemon.page("/v1/jobs", job())
    return daemon


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (("vers",), ["version"]),
        (("job", "re"), ["retry"]),
        (("profile", "show", "ana/t"), ["ana/two"]),
        (("version", "show", "ana/t"), ["ana/two@"]),
        (("version", "show", "ana/two@"), ["ana/two@7"]),
        (("publish", "--env", ""), ["enterprise-store"]),
        (("job", "cancel", ""), ["7"]),
        (("version", "list", "--query", "plat"), ["platform:"]),
        (("version", "list", "--query", "shop -state:rej"), ["shop -state:rejected"]),
        (("job", "list", "--query", "env:ent"), ["env:enterprise-store"]),
        (("version", "list", "--sort", "cr"), ["created"]),
        (("add", "./"), [":file"]),
    ],
)
def test_a_word_is_completed_to_what_there_is(desk, shipway, words, values):
    assert offered(shipway, *words) == values


def test_without_a_daemon_only_the_command_line_is_completed_and_nothing_is_said(shipway):
    assert offered(shipway, "env", "show", "") == []
    assert offered(shipway, "env", "sh") == ["show"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed(shipway, shell):
    assert "shipway completion" in shipway("completion", shell).out


def test_the_script_of_bash_is_one_that_bash_reads(shipway):
    script = shipway("completion", "bash").out
    ran = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, timeout=30)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_name_that_is_not_there_is_answered_with_the_one_that_was_meant(desk, shipway):
    """Unless the daemon knows none that is spelt alike."""
    from shipway_client.errors import NotFound

    desk.on("GET", "/v1/profiles/ana/tow", NotFound("There is no profile ana/tow."))
    desk.on("GET", "/v1/profiles/bob/x", NotFound("There is no profile bob/x."))
    ran = shipway("profile", "show", "ana/tow")
    assert (ran.code, "Did you mean ana/two" in ran.err) == (6, True)
    assert "mean" not in shipway("profile", "show", "bob/x").err
