"""Build facts: what each may be, and how several sources become one."""

import pytest
from shipway_client.errors import WrongUsage
from shipway_daemon.rules.facts import MAX_FACT_MESSAGE, Source, check_facts, join_facts
from shipway_plugins.words import BuildFacts

HASH = "0123456789abcdef0123456789abcdef01234567"


def test_facts_are_trimmed_and_what_is_empty_is_none():
    facts = check_facts(BuildFacts(branch=" main\n", commit=HASH, message="  \n", variant=""))

    assert facts == BuildFacts(branch="main", commit=HASH)


def test_a_message_is_cut_and_loses_what_a_terminal_would_obey():
    facts = check_facts(BuildFacts(message="Fix\x1b[31m it\r\n\tnow\0" + "x" * 5000))

    assert facts.message.startswith("Fix[31m it\n\tnowxxx")
    assert len(facts.message) == MAX_FACT_MESSAGE
    assert facts.message.endswith("…")


@pytest.mark.parametrize(
    "facts",
    [
        BuildFacts(branch="two words"),
        BuildFacts(branch="b" * 251),
        BuildFacts(commit="a\nb"),
        BuildFacts(commit="0" * 101),
        BuildFacts(variant="v\x07"),
        BuildFacts(run_url="ci.example/1"),
        BuildFacts(run_url="javascript:alert(1)"),
        BuildFacts(run_url="file:///etc/passwd"),
        BuildFacts(run_url="https://"),
        BuildFacts(run_url="https://[broken"),
        BuildFacts(run_url="https://me:secret@ci.example/1"),
        BuildFacts(run_url="ftp://me:secret@ci.example/1"),
        BuildFacts(run_url="https://ci.example/ secret"),
        BuildFacts(run_url="https://ci.example/" + "x" * 2000),
    ],
)
def test_what_can_be_no_fact_is_refused(facts):
    with pytest.raises(WrongUsage) as refused:
        check_facts(facts)

    assert "secret" not in refused.value.message


@pytest.mark.parametrize("url", ["https://ci.example/run/1?a=b#c", "http://[::1]:8080/"])
def test_the_page_of_a_ci_run_is_taken(url):
    assert check_facts(BuildFacts(run_url=url)).run_url == url


def test_each_source_fills_what_those_before_it_left_open():
    facts, findings = join_facts(
        [
            Source("a", BuildFacts(branch="main")),
            Source("b", BuildFacts(branch="other", commit=HASH)),
            Source("c", BuildFacts(commit=HASH, message="Fix", variant="release")),
        ]
    )

    assert facts == BuildFacts(branch="main", commit=HASH, message="Fix", variant="release")
    assert findings == []


def test_a_source_of_another_commit_is_left_out_whole_and_named():
    facts, findings = join_facts(
        [
            Source("the sidecar", BuildFacts(commit=HASH)),
            Source("the git checkout", BuildFacts(commit="f" * 40, branch="b", message="m")),
        ]
    )

    assert facts == BuildFacts(commit=HASH)
    (finding,) = findings
    assert finding.rule == "facts-differ"
    assert "the git checkout" in finding.sentence


@pytest.mark.parametrize("short", [HASH[:7], HASH[:12].upper()])
def test_an_abbreviated_hash_is_the_same_commit_and_the_whole_one_is_kept(short):
    facts, findings = join_facts(
        [Source("a", BuildFacts(commit=short)), Source("b", BuildFacts(commit=HASH, branch="x"))]
    )

    assert (facts, findings) == (BuildFacts(commit=HASH, branch="x"), [])


def test_too_short_an_abbreviation_tells_nothing():
    facts, findings = join_facts(
        [Source("a", BuildFacts(commit="012")), Source("b", BuildFacts(commit=HASH))]
    )

    assert facts.commit == "012"
    assert len(findings) == 1
