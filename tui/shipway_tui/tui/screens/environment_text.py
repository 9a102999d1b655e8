"""What is written of an environment in the detail: its status, its settings, what it holds."""

from datetime import datetime

import msgspec
from shipway_client.wire import Environment, JobState, Page, Publication
from shipway_plugins.words import PluginState
from textual.content import Content

from shipway_tui.tui.widgets.detail import fact, heading, lines, muted, toned
from shipway_tui.tui.words import (
    ENVIRONMENT_STATUSES,
    JOB_STATES,
    OUTCOMES,
    PLUGIN_STATES,
    PUBLISH_STATES,
    PUBLISH_STATUSES,
    Tone,
    Word,
    ago_text,
    numbers,
    plain,
)


def describe_environment(
    environment: Environment, held: Page[Publication] | None, now: datetime
) -> Content:
    """Write how it stands, what it holds of each app where that is known, then its settings."""
    settings, holds = _settings_lines(environment), _held_lines(held, now)
    last = [*settings, *holds] if environment.bad_settings else [*holds, *settings]
    return lines([*_status_lines(environment, now), *_plugin_lines(environment), *last])


def published_word(environment: Environment) -> Word:
    """Say of how many apps an environment holds anything."""
    count = environment.published
    if not count:
        return Word("○", "none", Tone.MUTED)
    return Word("●", f"{count} app{'' if count == 1 else 's'}", Tone.GOOD)


def reason_text(environment: Environment) -> str:
    """Write the reason of its status, behind the plugin's state where that is left unsaid."""
    state, reason = environment.plugin_state, environment.reason
    if state is None or state is PluginState.ENABLED:
        return reason
    word = PLUGIN_STATES[state].word
    return reason if word.lower() in reason.lower() else f"{word}. {reason}"


def _status_lines(environment: Environment, now: datetime) -> list[Content]:
    read = f"{ago_text(environment.read_at, now)} · {environment.title}"
    written = [
        heading(environment.name),
        fact("status", ENVIRONMENT_STATUSES[environment.status]),
        fact("reason", environment.reason),
        fact("read", read),
    ]
    if environment.remedy:
        written.insert(3, fact("", muted(environment.remedy)))
    if environment.job:
        written.append(fact("job", str(environment.job)))
    return written


def _plugin_lines(environment: Environment) -> list[Content]:
    """The plugin, where something is the matter with it."""
    state = environment.plugin_state
    if state is PluginState.ENABLED:
        return []
    if state is None:
        text = f"no plugin that is installed brings {environment.adapter}"
        return [fact("plugin", Content.styled(plain(text), f"${Tone.BAD.value}"))]
    name = muted(f"  {environment.plugin}") if environment.plugin else ""
    written = [fact("plugin", Content.assemble(toned(PLUGIN_STATES[state]), name))]
    if environment.plugin_error:
        written.append(fact("", muted(environment.plugin_error)))
    return written


def _settings_lines(environment: Environment) -> list[Content]:
    """What is set, each with what is wrong with it; credentials are set as references."""
    names = [*environment.settings, *(environment.bad_settings.keys() - environment.settings)]
    if not names:
        return []
    written = [Content(""), heading("Settings")]
    for name in filter(None, names):
        value = environment.settings.get(name)
        written.append(fact(plain(name), "–" if value is None else setting_text(value)))
        if wrong := environment.bad_settings.get(name):
            written.append(fact("", _bad(wrong)))
    if together := environment.bad_settings.get(""):
        written.append(_bad(together))
    return written


def _bad(sentence: str) -> Content:
    return Content.styled(plain(f"✘ {sentence}"), f"${Tone.BAD.value}")


def setting_text(value: object) -> str:
    """Write the value of a setting on one line."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _held_lines(held: Page[Publication] | None, now: datetime) -> list[Content]:
    if held is None:
        return []
    written: list[Content] = []
    for publication in held.items:
        written += [Content(""), *_publication_lines(publication, now)]
    if not held.items:
        written += [Content(""), muted("It holds nothing yet.")]
    if held.after:
        written += [Content(""), muted("And more: see `shipway env show`.")]
    return written


def _publication_lines(publication: Publication, now: datetime) -> list[Content]:
    status = PUBLISH_STATUSES[publication.status]
    read = muted(f"  read {ago_text(publication.read_at, now)}")
    parts = [Content.assemble(heading(publication.app), "  ", toned(status), read)]
    for live in publication.live:
        address = f"  {live.version_address}" if live.version_address else ""
        text = f"  {live.channel}  {numbers(live.version, live.build)}  "
        parts.append(Content.assemble(plain(text), toned(PUBLISH_STATES[live.state])))
        parts.append(muted(f"    {live.digest[:12]}{address}"))
    if attempt := publication.last_attempt:
        outcome = OUTCOMES[attempt.outcome] if attempt.outcome else JOB_STATES[JobState.RUNNING]
        reason = muted(f"  {attempt.reason}" if attempt.reason else "")
        parts.append(
            Content.assemble(
                muted("  last attempt  "), toned(outcome), f"  job {attempt.job}", reason
            )
        )
    return parts
