"""No form of a secret gets past its mask, and nothing else is lost."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipway_daemon.workers.masking import CUT, STARS, Mask
from shipway_plugins.words import (
    EnvironmentStatus,
    LiveEntry,
    LiveState,
    Progress,
    Receipt,
    ReceiptItem,
    Stage,
    StageState,
    StatusReport,
    Target,
)

SECRET = 'päss"word/+ \\1é'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        repr(SECRET),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").replace("%C3", "%c3").replace("%A4", "%a4").lower(),
        quote_plus(SECRET),
        SECRET.encode().hex(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_the_usual_encodings_are_masked(form):
    masked = Mask([SECRET]).text(f"<{form}>")
    assert STARS in masked
    assert form.strip("\"'=")[:-2] not in masked


@given(st.text(max_size=9), st.text(min_size=8, max_size=20), st.text(max_size=9))
def test_base64_is_masked_wherever_the_secret_begins(before, secret, after):
    """As in the header of HTTP's Basic authentication."""
    whole = f"{before}{secret}{after}".encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert STARS in Mask([secret]).text(encode(whole).decode())


@given(st.text(max_size=30), st.text(min_size=8, max_size=20), st.text(max_size=30))
def test_a_secret_never_stays(before, secret, after):
    masked = Mask([secret]).text(before + secret + after)
    assert STARS in masked
    # What is left around the stars may only by chance be the secret again.
    assert secret not in masked.split(STARS) or secret in before + after


def test_every_line_of_a_secret_is_one():
    """A traceback or a log shows them one by one; what is too short for a secret is no line."""
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n  ab\nkqhkiG9w0BAQEFAASC\n-----END KEY-----\n"
    mask = Mask([key])
    for line in key.splitlines():
        assert (STARS in mask.text(f"said: {line.strip()}.")) is (line.strip() != "ab")


def test_a_short_secret_is_masked_as_a_word():
    """Inside of another word it is a coincidence, and a digest must stay whole."""
    mask = Mask(["beef"])
    assert mask.text("beef, (beef) beef_1 user:beef@host") == "***, (***) ***_1 user:***@host"
    assert mask.text("deadbeef01 beefs corned2beef") == "deadbeef01 beefs corned2beef"


def test_a_longer_secret_hides_a_shorter_one():
    assert Mask(["secret-one", "secret-one-and-more"]).text("secret-one-and-more") == STARS


def test_what_a_cut_left_of_a_secret_is_masked():
    """Only where the text says that it was cut."""
    mask = Mask(["correct horse"])
    assert mask.text(f"it is correct ho{CUT}") == f"it is {STARS}{CUT}"
    assert mask.text("it is correct ho") == "it is correct ho"
    assert mask.text(f"12345{CUT}") == f"12345{CUT}"


def test_messages_are_masked_as_deep_as_they_are():
    """Every text of a person's, and no word that the daemon has to know again."""
    mask = Mask(["available", "sample-app", "android-phone", "running-up"])
    said = "it is available to sample-app on android-phone"
    status = StatusReport(status=EnvironmentStatus.AVAILABLE, reason=said, remedy=said)
    assert mask.whole(status).status is EnvironmentStatus.AVAILABLE
    assert mask.whole(status).reason == "it is *** to *** on ***"
    assert mask.whole(status).remedy == "it is *** to *** on ***"
    entry = LiveEntry(channel="android-phone", digest="available", targets=["group:available"])
    live = mask.whole(LiveState(app="sample-app", entries=[entry]))
    assert (live.app, live.entries[0].channel) == ("sample-app", "android-phone")
    assert (live.entries[0].digest, live.entries[0].targets) == ("available", ["group:***"])
    item = ReceiptItem(channel="android-phone", digest="available", store_id="available")
    receipt = mask.whole(Receipt(key="sample-app", items=[item], message=said))
    assert (receipt.key, receipt.items[0].store_id) == ("sample-app", STARS)
    assert receipt.message == "it is *** to *** on ***"
    stage = Stage(name="running-up", state=StageState.RUNNING, detail=said)
    assert mask.whole(stage).name == mask.whole(Progress(stage="running-up", done=1, total=2)).stage
    assert mask.whole([Target(address="user:available", title="A")])[0].address == "user:***"


def test_without_secrets_everything_is_as_it_was():
    status = StatusReport(status=EnvironmentStatus.AVAILABLE, reason="r")
    assert Mask().whole(status) is status
    assert Mask().text("text") == "text"
