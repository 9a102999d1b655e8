"""What a version is, what may be done to it, and what may not."""

from dataclasses import dataclass

from msgspec import UNSET
from shipway_client.errors import Refused, WrongUsage
from shipway_client.wire import Duplicates, Mismatch, ProfileSettings, Version, VersionState
from shipway_plugins.words import Finding, Inspection, Severity

MAX_NOTES = 25_000
MAX_MESSAGE = 1_000
_MAX_NUMBER = 100

#: Rules of findings that go when what they speak of has been done.
INCOMPLETE = "incomplete"
CANDIDATE_NOT_MARKED = "candidate-not-marked"

#: States whose versions are never published and never candidates; no setting changes that.
NEVER_PUBLISHED = {
    VersionState.MISMATCHED: "its identifier is not that of its profile",
    VersionState.REJECTED: "it was rejected",
    VersionState.EXPIRED: "its signature has expired",
    VersionState.INCOMPLETE: "its version or build number is not known",
}


@dataclass(frozen=True)
class Facts:
    """What decides the state of a version."""

    identifier: str | None
    version: str | None
    build: str | None
    rejected: str | None = None
    expires: str | None = None


def state_of(facts: Facts, profile_identifier: str | None, now: str) -> VersionState:
    """Tell the one state of a version; what is worse goes first."""
    if facts.rejected is not None:
        return VersionState.REJECTED
    if facts.expires is not None and facts.expires < now:
        return VersionState.EXPIRED
    if mismatched(facts.identifier, profile_identifier):
        return VersionState.MISMATCHED
    if facts.version is None or facts.build is None:
        return VersionState.INCOMPLETE
    return VersionState.READY


def restate(version: Version, profile_identifier: str | None, now: str) -> VersionState:
    """Tell the state that a version's own fields amount to now."""
    facts = Facts(
        identifier=version.identifier,
        version=version.version,
        build=version.build,
        rejected=version.rejected,
        expires=expiry(version.inspection),
    )
    return state_of(facts, profile_identifier, now)


def expiry(inspection: Inspection) -> str | None:
    """Read when the signature of a binary expires, where that is known."""
    signing = inspection.signing
    return None if signing is UNSET else signing.expires or None


def mismatched(identifier: str | None, profile_identifier: str | None) -> bool:
    """Tell whether a binary says that it is another app than its profile's."""
    return None not in (identifier, profile_identifier) and identifier != profile_identifier


def check_candidate(address: str, state: VersionState) -> None:
    """Allow the candidate mark for a ready version only.

    Raises:
        Refused: The version can never be published as it stands (Appcircle B).
    """
    if state is VersionState.READY:
        return
    hints = {
        VersionState.INCOMPLETE: "Give what is missing with `shipway version set`.",
        VersionState.MISMATCHED: "Re-sign it with the right identifier, or add the right binary.",
    }
    raise Refused(
        f"{address} cannot be a candidate: {NEVER_PUBLISHED[state]}.",
        hints.get(state, "Mark another version."),
    )


def check_candidate_wish(state: VersionState) -> list[Finding]:
    """Say that a version which came as a candidate is none, where its state forbids it."""
    if state is VersionState.READY:
        return []
    return [
        Finding(
            severity=Severity.WARNING,
            rule=CANDIDATE_NOT_MARKED,
            sentence=f"It came as a candidate and was not marked: {NEVER_PUBLISHED[state]}.",
            remedy="See to that, then mark it with `shipway version candidate`.",
        )
    ]


def check_mismatch(
    settings: ProfileSettings, profile: str, profile_identifier: str | None, identifier: str | None
) -> list[Finding]:
    """Say what a binary of another identifier means to its profile.

    Raises:
        Refused: The profile refuses such binaries.
    """
    if not mismatched(identifier, profile_identifier):
        return []
    sentence = f"The binary is {identifier}, the profile {profile} is {profile_identifier}."
    if settings.mismatch is Mismatch.REFUSE:
        raise Refused(sentence, "Add it to the profile of its own identifier.")
    remedy = "It can be no candidate and cannot be published; re-sign it or add the right binary."
    return [
        Finding(
            severity=Severity.ERROR, rule="identifier-mismatch", sentence=sentence, remedy=remedy
        )
    ]


