"""What an open question may tell by now: the result of a check with its hint, and what a lock has earned to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.accounts.guard import the_actor
from learnapp.kit.db import read
from learnapp.quizzes.checks import hint_of
from learnapp.quizzes.domain.grading import Grade, State
from learnapp.quizzes.domain.review import told_by_check
from learnapp.quizzes.domain.tries import Action, Behaviour, Phase, tries_allowed
from learnapp.quizzes.question_type import Answer
from learnapp.quizzes.storage import attempts, saving, standing
from learnapp.quizzes.storage.attempts import Paper, Slot
from learnapp.quizzes.types import type_named

from .review import MARKS_ONLY


@dataclass(frozen=True)
class Feedback:
    """What a check says. tries_left: None when there is no limit. parts: (right, all) when the hint counts them."""

    state: State
    revealed: Mapping[str, Any]
    hint: str
    parts: tuple[int, int] | None
    general: str
    explanation: str
    tries: int
    tries_left: int | None

    @property
    def right(self) -> bool:
        """Say whether the answer is fully right."""
        return self.state is State.RIGHT


@dataclass(frozen=True)
class Told:
    """What a question on an open paper shows beyond `shown`."""

    feedback: Feedback | None = None
    unfolded: Mapping[str, Any] | None = None


NOTHING = Told()


def told(paper: Paper, slots: Sequence[Slot]) -> dict[int, Told]:
    """Return what each of these questions may tell, by position; keys are read for those alone that may."""
    earned = [slot for slot in slots if slot.tries or type_named(slot.type).unfolds(slot.shown, slot.answer)]
    if not earned:
        return {}
    keyed = attempts.told_questions_of(the_actor(), paper.public_id, [slot.position for slot in earned])
    asked = [slot.question_version_id for slot in keyed]
    elsewhere = standing.asked_now(read(), paper.person_id, paper.public_id, asked)
    return {slot.position: _told(paper, slot, slot.question_version_id in elsewhere) for slot in keyed}


def _told(paper: Paper, slot: Slot, elsewhere: bool) -> Told:
    """Return what one question may tell. elsewhere: another open try asks it too, so only the marks."""
    kind = type_named(slot.type)
    item = kind.parse((slot.keyed or {})["item"])
    feedback = _feedback(paper, slot, _checked_answer(slot), elsewhere) if slot.tries else None
    return Told(feedback, kind.told(item, slot.answer))


def _checked_answer(slot: Slot) -> Answer | None:
    """Return the answer that was checked last; on an open question the newest one may be another."""
    if slot.phase != Phase.OPEN:
        return slot.answer
    checked = [step for step in saving.steps_of_slot(read(), slot.id) if step.action == Action.CHECK]
    return checked[-1].answer


def _feedback(paper: Paper, slot: Slot, answer: Answer | None, elsewhere: bool) -> Feedback:
    kind, keyed = type_named(slot.type), slot.keyed or {}
    item = kind.parse(keyed["item"])
    grade = kind.grade(item, answer)
    locked = slot.phase == Phase.LOCKED
    allowed = MARKS_ONLY if elsewhere else told_by_check(paper.track, paper.kind, locked, grade.state)
    hint = None if locked else hint_of(keyed, slot.tries)
    limit = tries_allowed(Behaviour(paper.behaviour), len(keyed.get("hints") or ()))
    return Feedback(
        state=grade.state,
        revealed=kind.reveal(item, answer, slot.arrangement, allowed),
        hint=hint["text"] if hint else "",
        parts=_parts(grade) if hint and hint.get("count") and len(grade.parts) > 1 else None,
        general=keyed.get("general_feedback") or "" if allowed.key else "",
        explanation=keyed.get("explanation") or "" if allowed.all_reasons else "",
        tries=slot.tries,
        tries_left=None if limit is None else max(0, limit - slot.tries),
    )


def _parts(grade: Grade) -> tuple[int, int]:
    return sum(part.fraction == Fraction(1) for part in grade.parts), len(grade.parts)
