"""`shipway publish`: what it asks for, how it waits, and how it ends."""

import msgspec
import pytest
from command_answers.answers import SHA, done, event, job
from shipway_client.errors import Failed, NoDaemon
from shipway_client.wire import PublishRequest

ARGUMENTS = ("publish", "--app", "ana/sample", "--env", "enterprise-store")
HELLO = {"hello": 4}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    """Looking again after a restart costs the tests no time."""
    monkeypatch.setattr("shipway_tui.commands.following._FIRST_DELAY", 0.001)
    monkeypatch.setattr("shipway_tui.commands.following._LONGEST_DELAY", 0.001)


def publishing(daemon, *states):
    """Accept a publish, and show the job in each state in turn; the last one stays."""
    left = list(states)
    daemon.on("POST", "/v1/publish", job())
    daemon.on("GET", "/v1/jobs/7", lambda _call: left.pop(0) if len(left) > 1 else left[0])


def requested(daemon) -> PublishRequest:
    """What was asked of the daemon."""
    (body,) = daemon.bodies("POST", "/v1/publish")
    return msgspec.convert(msgspec.to_builtins(body), PublishRequest)


def test_the_defaults_are_a_signed_production_draft(daemon, shipway):
    """As the rules of DESIGN say."""
    publishing(daemon, done("verified"))
    daemon.feeds.append([HELLO])

    assert shipway(*ARGUMENTS).code == 0

    assert requested(daemon) == PublishRequest(app="ana/sample", environment="enterprise-store")


def test_every_option_reaches_the_daemon(daemon, shipway):
    """Nothing is dropped on the way."""
    publishing(daemon, done("verified"))
    daemon.feeds.append([HELLO])

    shipway(
        *ARGUMENTS,
        *("--select", "ios-phone=ana/sample-ios@7", "--select", "android-phone=keep"),
        *("--select", "android-tablet=remove", "--confirm-remove", "ana/sample"),
        *("--preview", "--active", "--target", "group:beta", "--target", "user:bo"),
        *("--queue", "--force"),
    )

    assert msgspec.to_builtins(requested(daemon)) == {
        "app": "ana/sample",
        "environment": "enterprise-store",
        "selections": [
            {"channel": "ios-phone", "action": "publish", "version": "ana/sample-ios@7"},
            {"channel": "android-phone", "action": "keep", "version": None},
            {"channel": "android-tablet", "action": "remove", "version": None},
        ],
        "copy": "preview",
        "signing": "sign-only",
        "state": "active",
        "targets": ["group:beta", "user:bo"],
        "queue": True,
        "force": True,
        "confirm_remove": "ana/sample",
    }


