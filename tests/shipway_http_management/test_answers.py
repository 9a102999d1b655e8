"""What the adapter makes of answers: only the contract's own words count, and only unharmed."""

from contextlib import contextmanager

import pytest
from shipway_http_management.adapter import HttpManagement, HttpManagementOptions
from shipway_http_management.transport import ANSWER_BYTES
from shipway_plugins import EnvironmentContext
from shipway_plugins.errors import StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.testing import RecordingReporter
from shipway_plugins.testing.samples import remove
from shipway_plugins.words import EnvironmentStatus
from support.scripted_http import HANG_UP, answer, problem, scripted_http

APP = "sample/app"
EMPTY = {"app": APP, "entries": [], "processing": False}
NO_RECEIPT = answer(404, problem(404))
STATUS = answer(200, {"state": "available", "reason": "It is.", "now": 1000.5})


@pytest.fixture(autouse=True)
def _short_permits(monkeypatch):
    """What is lost is soon certain."""
    monkeypatch.setattr("shipway_http_management.permit._LONGEST", 0.1)


@contextmanager
def asking(tmp_path, *script, **more):
    """An adapter whose server answers by a script; its requests are beside it."""
    with scripted_http(*script) as server:
        options = HttpManagementOptions(server=server.url, token="t", timeout=5, **more)
        adapter = HttpManagement(options, EnvironmentContext(name="test", data_dir=tmp_path))
        yield adapter, server.requests


def removal(samples):
    """A plan that needs no upload."""
    return samples.plan("k1", remove("ios-phone"))


RECEIPT = {"key": "k1", "app": APP, "items": [], "message": "Taken."}


