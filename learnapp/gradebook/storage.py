"""Reading for instructors: every query starts at a cohort or learner that the actor may see."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import aliased

from learnapp.accounts.domain import Actor
from learnapp.accounts.storage import PersonRow
from learnapp.cohorts.storage import CohortRow, EnrolmentRow
from learnapp.kit.db import read
from learnapp.lessons.storage import LessonPageRow, LessonRow, ReadingRow
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.storage.rows import (
    AttemptRow,
    GradeRow,
    QuizRow,
    QuizVersionRow,
    SlotRow,
    StepRow,
)

from .domain import Learner, Quiz, Try, Waiting


@dataclass(frozen=True, slots=True)
class CohortCard:
    """One of the actor's groups in a list."""

    public_id: str
    name: str
    track: str
    join_code: str
    learners: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A learner and the actor's group that they are in now."""

    person: str
    name: str
    cohort: str
    cohort_name: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One saved answer of one question, as it was recorded."""

    position: int
    seq: int
    answer: dict[str, Any] | None
    recorded_at: datetime
    late_by_latency: bool
    action: str


def cohorts_of(actor: Actor) -> list[CohortCard]:
    """Return the groups that the actor teaches now, newest first, in one statement."""
    member = aliased(EnrolmentRow)
    learners = (
        select(func.count(member.id))
        .where(member.cohort_id == CohortRow.id, member.part == "learner", member.left_at.is_(None))
        .scalar_subquery()
    )
    rows = read().execute(
        select(CohortRow.public_id, CohortRow.name, CohortRow.track, CohortRow.join_code, learners)
        .join(EnrolmentRow, EnrolmentRow.cohort_id == CohortRow.id)
        .where(
            EnrolmentRow.person_id == actor.id,
            EnrolmentRow.part == "instructor",
            EnrolmentRow.left_at.is_(None),
            CohortRow.archived_at.is_(None),
        )
        .order_by(CohortRow.created_at.desc(), CohortRow.id.desc())
    )
    return [CohortCard(*row) for row in rows]


def shared_with(actor: Actor, person_id: int) -> Shared | None:
    """Return the learner when they are in a group that the actor teaches now, else None."""
    mine = aliased(EnrolmentRow)
    row = (
        read()
        .execute(
            select(PersonRow.public_id, PersonRow.name, CohortRow.public_id, CohortRow.name)
            .join(EnrolmentRow, EnrolmentRow.person_id == PersonRow.id)
            .join(CohortRow, CohortRow.id == EnrolmentRow.cohort_id)
            .join(mine, mine.cohort_id == CohortRow.id)
            .where(PersonRow.id == person_id, EnrolmentRow.part == "learner", EnrolmentRow.left_at.is_(None))
            .where(mine.person_id == actor.id, mine.part == "instructor", mine.left_at.is_(None))
            .where(CohortRow.archived_at.is_(None))
            .order_by(EnrolmentRow.joined_at.desc())
        )
        .first()
    )
    return Shared(*row) if row else None


def quizzes_of(track: str) -> list[Quiz]:
    """Return the quizzes that this track has and that count, in the order of the course; final tests come last."""
    rows = read().execute(
        select(QuizRow.id, QuizRow.slug, QuizVersionRow.titles, QuizVersionRow.settings)
        .join(QuizVersionRow, QuizVersionRow.id == QuizRow.version_id)
        .order_by(QuizRow.position, QuizRow.id)
    )
    found = []
    for quiz_id, slug, titles, settings in rows:
        if track in settings["pass_percent"] and settings.get("kind") != "practice":
            mark = Fraction(str(settings["pass_percent"][track]))
            found.append(Quiz(quiz_id, slug, titles[track], mark))
    return found


def learners_of(cohort_id: int, track: str, only: str | None = None) -> list[Learner]:
    """Return the current learners with their newest activity and lessons read: four statements.

    only: the public id of the one that is wanted; nobody when they are not in the group.
    """
    people = (
        read()
        .execute(
            select(PersonRow.id, PersonRow.public_id, PersonRow.name, EnrolmentRow.joined_at)
            .join(EnrolmentRow, EnrolmentRow.person_id == PersonRow.id)
            .where(EnrolmentRow.cohort_id == cohort_id, EnrolmentRow.part == "learner", EnrolmentRow.left_at.is_(None))
            .where(PersonRow.public_id == only if only is not None else true())
            .order_by(PersonRow.name)
        )
        .all()
    )
    ids = [row.id for row in people]
    active, lessons = _reading(ids, track)
    for person_id, moment in _newest_saves(ids).items():
        active[person_id] = max(moment, active.get(person_id, moment))
    return [Learner(r.id, r.public_id, r.name, r.joined_at, active.get(r.id), lessons.get(r.id, 0)) for r in people]


def _reading(ids: Sequence[int], track: str) -> tuple[dict[int, datetime], dict[int, int]]:
    """Return when each person last finished a section, and how many lessons they have read to the end."""
    rows = (
        read()
        .execute(
            select(
                ReadingRow.person_id,
                ReadingRow.lesson_id,
                func.count().label("sections"),
                func.max(ReadingRow.done_at).label("newest"),
            )
            .where(ReadingRow.person_id.in_(ids))
            .group_by(ReadingRow.person_id, ReadingRow.lesson_id)
        )
        .all()
    )
    lengths = _lesson_lengths(track)
    active: dict[int, datetime] = {}
    lessons: dict[int, int] = defaultdict(int)
    for row in rows:
        active[row.person_id] = max(row.newest, active.get(row.person_id, row.newest))
        lessons[row.person_id] += row.sections >= lengths.get(row.lesson_id, row.sections + 1)
    return active, lessons


def _lesson_lengths(track: str) -> dict[int, int]:
    """Return how many sections each lesson has in this track."""
    rows = read().execute(
        select(LessonRow.id, LessonPageRow.head)
        .join(LessonPageRow, LessonPageRow.version_id == LessonRow.version_id)
        .where(LessonPageRow.track == track)
    )
    return {lesson_id: len(head["sections"]) for lesson_id, head in rows}


_BY_LEARNER = case((AttemptRow.closed_by == "learner", AttemptRow.submitted_at))


def _newest_saves(ids: Sequence[int]) -> dict[int, datetime]:
    """Return each person's newest start, saved answer or hand-in; what was handed in needs no look at its answers."""
    answers = or_(AttemptRow.closed_by.is_(None), AttemptRow.closed_by != "learner")
    newest = func.max(func.coalesce(SlotRow.saved_at, _BY_LEARNER, AttemptRow.started_at))
    rows = read().execute(
        select(AttemptRow.person_id, newest)
        .outerjoin(SlotRow, and_(SlotRow.attempt_id == AttemptRow.id, answers))
        .where(AttemptRow.person_id.in_(ids), AttemptRow.kind != "preview")
        .group_by(AttemptRow.person_id)
    )
    return {row[0]: row[1] for row in rows}