def check_duplicate_build(
    settings: ProfileSettings,
    profile: str,
    twin: int | None,
    version: str | None,
    build: str | None,
) -> list[Finding]:
    """Say what other bytes with the same version and build mean to the profile.

    `twin` is the number of the version that has them already. A rejected twin does not count.

    Raises:
        Refused: The profile refuses duplicates.
    """
    if twin is None or version is None or build is None:
        return []
    sentence = f"{profile}@{twin} has version {version} and build {build} already, in other bytes."
    if settings.duplicates is Duplicates.REFUSE:
        raise Refused(sentence, "Raise the build number, and build again.")
    return [
        Finding(
            severity=Severity.WARNING,
            rule="duplicate-build",
            sentence=sentence,
            remedy="Most stores refuse a second binary of the same build: raise the build number.",
        )
    ]


def check_newer_build(
    settings: ProfileSettings, build: str | None, latest_build: str | None
) -> list[Finding]:
    """Notice a build number that is not above the last one, where both are whole numbers.

    Raises:
        Refused: The profile makes that an error.
    """
    if not _is_number(build) or not _is_number(latest_build):
        return []
    if int(build or 0) > int(latest_build or 0):
        return []
    severity = settings.require_newer_build or Severity.INFO
    sentence = f"Build {build} is not above {latest_build}, the newest one here."
    if severity is Severity.ERROR:
        raise Refused(sentence, "Raise the build number, and build again.")
    return [Finding(severity=severity, rule="build-not-newer", sentence=sentence)]


def check_typed(read: str | None, typed: str | None, what: str) -> list[Finding]:
    """Say that a typed number disagrees with the one that was read; the typed one wins."""
    if typed is None or read is None or typed == read:
        return []
    return [
        Finding(
            severity=Severity.WARNING,
            rule="typed-differs",
            sentence=f"The {what} was given as {typed}, the file says {read}.",
            remedy="The given one is used here; stores go by the file.",
        )
    ]


def check_number(text: str, what: str) -> str:
    """Return a version or build number that somebody gave, if it can be one.

    Raises:
        WrongUsage: It is empty, too long, has space at an end, or what no line can show.
    """
    if not text or text != text.strip() or len(text) > _MAX_NUMBER or not text.isprintable():
        cut = text if len(text) <= _MAX_NUMBER else text[: _MAX_NUMBER - 1] + "…"
        hint = f"Give 1 to {_MAX_NUMBER} characters in one line, without space at the ends."
        raise WrongUsage(f"{cut!r} is no {what} number.", hint)
    return text


def check_complete(version: str | None, build: str | None) -> list[Finding]:
    """Say which of its numbers a version lacks."""
    missing = [name for name, told in (("version", version), ("build", build)) if told is None]
    if not missing:
        return []
    return [
        Finding(
            severity=Severity.WARNING,
            rule=INCOMPLETE,
            sentence=f"The {' and the '.join(missing)} number could not be read.",
            remedy="Give it once with `shipway version set`.",
        )
    ]


def check_notes(notes: str) -> str:
    """Return the notes if they are not too long.

    Raises:
        WrongUsage: They are longer than 25,000 characters.
    """
    if len(notes) > MAX_NOTES:
        raise WrongUsage(
            f"The notes have {len(notes):,} characters; {MAX_NOTES:,} is the most.",
            "Shorten them, or link to the long text.",
        )
    return notes


def check_rejection(address: str, message: str, already: str | None) -> str:
    """Return the message that a version is rejected with.

    Raises:
        WrongUsage: The message is missing or too long.
        Refused: It was rejected before; that is final.
    """
    if not message.strip() or len(message) > MAX_MESSAGE:
        raise WrongUsage(f"A rejection needs a message of 1 to {MAX_MESSAGE} characters.")
    if already is not None:
        raise Refused(f"{address} was rejected already: {already}")
    return message.strip()


def check_deletable(address: str, *, candidate: bool) -> None:
    """Allow deletion of all but a candidate.

    Raises:
        Refused: It is marked as candidate (Appcircle B).
    """
    if candidate:
        raise Refused(
            f"{address} is a candidate and cannot be deleted.",
            f"Take the mark away first: `shipway version uncandidate {address}`.",
        )


def check_unused(address: str, job: int | None) -> None:
    """Keep the bytes that a job is to send until it has ended.

    Raises:
        Refused: There is such a job.
    """
    if job is not None:
        raise Refused(
            f"Job {job} is to publish the bytes of {address}.",
            f"Wait for its end, or stop it: `shipway job cancel {job}`.",
        )


def _is_number(text: str | None) -> bool:
    return text is not None and text.isascii() and text.isdigit() and len(text) <= 30
