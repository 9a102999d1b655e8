"""What is refused, or told, before a byte is sent; nothing of it makes a job."""

import pytest
from shipway_client.errors import Refused, WrongUsage
from shipway_client.wire import AddFile, ChangeProfile, JobOutcome, Mismatch, Selection
from shipway_plugins.words import ItemAction, PublishState, Severity
from support.daemon import Finished
from support.desk import CHANNEL, SAMPLES, STRANGER, Desk

ENVIRONMENT = "holding"


async def assert_no_job(desk: Desk) -> None:
    assert (await desk.client.jobs.list()).items == []
    environment = await desk.client.environments.show(ENVIRONMENT)
    assert desk.store(environment).calls("publish") == []


async def test_active_with_a_target_is_live_for_it(desk: Desk) -> None:
    asked = {"state": PublishState.ACTIVE, "targets": ["group:testers"]}
    assert (await desk.published(ENVIRONMENT, **asked)).outcome is JobOutcome.VERIFIED
    (live,) = (await desk.publication(ENVIRONMENT)).live
    assert (live.state, live.targets) == (PublishState.ACTIVE, ["group:testers"])


async def test_removing_a_channel_needs_the_app_repeated(desk: Desk) -> None:
    await desk.published(ENVIRONMENT)
    remove = [Selection(channel=CHANNEL, action=ItemAction.REMOVE)]
    for wrong in (None, "", "someone/else"):
        with pytest.raises(WrongUsage, match="removes all versions"):
            await desk.publish(ENVIRONMENT, selections=remove, confirm_remove=wrong)
    assert await desk.live(ENVIRONMENT) == [desk.newer.sha256]
    job = await desk.published(ENVIRONMENT, selections=remove, confirm_remove=desk.app)
    assert job.outcome is JobOutcome.VERIFIED
    assert await desk.live(ENVIRONMENT) == []


async def test_a_version_that_is_no_candidate_is_warned_about(desk: Desk) -> None:
    preview = await desk.client.jobs.preview(desk.request(ENVIRONMENT, desk.older))
    (finding,) = [one for one in preview.findings if one.rule == "not-a-candidate"]
    assert finding.severity is Severity.WARNING
    job = await desk.published(ENVIRONMENT, desk.older)
    assert job.outcome is JobOutcome.VERIFIED
    assert finding in job.findings


@pytest.mark.e2e
async def test_with_no_selection_the_current_candidate_goes_out(desk: Desk) -> None:
    await desk.client.versions.mark_candidate(desk.older.address)
    await desk.published(ENVIRONMENT)
    assert await desk.live(ENVIRONMENT) == [desk.older.sha256]


async def test_with_nothing_selected_and_no_candidate_there_is_nothing_to_do(desk: Desk) -> None:
    await desk.client.versions.unmark_candidate(desk.newer.address)
    with pytest.raises(Refused, match="nothing to publish"):
        await desk.publish(ENVIRONMENT)
    await assert_no_job(desk)


async def never_published(desk: Desk, address: str, why: str) -> Finished:
    """Try it through the command line, with force as well."""
    words = ("publish", "--app", desk.app, "--env", ENVIRONMENT, "--select", f"{CHANNEL}={address}")
    done = await desk.daemon.shipway(*words)
    assert (done.code, why in done.err) == (4, True), done
    forced = await desk.daemon.shipway(*words, "--force")
    assert (forced.code, why in forced.err) == (4, True), forced
    await assert_no_job(desk)
    return done


async def test_a_rejected_version_is_never_published(desk: Desk) -> None:
    await desk.client.versions.reject(desk.newer.address, "It crashes.")
    await never_published(desk, desk.newer.address, "it was rejected")


@pytest.mark.e2e
async def test_a_mismatched_version_is_never_published(desk: Desk) -> None:
    await desk.client.profiles.change(desk.app, ChangeProfile(mismatch=Mismatch.FLAG))
    stranger = AddFile(path=str(SAMPLES / STRANGER), profile=desk.newer.profile)
    added = await desk.client.versions.add(stranger)
    await never_published(desk, added.version.address, "identifier")


@pytest.mark.e2e
async def test_an_incomplete_version_is_never_published(desk: Desk, tmp_path) -> None:
    incomplete = tmp_path / "broken.aab"
    import zipfile

    with zipfile.ZipFile(incomplete, "w") as bundle:
        bundle.writestr("BundleConfig.pb", b"x")
        bundle.writestr("base/manifest/AndroidManifest.xml", b"x")
    added = await desk.client.versions.add(
        AddFile(path=str(incomplete), profile=desk.newer.profile)
    )
    assert added.version.state == "incomplete"
    await never_published(desk, added.version.address, "not known")


async def test_a_version_that_was_rejected_while_it_was_reviewed_is_refused(desk: Desk) -> None:
    """What was true in the preview is looked at again when the job is submitted."""
    request = desk.request(ENVIRONMENT, desk.newer)
    assert (await desk.client.jobs.preview(request)).findings == []
    await desk.client.versions.reject(desk.newer.address, "It crashes.")
    with pytest.raises(Refused, match="it was rejected"):
        await desk.client.jobs.publish(request)
    await assert_no_job(desk)


async def test_an_older_build_is_refused_where_the_store_does_not_downgrade(desk: Desk) -> None:
    await desk.published(ENVIRONMENT, desk.newer)
    with pytest.raises(Refused, match="is not above"):
        await desk.publish(ENVIRONMENT, desk.older)
    assert await desk.live(ENVIRONMENT) == [desk.newer.sha256]


@pytest.mark.parametrize("words", ["1", "1.0.0"])
async def test_a_version_is_selected_by_its_number_or_its_name(desk: Desk, words: str) -> None:
    chosen = [Selection(channel=CHANNEL, action=ItemAction.PUBLISH, version=words)]
    job = await desk.published(ENVIRONMENT, selections=chosen)
    assert job.outcome is JobOutcome.VERIFIED
    assert await desk.live(ENVIRONMENT) == [desk.older.sha256]


@pytest.mark.e2e
async def test_publications_are_listed_by_environment(desk: Desk) -> None:
    await desk.environment("refusing")
    await desk.published(ENVIRONMENT)
    await desk.published("refusing")
    page = await desk.client.environments.publications(app=desk.app)
    told = {one.environment: (str(one.status), one.last_attempt) for one in page.items}
    assert {name: status for name, (status, _) in told.items()} == {
        ENVIRONMENT: "published",
        "refusing": "not-published",
    }
    one = await desk.client.environments.publications(environment="refusing")
    assert [found.environment for found in one.items] == ["refusing"]
    assert (await desk.client.environments.publications(limit=1)).after is not None