QUICK = timedelta(minutes=10)  # only what was handed in sooner can have been too fast to read (`Try.fast`)
_TRIES = (
    select(
        AttemptRow.id, AttemptRow.person_id, AttemptRow.quiz_id, AttemptRow.public_id, AttemptRow.number,
        AttemptRow.status, AttemptRow.started_at, AttemptRow.submitted_at, AttemptRow.score, AttemptRow.maximum,
        AttemptRow.passed, AttemptRow.safety_missed, GradeRow.id.is_not(None), AttemptRow.provisional,
    )
    .outerjoin(GradeRow, and_(GradeRow.attempt_id == AttemptRow.id, GradeRow.person_id == AttemptRow.person_id))
    .where(AttemptRow.person_id.in_(bindparam("people", expanding=True)), AttemptRow.kind == "graded")
    .order_by(AttemptRow.started_at, AttemptRow.id)
)  # fmt: skip
_QUESTIONS = (
    select(SlotRow.attempt_id, func.count())
    .where(SlotRow.attempt_id.in_(bindparam("ids", expanding=True)))
    .group_by(SlotRow.attempt_id)
)


def tries_of(ids: Sequence[int], paced: bool = False) -> list[Try]:
    """Return all graded attempts of these people, oldest first, in one statement.

    paced: also how many questions the quick ones had (one statement more), to see who was too fast to read them.
    """
    rows: Any = read().execute(_TRIES, {"people": list(ids)}).all()
    quick = [row.id for row in rows if paced and _is_quick(row)]
    asked = {row[0]: row[1] for row in read().execute(_QUESTIONS, {"ids": quick})} if quick else {}
    facts: list[list[Any]] = [[*row[1:-2], asked.get(row.id, 0), *row[-2:]] for row in rows]
    return [Try(*one) for one in facts]


def _is_quick(row: Any) -> bool:
    return row.submitted_at is not None and row.submitted_at - row.started_at < QUICK


def steps_of(attempt_id: int) -> list[StepLine]:
    """Return every saved answer of an attempt in the order of time."""
    rows = read().execute(
        select(
            SlotRow.position, StepRow.seq, StepRow.answer, StepRow.recorded_at, StepRow.late_by_latency,
            StepRow.action,
        )
        .join(SlotRow, SlotRow.id == StepRow.slot_id)
        .where(SlotRow.attempt_id == attempt_id)
        .order_by(StepRow.recorded_at, StepRow.id)
    )  # fmt: skip
    return [StepLine(*row) for row in rows]


def waiting_of(ids: Sequence[int]) -> list[Waiting]:
    """Return the answers of these people that wait for a person's mark, the oldest first, in one statement."""
    rows = read().execute(
        select(
            PersonRow.name, QuizVersionRow.titles, AttemptRow.track, AttemptRow.public_id, SlotRow.position,
            AttemptRow.submitted_at,
        )
        .join(AttemptRow, AttemptRow.person_id == PersonRow.id)
        .join(QuizVersionRow, QuizVersionRow.id == AttemptRow.quiz_version_id)
        .join(SlotRow, SlotRow.attempt_id == AttemptRow.id)
        .where(PersonRow.id.in_(ids), AttemptRow.provisional.is_(True), SlotRow.state == State.NEEDS_GRADING)
        .where(AttemptRow.kind != "preview")
        .order_by(AttemptRow.submitted_at, AttemptRow.id, SlotRow.position)
    )  # fmt: skip
    return [Waiting(name, titles[track], attempt, n, at) for name, titles, track, attempt, n, at in rows]
