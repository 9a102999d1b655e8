"""`shipway job`: where a job stands that does not run, and doing one again."""

import json

import pytest
from command_answers.answers import done, event, job

HELLO = {"hello": 4}
WAITING = {
    "state": "waiting",
    "waits_for": "the store's review",
    "due_at": "2026-11-20T12:00:00.000Z",
    "tries": 3,
    "retry_of": 5,
}
QUEUED = {"state": "queued", "position": 2}


def test_the_list_says_what_queued_and_waiting_jobs_wait_for(daemon, shipway):
    daemon.page("/v1/jobs", job(**WAITING), job(id=8, **QUEUED))
    ran = shipway("job", "list")
    first, second = ran.out.splitlines()[1:]
    assert "the store's review" in first
    assert "number 2 in the queue" in second


def test_a_state_is_asked_for_by_name(daemon, shipway):
    daemon.page("/v1/jobs")
    ran = shipway("job", "list", "--state", "queued", "--state", "waiting", "--env", "store")
    (call,) = daemon.calls
    assert (call.query["state"], call.query["environment"]) == ("queued,waiting", "store")
    assert "No job is queued or waiting." in ran.err


def test_without_a_state_every_job_is_asked_for(daemon, shipway):
    daemon.page("/v1/jobs")
    shipway("job", "list")
    (call,) = daemon.calls
    assert call.query["state"] is None


def test_a_state_that_there_is_not_is_wrong_usage(daemon, shipway):
    ran = shipway("job", "list", "--state", "asleep")
    assert (ran.code, daemon.calls) == (2, [])


def test_show_says_for_what_until_when_how_often_and_of_which(daemon, shipway):
    daemon.on("GET", "/v1/jobs/7", job(**WAITING))
    out = shipway("job", "show", "7").out
    assert "the store's review" in out
    assert "2026-11-20" in out
    lines = dict(line.split(maxsplit=1) for line in out.splitlines() if line.startswith("tries"))
    assert lines == {"tries": "3"}
    assert "job 5" in out


def test_show_says_the_place_in_the_queue(daemon, shipway):
    daemon.on("GET", "/v1/jobs/7", job(**QUEUED))
    assert "number 2 in the queue" in shipway("job", "show", "7").out


def retrying(daemon, *states):
    """Accept a retry as job 8, and show that job in each state in turn; the last one stays."""
    left = list(states)
    daemon.on("POST", "/v1/jobs/7/retry", job(id=8))
    daemon.on("GET", "/v1/jobs/8", lambda _call: left.pop(0) if len(left) > 1 else left[0])
    daemon.feeds.append([HELLO, event(subject="8"), event(subject="8")])


@pytest.mark.parametrize(("outcome", "code"), [("verified", 0), ("failed", 1), ("unverified", 7)])
def test_a_retry_waits_and_exits_as_publish_does(daemon, shipway, outcome, code):
    retrying(daemon, job(id=8), done(outcome, id=8, reason="Because of it."))
    ran = shipway("job", "retry", "7")
    assert ran.code == code
    assert "Because of it." in ran.out + ran.err


def test_a_retry_that_waits_says_for_what_once(daemon, shipway):
    waiting = job(id=8, **WAITING)
    retrying(daemon, waiting, waiting, done("verified", id=8))
    err = shipway("job", "retry", "7").err
    assert err.count("the store's review") == 1


def test_the_options_of_a_retry_reach_the_daemon(daemon, shipway):
    retrying(daemon, done("verified", id=8))
    ran = shipway("job", "retry", "7", "--queue", "--force", "--no-wait", "--json")
    (body,) = daemon.bodies("POST", "/v1/jobs/7/retry")
    assert (body.queue, body.force) == (True, True)
    assert json.loads(ran.out)["id"] == 8
    assert len(daemon.calls) == 1
