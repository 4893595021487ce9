"""Whether every stored score is what its steps give: grade all attempts that were handed in again, and compare (P9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.quizzes.domain.attempt import Status
from learnapp.quizzes.outcomes import final_grades, keeps_tries, mark_of, result_of
from learnapp.quizzes.storage import marking, saving
from learnapp.quizzes.storage.attempts import Paper, reviewed_attempt
from learnapp.quizzes.storage.tables import attempt_t
from learnapp.quizzes.types import type_named

from .storage import person_t

_HANDED_IN = (
    select(attempt_t.c.public_id)
    .join(person_t, person_t.c.id == attempt_t.c.person_id)
    .where(attempt_t.c.status == Status.SUBMITTED.value, person_t.c.erased_at.is_(None))
    .order_by(attempt_t.c.id)
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that grading again does not give. position: of the question, 0 for the attempt as a whole."""

    attempt: str
    position: int
    name: str
    stored: Any
    found: Any


def handed_in(session: Session) -> list[str]:
    """Return the public ids of all attempts that were handed in, previews and practice too.

    Those of deleted accounts are left out: what was typed is gone, so nothing is left to grade them from.
    """
    return list(session.scalars(_HANDED_IN))


def differences(session: Session, public_id: str) -> Iterator[Difference]:
    """Yield what is stored for an attempt and not what its steps, marks and rulings give, compared bit for bit.

    Raises NotFound for an attempt that is there no longer.
    """
    paper = reviewed_attempt(public_id)
    steps = saving.steps_of(session, paper.id) if keeps_tries(paper) else {}
    grades = final_grades(paper, steps, _given(session, paper))
    for slot, grade in zip(paper.slots, grades, strict=True):
        for name, stored, found in (("fraction", slot.fraction, grade.fraction), ("state", slot.state, grade.state)):
            if str(stored) != str(found):
                yield Difference(public_id, slot.position, name, stored, found)
    marks = [mark_of(slot, grade) for slot, grade in zip(paper.slots, grades, strict=True)]
    result = result_of(marks, paper.pass_percent)
    for name in marking.RESCORED:
        stored, found = getattr(paper, name), getattr(result, name)
        if str(stored) != str(found):
            yield Difference(public_id, 0, name, stored, found)


def _given(session: Session, paper: Paper) -> dict[int, Any]:
    if not any(type_named(slot.type).by_person for slot in paper.slots):
        return {}
    return {position: mark.fraction for position, mark in marking.marks_of(session, paper.id).items()}
