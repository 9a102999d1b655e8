"""Requests that make no sense, or ask for too much: refused at once, by one daemon for them all."""

import pytest
import pytest_asyncio
from shipway_client.errors import NotFound, Refused, WrongUsage
from shipway_client.wire import Selection
from shipway_plugins.words import Copy, ItemAction, PublishState, SigningAction
from support.desk import CHANNEL, Desk, desk_daemon

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENVIRONMENT = "holding"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk():
    """One desk for all: nothing here changes it, which every test sees to."""
    async with desk_daemon() as made:
        await made.daemon.start()
        await made.environment("refusing")
        yield made


async def assert_no_job(desk: Desk) -> None:
    assert (await desk.client.jobs.list()).items == []
    environment = await desk.client.environments.show(ENVIRONMENT)
    assert desk.store(environment).calls("publish") == []


async def test_active_without_a_target_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="needs target users or groups"):
        await desk.publish(ENVIRONMENT, state=PublishState.ACTIVE)
    await assert_no_job(desk)


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ({"copy": Copy.PREVIEW}, "a preview copy"),
        ({"signing": SigningAction.WRAP}, "wrapping"),
        ({"state": PublishState.ACTIVE, "targets": ["group:g"]}, "the state Active or targets"),
        ({"targets": ["group:g"]}, "targets"),
    ],
)
async def test_what_the_adapter_lacks_is_refused_with_its_name(
    desk: Desk, option: dict[str, object], named: str
) -> None:
    with pytest.raises(Refused, match=f"Refusing Store does not do {named}"):
        await desk.publish("refusing", **option)
    await assert_no_job(desk)


async def test_a_preview_to_be_wrapped_is_wrong_usage(desk: Desk) -> None:
    words = ("publish", "--app", desk.app, "--env", ENVIRONMENT, "--preview", "--wrap")
    done = await desk.daemon.shipway(*words)
    assert done.code == 2
    await assert_no_job(desk)


async def test_a_command_without_a_terminal_cannot_confirm_by_silence(desk: Desk) -> None:
    words = ("publish", "--app", desk.app, "--env", ENVIRONMENT, "--select", f"{CHANNEL}=remove")
    done = await desk.daemon.shipway(*words)
    assert done.code == 2, done
    assert "--confirm-remove" in done.err
    await assert_no_job(desk)


async def test_unpublish_needs_the_app_repeated(desk: Desk) -> None:
    done = await desk.daemon.shipway("unpublish", "--app", desk.app, "--env", ENVIRONMENT)
    assert done.code == 2, done
    await assert_no_job(desk)


async def test_a_preview_changes_nothing(desk: Desk) -> None:
    words = ("publish", "--app", desk.app, "--env", ENVIRONMENT, "--dry-run", "--json")
    done = await desk.daemon.shipway(*words)
    assert done.code == 0, done.err
    assert desk.newer.sha256 in done.out
    await assert_no_job(desk)


async def test_a_channel_selected_twice_is_wrong_usage(desk: Desk) -> None:
    twice = [
        Selection(channel=CHANNEL, action=ItemAction.PUBLISH, version=version.address)
        for version in (desk.older, desk.newer)
    ]
    with pytest.raises(WrongUsage, match="selected twice"):
        await desk.publish(ENVIRONMENT, selections=twice)


@pytest.mark.parametrize("words", ["99", "7.7.7", "someone/else@1"])
async def test_a_version_that_is_not_there_is_not_found(desk: Desk, words: str) -> None:
    chosen = [Selection(channel=CHANNEL, action=ItemAction.PUBLISH, version=words)]
    with pytest.raises(NotFound):
        await desk.publish(ENVIRONMENT, selections=chosen)


async def test_a_store_that_cannot_unpublish_is_not_asked_to(desk: Desk) -> None:
    with pytest.raises(Refused, match="Refusing Store does not unpublish"):
        await desk.unpublish("refusing")
    await assert_no_job(desk)
