"""A version goes only when every rule that speaks for it lets it go."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipway_client.errors import WrongUsage
from shipway_client.wire import Retention
from shipway_daemon.rules.retention import Rule, Standing, check_retention, reason_to_go, speaks

retentions = st.builds(
    Retention,
    keep_last=st.none() | st.integers(1, 6),
    keep_days=st.none() | st.floats(0.5, 60),
    keep_candidates=st.booleans(),
    keep_published=st.booleans(),
)
rules = st.lists(
    st.builds(Rule, whose=st.just("profile"), retention=retentions, among_last=st.booleans()),
    max_size=3,
)
KEEPS = {"candidate": "keep_candidates", "published": "keep_published"}
standings = st.builds(
    Standing,
    days=st.floats(-5, 90),
    candidate=st.booleans(),
    published=st.booleans(),
    newest=st.booleans(),
    in_use=st.booleans(),
)


@given(standings, rules)
def test_what_one_rule_keeps_no_other_takes(standing, rules):
    """All together take exactly what each of them that speaks takes alone."""
    alone = [reason_to_go(standing, [rule]) for rule in rules if speaks(rule.retention)]
    together = reason_to_go(standing, rules)
    assert (together is not None) == bool(alone and all(reason is not None for reason in alone))


@given(standings, rules)
def test_without_a_limit_all_is_kept(standing, rules):
    mute = [
        replace(rule, retention=Retention(keep_candidates=False, keep_published=False))
        for rule in rules
    ]
    assert reason_to_go(standing, mute) is None


@given(standings, rules, st.sampled_from(["newest", "in_use"]))
def test_the_newest_and_what_a_job_uses_stay_whatever_the_rules_say(standing, rules, why):
    assert reason_to_go(replace(standing, **{why: True}), rules) is None


@given(standings, rules, st.sampled_from(["candidate", "published"]))
def test_candidates_and_what_is_live_go_only_where_every_rule_says_so(standing, rules, mark):
    marked = replace(standing, **{mark: True})
    if reason_to_go(marked, rules) is not None:
        speaking = [rule for rule in rules if speaks(rule.retention)]
        assert not any(getattr(rule.retention, KEEPS[mark]) for rule in speaking)


@given(standings, rules, st.floats(0, 50))
def test_what_goes_would_also_go_if_it_were_older(standing, rules, days):
    """Neither age nor newer versions ever bring a version back."""
    if reason_to_go(standing, rules) is not None:
        older = replace(standing, days=standing.days + days)
        pushed = [replace(rule, among_last=False) for rule in rules]
        assert reason_to_go(older, pushed) is not None


@given(standings, rules)
def test_a_reason_names_the_limits_of_every_rule(standing, rules):
    reason = reason_to_go(standing, rules)
    if reason is None:
        return
    for rule in rules:
        if rule.retention.keep_last is not None:
            assert f"newest {rule.retention.keep_last}" in reason
        if rule.retention.keep_days is not None:
            assert f"{rule.retention.keep_days:g} days" in reason


def test_the_limits_are_exact():
    """What is not among the newest goes; at its day it stays, and after it goes."""
    last = Retention(keep_last=3)
    assert reason_to_go(Standing(days=1), [Rule("profile", last, among_last=True)]) is None
    assert reason_to_go(Standing(days=1), [Rule("profile", last)]) is not None
    days = [Rule("folder", Retention(keep_days=30))]
    assert reason_to_go(Standing(days=30), days) is None
    assert reason_to_go(Standing(days=30.01), days) == (
        "The folder keeps what is younger than 30 days."
    )


@pytest.mark.parametrize(
    "wrong",
    [
        Retention(keep_last=0),
        Retention(keep_last=-1),
        Retention(keep_last=10**9),
        Retention(keep_days=0),
        Retention(keep_days=-1.0),
        Retention(keep_days=1e9),
        Retention(keep_days=float("inf")),
        Retention(keep_days=float("nan")),
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(WrongUsage, match="to keep"):
        check_retention(wrong)


def test_what_makes_sense_is_taken():
    told = Retention(keep_last=1, keep_days=0.5)
    assert check_retention(told) is told
