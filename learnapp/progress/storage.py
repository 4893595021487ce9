"""A learner's own reading, tries and goals: one statement each, whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from fractions import Fraction

from sqlalchemy import bindparam, select

from learnapp.accounts.domain import Actor
from learnapp.kit.db import read
from learnapp.lessons.storage import LessonPageRow, LessonRow, ReadingRow
from learnapp.quizzes.disclosing import masked, tells_goals
from learnapp.quizzes.storage.publishing import BESIDE
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, QuizRow, QuizVersionRow, SlotRow
from learnapp.quizzes.storage.standing import Sat, Standing, Try, sat_by

from .domain import Lesson, Tried

# Built once: building a statement costs more than running it.
_MARKS = select(ReadingRow.lesson_id, ReadingRow.section_key).where(ReadingRow.person_id == bindparam("person_id"))
_LESSONS = (
    select(LessonRow.id, LessonRow.slug, LessonRow.quiz_slug, LessonPageRow.head)
    .join(LessonPageRow, LessonPageRow.version_id == LessonRow.version_id)
    .where(LessonPageRow.track == bindparam("track"))
    .order_by(LessonRow.position, LessonRow.id)
)
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


def sat_of(actor: Actor) -> Sat:
    """Return where the actor stands in each quiz, and every open try of theirs, in one statement."""
    return sat_by(read(), actor.id)


def tries_of(found: Mapping[str, Standing], now: datetime) -> list[Tried]:
    """Return the graded tries of these quizzes, newest first, with the scores and results that may be told now."""
    tries = []
    for slug, where in found.items():
        shown = masked(where, now)
        tries += [_tried(slug, one, shown.average if one.counts else None) for one in shown.tries]
    return sorted(tries, key=lambda one: one.started_at, reverse=True)


def _tried(slug: str, one: Try, kept: Fraction | None) -> Tried:
    return Tried(
        slug, one.public_id, one.number, one.status, one.started_at, one.submitted_at, one.score, one.maximum,
        one.passed, one.safety_missed, one.counts, kept, one.rescored_at is not None,
    )  # fmt: skip


def hidden_goals(found: Mapping[str, Standing], now: datetime) -> frozenset[str]:
    """Return the quizzes of which nothing may be told by goal yet."""
    return frozenset(slug for slug, where in found.items() if not tells_goals(where, now))


def goal_texts(track: str) -> dict[str, dict[str, str]]:
    """Return what the objectives of each lesson's quiz say in this track, by quiz slug."""
    return {slug: objectives[track] for slug, objectives in read().execute(_GOALS) if track in objectives}


def goal_marks(person_id: int, but: Collection[str] = ()) -> dict[str, dict[str, list[Fraction]]]:
    """Return the fractions that a person earned per quiz and objective in the tries that count.

    but: quizzes whose own tries are left out.

    What a final test asks from another quiz's pool ("healing:O1") is added to that quiz's objective.
    """
    marks: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for slug, objective, fraction in read().execute(_GOAL_MARKS, {"person_id": person_id}):
        if fraction is not None and slug not in but:
            source, _colon, goal = objective.rpartition(":")
            marks[source or slug][goal].append(fraction)
    return marks
