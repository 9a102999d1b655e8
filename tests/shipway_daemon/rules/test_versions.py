"""The rules of versions, each with the sentence that a person reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipway_client.errors import Refused, WrongUsage
from shipway_client.wire import Duplicates, Mismatch, ProfileSettings, VersionState
from shipway_daemon.rules import versions as rules
from shipway_plugins.words import Severity, Signing, SigningState
from support.versions import inspection

NOW = "2026-06-01T12:00:00.000Z"
PAST = "2026-06-01T11:59:59Z"
FUTURE = "2026-06-01T12:00:01Z"


def facts(**told):
    return rules.Facts(**{"identifier": "com.a", "version": "1", "build": "2", **told})


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, "ready"),
        ({"identifier": None}, "ready"),
        ({"version": None}, "incomplete"),
        ({"build": None}, "incomplete"),
        ({"identifier": "com.b"}, "mismatched"),
        ({"expires": PAST}, "expired"),
        ({"expires": FUTURE}, "ready"),
        ({"rejected": "no"}, "rejected"),
        ({"rejected": "no", "expires": PAST, "identifier": "com.b", "build": None}, "rejected"),
        ({"expires": PAST, "identifier": "com.b", "build": None}, "expired"),
        ({"identifier": "com.b", "build": None}, "mismatched"),
    ],
)
def test_a_version_is_in_one_state_and_what_is_worse_goes_first(told, state):
    assert rules.state_of(facts(**told), "com.a", NOW) == VersionState(state)


def test_a_profile_without_an_identifier_mismatches_nothing():
    assert rules.state_of(facts(), None, NOW) is VersionState.READY


def test_the_end_of_a_signature_is_read_where_it_is_known():
    signed = inspection(signing=Signing(state=SigningState.VALID, expires=PAST))
    nothing = inspection(signing=Signing(state=SigningState.VALID, expires=None))
    assert rules.expiry(signed) == PAST
    assert rules.expiry(nothing) is rules.expiry(inspection()) is None


@pytest.mark.parametrize(
    ("state", "sentence", "hint"),
    [
        ("incomplete", "its version or build number is not known", "shipway version set"),
        ("mismatched", "its identifier is not that of its profile", "Re-sign it"),
        ("rejected", "it was rejected", "another version"),
        ("expired", "its signature has expired", "another version"),
    ],
)
def test_only_a_ready_version_can_be_a_candidate(state, sentence, hint):
    with pytest.raises(Refused) as refused:
        rules.check_candidate("me/app@3", VersionState(state))
    assert refused.value.message == f"me/app@3 cannot be a candidate: {sentence}."
    assert hint in refused.value.hint


def test_a_ready_version_can_be_a_candidate_and_every_other_state_has_a_reason():
    rules.check_candidate("me/app@3", VersionState.READY)
    assert set(rules.NEVER_PUBLISHED) == set(VersionState) - {VersionState.READY}


def test_another_identifier_is_flagged_or_refused():
    flag, refuse = ProfileSettings(), ProfileSettings(mismatch=Mismatch.REFUSE)
    sentence = "The binary is com.b, the profile me/app is com.a."
    (finding,) = rules.check_mismatch(flag, "me/app", "com.a", "com.b")
    assert (finding.rule, finding.sentence) == ("identifier-mismatch", sentence)
    assert finding.severity is Severity.ERROR
    assert "re-sign" in finding.remedy
    with pytest.raises(Refused) as refused:
        rules.check_mismatch(refuse, "me/app", "com.a", "com.b")
    assert refused.value.message == sentence
    for identifier in ("com.a", None):
        assert rules.check_mismatch(refuse, "me/app", "com.a", identifier) == []


def test_other_bytes_of_the_same_build_are_noticed_or_refused():
    accept, refuse = ProfileSettings(), ProfileSettings(duplicates=Duplicates.REFUSE)
    sentence = "me/app@4 has version 1.0 and build 7 already, in other bytes."
    (finding,) = rules.check_duplicate_build(accept, "me/app", 4, "1.0", "7")
    assert (finding.rule, finding.sentence) == ("duplicate-build", sentence)
    assert finding.severity is Severity.WARNING
    assert "raise the build number" in finding.remedy
    with pytest.raises(Refused) as refused:
        rules.check_duplicate_build(refuse, "me/app", 4, "1.0", "7")
    assert refused.value.message == sentence
    assert rules.check_duplicate_build(refuse, "me/app", None, "1.0", "7") == []
    assert rules.check_duplicate_build(refuse, "me/app", 4, None, "7") == []


@pytest.mark.parametrize(
    ("build", "latest", "noticed"),
    [
        ("2", "1", False),
        ("1", "1", True),
        ("1", "2", True),
        ("10", "9", False),
        ("9", "10", True),
        ("009", "8", False),
        ("1.2", "3", False),
        ("a", "3", False),
        ("٣", "9", False),
        (None, "3", False),
        ("3", None, False),
        ("9" * 31, "1", False),
    ],
)
def test_a_build_that_is_not_newer_is_noticed_where_both_are_numbers(build, latest, noticed):
    found = rules.check_newer_build(ProfileSettings(), build, latest)
    assert bool(found) == noticed
    for finding in found:
        assert finding.severity is Severity.INFO
        assert finding.sentence == f"Build {build} is not above {latest}, the newest one here."


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.WARNING])
def test_a_profile_says_how_much_an_older_build_weighs(severity):
    settings = ProfileSettings(require_newer_build=severity)
    (finding,) = rules.check_newer_build(settings, "1", "2")
    assert finding.severity is severity


def test_a_profile_may_refuse_an_older_build():
    settings = ProfileSettings(require_newer_build=Severity.ERROR)
    with pytest.raises(Refused, match="Build 1 is not above 2") as refused:
        rules.check_newer_build(settings, "1", "2")
    assert "Raise the build number" in refused.value.hint


def test_a_typed_number_that_differs_from_the_files_is_noticed():
    (finding,) = rules.check_typed("1.0", "2.0", "version")
    assert finding.sentence == "The version was given as 2.0, the file says 1.0."
    assert (finding.rule, finding.severity) == ("typed-differs", Severity.WARNING)
    for read, typed in (("1.0", "1.0"), ("1.0", None), (None, "2.0")):
        assert rules.check_typed(read, typed, "version") == []


def test_notes_have_up_to_25_000_characters():
    """Characters, not bytes."""
    longest = "漢" * 25_000
    assert rules.check_notes(longest) == longest
    with pytest.raises(WrongUsage, match=r"25,001 characters; 25,000 is the most"):
        rules.check_notes(longest + "!")


def test_a_rejection_needs_a_message_and_is_final():
    assert rules.check_rejection("me/app@1", "  Crashes. ", None) == "Crashes."
    for message in ("", "  \n ", "x" * 1_001):
        with pytest.raises(WrongUsage, match="message of 1 to 1000 characters"):
            rules.check_rejection("me/app@1", message, None)
    with pytest.raises(Refused, match=r"me/app@1 was rejected already: Crashes\."):
        rules.check_rejection("me/app@1", "Again", "Crashes.")


def test_a_candidate_cannot_be_deleted():
    rules.check_deletable("me/app@1", candidate=False)
    with pytest.raises(Refused, match="is a candidate and cannot be deleted") as refused:
        rules.check_deletable("me/app@1", candidate=True)
    assert "shipway version uncandidate me/app@1" in refused.value.hint


OPTIONAL = st.none() | st.text(max_size=40)


@given(OPTIONAL, OPTIONAL, st.none() | st.sampled_from(Severity))
def test_no_numbers_break_the_comparison(build, latest, severity):
    settings = ProfileSettings(require_newer_build=severity)
    try:
        found = rules.check_newer_build(settings, build, latest)
    except Refused:
        assert severity is Severity.ERROR
    else:
        assert len(found) <= 1
