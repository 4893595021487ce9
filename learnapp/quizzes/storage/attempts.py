"""Reading attempts: one joined statement gives the attempt, its paper and the newest answers.

The statements are built once, with bound names, because building them costs more than running them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from learnapp.accounts.domain import Actor
from learnapp.kit.db import read
from learnapp.kit.errors import NotFound
from learnapp.quizzes.domain.attempt import Attempt, Policy, Status

from .tables import attempt_t, question_t, quiz_t, slot_t, version_t


class Slot(NamedTuple):
    """One question on a paper with its newest answer; `shown` and `keyed` are filled only when asked for.

    A tuple: papers are read at every step of a quiz, and a frozen dataclass sets each of its fields by a call.
    """

    id: int
    position: int
    question_version_id: int
    arrangement: dict[str, Any]
    weight: Fraction
    critical: bool
    objective: str
    flagged: bool
    revision: int
    answer: dict[str, Any] | None
    answered: bool
    saved_at: datetime | None
    fraction: Fraction | None
    state: str
    section: str | None
    certainty: int | None
    tries: int
    phase: str
    ruling: dict[str, Any] | None
    graded_version_id: int | None
    type: str
    shown: Mapping[str, Any] = MappingProxyType({})
    keyed: dict[str, Any] | None = None
    new_keyed: dict[str, Any] | None = None  # of the wording whose key a correction brings


@dataclass(frozen=True, slots=True)
class Paper:
    """An attempt with its questions, as pages and actions see it. Scores are exact; times are UTC."""

    id: int
    public_id: str
    person_id: int
    quiz_id: int
    quiz_version_id: int
    track: str
    kind: str
    number: int
    status: str
    layout: str
    pass_percent: Fraction
    attempt_limit: int | None
    started_at: datetime
    deadline: datetime | None
    submitted_at: datetime | None
    late_by_latency: bool
    closed_by: str | None
    score: Fraction | None
    maximum: Fraction
    passed: bool | None
    safety_missed: bool
    behaviour: str
    penalty: Fraction
    certainty: str
    provisional: bool
    limit_minutes: int | None
    extra_minutes: int
    closes_at: datetime | None
    deadline_policy: str
    grace_minutes: int
    preview_at: datetime | None
    preview_cohort_id: int | None
    rescored_at: datetime | None
    quiz_slug: str
    lesson_slug: str
    titles: dict[str, Any]
    sections: dict[str, Any] | None
    offered: bool  # the quiz is there to be started; False once it was taken away
    slots: tuple[Slot, ...] = ()

    @property
    def attempt(self) -> Attempt:
        """Return the attempt without its questions, as the rules see it."""
        return Attempt(
            status=Status(self.status),
            started_at=self.started_at,
            deadline=self.deadline,
            submitted_at=self.submitted_at,
            late_by_latency=self.late_by_latency,
            number=self.number,
            kind=self.kind,
            score=self.score,
            maximum=self.maximum,
            passed=self.passed,
            id=self.id,
            policy=Policy(self.deadline_policy),
            grace=timedelta(minutes=self.grace_minutes),
        )

    @property
    def title(self) -> str:
        """Return the quiz's title in the attempt's track."""
        return str(self.titles[self.track])

    @property
    def corrected(self) -> bool:
        """Say whether a correction has ruled on one of its questions."""
        return any(slot.ruling for slot in self.slots)

    def section(self, key: str | None) -> Mapping[str, str] | None:
        """Return {"title", "intro"} of a section in the attempt's track, or None."""
        found: Mapping[str, str] | None = ((self.sections or {}).get(self.track) or {}).get(key or "")
        return found

    def slot(self, position: int) -> Slot:
        """Return the question at this place, from 1; NotFound when the paper has no such place."""
        for slot in self.slots:
            if slot.position == position:
                return slot
        raise NotFound("question")


ATTEMPT = (
    *(attempt_t.c[name] for name in Paper.__dataclass_fields__ if name in attempt_t.c),
    quiz_t.c.slug.label("quiz_slug"),
    quiz_t.c.lesson_slug,
    version_t.c.titles,
    version_t.c.sections,
    quiz_t.c.version_id.is_not(None).label("offered"),
)
SLOT = (
    *(slot_t.c[name].label(f"slot_{name}") for name in Slot._fields if name in slot_t.c),
    question_t.c.type,
)
_CUT = len(ATTEMPT)


def _paper(*columns: Any) -> Select[Any]:
    """Return the joined statement for one attempt with its slots, each with these columns of its question."""
    return (
        select(*ATTEMPT, *SLOT, *columns)
        .select_from(attempt_t)
        .join(quiz_t, quiz_t.c.id == attempt_t.c.quiz_id)
        .join(version_t, version_t.c.id == attempt_t.c.quiz_version_id)
        .join(slot_t, slot_t.c.attempt_id == attempt_t.c.id)
        .join(question_t, question_t.c.id == slot_t.c.question_version_id)
        .where(attempt_t.c.public_id == bindparam("public_id"))
        .order_by(slot_t.c.position)
    )


