"""Work that must leave the building, as rows: written in the same transaction, done at least once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Index, String, Text, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, read, write
from .upsert import insert_for

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 12  # after about a day: 30 s, 1, 2, 4, 8, 16, 32, 64, 128, 256 min, 6 h


class OutboxRow(Base):
    """One thing to do; `key` makes its effect happen once, `leased_until` keeps two workers apart."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "done_at", "due_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Job:
    """A leased row: do it, then say `done` or `failed`. tries: how often it was begun, this time included."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    tries: int


def enqueue(session: Session, kind: str, key: str, payload: dict[str, Any], now: datetime) -> None:
    """Add a job inside the caller's transaction; the same key a second time changes nothing."""
    values = {"kind": kind, "key": key, "payload": payload, "created_at": now, "due_at": now, "tries": 0}
    session.execute(_added(session.get_bind().dialect.name), values)


@cache
def _added(dialect: str) -> Any:
    """Return the statement that adds a job, built once for a database: building it costs more than running it."""
    row = insert_for(dialect, OutboxRow.__table__)
    return row.on_conflict_do_nothing(index_elements=[OutboxRow.__table__.c.key])


def lease(kinds: Iterable[str], now: datetime, limit: int, seconds: int) -> list[Job]:
    """Take up to `limit` due jobs, oldest first, for `seconds`; when the worker dies they become free again."""
    free = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now)
    due = select(OutboxRow).where(
        OutboxRow.done_at.is_(None), OutboxRow.due_at <= now, free, OutboxRow.kind.in_(list(kinds))
    )  # fmt: skip
    with write() as session:
        # On PostgreSQL a second worker skips the rows that this one is taking; SQLite has one writer anyway.
        rows = session.scalars(due.order_by(OutboxRow.due_at).limit(limit).with_for_update(skip_locked=True)).all()
        for row in rows:
            row.leased_until = now + timedelta(seconds=seconds)
            row.tries += 1
        return [Job(row.id, row.kind, row.key, row.payload, row.tries) for row in rows]


def done(job: Job, now: datetime) -> None:
    """Close a job and forget what it carried (addresses, links); its key stays, so it cannot happen again."""
    _close(job.id, {"done_at": now, "payload": {}, "leased_until": None})


def failed(job: Job, error: str, now: datetime) -> None:
    """Put a job back with a longer wait after each try, or give up after MOST_TRIES; `error` holds no addresses."""
    if job.tries >= MOST_TRIES:
        _close(job.id, {"done_at": now, "payload": {}, "leased_until": None, "last_error": f"gave up: {error}"})
        return
    wait = min(FIRST_WAIT * 2 ** (job.tries - 1), LONGEST_WAIT)
    _close(job.id, {"due_at": now + wait, "leased_until": None, "last_error": error})


def _close(job_id: int, values: dict[str, Any]) -> None:
    with write() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == job_id).values(values))


def oldest_waiting(now: datetime) -> datetime | None:
    """Return since when the oldest job is due that nobody works on, for the readiness probe; None without one."""
    free = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now)
    return read().scalar(select(func.min(OutboxRow.due_at)).where(OutboxRow.done_at.is_(None), free))


def waiting() -> tuple[int, datetime | None]:
    """Return how many jobs are not done, and when the oldest of them is or was due."""
    count, oldest = (
        read().execute(select(func.count(), func.min(OutboxRow.due_at)).where(OutboxRow.done_at.is_(None))).one()
    )
    return int(count), oldest


def forget(session: Session, about: str, values: Iterable[str]) -> None:
    """Delete the jobs whose payload names one of these under `about` ("to", "attempt"): whom they concern is gone."""
    session.execute(delete(OutboxRow).where(OutboxRow.payload[about].as_string().in_(list(values))))


def forget_keys(session: Session, keys: Iterable[str]) -> None:
    """Delete these jobs, done or not."""
    session.execute(delete(OutboxRow).where(OutboxRow.key.in_(list(keys))))


def sweep(session: Session, before: datetime) -> None:
    """Delete the jobs that were done before this moment; until then their keys kept them from happening again."""
    session.execute(delete(OutboxRow).where(OutboxRow.done_at < before))
