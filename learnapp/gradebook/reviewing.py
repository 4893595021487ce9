"""What an instructor sees of one attempt and of one learner's goals, put together for the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from learnapp.accounts.domain import Actor
from learnapp.kit.db import read
from learnapp.kit.errors import NotFound
from learnapp.progress.domain import Goal
from learnapp.progress.domain import goals as judge
from learnapp.progress.storage import goal_marks, goal_texts
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import EVERYTHING
from learnapp.quizzes.domain.scoring import percent, points_text
from learnapp.quizzes.marks import needs_person
from learnapp.quizzes.outcomes import reviewed_key
from learnapp.quizzes.storage.attempts import Paper, Slot, reviewed_attempt
from learnapp.quizzes.storage.marking import Marking, history_of
from learnapp.quizzes.types import type_named

from . import storage
from .domain import Quiz


@dataclass(frozen=True)
class SavedLine:
    """One saved answer in words; seconds: since the start of the attempt."""

    seq: int
    answer: str
    recorded_at: datetime
    seconds: int
    late: bool
    action: str


@dataclass(frozen=True)
class ReviewedSlot:
    """One question of an attempt as staff see it. marks: what people gave it, the newest last."""

    slot: Slot
    points: str
    weight: str
    answer: str
    revealed: dict[str, Any]
    template: str
    saved: tuple[SavedLine, ...]
    marks: tuple[Marking, ...] = ()

    @property
    def waits(self) -> bool:
        """Say whether it waits for a person's mark."""
        return self.slot.state == State.NEEDS_GRADING

    @property
    def marking(self) -> Marking | None:
        """The mark that counts."""
        return self.marks[-1] if self.marks else None

    @property
    def by_person(self) -> bool:
        """Say whether it has a form for a mark."""
        return needs_person(self.slot, self.marking)

    @property
    def counted(self) -> bool:
        """Say whether it has points at all: what is only read has none, nor what a correction took out."""
        return self.slot.state not in (State.INFORMATION, State.DISREGARDED)


def goals(person_id: int, quizzes: Sequence[Quiz], track: str) -> list[tuple[str, list[Goal]]]:
    """Return, per quiz of the track, one line per objective, as the learner's own page judges them."""
    texts, marks = goal_texts(track), goal_marks(person_id)
    return [(quiz.title, judge(texts.get(quiz.slug, {}), marks.get(quiz.slug, {}))) for quiz in quizzes]


def attempt_page(actor: Actor, public_id: str) -> dict[str, Any]:
    """Load an attempt of one of the actor's learners; NotFound when the learner is not theirs."""
    attempt = reviewed_attempt(public_id)
    shared = storage.shared_with(actor, attempt.person_id)
    if shared is None or attempt.kind == "preview":
        raise NotFound("attempt")
    steps = storage.steps_of(attempt.id)
    marks = history_of(read(), attempt.id) if any(slot.shown.get("waits") for slot in attempt.slots) else []
    slots = [
        _reviewed(attempt, slot, [s for s in steps if s.position == slot.position], marks) for slot in attempt.slots
    ]
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


def _reviewed(attempt: Paper, slot: Slot, steps: Sequence[storage.StepLine], marks: Sequence[Marking]) -> ReviewedSlot:
    kind = type_named(slot.type)
    _keyed, item = reviewed_key(slot)
    saved = tuple(
        SavedLine(
            step.seq,
            kind.summary(slot.shown, step.answer),
            step.recorded_at,
            round((step.recorded_at - attempt.started_at).total_seconds()),
            step.late_by_latency,
            step.action,
        )
        for step in steps
    )
    points = Fraction(0) if slot.fraction is None else slot.fraction * slot.weight
    return ReviewedSlot(
        slot, points_text(points), points_text(slot.weight), kind.summary(slot.shown, slot.answer),
        kind.reveal(item, slot.answer, slot.arrangement, EVERYTHING), kind.review_template, saved,
        tuple(each for each in marks if each.position == slot.position),
    )  # fmt: skip
