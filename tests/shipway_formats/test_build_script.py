"""The script that made the samples makes them again, and their signatures hold."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "contrib" / "samples" / "build.sh"
TOOLS = ("aapt2", "zipalign", "apksigner", "keytool", "clang", "ld.lld")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)} on the path"
    ),
]


def test_building_again_gives_the_same_samples(identify, samples, tmp_path):
    subprocess.run([SCRIPT, tmp_path], check=True, capture_output=True, timeout=120)
    built = {path.name: identify(path) for path in tmp_path.iterdir()}
    assert built == {path.name: identify(path) for path in samples.iterdir()}


def test_the_samples_of_one_app_verify_with_one_key(samples):
    printed = {certificates(samples / f"sample-{version}.apk") for version in ("1.0.0", "1.1.0")}
    assert len(printed) == 1


def certificates(apk):
    command = ["apksigner", "verify", "--min-sdk-version", "24", "--print-certs", apk]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert "SHA-256" in done.stdout
    return done.stdout
