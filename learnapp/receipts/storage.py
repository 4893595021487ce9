"""Reading for receipts: the version that was sat, answers refused as stale, and what staff did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from learnapp.accounts.storage import PersonRow
from learnapp.quizzes.storage.rows import AttemptEventRow
from learnapp.quizzes.storage.saving import stale_t
from learnapp.quizzes.storage.tables import slot_t, version_t

_event_t = cast(Table, AttemptEventRow.__table__)
_person_t = cast(Table, PersonRow.__table__)
_VERSION = select(version_t.c.number).where(version_t.c.id == bindparam("id"))
_REFUSED = (
    select(slot_t.c.position, stale_t.c.expected, stale_t.c.answer, stale_t.c.recorded_at)
    .join(slot_t, slot_t.c.id == stale_t.c.slot_id)
    .where(slot_t.c.attempt_id == bindparam("attempt_id"))
    .order_by(stale_t.c.id)
)
_EVENTS = (
    select(_event_t.c.event, _event_t.c.reason, _person_t.c.name, _event_t.c.recorded_at)
    .outerjoin(_person_t, _person_t.c.id == _event_t.c.actor_id)
    .where(_event_t.c.attempt_id == bindparam("attempt_id"))
    .order_by(_event_t.c.id)
)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not taken because a newer one was saved. expected: the revision that its page knew."""

    position: int
    expected: int
    answer: dict[str, Any] | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody of the staff did to an attempt. by: None when they left."""

    event: str
    reason: str
    by: str | None
    recorded_at: datetime


def version_number(session: Session, quiz_version_id: int) -> int:
    """Return the number of a quiz's version, as people count them."""
    return int(session.execute(_VERSION, {"id": quiz_version_id}).scalar_one())


def refused_of(session: Session, attempt_id: int) -> list[Refused]:
    """Return the answers of an attempt that were refused as stale, the oldest first."""
    return [Refused(*row) for row in session.execute(_REFUSED, {"attempt_id": attempt_id})]


def acts_of(session: Session, attempt_id: int) -> list[Act]:
    """Return what staff did to an attempt, the oldest first."""
    return [Act(*row) for row in session.execute(_EVENTS, {"attempt_id": attempt_id})]
