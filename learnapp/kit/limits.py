"""Rate limits shared by all workers, counted in the database; never used on saves or reading."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any

from flask import current_app
from sqlalchemy import String, bindparam, case, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, write
from .errors import TooMany
from .upsert import insert_for


class RateRow(Base):
    """How often `key` was hit in the window that ends at `ends_at`."""

    __tablename__ = "rate"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    hits: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Rule:
    """At most `limit` hits of `key` (an address, a person) in `seconds`, counted apart for each `scope`."""

    scope: str
    key: str
    limit: int
    seconds: int


def hit(scope: str, key: str, limit: int, seconds: int, now: datetime) -> None:
    """Count one hit in a small transaction of its own; raise TooMany(seconds=...) above the limit."""
    hit_all([Rule(scope, key, limit, seconds)], now)


def hit_all(rules: Iterable[Rule], now: datetime) -> None:
    """Count one hit for each rule in one transaction; raise TooMany with the longest wait of those exceeded."""
    with write() as session:
        waits = [_count(session, rule, now) for rule in rules]
    seconds = max(waits, default=0)
    if seconds:
        raise TooMany("too_many", seconds=seconds)


def hit_inside(session: Session, rule: Rule, now: datetime) -> None:
    """Count one hit in the caller's transaction, for an action that writes anyway; it spares a second commit.

    TooMany undoes that transaction, so what is refused is not counted: the count stays at the limit.
    """
    seconds = _count(session, rule, now)
    if seconds:
        raise TooMany("too_many", seconds=seconds)


def _count(session: Session, rule: Rule, now: datetime) -> int:
    """Count one hit in one statement that two workers cannot interleave; return the seconds to wait, or 0."""
    values = {"new_key": _hidden(rule), "now": now, "new_end": now + timedelta(seconds=rule.seconds)}
    hits, ends_at = session.execute(_counted(session.get_bind().dialect.name), values).one()
    return max(1, ceil((ends_at - now).total_seconds())) if hits > rule.limit else 0


@cache
def _counted(dialect: str) -> Any:
    """Return the statement that counts, built once for a database: building it costs more than running it."""
    rate = RateRow.__table__.c
    row = insert_for(dialect, RateRow.__table__).values(key=bindparam("new_key"), hits=1, ends_at=bindparam("new_end"))
    over = rate.ends_at <= bindparam("now")
    return row.on_conflict_do_update(
        index_elements=[rate.key],
        set_={
            "hits": case((over, 1), else_=rate.hits + 1),
            "ends_at": case((over, row.excluded.ends_at), else_=rate.ends_at),
        },
    ).returning(rate.hits, rate.ends_at)


def _hidden(rule: Rule) -> str:
    """Return the row's key: keyed with our secret, so that no address can be read or guessed from the table."""
    secret = str(current_app.secret_key).encode()
    digest = hmac.new(secret, f"{rule.scope}\0{rule.key}".encode(), hashlib.sha256).hexdigest()
    return f"{rule.scope}:{digest}"


def sweep(now: datetime) -> None:
    """Delete the windows that are over; the worker calls this now and then."""
    with write() as session:
        session.execute(delete(RateRow).where(RateRow.ends_at <= now))