@pytest.mark.parametrize(
    "options",
    [
        ("--preview", "--wrap"),
        ("--preview", "--production"),
        ("--sign-only", "--wrap"),
        ("--draft", "--active"),
        ("--select", "ios-phone"),
        ("--select", "=7"),
        ("--select", "ios-phone="),
        ("--select", "ios-phone=7", "--select", "ios-phone=keep"),
        ("--target", "beta"),
        ("--target", "team:beta"),
        ("--target", "group:"),
        ("--select", "ios-phone=remove"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage_and_sends_nothing(daemon, shipway, options):
    """A removal without a terminal needs its confirmation as an option."""
    ran = shipway(*ARGUMENTS, *options)

    assert ran.code == 2
    assert ran.err
    assert daemon.calls == []


@pytest.mark.parametrize(
    ("outcome", "code"), [("verified", 0), ("failed", 1), ("unverified", 7), ("cancelled", 8)]
)
def test_the_exit_code_tells_the_outcome(daemon, shipway, outcome, code):
    """And the reason is said."""
    publishing(daemon, job(), done(outcome, reason="Because of it."))
    daemon.feeds.append([HELLO, event()])

    ran = shipway(*ARGUMENTS)

    assert ran.code == code
    assert "Because of it." in ran.out + ran.err


@pytest.mark.parametrize("outcome", ["verified", "unverified", "failed", "cancelled"])
def test_with_json_the_job_is_the_only_output(daemon, shipway, outcome):
    """Whatever the outcome; standard error holds nothing but a failure's error object."""
    publishing(daemon, job(), done(outcome, reason="Because of it.", hint="Do this."))
    daemon.feeds.append([HELLO, event()])

    ran = shipway(*ARGUMENTS, "--json")

    assert ran.json["outcome"] == outcome
    if outcome == "failed":
        assert ran.error == {"code": "failed", "message": "Because of it.", "hint": "Do this."}
    else:
        assert ran.err == ""


def test_the_digest_that_was_sent_is_named(daemon, shipway):
    """The receipt says what the store took."""
    receipt = {"key": "k", "items": [{"channel": "android-phone", "digest": SHA}]}
    publishing(daemon, done("verified", receipt=receipt))
    daemon.feeds.append([HELLO])

    assert SHA in shipway(*ARGUMENTS).out


def test_stages_are_printed_once_each_time_they_change(daemon, shipway):
    """Plain lines without a terminal; bytes in between print none."""
    half = {"progress": {"job": 7, "progress": {"stage": "send", "done": 5, "total": 10}}}
    publishing(daemon, job(), done("verified"))
    daemon.feeds.append([HELLO, half, half, event()])

    ran = shipway(*ARGUMENTS)

    assert ran.err.splitlines() == ["send running", "send done"]


def test_waiting_survives_a_restart_of_the_daemon(daemon, shipway):
    """The feed ends, nobody answers, an answer breaks off: the job is found by its number."""
    publishing(daemon, job(), NoDaemon("Gone."), job(), done("verified"))
    daemon.feeds += [
        [HELLO],
        [HELLO],
        [NoDaemon("Gone.")],
        [HELLO, Failed("The daemon broke off in the middle of its answer.")],
        [HELLO],
    ]

    ran = shipway(*ARGUMENTS)

    assert ran.code == 0
    assert len(daemon.bodies("POST", "/v1/publish")) == 1


def test_a_daemon_that_stays_away_is_given_up(daemon, shipway, monkeypatch):
    """With the number of the job, so that it can be looked for later."""
    monkeypatch.setattr("shipway_tui.commands.following.AWAY_SECONDS", 0.02)
    publishing(daemon, job())
    daemon.feeds.append([HELLO])

    ran = shipway(*ARGUMENTS)

    assert ran.code == 3
    assert "shipway job show 7" in ran.err


def test_ctrl_c_detaches_and_the_job_goes_on(daemon, shipway):
    """It says how to watch it and how to stop it, and exits as an interrupted program does."""

    def interrupted():
        raise KeyboardInterrupt

    publishing(daemon, job())
    daemon.feeds.append([HELLO, interrupted])

    ran = shipway(*ARGUMENTS)

    assert ran.code == 130
    assert "shipway job show 7 --wait" in ran.err
    assert not [call for call in daemon.calls if call.path.endswith("/cancel")]


def test_no_wait_returns_with_the_number_of_the_job(daemon, shipway):
    """No feed is opened."""
    publishing(daemon, job())

    assert "job 7" in shipway(*ARGUMENTS, "--no-wait").out
    assert shipway(*ARGUMENTS, "--no-wait", "--json").json["id"] == 7


@pytest.mark.parametrize(("severity", "code"), [("warning", 0), ("error", 4)])
def test_a_dry_run_prints_the_plan_and_its_findings(daemon, shipway, severity, code):
    """And exits as the publish would be admitted or refused; nothing is submitted."""
    finding = {"severity": severity, "rule": "not-candidate", "sentence": "It is no candidate."}
    plan = {
        "key": "k",
        "app": "ana/sample",
        "environment": "enterprise-store",
        "items": [{"channel": "android-phone", "action": "keep"}],
    }
    current = {
        "environment": "enterprise-store",
        "app": "ana/sample",
        "status": "not-published",
        "live": [],
        "read_at": None,
        "last_attempt": None,
    }
    preview = {"plan": plan, "findings": [finding], "current": current}
    daemon.on("POST", "/v1/publish/preview", preview)

    ran = shipway(*ARGUMENTS, "--dry-run")

    assert ran.code == code
    assert "android-phone  keep" in ran.out
    assert "It is no candidate." in ran.out
    assert daemon.bodies("POST", "/v1/publish") == []


def test_unpublish_needs_the_app_again(daemon, shipway):
    """Without a terminal as an option, which the daemon checks."""
    daemon.on("POST", "/v1/unpublish", job())
    arguments = ("unpublish", "--app", "ana/sample", "--env", "enterprise-store", "--no-wait")

    assert shipway(*arguments).code == 2
    assert shipway(*arguments, "--confirm-remove", "ana/sample").code == 0
    (body,) = daemon.bodies("POST", "/v1/unpublish")
    assert body.confirm_remove == "ana/sample"


@pytest.mark.parametrize(("outcome", "code"), [("cancelled", 0), ("verified", 4)])
def test_cancel_waits_for_the_end(daemon, shipway, outcome, code):
    """A job that was faster than the cancel is no success."""
    daemon.on("POST", "/v1/jobs/7/cancel", job(state="cancelling"))
    daemon.on("GET", "/v1/jobs/7", done(outcome))
    daemon.feeds.append([HELLO])

    assert shipway("job", "cancel", "7").code == code
