"""A learner's own reading, tries and goals: one statement each, whatever their number."""

from collections import defaultdict
from fractions import Fraction

from sqlalchemy import and_, bindparam, select

from learnapp.accounts.domain import Actor
from learnapp.kit.db import read
from learnapp.lessons.storage import LessonPageRow, LessonRow, ReadingRow
from learnapp.quizzes.storage.publishing import BESIDE
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, QuizRow, QuizVersionRow, SlotRow

from .domain import Lesson, Tried

# Built once: building a statement costs more than running it.
_MARKS = select(ReadingRow.lesson_id, ReadingRow.section_key).where(ReadingRow.person_id == bindparam("person_id"))
_LESSONS = (
    select(LessonRow.id, LessonRow.slug, LessonRow.quiz_slug, LessonPageRow.head)
    .join(LessonPageRow, LessonPageRow.version_id == LessonRow.version_id)
    .where(LessonPageRow.track == bindparam("track"))
    .order_by(LessonRow.position, LessonRow.id)
)
_TRIES = (
    select(
        QuizRow.slug, AttemptRow.public_id, AttemptRow.number, AttemptRow.status, AttemptRow.started_at,
        AttemptRow.submitted_at, AttemptRow.score, AttemptRow.maximum, AttemptRow.passed,
        AttemptRow.safety_missed, GradeRow.id.is_not(None), GradeRow.score,
    )
    .join(QuizRow, QuizRow.id == AttemptRow.quiz_id)
    .outerjoin(GradeRow, and_(GradeRow.attempt_id == AttemptRow.id, GradeRow.person_id == AttemptRow.person_id))
    .where(AttemptRow.person_id == bindparam("person_id"), AttemptRow.kind == "graded")
    .order_by(AttemptRow.started_at.desc(), AttemptRow.id.desc())
)  # fmt: skip
_GOALS = (
    select(QuizRow.slug, QuizVersionRow.objectives)
    .join(QuizVersionRow, QuizVersionRow.id == QuizRow.version_id)
    .where(QuizRow.position < BESIDE)
    .order_by(QuizRow.position, QuizRow.id)
)
_GOAL_MARKS = (
    select(QuizRow.slug, SlotRow.objective, SlotRow.fraction)
    .join(AttemptRow, AttemptRow.id == SlotRow.attempt_id)
    .join(GradeRow, GradeRow.attempt_id == AttemptRow.id)
    .join(QuizRow, QuizRow.id == AttemptRow.quiz_id)
    .where(GradeRow.person_id == bindparam("person_id"), SlotRow.weight != Fraction(0))
)


def lessons_of(actor: Actor, track: str) -> list[Lesson]:
    """Return the lessons of the track with what the actor has read: two statements."""
    read_keys: dict[int, set[str]] = defaultdict(set)
    for lesson_id, key in read().execute(_MARKS, {"person_id": actor.id}):
        read_keys[lesson_id].add(key)
    return [
        Lesson(
            slug, head["title"], head["lead"], head["minutes"], head["picture"], quiz_slug,
            tuple((section["key"], section["title"]) for section in head["sections"]),
            frozenset(read_keys[lesson_id]),
        )
        for lesson_id, slug, quiz_slug, head in read().execute(_LESSONS, {"track": track})
    ]  # fmt: skip


def tries_of(actor: Actor) -> list[Tried]:
    """Return the actor's graded tries, newest first, in one statement."""
    return [Tried(*row) for row in read().execute(_TRIES, {"person_id": actor.id})]


def goal_texts(track: str) -> dict[str, dict[str, str]]:
    """Return what the objectives of each lesson's quiz say in this track, by quiz slug."""
    return {slug: objectives[track] for slug, objectives in read().execute(_GOALS) if track in objectives}


def goal_marks(person_id: int) -> dict[str, dict[str, list[Fraction]]]:
    """Return the fractions that a person earned per quiz and objective in the tries that count.

    What a final test asks from another quiz's pool ("healing:O1") is added to that quiz's objective.
    """
    marks: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for slug, objective, fraction in read().execute(_GOAL_MARKS, {"person_id": person_id}):
        if fraction is not None:
            source, _colon, goal = objective.rpartition(":")
            marks[source or slug][goal].append(fraction)
    return marks
