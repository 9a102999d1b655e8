"""A project that is built as the Android Gradle plugin builds: clean, intermediates, outputs."""

import json
import shutil
from pathlib import Path

from support.binaries import apk
from support.checkouts import Checkout

_CLASSES = 150


class GradleLike:
    """A git checkout with one module, `app`, whose `build` folder is made anew by each build."""

    def __init__(self, folder: Path) -> None:
        self.checkout = Checkout(folder)
        self.folder = folder
        (folder / ".gitignore").write_text("build/\n.gradle/\n")
        self._build = folder / "app" / "build"

    def clean(self) -> None:
        """Remove all that builds have made."""
        shutil.rmtree(self._build, ignore_errors=True)

    def build(self, number: int) -> None:
        """Build number `number`: its versionCode is that, and so is its binary unlike any other."""
        code = apk(number)
        self._compile(number)
        self._package("intermediates/apk/release", "app-release.apk", code)
        self._package("outputs/apk/androidTest/release", "app-release-androidTest.apk", code)
        release = self._package("outputs/apk/release", "app-release.apk", code)
        (release / "output-metadata.json").write_text(json.dumps(_metadata(number)))

    def _compile(self, number: int) -> None:
        for package in range(10):
            classes = self._build / "intermediates" / "javac" / "release" / f"package{package}"
            classes.mkdir(parents=True)
            for name in range(_CLASSES // 10):
                (classes / f"Class{name}.class").write_text(f"{number}\n" * 20)

    def _package(self, folder: str, name: str, code: bytes) -> Path:
        """Write an APK in two goes, as the packager does: the entries, then the directory."""
        target = self._build / folder
        target.mkdir(parents=True)
        with (target / name).open("wb") as file:
            file.write(code[: len(code) // 2])
            file.flush()
            file.write(code[len(code) // 2 :])
        return target


def _metadata(number: int) -> dict[str, object]:
    return {
        "version": 3,
        "artifactType": {"type": "APK", "kind": "Directory"},
        "applicationId": "dev.shipway.sample",
        "variantName": "release",
        "elements": [
            {
                "type": "SINGLE",
                "filters": [],
                "versionCode": number,
                "versionName": "1.0.0",
                "outputFile": "app-release.apk",
            }
        ],
    }
