"""Whether the disk of the home has room and can be written to."""

import os
import shutil
from pathlib import Path

from shipway_daemon.doctor.words import Checked, error
from shipway_daemon.rules.space import kept_free

NAME = "space"


def check(home: Path) -> Checked:
    """Say how much room is left, and whether too little is."""
    disk = shutil.disk_usage(home)
    status = os.statvfs(home)
    kept = kept_free(disk.total)
    findings = []
    if disk.free < kept:
        sentence = f"The disk has {_shown(disk.free)} left; {_shown(kept)} are kept free."
        remedy = "Make room on it: `shipway prune` may help. Until then uploads are refused."
        findings.append(error("disk-full", sentence, remedy))
    if status.f_files and not status.f_favail:
        remedy = "Remove files from that disk, or move the home with SHIPWAY_HOME."
        findings.append(error("disk-inodes", "The disk has no room for another file.", remedy))
    if status.f_flag & os.ST_RDONLY:
        remedy = "Mount it so that it can be written to."
        findings.append(error("disk-read-only", "The disk is mounted read-only.", remedy))
    elif not os.access(home, os.W_OK | os.X_OK):
        remedy = "See whose it is; the daemon must be its owner."
        findings.append(error("home-read-only", f"You may not write to {home}.", remedy))
    summary = f"{_shown(disk.free)} of {_shown(disk.total)} are free."
    return Checked(name=NAME, summary=summary, findings=findings)


def _shown(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"
