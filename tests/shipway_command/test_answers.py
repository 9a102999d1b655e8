"""What the exit code and the answer of a program mean."""

import json

import pytest
from shipway_command import conversation
from shipway_plugins.errors import NotSupported, StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.testing import RecordingReporter
from shipway_plugins.testing.samples import put
from shipway_plugins.words import PublishState, ReceiptItem


@pytest.fixture
def version(samples):
    return samples.version("android-phone")


@pytest.fixture
def plan(samples, version):
    return samples.plan("k1", put(version))


def say(**said) -> str:
    return f"echo '{json.dumps(said)}'"


# -------------------------------------------------------------------------- a publish


def test_0_without_a_word_means_that_all_was_taken(command, plan, version, report):
    """A program that knows nothing of answers is enough."""
    receipt = command("exit 0").publish(plan, report)
    assert receipt.key == "k1"
    assert receipt.items == [ReceiptItem(channel="android-phone", digest=version.digest)]


def test_what_was_taken_may_be_said(command, plan, report):
    """With an identifier of the store's own."""
    items = [{"channel": "android-phone", "digest": "ab", "store_id": "17"}]
    receipt = command(say(receipt={"items": items, "message": "Taken."})).publish(plan, report)
    assert receipt.items == [ReceiptItem(channel="android-phone", digest="ab", store_id="17")]
    assert receipt.message == "Taken."


def test_75_means_not_now(command, plan, report):
    """EX_TEMPFAIL: nothing was taken."""
    with pytest.raises(StoreBusy) as caught:
        command("echo 'closed on Sundays' >&2; exit 75").publish(plan, report)
    assert caught.value.retry_after is None
    assert "closed on Sundays" in caught.value.hint


def test_any_other_exit_leaves_it_open(command, plan, report):
    """A program that failed half way may have sent it, so it is no refusal."""
    with pytest.raises(StoreUnreachable, match="ended with exit code 3") as caught:
        command("echo 'connection reset' >&2; exit 3").publish(plan, report)
    assert "connection reset" in caught.value.hint


@pytest.mark.parametrize(
    ("kind", "raised"),
    [("refused", StoreRefused), ("busy", StoreBusy), ("unreachable", StoreUnreachable)],
)
@pytest.mark.parametrize("code", [0, 1])
def test_an_error_is_what_it_says(command, plan, report, kind, raised, code):
    """Whatever the exit code."""
    error = {"kind": kind, "message": "No.", "hint": "Ask."}
    with pytest.raises(raised) as caught:
        command(f"{say(error=error)}; exit {code}").publish(plan, report)
    assert (type(caught.value), caught.value.message, caught.value.hint) == (raised, "No.", "Ask.")


def test_a_busy_store_may_name_its_time(command, plan, report):
    """In seconds."""
    error = {"kind": "busy", "message": "Later.", "retry_after": 30}
    with pytest.raises(StoreBusy) as caught:
        command(say(error=error)).publish(plan, report)
    assert caught.value.retry_after == 30


def test_a_receipt_and_a_failure_leave_it_open(command, plan, report):
    """One of both is wrong, and nobody knows which."""
    with pytest.raises(StoreUnreachable, match="exit code 1"):
        command(f"{say(receipt={})}; exit 1").publish(plan, report)


def test_a_receipt_of_another_attempt_leaves_it_open(command, plan, report):
    """It may be an old one."""
    with pytest.raises(StoreUnreachable, match="of another attempt, k0"):
        command(say(receipt={"key": "k0"})).publish(plan, report)


def test_an_answer_to_another_call_leaves_it_open(command, plan, report):
    """The sentence names both."""
    with pytest.raises(StoreUnreachable, match="asked publish and answered live"):
        command(say(live=[])).publish(plan, report)


def test_an_attempt_is_run_once(command, plan, report, tmp_path):
    """The same key again is answered from the receipt; the program does not hear of it."""
    adapter = command(f"echo run >> {tmp_path}/runs; {say(receipt={'message': 'first'})}")
    assert adapter.publish(plan, report) == adapter.publish(plan, report)
    assert (tmp_path / "runs").read_text() == "run\n"


def test_a_refused_attempt_may_be_run_again(command, plan, report):
    """Only what was taken is remembered."""
    with pytest.raises(StoreBusy):
        command("exit 75").publish(plan, report)
    assert command("exit 0").publish(plan, report).key == "k1"


