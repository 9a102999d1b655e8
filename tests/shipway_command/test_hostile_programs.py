"""Whatever a program does, the call ends with a sentence, and nothing of the program is left."""

import time
from pathlib import Path

import pytest
from shipway_command import program as program_module
from shipway_command.adapter import Command
from shipway_command.options import CommandOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.errors import StoreRefused, StoreUnreachable
from shipway_plugins.testing.samples import put
from support.processes import is_running


@pytest.fixture
def plan(samples):
    return samples.plan("k1", put(samples.version("android-phone")))


def wait_for_pid(path: Path) -> int:
    """What a program wrote down as the number of a process of its own."""
    deadline = time.monotonic() + 30
    while not path.exists() or not path.read_text().strip():
        assert time.monotonic() < deadline, "the program wrote no number"
        time.sleep(0.02)
    return int(path.read_text())


def descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def over(tmp_path: Path, program: str, **options) -> Command:
    context = EnvironmentContext(name="test", data_dir=tmp_path / "data")
    return Command(CommandOptions(program=program, live=True, status=True, **options), context)


def test_a_program_that_hangs_is_ended(command, plan, report, tmp_path):
    """It ignores SIGTERM, and so does what it started."""
    adapter = command(
        f"trap '' TERM\nsleep 1000 & echo $! > {tmp_path}/pid\nwhile :; do wait; done", seconds=1
    )
    with pytest.raises(StoreUnreachable, match="did not end within 1 seconds, and was ended"):
        adapter.publish(plan, report)
    assert not is_running(wait_for_pid(tmp_path / "pid"))


def test_a_program_that_closes_its_outputs_and_hangs_is_ended(command, plan, report):
    """There is nothing to read then, and it is waited for all the same."""
    with pytest.raises(StoreUnreachable, match="did not end within"):
        command("exec > /dev/null 2>&1\nsleep 1000", seconds=1).publish(plan, report)


def test_a_grandchild_that_holds_the_output_is_not_waited_for(command, plan, report, tmp_path):
    """The answer counts when the program has ended; what it left is ended."""
    adapter = command(
        f"""sleep 1000 & echo $! > {tmp_path}/pid\necho '{{"receipt": {{"message": "Taken."}}}}'"""
    )
    assert adapter.publish(plan, report).message == "Taken."
    assert not is_running(wait_for_pid(tmp_path / "pid"))


def test_a_program_that_writes_without_end_is_ended(command, plan, report, monkeypatch):
    """The cap is on both outputs together."""
    monkeypatch.setattr(program_module, "MAX_OUTPUT", 1 << 20)
    with pytest.raises(StoreUnreachable, match="wrote more than 1 MiB, and was ended"):
        command("while :; do echo '....................' >&2; done").publish(plan, report)


def test_100_megabytes_without_an_end_of_line_are_not_kept(command, report, plan):
    """They are more than the cap, and come in one line."""
    with pytest.raises(StoreUnreachable, match="wrote more than 64 MiB"):
        command("head -c 100000000 /dev/zero").publish(plan, report)
    assert report.lines == []


def test_a_long_line_is_cut(command, report, plan):
    """What comes after it is read as ever."""
    adapter = command("""head -c 3000000 /dev/zero | tr '\\0' x\necho\necho '{"log": "after"}'""")
    adapter.publish(plan, report)
    assert [len(line) for line in report.lines] == [1 << 20, len("after")]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('{"receipt": {', '{"receipt": {'),
        ('{"stauts": "available"}', "stauts"),
        ("{}", "nothing that is known"),
        ('{"progress": [1]}', "progress"),
        ('{"progress": [-1, 5]}', "progress"),
        ('{"status": "fine"}', "fine"),
        ('{"error": {"kind": "no"}}', "error"),
    ],
)
def test_the_first_bad_line_is_shown(command, plan, report, said, shown):
    """A line that begins as an object and is none of ours is never passed over."""
    with pytest.raises(StoreUnreachable, match="said what is no answer") as caught:
        command(f"echo '{said}'; echo '{{bad too}}'").publish(plan, report)
    assert shown in caught.value.message
    assert "bad too" not in caught.value.message


def test_bytes_that_are_no_text_are_shown_escaped(command, plan, report):
    """They are an error in an object, and replaced in a log."""
    with pytest.raises(StoreUnreachable, match=r"\\xff") as caught:
        command("""printf 'x\\377y\\n{"log": "\\377"}\\n'""").publish(plan, report)
    assert "\N{REPLACEMENT CHARACTER}" in report.lines[0]
    caught.value.message.encode("utf-8")


def test_a_program_that_dies_by_a_signal_leaves_it_open(command, plan, report):
    """Even after its receipt: what it did is for `live` to say."""
    with pytest.raises(StoreUnreachable, match="was ended by SIGKILL"):
        command("""echo '{"receipt": {}}'; kill -9 $$""").publish(plan, report)


def test_a_program_that_reads_nothing_is_well(command, samples, report):
    """It closes its input before a word of a long question was read."""
    version = samples.version("android-phone")
    items = [put(version)] * 2000
    assert command("exec 0<&-; exit 0").publish(samples.plan("k", *items), report).key == "k"


@pytest.mark.parametrize("mode", [0o644, 0o755])
def test_a_program_that_cannot_be_run_took_nothing(tmp_path, plan, report, mode):
    """It is not executable, or no program at all; either way nothing was sent."""
    path = tmp_path / "program"
    path.write_text("no first line\n")
    path.chmod(mode)
    adapter = over(tmp_path, str(path))
    with pytest.raises(StoreRefused, match=r"can(not)? be run"):
        adapter.publish(plan, report)
    answer = adapter.status()
    assert answer.status == "unknown"
    assert answer.remedy


def test_a_program_that_is_missing_took_nothing(tmp_path, plan, report):
    """The status says what to look at."""
    adapter = over(tmp_path, "/nowhere/program")
    with pytest.raises(StoreRefused, match="There is no program /nowhere/program"):
        adapter.publish(plan, report)
    assert "setting program" in adapter.status().remedy


def test_a_script_whose_interpreter_is_missing_is_a_sentence(tmp_path, plan, report):
    """The kernel calls that "no such file"."""
    path = tmp_path / "program"
    path.write_text("#!/nowhere/sh\n")
    path.chmod(0o755)
    with pytest.raises(StoreRefused, match="cannot be run"):
        over(tmp_path, str(path)).publish(plan, report)


def test_no_descriptor_is_left_open(command, plan, report):
    """Neither by a good end nor by a bad one."""
    before = descriptors()
    command("exit 0").publish(plan, report)
    with pytest.raises(StoreUnreachable):
        command("exit 1").live("sample/app")
    assert descriptors() == before
