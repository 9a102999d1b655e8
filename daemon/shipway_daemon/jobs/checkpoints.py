"""What a running job leaves behind as it goes: its steps, its stages, its log."""

from typing import Any

import msgspec
from shipway_plugins.words import Stage, StageState
from sqlalchemy import Connection, delete, func, insert, select

from shipway_daemon.clock import now
from shipway_daemon.jobs.tables import log, stages, steps


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line for the log of a job, and when it was said."""

    at: str
    line: str


def step_results(tx: Connection, job_id: int) -> list[tuple[str, Any]]:
    """Read what each finished step returned, in order."""
    rows = tx.execute(select(steps).where(steps.c.job_id == job_id).order_by(steps.c.position))
    return [(row.name, row.result) for row in rows]


def save_step(tx: Connection, job_id: int, position: int, name: str, result: Any) -> None:
    """Record what a step returned."""
    tx.execute(
        insert(steps).values(job_id=job_id, position=position, name=name, result=result, at=now())
    )


def save_stages(tx: Connection, job_id: int, told: list[Stage]) -> None:
    """Replace the stages of a job by what they are now."""
    tx.execute(delete(stages).where(stages.c.job_id == job_id))
    rows = [
        {
            "job_id": job_id,
            "position": position,
            "name": stage.name,
            "state": str(stage.state),
            "detail": stage.detail,
        }
        for position, stage in enumerate(told)
    ]
    if rows:
        tx.execute(insert(stages), rows)


def read_stages(tx: Connection, job_id: int) -> list[Stage]:
    """Read the stages of a job, in order."""
    rows = tx.execute(select(stages).where(stages.c.job_id == job_id).order_by(stages.c.position))
    return [Stage(name=row.name, state=StageState(row.state), detail=row.detail) for row in rows]


def add_log(tx: Connection, job_id: int, lines: list[Line]) -> None:
    """Add lines to a job's log."""
    values = [{"job_id": job_id, "at": line.at, "line": line.line} for line in lines]
    if values:
        tx.execute(insert(log), values)


def log_length(tx: Connection, job_id: int) -> int:
    """Count the lines of a job's log."""
    query = select(func.count()).select_from(log).where(log.c.job_id == job_id)
    return int(tx.execute(query).scalar_one())
