"""Deleting what this room keeps about a person; scores stay only without a name, typed words and exact times."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, null, select, update
from sqlalchemy.orm import Session

from learnapp.accounts.storage import PersonRow
from learnapp.kit import outbox
from learnapp.kit.db import new_public_id

from .actions.finishing import SUBMITTED_JOB
from .storage.rows import (
    AttemptEventRow,
    AttemptRow,
    MarkingRow,
    QuestionVersionRow,
    SlotRow,
    StaleSaveRow,
    StepRow,
)
from .types import TYPES


def lock(session: Session, person_public_id: str) -> None:
    """Lock somebody's attempts before the person is locked: a save, too, locks its attempt before it names them."""
    person = select(PersonRow.id).where(PersonRow.public_id == person_public_id).scalar_subquery()
    mine = select(AttemptRow.id).where(AttemptRow.person_id == person).order_by(AttemptRow.id)
    session.execute(mine.with_for_update())


def erase(session: Session, person_id: int, keep_scores: bool, _now: datetime) -> None:
    """Delete somebody's attempts with everything below them; what they marked for others loses their name.

    keep_scores: what was handed in, counts and is fully graded stays, made anonymous. The comments that they
    wrote as staff stay: they belong to the learner they were written for.
    """
    for row in (MarkingRow, AttemptEventRow):
        session.execute(update(row).where(row.actor_id == person_id).values(actor_id=None))
    own = AttemptRow.person_id == person_id
    _forget_jobs(session, list(session.scalars(select(AttemptRow.public_id).where(own))))
    session.execute(delete(AttemptRow).where(own, *([~_worth_keeping()] if keep_scores else [])))
    for attempt_id, start, end in session.execute(
        select(AttemptRow.id, AttemptRow.started_at, AttemptRow.submitted_at).where(own)
    ).all():
        day = (end or start).replace(hour=0, minute=0, second=0, microsecond=0)
        if not start == end == day:  # it was done before, for another call of the same erasure
            _make_anonymous(session, attempt_id, day)


def _forget_jobs(session: Session, attempts: list[str]) -> None:
    outbox.forget(session, "attempt", attempts)
    outbox.forget_keys(session, [f"{SUBMITTED_JOB}:{public_id}" for public_id in attempts])


def _worth_keeping() -> Any:
    """Return the condition for a score that says something: handed in, no practice, and no mark is missing."""
    counts = (AttemptRow.status == "submitted") & (AttemptRow.kind == "graded")
    return counts & AttemptRow.provisional.is_(False)


def _make_anonymous(session: Session, attempt_id: int, day: datetime) -> None:
    """Leave of an attempt what was asked, ticked and earned, on which day; no words that anybody typed."""
    values = {
        "public_id": new_public_id(), "started_at": day, "submitted_at": day, "deadline": None, "closes_at": None,
        "check_at": None, "rescored_at": None, "extra_minutes": 0, "late_by_latency": False,
    }  # fmt: skip
    session.execute(update(AttemptRow).where(AttemptRow.id == attempt_id).values(values))
    slots = select(SlotRow.id).where(SlotRow.attempt_id == attempt_id).scalar_subquery()
    session.execute(update(SlotRow).where(SlotRow.attempt_id == attempt_id).values(flagged=False, saved_at=day))
    session.execute(
        update(StepRow).where(StepRow.slot_id.in_(slots)).values(recorded_at=day, key=None, late_by_latency=False)
    )  # fmt: skip
    _take_words(session, attempt_id)
    session.execute(update(MarkingRow).where(MarkingRow.slot_id.in_(slots)).values(comment="", recorded_at=day))
    session.execute(delete(StaleSaveRow).where(StaleSaveRow.slot_id.in_(slots)))
    session.execute(delete(AttemptEventRow).where(AttemptEventRow.attempt_id == attempt_id))


def _take_words(session: Session, attempt_id: int) -> None:
    """Delete the answers to questions whose type takes typed words."""
    wordy = [name for name, kind in TYPES.items() if kind.typed]
    version = QuestionVersionRow.id == SlotRow.question_version_id
    asked = select(SlotRow.id).join(QuestionVersionRow, version).where(QuestionVersionRow.type.in_(wordy))
    slots = list(session.scalars(asked.where(SlotRow.attempt_id == attempt_id)))
    session.execute(update(SlotRow).where(SlotRow.id.in_(slots)).values(answer=null()))
    session.execute(update(StepRow).where(StepRow.slot_id.in_(slots)).values(answer=null()))
