"""What an instructor sees of one attempt and of one learner's goals, put together for the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from learnapp.accounts.domain import Actor
from learnapp.kit.errors import NotFound
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import EVERYTHING
from learnapp.quizzes.domain.scoring import percent, points_text
from learnapp.quizzes.storage.attempts import Paper, Slot, reviewed_attempt
from learnapp.quizzes.types import type_named

from . import storage
from .domain import Quiz

SECURE = Fraction(4, 5)


@dataclass(frozen=True)
class Goal:
    """How secure a learner is in one objective, by the attempt that counts."""

    quiz: str
    text: str
    right: int
    questions: int
    status: str  # secure, getting or new


@dataclass(frozen=True)
class SavedLine:
    """One saved answer in words; seconds: since the start of the attempt."""

    seq: int
    answer: str
    recorded_at: datetime
    seconds: int
    late: bool


@dataclass(frozen=True)
class ReviewedSlot:
    """One question of an attempt as staff see it."""

    slot: Slot
    points: str
    weight: str
    answer: str
    revealed: dict[str, Any]
    template: str
    saved: tuple[SavedLine, ...]


def goals(person_id: int, quizzes: Sequence[Quiz], track: str) -> list[Goal]:
    """Return one line per objective of the track's quizzes, in the order of the course."""
    marks, texts = storage.objective_marks(person_id), storage.objectives_of(track)
    return [
        _goal(quiz.title, text, marks.get(quiz.id, {}).get(objective, []))
        for quiz in quizzes
        for objective, text in texts.get(quiz.id, {}).items()
    ]


def _goal(quiz: str, text: str, fractions: Sequence[Fraction]) -> Goal:
    right = sum(fraction == 1 for fraction in fractions)
    if not fractions:
        return Goal(quiz, text, 0, 0, "new")
    earned = sum(fractions, Fraction(0)) / len(fractions)
    return Goal(quiz, text, right, len(fractions), "secure" if earned >= SECURE else "getting")


def attempt_page(actor: Actor, public_id: str) -> dict[str, Any]:
    """Load an attempt of one of the actor's learners; NotFound when the learner is not theirs."""
    attempt = reviewed_attempt(public_id)
    shared = storage.shared_with(actor, attempt.person_id)
    if shared is None:
        raise NotFound("attempt")
    steps = storage.steps_of(attempt.id)
    slots = [_reviewed(attempt, slot, [s for s in steps if s.position == slot.position]) for slot in attempt.slots]
    done = attempt.score is not None
    return {
        "attempt": attempt,
        "shared": shared,
        "slots": slots,
        "State": State,
        "score": points_text(attempt.score) if attempt.score is not None else None,
        "maximum": points_text(attempt.maximum),
        "percent": percent(attempt.score or Fraction(0), attempt.maximum) if done else None,
        "saves": len(steps),
    }


def _reviewed(attempt: Paper, slot: Slot, steps: Sequence[storage.StepLine]) -> ReviewedSlot:
    kind = type_named(slot.type)
    keyed = slot.keyed or {}
    item = kind.parse(keyed["item"])
    saved = tuple(
        SavedLine(
            step.seq,
            kind.summary(slot.shown, step.answer),
            step.recorded_at,
            round((step.recorded_at - attempt.started_at).total_seconds()),
            step.late_by_latency,
        )
        for step in steps
    )
    points = Fraction(0) if slot.fraction is None else slot.fraction * slot.weight
    return ReviewedSlot(
        slot, points_text(points), points_text(slot.weight), kind.summary(slot.shown, slot.answer),
        kind.reveal(item, slot.answer, slot.arrangement, EVERYTHING), kind.review_template, saved,
    )  # fmt: skip
