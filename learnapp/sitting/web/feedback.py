"""What an open question may tell by now: the result of a check with its hint, and what a lock has earned to see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.accounts.guard import the_actor
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes.checks import hint_of
from learnapp.quizzes.disclosing import policy
from learnapp.quizzes.domain.attempt import Status
from learnapp.quizzes.domain.grading import Grade, State
from learnapp.quizzes.domain.review import Asked, Disclosure, Occasion, Policy, Sat, Viewer, disclosure
from learnapp.quizzes.domain.tries import Action, Behaviour, Phase, tries_allowed
from learnapp.quizzes.question_type import Answer
from learnapp.quizzes.storage import attempts, saving, standing
from learnapp.quizzes.storage.attempts import Paper, Slot
from learnapp.quizzes.types import type_named

from .previews import moment_of


@dataclass(frozen=True)
class Feedback:
    """What a check says. state: None where the review policy does not tell right from wrong.

    tries_left: None when there is no limit. parts: (right, all) when the hint counts them.
    """

    state: State | None
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


@dataclass(frozen=True)
class _Rules:
    """What decides how much is told. elsewhere: versions of questions that another open try asks."""

    policy: Policy
    occasion: Occasion
    sat: Sat
    elsewhere: Collection[int]

    def allowed(self, slot: Slot, state: State) -> Disclosure:
        """Return what a checked question may tell."""
        locked, withheld = slot.phase == Phase.LOCKED, slot.question_version_id in self.elsewhere
        asked = Asked(state, checked=True, locked=locked, withheld=withheld)
        return disclosure(self.policy, self.occasion, self.sat, asked, Viewer.LEARNER)


NOTHING = Told()


def told(paper: Paper, slots: Sequence[Slot]) -> dict[int, Told]:
    """Return what each of these questions may tell, by position; keys are read for those alone that may."""
    earned = [slot for slot in slots if slot.tries or type_named(slot.type).unfolds(slot.shown, slot.answer)]
    if not earned:
        return {}
    keyed, settings = attempts.told_questions_of(the_actor(), paper.public_id, [slot.position for slot in earned])
    rules = _rules(paper, policy(settings, paper.track), keyed)
    return {slot.position: _told(paper, slot, rules) for slot in keyed}


def _rules(paper: Paper, grid: Policy, keyed: Sequence[Slot]) -> _Rules:
    """Return what decides; where the learner stands in the quiz is read only for a grid that asks for it."""
    asked = [slot.question_version_id for slot in keyed]
    elsewhere = standing.asked_now(read(), paper.person_id, paper.public_id, asked)
    passed = last = False
    if grid.conditional_during:
        where = standing.standing(read(), paper.person_id, paper.quiz_id, paper.kind)
        passed, last = where.passed, where.last(paper.track)
    occasion = Occasion(moment_of(paper, clock.now()), paper.closes_at)
    return _Rules(grid, occasion, Sat(Status(paper.status), None, passed, last), elsewhere)


def _told(paper: Paper, slot: Slot, rules: _Rules) -> Told:
    kind = type_named(slot.type)
    item = kind.parse((slot.keyed or {})["item"])
    feedback = _feedback(paper, slot, _checked_answer(slot), rules) if slot.tries else None
    return Told(feedback, kind.told(item, slot.answer))


def _checked_answer(slot: Slot) -> Answer | None:
    """Return the answer that was checked last; on an open question the newest one may be another."""
    if slot.phase != Phase.OPEN:
        return slot.answer
    checked = [step for step in saving.steps_of_slot(read(), slot.id) if step.action == Action.CHECK]
    return checked[-1].answer


def _feedback(paper: Paper, slot: Slot, answer: Answer | None, rules: _Rules) -> Feedback:
    kind, keyed = type_named(slot.type), slot.keyed or {}
    item = kind.parse(keyed["item"])
    grade = kind.grade(item, answer)
    allowed = rules.allowed(slot, grade.state)
    told_wrong = allowed.correctness and slot.phase != Phase.LOCKED  # a hint tells that it was wrong
    hint = hint_of(keyed, slot.tries) if told_wrong else None
    limit = tries_allowed(Behaviour(paper.behaviour), len(keyed.get("hints") or ()))
    return Feedback(
        state=grade.state if allowed.correctness else None,
        revealed=kind.reveal(item, answer, slot.arrangement, allowed),
        hint=hint["text"] if hint else "",
        parts=_parts(grade) if hint and hint.get("count") and allowed.own_reason and len(grade.parts) > 1 else None,
        general=keyed.get("general_feedback") or "" if allowed.general else "",
        explanation=keyed.get("explanation") or "" if allowed.general else "",
        tries=slot.tries,
        tries_left=None if limit is None else max(0, limit - slot.tries),
    )


def _parts(grade: Grade) -> tuple[int, int]:
    return sum(part.fraction == Fraction(1) for part in grade.parts), len(grade.parts)