def test_a_receipt_that_cannot_be_written_leaves_it_open(command, plan, report, tmp_path):
    """The daemon asks the store then, and does not send it again."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "receipts").write_text("in the way")
    with pytest.raises(StoreUnreachable, match="receipt"):
        command("exit 0").publish(plan, report)


# ------------------------------------------------------------------------ what it is told


def test_the_reports_go_on_at_once(command, plan):
    """Stages, skips, progress and lines of both outputs."""
    report = RecordingReporter()
    command(
        f"{say(stage='Upload', detail='x')}; {say(progress=[1, 2])}; {say(progress=[2, 0])};"
        f"{say(skip='Sign')}; {say(log='a line')}; echo plain; echo loud >&2"
    ).publish(plan, report)
    assert report.stages[1:] == ["Upload"]
    assert report.stages[0].startswith("Run ")
    assert report.steps == {"Upload": [(1, 2), (2, 0)]}
    assert report.skipped == ["Sign"]
    assert sorted(report.lines) == ["a line", "loud", "plain"]


def test_a_program_that_is_silent_for_long_is_known_to_live(command, plan, monkeypatch):
    """The last progress is repeated, so that the lane is not ended for its silence."""
    monkeypatch.setattr(conversation, "SIGN_OF_LIFE", 0.1)
    report = RecordingReporter()
    command(f"{say(stage='Upload')}; {say(progress=[3, 9])}; sleep 2").publish(plan, report)
    assert len(report.steps["Upload"]) >= 2
    assert set(report.steps["Upload"]) == {(3, 9)}


def test_it_is_told_what_is_asked(command, plan, report, tmp_path, version):
    """The call is its last word, and the whole plan its input; its folder is the environment's."""
    body = f'cat > {tmp_path}/asked; echo "$@" > {tmp_path}/words; pwd > {tmp_path}/where'
    command(body, arguments=["--verbose", "a b"]).publish(plan, report)
    asked = json.loads((tmp_path / "asked").read_text())
    assert (asked["version"], asked["call"], asked["environment"]) == (1, "publish", "test")
    assert (asked["app"], asked["key"]) == ("sample/app", "k1")
    assert asked["plan"]["items"][0]["version"]["path"] == version.path
    assert (tmp_path / "words").read_text() == "--verbose a b publish\n"
    assert (tmp_path / "where").read_text() == f"{tmp_path / 'data'}\n"


def test_credentials_are_variables_and_never_told(command, plan, report, tmp_path):
    """A program that prints its token, in a log, a stage, a receipt or an error."""
    secrets = {"TOKEN": "t0k3n-abc"}
    body = f"""printenv TOKEN > {tmp_path}/token
        echo "uses $TOKEN" >&2
        echo "{{\\"stage\\": \\"Use $TOKEN\\"}}"
        echo "{{\\"receipt\\": {{\\"message\\": \\"by $TOKEN\\"}}}}" """
    receipt = command(body, credentials=secrets).publish(plan, report)
    assert (tmp_path / "token").read_text() == "t0k3n-abc\n"
    told = [*report.lines, *report.stages, receipt.message]
    assert [line for line in told if "t0k3n" in line] == []
    assert "uses ***" in report.lines
    assert receipt.message == "by ***"


# ------------------------------------------------------------------- status, live, unpublish


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("exit 0", "available", "all is well"),
        ("exit 75", "busy", "cannot now"),
        ("exit 2", "unknown", "exit code 2"),
        (say(status="busy", reason="At work.", remedy="Wait."), "busy", "At work."),
        (say(error={"kind": "unreachable", "message": "No line."}), "unknown", "No line."),
        (say(live=[]), "unknown", "asked status and answered live"),
        ("echo '{oops'", "unknown", "no answer: {oops"),
    ],
)
def test_the_status(command, body, status, reason):
    """It always has a reason."""
    answer = command(body).status()
    assert answer.status == status
    assert reason in answer.reason


def test_a_program_that_is_not_asked_for_its_status_is_available(command, tmp_path):
    """It is not run: it may publish whatever it is asked."""
    adapter = command(f"touch {tmp_path}/ran", status=False)
    assert adapter.status().status == "available"
    assert not (tmp_path / "ran").exists()


def test_live_is_what_the_program_says(command):
    """Without states, all that it holds was published as Draft."""
    entry = {"channel": "ios-phone", "digest": "ab", "version": "1.0"}
    state = command(say(live=[entry], processing=True)).live("sample/app")
    assert state.processing
    assert [(one.channel, one.digest, one.version) for one in state.entries] == [
        ("ios-phone", "ab", "1.0")
    ]
    assert state.entries[0].state is PublishState.DRAFT


def test_states_are_missed_where_they_are_kept(command):
    """An entry without one would be taken for whatever was asked."""
    entry = {"channel": "ios-phone", "digest": "ab"}
    with pytest.raises(StoreUnreachable, match="has no state"):
        command(say(live=[entry]), targets=True).live("sample/app")


def test_a_program_that_cannot_read_back_says_so(command, tmp_path):
    """By its settings, where it is not run, or by saying nothing."""
    with pytest.raises(NotSupported, match="nothing is verified"):
        command(f"touch {tmp_path}/ran", live=False).live("sample/app")
    assert not (tmp_path / "ran").exists()
    with pytest.raises(NotSupported, match="does not answer live"):
        command("exit 0").live("sample/app")


def test_a_failed_live_is_not_empty(command):
    """Not Published is said by an empty list only."""
    with pytest.raises(StoreUnreachable):
        command("exit 1").live("sample/app")
    assert command(say(live=[])).live("sample/app").entries == []


def test_unpublish_is_refused_where_the_settings_say_so(command, report, tmp_path):
    """The program is not run."""
    with pytest.raises(NotSupported, match="does not unpublish"):
        command(f"touch {tmp_path}/ran", unpublish=False).unpublish("sample/app", "k", report)
    assert not (tmp_path / "ran").exists()
    assert command("exit 0").unpublish("sample/app", "k", report).key == "k"
