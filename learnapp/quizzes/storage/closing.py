"""Closing an attempt: its score, each question's fraction, and which attempt counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Integer, Table, bindparam, delete, func, insert, select, update
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from learnapp.quizzes.domain.attempt import Attempt, Status
from learnapp.quizzes.domain.grading import Grade
from learnapp.quizzes.domain.kept import METHODS, kept
from learnapp.quizzes.domain.scoring import NOTHING

from .attempts import Paper
from .rows import AttemptEventRow
from .tables import attempt_t, grade_t, quiz_t, slot_t, version_t

GRADE = ("attempt_id", "score", "maximum", "passed", "method")

_CLOSE = (
    update(attempt_t)
    .where(attempt_t.c.id == bindparam("at_attempt"), attempt_t.c.status == "open")
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "status", "submitted_at", "late_by_latency", "closed_by", "score", "maximum", "passed", "safety_missed",
                "provisional",
            )
        }
    )
)  # fmt: skip
_GRADE_SLOT = (
    update(slot_t)
    .where(slot_t.c.id == bindparam("at_slot"))
    .values(fraction=bindparam("new_fraction"), state=bindparam("new_state"))
)
_KEPT = (
    select(
        attempt_t.c.id,
        attempt_t.c.number,
        attempt_t.c.started_at,
        attempt_t.c.score,
        attempt_t.c.maximum,
        attempt_t.c.passed,
        attempt_t.c.pass_percent,
        version_t.c.settings,
        grade_t.c.id.label("grade_id"),
        *(grade_t.c[name].label(f"old_{name}") for name in GRADE),
    )
    .join(quiz_t, quiz_t.c.id == attempt_t.c.quiz_id)
    # The quiz as it is now says what is kept; one that is hidden, as it was at the attempt.
    .join(version_t, version_t.c.id == func.coalesce(quiz_t.c.version_id, attempt_t.c.quiz_version_id))
    .outerjoin(
        grade_t, (grade_t.c.person_id == attempt_t.c.person_id) & (grade_t.c.quiz_id == attempt_t.c.quiz_id)
    )
    .where(
        attempt_t.c.person_id == bindparam("person_id"),
        attempt_t.c.quiz_id == bindparam("quiz_id"),
        attempt_t.c.status == "submitted",
        attempt_t.c.kind == "graded",
        attempt_t.c.provisional.is_(False),
    )
    .order_by(attempt_t.c.number)
)  # fmt: skip
_ONE_BY_ONE = select(
    func.pg_advisory_xact_lock(cast_to(bindparam("person_id"), Integer), cast_to(bindparam("quiz_id"), Integer))
)
_INSERT_GRADE = insert(grade_t)
_FORGET_GRADE = delete(grade_t).where(grade_t.c.attempt_id == bindparam("at_attempt"))
_UPDATE_GRADE = (
    update(grade_t)
    .where(grade_t.c.id == bindparam("at_grade"))
    .values({name: bindparam(f"new_{name}") for name in GRADE})
)
_CHECK_AT = func.coalesce(attempt_t.c.check_at, attempt_t.c.deadline)  # the release before this one writes no check_at
_OVERDUE = (
    select(attempt_t.c.public_id)
    .where(attempt_t.c.status == "open", bindparam("before") > _CHECK_AT)
    .order_by(_CHECK_AT)
    .limit(bindparam("limit"))
)


_REOPEN = (
    update(attempt_t)
    .where(attempt_t.c.id == bindparam("at_attempt"), attempt_t.c.status == "abandoned")
    .values(status="open", closed_by=None)
)
_EVENT = insert(cast(Table, AttemptEventRow.__table__))


def close(session: Session, paper: Paper, closed: Attempt, safety_missed: bool, by: str, provisional: bool) -> bool:
    """Write the closed attempt if it is still open; return whether this call was the one that closed it."""
    values = {
        "at_attempt": paper.id,
        "new_status": str(closed.status),
        "new_submitted_at": closed.submitted_at,
        "new_late_by_latency": closed.late_by_latency,
        "new_closed_by": by,
        "new_score": closed.score,
        "new_maximum": closed.maximum,
        "new_passed": closed.passed,
        "new_safety_missed": safety_missed,
        "new_provisional": provisional,
    }
    done: Any = session.execute(_CLOSE, values)
    return bool(done.rowcount == 1)


def grade_slots(session: Session, paper: Paper, grades: Sequence[Grade]) -> None:
    """Write what each question earned, in the order of the paper's slots."""
    rows = [
        {"at_slot": slot.id, "new_fraction": grade.fraction, "new_state": str(grade.state)}
        for slot, grade in zip(paper.slots, grades, strict=True)
    ]
    session.execute(_GRADE_SLOT, rows)


def keep_score(session: Session, paper: Paper) -> None:
    """Store which attempt counts for the learner in this quiz, and the score that is kept (rules D9).

    For whenever an attempt got its score or a new one: reads all attempts again, and writes only a change.
    Practice never counts, nor does what a person must still grade.
    """
    if paper.kind != "graded":
        return
    if session.get_bind().dialect.name == "postgresql":
        # Two attempts of one person may get a score at the same moment (handing in, a mark, a correction): each holds
        # its own attempt only, so without this the second would count the first as it was before.
        session.execute(_ONE_BY_ONE, {"person_id": paper.person_id, "quiz_id": paper.quiz_id})
    rows = session.execute(_KEPT, {"person_id": paper.person_id, "quiz_id": paper.quiz_id}).all()
    method = str(rows[-1].settings.get("keep", METHODS[0])) if rows else METHODS[0]
    grade = kept([_attempt(row) for row in rows], method, rows[-1].pass_percent if rows else NOTHING)
    if grade is None:
        return
    new = (grade.attempt.id, grade.score, grade.maximum, grade.passed, method)
    values: dict[str, Any] = dict(zip(GRADE, new, strict=True))
    if rows[0].grade_id is None:
        session.execute(_INSERT_GRADE, {"person_id": paper.person_id, "quiz_id": paper.quiz_id, **values})
    elif new != tuple(getattr(rows[0], f"old_{name}") for name in GRADE):
        changed = {f"new_{name}": value for name, value in values.items()}
        session.execute(_UPDATE_GRADE, {"at_grade": rows[0].grade_id, **changed})


def forget_score(session: Session, paper: Paper) -> None:
    """Take back that an attempt counts, when a person must grade it again; then call `keep_score`."""
    session.execute(_FORGET_GRADE, {"at_attempt": paper.id})


def _attempt(row: Any) -> Attempt:
    return Attempt(
        status=Status.SUBMITTED,
        id=row.id,
        number=row.number,
        started_at=row.started_at,
        score=row.score,
        maximum=row.maximum,
        passed=row.passed,
    )


def overdue(session: Session, before: datetime, limit: int) -> list[str]:
    """Return public ids of open attempts that had to be closed before this moment, oldest first."""
    return list(session.scalars(_OVERDUE, {"before": before, "limit": limit}))


def reopen(session: Session, paper: Paper) -> bool:
    """Make an abandoned attempt an open one; return whether it was abandoned. The database allows one open attempt."""
    done: Any = session.execute(_REOPEN, {"at_attempt": paper.id})
    return bool(done.rowcount == 1)


def note_event(session: Session, paper: Paper, event: str, reason: str, actor_id: int, now: datetime) -> None:
    """Keep what staff did to an attempt, and why."""
    values = {"event": event, "reason": reason, "actor_id": actor_id, "recorded_at": now}
    session.execute(_EVENT, {"attempt_id": paper.id, **values})
