"""Stand-ins for programs that are not here: they check the options that the real ones document.

Run as `python stand_ins.py NAME arguments...`; each writes down what it was given.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

_SUPPLY = {
    "--apk",
    "--aab",
    "--package_name",
    "--skip_upload_metadata",
    "--skip_upload_changelogs",
    "--skip_upload_images",
    "--skip_upload_screenshots",
}
_MFCLI = {
    "binary-upload": {"-u", "-p", "-t", "-a", "-bp", "-plat", "--binary-version", "--description"},
    "native-publish": {"-u", "-p", "-t", "-a", "-e", "-cbmeta"},
}
_PLATFORMS = {"ios_phone", "ios_tablet", "android_phone", "android_tablet", "windows_phone"}


def pairs(words: list[str]) -> dict[str, str]:
    assert len(words) % 2 == 0, words
    return dict(zip(words[::2], words[1::2], strict=True))


def fastlane(words: list[str]) -> None:
    """`fastlane supply`: the file's name has to end as its kind does."""
    assert words[0] == "supply"
    given = pairs(words[1:])
    assert set(given) <= _SUPPLY, given
    json.loads(os.environ["SUPPLY_JSON_KEY_DATA"])
    (kind,) = {"--apk", "--aab"} & set(given)
    path = Path(given[kind])
    assert path.name.endswith(f".{kind[2:]}")
    remember({**given, kind: path.read_text(), "track": os.environ["SUPPLY_TRACK"]})
    sys.stdout.write("[12:00:00]: Successfully finished the upload to Google Play\n")


def java(words: list[str]) -> None:
    """`java -jar mfcli.jar VERB`."""
    assert words[:2] == ["-jar", os.environ["MFCLI"]]
    given = pairs(words[3:])
    assert set(given) == _MFCLI[words[2]], given
    if words[2] == "binary-upload":
        assert given["-plat"] in _PLATFORMS
        given["-bp"] = Path(given["-bp"]).read_text()
    remember({"verb": words[2], **given})


def ssh(words: list[str]) -> None:
    """`ssh -o BatchMode=yes ... HOST COMMAND`, on this machine."""
    while words[0] == "-o":
        assert words[1].partition("=")[0] in {"BatchMode", "ConnectTimeout"}, words
        words = words[2:]
    host, command = words
    assert host == os.environ["HOST"]
    sys.exit(subprocess.run(["sh", "-c", command], check=False).returncode)


def rsync(words: list[str]) -> None:
    """`rsync --times --chmod=F644 -e SHELL FILE HOST:FILE`: beside it, then renamed."""
    *options, source, target = words
    assert options == ["--times", "--chmod=F644", "-e", "ssh -o BatchMode=yes"], options
    host, _, path = target.partition(":")
    assert host == os.environ["HOST"]
    beside = Path(path).with_name(f".{Path(path).name}.x1y2z3")
    shutil.copyfile(source, beside)
    beside.rename(path)


def remember(given: dict[str, str]) -> None:
    with Path(os.environ["REMEMBERED"]).open("a") as file:
        file.write(json.dumps(given) + "\n")


if __name__ == "__main__":
    {"fastlane": fastlane, "java": java, "ssh": ssh, "rsync": rsync}[sys.argv[1]](sys.argv[2:])
