"""`shipway env` and `shipway plugin`: what is sent, and what a person reads."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
import pytest
from command_answers.answers import environment
from msgspec import Meta
from shipway_client.errors import WrongUsage
from shipway_plugins.credentials import Credential
from shipway_tui.commands.output.schema import options_in_words
from shipway_tui.commands.output.values import age


def ago(**length) -> str:
    return (datetime.now(UTC) - timedelta(**length)).isoformat()


@pytest.mark.parametrize(
    ("length", "text"),
    [
        ({"minutes": 2, "seconds": 30}, "2 min ago"),
        ({"hours": 3, "minutes": 30}, "3 h ago"),
        ({"hours": 30}, "30 h ago"),
        ({"days": 4, "hours": 1}, "4 days ago"),
    ],
)
def test_an_age_is_told_in_one_unit(length, text):
    """The largest that fits."""
    assert age(ago(**length)) == text


def test_an_age_that_is_none_is_told_otherwise():
    """Never read, read in time to come, and what is no time."""
    assert age(None) == "never"
    assert "ago" not in age(ago(hours=-5))
    assert age("sometime") == "sometime"


def test_the_list_says_how_old_a_status_is(daemon, shipway):
    """Beside the status."""
    daemon.page("/v1/environments", environment(read_at=ago(minutes=2, seconds=5)))
    assert "2 min ago" in shipway("env", "list").out


def test_show_says_what_is_wrong_and_which_settings_are_credentials(daemon, shipway):
    """The plugin's state, the age, the remedy, and each setting that does not fit."""
    answer = environment(
        status="unknown",
        reason="The setting region does not fit.",
        remedy="Change it with `shipway env set enterprise-store --set region=...`.",
        read_at=ago(minutes=2, seconds=5),
        plugin="shop",
        plugin_state="bad settings",
        settings={"token": "env:TOKEN", "tags": ["a"]},
        credentials=["token"],
        bad_settings={"region": "It is missing, and has no default."},
    )
    daemon.on("GET", "/v1/environments/enterprise-store", answer)
    daemon.page("/v1/publications")

    lines = [
        " ".join(line.split())
        for line in shipway("env", "show", "enterprise-store").out.splitlines()
    ]

    assert "plugin shop (bad settings)" in lines
    assert "status ○ unknown, read 2 min ago" in lines
    assert "remedy Change it with `shipway env set enterprise-store --set region=...`." in lines
    assert "token env:TOKEN (credential)" in lines
    assert 'tags ["a"]' in lines
    assert "wrong: region It is missing, and has no default." in lines


def test_set_sends_what_is_set_and_unset(daemon, shipway):
    """And refuses to change nothing."""
    daemon.on("PATCH", "/v1/environments/mine", environment(name="mine"))

    ran = shipway("env", "set", "mine", "--set", "port=81", "--unset", "tags", "--json")

    assert (ran.code, ran.json["name"]) == (0, "mine")
    (body,) = daemon.bodies("PATCH", "/v1/environments/mine")
    assert (body.settings, body.unset) == ({"port": "81"}, ["tags"])
    assert shipway("env", "set", "mine").code == 2


def test_a_word_that_is_no_setting_is_not_repeated(daemon, shipway):
    """It may be the secret itself."""
    ran = shipway("env", "set", "mine", "--set", "hunter2")
    assert ran.code == 2
    assert "hunter2" not in ran.err


WRONG = WrongUsage("2 settings do not fit: a, b.", "See.", fields={"a": "Not it.", "b": "Nor it."})


def test_each_wrong_field_has_a_line(daemon, shipway):
    """Between the sentence and the hint; for a program they are in the error."""
    daemon.on("POST", "/v1/environments", WRONG)
    arguments = ("env", "add", "mine", "--adapter", "shop")

    ran = shipway(*arguments)
    assert ran.code == 2
    assert ran.err.splitlines() == [WRONG.message, "  a: Not it.", "  b: Nor it.", "See."]
    assert shipway(*arguments, "--json").error["fields"] == WRONG.fields


class Options(msgspec.Struct, kw_only=True):
    server: Annotated[str, Meta(description="Its address.")]
    port: Annotated[int, Meta(ge=1)] = 80
    secure: bool = False
    mode: Literal["fast", "slow"] = "fast"
    tags: list[str] = []
    token: Credential | None = None
    more: dict[str, Credential] = {}


def test_options_are_told_in_words():
    """What each takes, whether it must be there, and what it is for."""
    assert dict(options_in_words(msgspec.json.schema(Options))) == {
        "server": "text, required. Its address.",
        "port": "a whole number >= 1, default 80",
        "secure": "true or false, default false",
        "mode": "one of fast, slow, default fast",
        "tags": "a list",
        "token": "a credential (env:NAME, file:/path or keyring:service/user)",
        "more": "a table of credentials",
    }


def plugin(**changed):
    return {
        "name": "shop",
        "distribution": "shop",
        "version": "1.0",
        "state": "enabled",
        "error": "",
        "adapters": [
            {
                "kind": "shop",
                "title": "Shop",
                "options": msgspec.json.schema(Options),
                "capabilities": {},
            }
        ],
        "probed_at": "2026-11-20T10:00:00Z",
        "environments": ["mine", "yours"],
    } | changed


def test_show_tells_all_of_a_plugin(daemon, shipway):
    """Its error, its options, and which environments stand on it."""
    daemon.on("GET", "/v1/plugins/shop", plugin(state="failed to load", error="No luck."))
    lines = [" ".join(line.split()) for line in shipway("plugin", "show", "shop").out.splitlines()]
    assert "error No luck." in lines
    assert "environments mine, yours" in lines
    assert "--set server text, required. Its address." in lines


def test_disable_warns_of_what_goes_with_it(daemon, shipway):
    """On standard error, so that the output stays the state."""
    answer = plugin(state="disabled", warning="Until it is enabled again, nothing works.")
    daemon.on("POST", "/v1/plugins/shop/disable", answer)
    ran = shipway("plugin", "disable", "shop")
    assert (ran.code, ran.out) == (0, "shop  disabled\n")
    assert ran.err == "Until it is enabled again, nothing works.\n"


def test_enable_fails_where_the_plugin_does(daemon, shipway):
    """A script sees it by the exit code."""
    daemon.on("POST", "/v1/plugins/shop/enable", plugin())
    assert shipway("plugin", "enable", "shop").code == 0
    daemon.on("POST", "/v1/plugins/shop/enable", plugin(state="failed to load", error="No luck."))
    ran = shipway("plugin", "enable", "shop")
    assert (ran.code, ran.out) == (1, "shop  failed to load: No luck.\n")
