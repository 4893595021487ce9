"""Marks that people gave: append-only, the newest of each answer counts, and what an attempt then comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from learnapp.accounts.storage import PersonRow
from learnapp.quizzes.domain.grading import State

from .attempts import Paper
from .rows import MarkingRow
from .tables import attempt_t, slot_t

marking_t = cast(Table, MarkingRow.__table__)
_person_t = cast(Table, PersonRow.__table__)
_OF_ATTEMPT = (
    select(
        slot_t.c.position,
        marking_t.c.id,
        marking_t.c.fraction,
        marking_t.c.comment,
        _person_t.c.name.label("by"),
        marking_t.c.recorded_at,
    )
    .join(slot_t, slot_t.c.id == marking_t.c.slot_id)
    .outerjoin(_person_t, _person_t.c.id == marking_t.c.actor_id)
    .where(slot_t.c.attempt_id == bindparam("attempt_id"))
    .order_by(marking_t.c.id)
)
RESCORED = ("score", "maximum", "passed", "safety_missed", "provisional")
_INSERT = insert(marking_t)
_MARK_SLOT = (
    update(slot_t)
    .where(slot_t.c.id == bindparam("at_slot"))
    .values(fraction=bindparam("new_fraction"), state=bindparam("new_state"))
)
_RULE = (
    update(slot_t)
    .where(slot_t.c.id == bindparam("at_slot"))
    .values(ruling=bindparam("new_ruling"), graded_version_id=bindparam("new_version"))
)
_RESCORE = (
    update(attempt_t)
    .where(attempt_t.c.id == bindparam("at_attempt"), attempt_t.c.status == "submitted")
    .values({name: bindparam(f"new_{name}") for name in RESCORED})
)


@dataclass(frozen=True, slots=True)
class Marking:
    """One mark for one answer. fraction: exact share of the question's points. by: None when they left."""

    position: int
    id: int
    fraction: Fraction
    comment: str
    by: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Rescored:
    """What an attempt comes to. maximum: without what a correction took out. provisional: an answer still waits."""

    score: Fraction
    maximum: Fraction
    passed: bool
    safety_missed: bool
    provisional: bool


def history_of(session: Session, attempt_id: int) -> list[Marking]:
    """Return every mark of an attempt, the oldest first."""
    return [Marking(*row) for row in session.execute(_OF_ATTEMPT, {"attempt_id": attempt_id})]


def marks_of(session: Session, attempt_id: int) -> dict[int, Marking]:
    """Return the mark that counts for each marked answer, by its position."""
    return {marking.position: marking for marking in history_of(session, attempt_id)}


def add_mark(session: Session, slot_id: int, fraction: Fraction, comment: str, actor_id: int, now: datetime) -> None:
    """Add a mark; those before it stay."""
    values = {"slot_id": slot_id, "fraction": fraction, "comment": comment, "actor_id": actor_id, "recorded_at": now}
    session.execute(_INSERT, values)


def set_grade(session: Session, slot_id: int, fraction: Fraction | None, state: State) -> None:
    """Write what an answer earned."""
    session.execute(_MARK_SLOT, {"at_slot": slot_id, "new_fraction": fraction, "new_state": str(state)})


def set_ruling(session: Session, slot_id: int, ruling: Mapping[str, Any] | None, version_id: int | None) -> None:
    """Write what a correction says about a question, and the wording whose key it brings (rules A7)."""
    session.execute(_RULE, {"at_slot": slot_id, "new_ruling": ruling, "new_version": version_id})


def rescore(session: Session, paper: Paper, rescored: Rescored) -> None:
    """Write what a submitted attempt comes to now."""
    values: Mapping[str, Any] = {f"new_{name}": getattr(rescored, name) for name in RESCORED}
    session.execute(_RESCORE, {"at_attempt": paper.id, **values})