_LOCKED = (attempt_t, slot_t)
_OPEN_PAPER = _paper(question_t.c.shown)
_ONE_QUESTION = _OPEN_PAPER.where(slot_t.c.position == bindparam("position"))
_newer_t = question_t.alias("newer")
_KEYED_PAPER = _paper(question_t.c.shown, question_t.c.keyed, _newer_t.c.keyed).outerjoin(
    _newer_t, _newer_t.c.id == slot_t.c.graded_version_id
)
_KEYED_QUESTION = _KEYED_PAPER.where(slot_t.c.position == bindparam("position"))
# Both tables are locked on PostgreSQL, so that the rows are the newest even after waiting for another save.
_LOCKED_PAPER = _OPEN_PAPER.with_for_update(of=_LOCKED)
_LOCKED_QUESTION = _ONE_QUESTION.with_for_update(of=_LOCKED)
_LOCKED_KEYED_PAPER = _KEYED_PAPER.with_for_update(of=_LOCKED)
# What an open question may tell is decided by the quiz as it is now; a hidden quiz's by the attempt's own version.
_newest_t = version_t.alias("newest")
_TOLD_QUESTIONS = (
    _KEYED_PAPER.add_columns(_newest_t.c.settings)
    .join(_newest_t, _newest_t.c.id == func.coalesce(quiz_t.c.version_id, attempt_t.c.quiz_version_id))
    .where(slot_t.c.position.in_(bindparam("positions", expanding=True)))
)
_LOCKED_KEYED_QUESTION = _KEYED_QUESTION.with_for_update(of=_LOCKED)


def _fetch(session: Session, statement: Select[Any], public_id: str, **values: Any) -> Paper:
    rows: Sequence[Row[Any]] = session.execute(statement, {"public_id": public_id, **values}).all()
    if not rows:
        raise NotFound("attempt")
    slots = tuple(Slot(*row[_CUT:]) for row in rows)
    facts: list[Any] = [*rows[0][:_CUT], slots]
    return Paper(*facts)


def _own(actor: Actor, paper: Paper) -> Paper:
    """Return the attempt when it is the actor's; otherwise it does not exist for them."""
    if paper.person_id != actor.id:
        raise NotFound("attempt")
    return paper


def attempt_of(actor: Actor, public_id: str) -> Paper:
    """Return the actor's attempt with all its questions, without any key; NotFound when it is not theirs."""
    return _own(actor, _fetch(read(), _OPEN_PAPER, public_id))


def question_of(actor: Actor, public_id: str, position: int) -> Paper:
    """Return the actor's attempt with one question only (the one at `position`, from 1)."""
    return _own(actor, _fetch(read(), _ONE_QUESTION, public_id, position=position))


def reviewed_attempt_of(actor: Actor, public_id: str) -> Paper:
    """Return the actor's attempt with the keys of its questions, for grading and review only."""
    return _own(actor, _fetch(read(), _KEYED_PAPER, public_id))


def any_attempt(public_id: str) -> Paper:
    """Return anybody's attempt without any key: the caller has checked, or checks next, that the actor may see it."""
    return _fetch(read(), _OPEN_PAPER, public_id)


def reviewed_attempt(public_id: str) -> Paper:
    """Return anybody's attempt with its keys: the caller has checked that the actor may see it."""
    return _fetch(read(), _KEYED_PAPER, public_id)


def locked_question_of(session: Session, actor: Actor, public_id: str, position: int) -> Paper:
    """Return the actor's attempt with one question, locked until the transaction ends."""
    return _own(actor, _fetch(session, _LOCKED_QUESTION, public_id, position=position))


def locked_attempt_of(session: Session, actor: Actor, public_id: str) -> Paper:
    """Return the actor's attempt with its answers, locked until the transaction ends."""
    return _own(actor, _fetch(session, _LOCKED_PAPER, public_id))


def locked_for_check(session: Session, actor: Actor, public_id: str, position: int) -> Paper:
    """Return the actor's attempt with one question and its key, locked: a check grades while the paper is open."""
    return _own(actor, _fetch(session, _LOCKED_KEYED_QUESTION, public_id, position=position))


def told_questions_of(
    actor: Actor, public_id: str, positions: Sequence[int]
) -> tuple[tuple[Slot, ...], dict[str, Any]]:
    """Return questions of the actor's open attempt with their keys, for what a check or a lock has earned to see.

    Beside them the quiz's settings of now, whose review policy says how much that is.
    """
    rows = read().execute(_TOLD_QUESTIONS, {"public_id": public_id, "positions": list(positions)}).all()
    if not rows or rows[0].person_id != actor.id:
        raise NotFound("attempt")
    return tuple(Slot(*row[_CUT:-1]) for row in rows), rows[0].settings


def reopened(paper: Paper, slot: Slot) -> Paper:
    """Return the paper as it is once this slot takes answers again."""
    return replace(paper, slots=tuple(one._replace(phase="open") if one == slot else one for one in paper.slots))


def locked_for_grading(session: Session, public_id: str) -> Paper:
    """Return an attempt with its answers and keys, locked until the transaction ends."""
    paper = _fetch(session, _LOCKED_KEYED_PAPER, public_id)
    # After waiting for a correction PostgreSQL gives the slots as they are now beside the keys of before it.
    if any(slot.graded_version_id is not None and slot.new_keyed is None for slot in paper.slots):
        paper = _fetch(session, _LOCKED_KEYED_PAPER, public_id)
    return paper
