"""Jobs in the database: who may take one, how far it is, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update
from uuid_utils import uuid7

from model.errors import FenzhenError
from serving.access.policy import Action, Principal, require
from serving.audit_chain import Act
from serving.storage.audit import record
from serving.storage.work_tables import jobs

ABANDONED_AFTER = timedelta(minutes=2)
"""A job whose worker has not been heard of for so long is taken up by another; so is one heard of
so far ahead: the clock was wrong then."""

MAX_ATTEMPTS = 3
"""So often a job is begun without getting on; then its file is what the process dies of."""


class UnknownJobError(FenzhenError):
    """No job of this principal has that id."""

    code = "unknown_job"
    title = "Unknown job"

    def __init__(self) -> None:
        super().__init__("没有这个编号的任务，请核对")


@dataclass(frozen=True, slots=True)
class Job:
    """``rows`` is known once the file was read; ``done`` of them have an answer, ``failed`` of
    those an error. ``state``: waiting, running, done, failed."""

    job_id: str
    state: str
    suffix: str
    output_suffix: str
    created_at: datetime
    finished_at: datetime | None
    rows: int | None
    done: int
    failed: int
    error: str | None


def new_job_id() -> str:
    return str(uuid7())


def add_job(
    connection: Connection, principal: Principal, job_id: str, suffix: str, output_suffix: str,
    *, now: datetime,
) -> Job:  # fmt: skip
    """Queue a job whose file lies ready. Raises Forbidden."""
    require(principal, Action.RUN_JOBS)
    connection.execute(
        insert(jobs).values(
            job_id=job_id, state="waiting", suffix=suffix, output_suffix=output_suffix,
            created_at=now, created_by=principal.name, done=0, failed=0,
        )
    )  # fmt: skip
    record(connection, Act(principal.name, "job.add", f"job:{job_id}"), now)
    return find_job(connection, principal, job_id)


def find_job(connection: Connection, principal: Principal, job_id: str) -> Job:
    """One's own job. Raises Forbidden, UnknownJobError."""
    require(principal, Action.RUN_JOBS)
    row = connection.execute(
        select(jobs).where(jobs.c.job_id == job_id, jobs.c.created_by == principal.name)
    ).one_or_none()
    if row is None:
        raise UnknownJobError
    return _job(row)


def take_job(connection: Connection, *, now: datetime) -> Job | None:
    """The oldest job that waits or was abandoned, now running; None when there is none."""
    row = connection.execute(
        select(jobs)
        .where(
            or_(
                jobs.c.state == "waiting",
                (jobs.c.state == "running")
                & ~jobs.c.heartbeat_at.between(now - ABANDONED_AFTER, now + ABANDONED_AFTER),
            )
        )
        .order_by(jobs.c.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    change_job(connection, row.job_id, state="running", heartbeat_at=now)
    return _job(row)


def begin_job(connection: Connection, job_id: str) -> bool:
    """Count a beginning; False when there were too many before."""
    begun = update(jobs).where(jobs.c.job_id == job_id).values(attempts=jobs.c.attempts + 1)
    attempts: int = connection.execute(begun.returning(jobs.c.attempts)).scalar_one()
    return attempts <= MAX_ATTEMPTS


def unfinished(connection: Connection, job_ids: Sequence[str]) -> set[str]:
    """Those of the jobs that wait or run."""
    query = select(jobs.c.job_id).where(
        jobs.c.job_id.in_(job_ids), jobs.c.state.in_(("waiting", "running"))
    )
    return set(connection.execute(query).scalars())


def change_job(connection: Connection, job_id: str, **values: Any) -> None:
    connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(values))


def finish_job(connection: Connection, job_id: str, **values: Any) -> None:
    """What became of a job that runs. One that another worker finished meanwhile stays as it is:
    whoever took it just before would find its file gone and call it failed."""
    mine = (jobs.c.job_id == job_id) & (jobs.c.state == "running")
    connection.execute(update(jobs).where(mine).values(values))


def _job(row: Any) -> Job:
    return Job(
        row.job_id, row.state, row.suffix, row.output_suffix, row.created_at, row.finished_at,
        row.rows, row.done, row.failed, row.error,
    )  # fmt: skip
