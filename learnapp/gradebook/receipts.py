"""The receipt of a learner's attempt for staff: the learner's own, with every step, mark and act of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from learnapp.accounts.domain import Actor
from learnapp.kit.db import read
from learnapp.kit.errors import NotFound
from learnapp.quizzes.storage.attempts import Slot, any_attempt
from learnapp.quizzes.storage.marking import Marking, history_of
from learnapp.quizzes.types import type_named
from learnapp.receipts import storage as recorded
from learnapp.receipts.receipt import Line, Receipt, receipt_of

from . import storage


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was sent for a question. action: save, check, again, or refused (a newer answer was stored).

    revision: of the stored answer; of a refused one, the revision that its page knew. seconds: since the start.
    """

    action: str
    revision: int
    answer: str
    recorded_at: datetime
    seconds: int
    late: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the learner's line, every step in the order of time, and every mark that people gave."""

    line: Line
    steps: tuple[Step, ...]
    marks: tuple[Marking, ...]
    slot: Slot


@dataclass(frozen=True)
class StaffReceipt:
    """Everything that is recorded about one attempt, but how sure the learner was: that is theirs (rules D7)."""

    receipt: Receipt
    shared: storage.Shared
    questions: tuple[Question, ...]
    acts: tuple[recorded.Act, ...]


def staff_receipt(actor: Actor, public_id: str, secret: str) -> StaffReceipt:
    """Return the receipt of an attempt of one of the actor's learners; NotFound when the learner is not theirs."""
    paper = any_attempt(public_id)
    shared = storage.shared_with(actor, paper.person_id)
    if shared is None:
        raise NotFound("attempt")
    found = receipt_of(read(), paper, secret)
    saved = storage.steps_of(paper.id)
    refused = recorded.refused_of(read(), paper.id)
    marks = history_of(read(), paper.id)
    questions = []
    for line in found.lines:
        slot = paper.slot(line.position)
        steps = _steps(slot, paper.started_at, saved, refused)
        given = tuple(mark for mark in marks if mark.position == line.position)
        questions.append(Question(line, steps, given, slot))
    return StaffReceipt(found, shared, tuple(questions), tuple(recorded.acts_of(read(), paper.id)))


def _steps(
    slot: Slot, start: datetime, saved: Sequence[storage.StepLine], refused: Sequence[recorded.Refused]
) -> tuple[Step, ...]:
    kind = type_named(slot.type)
    steps = [
        Step(
            one.action, one.seq, kind.summary(slot.shown, one.answer), one.recorded_at,
            _seconds(start, one.recorded_at), one.late_by_latency,
        )
        for one in saved
        if one.position == slot.position
    ]  # fmt: skip
    steps += [
        Step(
            "refused", one.expected, kind.summary(slot.shown, one.answer), one.recorded_at,
            _seconds(start, one.recorded_at),
        )
        for one in refused
        if one.position == slot.position
    ]  # fmt: skip
    return tuple(sorted(steps, key=lambda step: step.recorded_at))


def _seconds(start: datetime, moment: datetime) -> int:
    return round((moment - start).total_seconds())
