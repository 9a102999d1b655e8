"""Build facts: how long each may be, what it may hold, and how several sources become one."""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from shipway_client.errors import WrongUsage
from shipway_plugins.words import BuildFacts, Finding, Severity

MAX_FACT_MESSAGE = 2_000
_MAX_LENGTH = {"branch": 250, "commit": 100, "run_url": 2_000, "variant": 200}
_WHAT = {
    "branch": "branch",
    "commit": "commit",
    "message": "commit message",
    "run_url": "address of the CI run",
    "variant": "variant",
}
#: An abbreviated hash says the same as the whole one from so many figures on.
_MIN_ABBREVIATION = 7


class Source(NamedTuple):
    """What one source says, and what people call it."""

    name: str
    facts: BuildFacts


def check_facts(facts: BuildFacts) -> BuildFacts:
    """Return facts that somebody gave, each in its proper form; an empty one is none.

    A commit message is cut where it is too long, everything else is refused.

    Raises:
        WrongUsage: One of them cannot be what it is to be.
    """
    return BuildFacts(
        **{
            name: check_fact(name, value)
            for name, value in msgspec.structs.asdict(facts).items()
            if value is not None
        }
    )


def check_fact(name: str, value: str) -> str | None:
    """Return one fact in its proper form; None for an empty one.

    Raises:
        WrongUsage: It cannot be what it is to be.
    """
    if name == "message":
        return _message(value) or None
    text = value.strip()
    most = _MAX_LENGTH[name]
    if len(text) > most:
        raise WrongUsage(f"The {_WHAT[name]} has {len(text):,} characters; {most:,} is the most.")
    if any(_is_control(char) or (char.isspace() and name != "variant") for char in text):
        raise WrongUsage(
            f"The {_WHAT[name]} holds spaces or control characters.", "Leave them out."
        )
    if text and name == "run_url":
        _check_url(text)
    return text or None


def _message(text: str) -> str:
    """A commit message without what a terminal would obey, cut to its longest."""
    kept = "".join(char for char in text if char in "\n\t" or not _is_control(char)).strip()
    return kept if len(kept) <= MAX_FACT_MESSAGE else kept[: MAX_FACT_MESSAGE - 1] + "…"


def _check_url(text: str) -> None:
    """Refuse what is no address of a page; it may hold a secret, so it is never repeated."""
    try:
        address = urlsplit(text)
        host, secret = address.hostname, address.username or address.password
    except ValueError:
        host, secret = None, None
    if not host or address.scheme not in ("http", "https"):
        raise WrongUsage(
            f"The {_WHAT['run_url']} is none of http or https.",
            "Give one that begins with https:// or http://, and names a host.",
        )
    if secret:
        raise WrongUsage(
            f"The {_WHAT['run_url']} holds a user name or a password.",
            "Give it without them: everybody who sees the version sees the address.",
        )


def _is_control(char: str) -> bool:
    """Tell whether a character is a control one; a surrogate is what was no text."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")


def join_facts(sources: Iterable[Source]) -> tuple[BuildFacts, list[Finding]]:
    """Make one of what several sources say, the first one first.

    What a source says fills what those before it left open. One that names another commit than
    they do speaks of another build: it is left out whole, and a finding says so.
    """
    joined = BuildFacts()
    commit_of = ""
    findings: list[Finding] = []
    for name, facts in sources:
        if not _same_commit(joined.commit, facts.commit):
            findings.append(_other_commit(commit_of, joined.commit, name, facts.commit))
            continue
        if joined.commit is None and facts.commit is not None:
            commit_of = name
        joined = _fill(joined, facts)
    return joined, findings


def _fill(first: BuildFacts, second: BuildFacts) -> BuildFacts:
    told, more = msgspec.structs.asdict(first), msgspec.structs.asdict(second)
    both = {name: more[name] if value is None else value for name, value in told.items()}
    if first.commit and second.commit:  # the same one: the longer hash says more
        both["commit"] = max(first.commit, second.commit, key=len)
    return BuildFacts(**both)


def _same_commit(one: str | None, other: str | None) -> bool:
    """Tell whether two hashes may be of one commit; what is not told contradicts nothing."""
    if one is None or other is None:
        return True
    short, long = sorted((one.lower(), other.lower()), key=len)
    return short == long or (len(short) >= _MIN_ABBREVIATION and long.startswith(short))


def _other_commit(first: str, commit: str | None, second: str, other: str | None) -> Finding:
    return Finding(
        severity=Severity.INFO,
        rule="facts-differ",
        sentence=(
            f"The commit is {(commit or '')[:12]} by {first}, and {(other or '')[:12]} by "
            f"{second}: nothing of {second} was taken."
        ),
        remedy="See that what is said beside the binary is renewed with each build.",
    )