@pytest.mark.parametrize(
    ("garbage", "sentence"),
    [
        (b"no HTTP at all\r\n\r\n", "broke"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf", "broke|none of a management"),
        (answer(200, b"<html>hello</html>", Content_Type="text/html"), "none of a management"),
        (answer(200, b"{half a json"), "not what the contract says"),
        (
            answer(200, {"app": APP, "entries": "none", "processing": False}),
            "not what the contract",
        ),
        (answer(200, {**EMPTY, "app": "sample/another"}), "asked for sample/app and answered"),
        (answer(200, EMPTY, Content_Digest="sha-256=:AAAA:"), "came damaged"),
        (answer(206, EMPTY), "says otherwise"),
        (answer(503, {"title": "half a problem"}), "not what the contract says"),
        (answer(404, problem(503)), "404 outside and 503 inside"),
        (answer(502, b"Bad gateway", Content_Type="text/html"), "none of a management"),
        (answer(200, b" " * (ANSWER_BYTES + 1)), "more than"),
        (answer(302, EMPTY, Location="/elsewhere"), "sends us elsewhere"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_of_the_contract_is_no_answer(tmp_path, garbage, sentence):
    """Nothing is known then: neither that nothing is live, nor that it was refused."""
    with (
        asking(tmp_path, garbage) as (adapter, _),
        pytest.raises(StoreUnreachable, match=sentence),
    ):
        adapter.live(APP)


@pytest.mark.parametrize("status", [200, 201, 302, 404, 409, 500, 503])
def test_garbage_is_never_a_receipt_and_never_a_refusal(tmp_path, samples, status):
    """A page of something in between says nothing of what the server did."""
    page = answer(status, b"<html>", Content_Type="text/html")
    with (
        asking(tmp_path, NO_RECEIPT, STATUS, page) as (adapter, _),
        pytest.raises(StoreUnreachable),
    ):
        adapter.publish(removal(samples), RecordingReporter())


def test_a_redirect_is_not_followed(tmp_path):
    """The token goes to the server that the settings name, and to no other."""
    with scripted_http(answer(200, EMPTY)) as other:
        away = answer(307, b"", Location=f"{other.url}/v1/status")
        with (
            asking(tmp_path, away) as (adapter, _),
            pytest.raises(StoreUnreachable, match="elsewhere"),
        ):
            adapter.live(APP)
        assert other.requests == []


def test_a_read_that_is_lost_is_asked_again(tmp_path):
    """A dropped connection and a damaged answer are borne."""
    damaged = answer(200, EMPTY, Content_Digest="sha-256=:AAAA:")
    with asking(tmp_path, HANG_UP, damaged, answer(200, EMPTY)) as (adapter, requests):
        assert adapter.live(APP).entries == []
        assert len(requests) == 3


def test_a_read_is_not_asked_for_ever(tmp_path):
    """Four tries, then the sentence."""
    with asking(tmp_path, HANG_UP) as (adapter, requests):
        with pytest.raises(StoreUnreachable, match="broke"):
            adapter.live(APP)
        assert len(requests) == 4


def test_a_publication_is_sent_once(tmp_path, samples):
    """Its answer is lost, and the server has no receipt, also when it would not begin it any more:
    nothing was taken, and it is the daemon's to try again.
    """
    script = (NO_RECEIPT, STATUS, HANG_UP, NO_RECEIPT)
    with asking(tmp_path, *script) as (adapter, requests):
        with pytest.raises(StoreBusy, match="has not taken it"):
            adapter.publish(removal(samples), RecordingReporter())
        methods = [one.split()[0] for one in requests]
        assert methods == [b"GET", b"GET", b"PUT", b"GET", b"GET"]
        assert b'"valid_until":1000.6' in requests[2]


def test_an_answer_that_is_late_is_found(tmp_path, samples):
    """The server has it only after we had asked for the first time."""
    script = (NO_RECEIPT, STATUS, HANG_UP, NO_RECEIPT, answer(200, RECEIPT))
    with asking(tmp_path, *script) as (adapter, _):
        assert adapter.publish(removal(samples), RecordingReporter()).message == "Taken."


def test_what_is_worked_on_is_unknown(tmp_path, samples):
    """Neither taken nor not taken: the app is read back, which says `processing`."""
    at_work = answer(409, problem(409, type="urn:shipway:management:busy"))
    with (
        asking(tmp_path, NO_RECEIPT, STATUS, HANG_UP, at_work) as (adapter, _),
        pytest.raises(StoreUnreachable, match="broke"),
    ):
        adapter.publish(removal(samples), RecordingReporter())


def test_a_lost_answer_is_found_by_the_key(tmp_path, samples):
    """The server had taken it: the receipt is the one that was lost."""
    script = (NO_RECEIPT, STATUS, HANG_UP, answer(200, RECEIPT))
    with asking(tmp_path, *script) as (adapter, requests):
        receipt = adapter.publish(removal(samples), RecordingReporter())
        assert receipt.message == "Taken."
        assert [one.split()[0] for one in requests] == [b"GET", b"GET", b"PUT", b"GET"]


def test_silence_after_a_lost_answer_is_unreachable(tmp_path, samples):
    """Busy would say that nothing was taken, and that is not known."""
    busy = answer(503, problem(503), Retry_After="60")
    with (
        asking(tmp_path, NO_RECEIPT, STATUS, HANG_UP, busy) as (adapter, _),
        pytest.raises(StoreUnreachable, match="broke"),
    ):
        adapter.publish(removal(samples), RecordingReporter())


def test_a_request_that_came_damaged_was_not_taken(tmp_path, samples):
    """The server says so itself: the daemon may try again."""
    damaged = answer(400, problem(400, type="urn:shipway:management:damaged"))
    with (
        asking(tmp_path, NO_RECEIPT, STATUS, damaged) as (adapter, _),
        pytest.raises(StoreBusy, match="Nothing was taken"),
    ):
        adapter.publish(removal(samples), RecordingReporter())


@pytest.mark.parametrize(
    "receipt",
    [
        {**RECEIPT, "key": "k2"},
        {**RECEIPT, "app": "sample/another"},
        {**RECEIPT, "items": [{"channel": "ios-phone", "digest": "0" * 64}]},
    ],
)
def test_a_receipt_for_something_else_is_not_believed(tmp_path, samples, receipt):
    with (
        asking(tmp_path, NO_RECEIPT, STATUS, answer(201, receipt)) as (adapter, _),
        pytest.raises(StoreUnreachable, match="not for what was sent"),
    ):
        adapter.publish(removal(samples), RecordingReporter())


@pytest.mark.parametrize("status", [409, 423, 429, 503])
def test_not_now_is_busy_with_its_wait(tmp_path, samples, status):
    busy = answer(status, problem(status, detail="Later."), Retry_After="120")
    with (
        asking(tmp_path, NO_RECEIPT, STATUS, busy) as (adapter, requests),
        pytest.raises(StoreBusy, match=f"It is {status}. Later.") as raised,
    ):
        adapter.publish(removal(samples), RecordingReporter())
    assert raised.value.retry_after == 120
    assert len(requests) == 3


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        ("120", 120, 120),
        ("0", 0, 0),
        ("999999999", 86400, 86400),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 86400, 86400),
        ("Fri, 01 Jan 1999 00:00:00 GMT", 0, 0),
        ("soon", None, None),
        ("-5", None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(tmp_path, samples, told, least, most):
    """Seconds or a date; more than a day is a day, and what cannot be read says nothing."""
    busy = answer(503, problem(503), Retry_After=told)
    with (
        asking(tmp_path, NO_RECEIPT, STATUS, busy) as (adapter, _),
        pytest.raises(StoreBusy) as raised,
    ):
        adapter.publish(removal(samples), RecordingReporter())
    found = raised.value.retry_after
    assert found == least if least is None else least <= found <= most


@pytest.mark.parametrize("status", [400, 403, 413, 422])
def test_a_problem_is_a_refusal_with_its_hint(tmp_path, samples, status):
    no = answer(status, problem(status, detail="The rule.", hint="Do so."))
    with (
        asking(tmp_path, NO_RECEIPT, STATUS, no) as (adapter, _),
        pytest.raises(StoreRefused, match=f"It is {status}. The rule.") as raised,
    ):
        adapter.publish(removal(samples), RecordingReporter())
    assert raised.value.hint == "Do so."


def test_a_short_wait_is_waited_by_reads(tmp_path):
    """A server that asks for no more than some seconds is taken at its word."""
    limited = answer(429, problem(429), Retry_After="0")
    with asking(tmp_path, limited, answer(200, EMPTY)) as (adapter, requests):
        assert adapter.live(APP).entries == []
        assert len(requests) == 2


def test_a_server_that_cannot_answer_now_is_busy(tmp_path):
    """Its status is asked for once."""
    down = answer(503, problem(503, hint="Come on Monday."), Retry_After="0")
    with asking(tmp_path, down) as (adapter, requests):
        told = adapter.status()
        assert (told.status, told.remedy) == (EnvironmentStatus.BUSY, "Come on Monday.")
        assert len(requests) == 1


def test_nobody_there_is_a_sentence(tmp_path):
    """A port that nobody listens on."""
    with scripted_http(HANG_UP) as gone:
        url = gone.url
    options = HttpManagementOptions(server=url, token="t", timeout=5)
    adapter = HttpManagement(options, EnvironmentContext(name="test", data_dir=tmp_path))
    with pytest.raises(StoreUnreachable, match="takes no connection"):
        adapter.status()


def test_a_server_that_says_nothing_is_given_up(tmp_path):
    """It takes the request, and never answers."""

    def never(_: bytes) -> bytes:
        waited.wait(30)
        return HANG_UP

    import threading

    waited = threading.Event()
    with scripted_http(never) as server:
        options = HttpManagementOptions(server=server.url, token="t", timeout=0.2)
        adapter = HttpManagement(options, EnvironmentContext(name="test", data_dir=tmp_path))
        with pytest.raises(StoreUnreachable, match="did not answer in time"):
            adapter.status()
        waited.set()


def test_the_token_and_the_digest_go_with_every_body(tmp_path, samples):
    """And the token is in no sentence."""
    with asking(tmp_path, NO_RECEIPT, STATUS, answer(201, RECEIPT)) as (adapter, requests):
        adapter.publish(removal(samples), RecordingReporter())
        assert b"Authorization: Bearer t\r\n" in requests[2]
        assert b"Content-Digest: sha-256=:" in requests[2]


def test_the_proxy_of_the_machine_is_used_and_told_no_token(tmp_path, monkeypatch):
    """It is asked for a tunnel; what goes through that is encrypted."""
    with scripted_http(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("https_proxy", raising=False)
        options = HttpManagementOptions(server="https://x.example", token="t0ken", timeout=5)
        adapter = HttpManagement(options, EnvironmentContext(name="test", data_dir=tmp_path))
        with pytest.raises(StoreUnreachable):
            adapter.status()
        assert proxy.requests[0].startswith(b"CONNECT x.example:443 ")
        assert b"t0ken" not in b"".join(proxy.requests)
