"""The example plugin as a stranger's: a wheel of its own, beside Shipway, with its own tests."""

import shutil

import pytest
from shipway_client.wire import AddEnvironment, AddFile, JobOutcome, PublishRequest
from support.daemon import running_daemon, short_folder
from support.desk import OLDER, SAMPLES, Desk
from support.pages import ROOT
from support.venvs import Venv

pytestmark = pytest.mark.e2e

EXAMPLE = ROOT / "contrib" / "example-plugin"
PIP = ("-m", "pip", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def venv():
    """An environment with the plugin's wheel in it, built here and fetched from nowhere."""
    with short_folder() as folder:
        made = Venv(folder / "venv")
        source = shutil.copytree(EXAMPLE, folder / "source")
        build = ("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", "dist", ".")
        made.run(str(made.python), *PIP, *build, folder=source)
        (wheel,) = (source / "dist").glob("*.whl")
        install = ("install", "--no-deps", "--no-index", str(wheel))
        made.run(str(made.python), *PIP, *install, folder=folder)
        yield made


def test_its_tests_pass_where_it_is_installed(venv, tmp_path) -> None:
    """Against the wheel, and not against the sources."""
    tests = shutil.copytree(EXAMPLE / "tests", tmp_path / "tests")
    said = venv.run(str(venv.python), "-P", "-m", "pytest", "-q", str(tests), folder=tmp_path)
    assert " passed" in said
    assert (venv.packages / "shipway_shelf").is_dir()


async def test_a_daemon_finds_it_and_publishes_with_it(venv, tmp_path) -> None:
    """The plugin is enabled, its environment Available, and its publish verified."""
    (tmp_path / "shelf").mkdir()
    async with running_daemon(environment={"PYTHONPATH": str(venv.packages)}) as daemon:
        client = daemon.client
        shown = await daemon.shipway("plugin", "show", "shelf", "--json")
        assert shown.code == 0, shown
        assert '"enabled"' in shown.out
        settings = {"directory": str(tmp_path / "shelf")}
        asked = AddEnvironment(name="shelf", adapter="shelf", settings=settings)
        await client.environments.add(asked)
        added = await client.versions.add(AddFile(path=str(SAMPLES / OLDER)))
        await client.versions.mark_candidate(added.version.address)
        desk = Desk(daemon, added.version, added.version)
        request = PublishRequest(app=added.version.profile, environment="shelf", selections=[])
        job = await desk.ended(await client.jobs.publish(request))
        assert job.outcome is JobOutcome.VERIFIED, job
        assert (tmp_path / "shelf" / added.version.sha256).is_file()
