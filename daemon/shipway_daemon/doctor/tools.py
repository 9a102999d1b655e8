"""Programs of others that Shipway calls where they are there."""

import shutil

from shipway_daemon.doctor.words import Checked, info

NAME = "tools"
#: Names of programs that do the same, and what for. None of them is needed to run.
TOOLS = (
    (("git",), "branch and commit of what is built in a checkout"),
    (("apksigner",), "re-signing APKs (it comes with the Android build tools)"),
    (("zipalign",), "re-signing APKs (it comes with the Android build tools)"),
    (("zsign", "rcodesign"), "re-signing IPAs"),
    (("adb",), "installing on an Android device that is plugged in"),
)


def check() -> Checked:
    """Say which programs are on the path; one that is missing is no fault."""
    found, missing = [], []
    for names, purpose in TOOLS:
        there = [name for name in names if shutil.which(name)]
        found += there
        if not there:
            sentence = f"There is no {' or '.join(names)} on the path: it is for {purpose}."
            missing.append(info("tool-missing", sentence, "Install it if you need that."))
    summary = f"On the path: {', '.join(found) or 'none of them'}."
    return Checked(name=NAME, summary=summary, findings=missing)
