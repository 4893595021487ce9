"""What starting needs: the quiz as it is now, what the learner has had before, and a new paper's rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from learnapp.kit.errors import NotFound

from .attempts import attempt_t, question_t, quiz_t, slot_t, version_t

# More than the attempts that anybody makes of one quiz: times seen weighs more than how lately.
MANY = 100_000


@dataclass(frozen=True, slots=True)
class QuizNow:
    """The newest version of a quiz, and where one person stands in it.

    open_id, open_deadline: of their open attempt, if any. last_number: of their newest attempt, 0 when
    there is none. used: how many graded attempts they have started.
    """

    id: int
    slug: str
    lesson_slug: str
    version_id: int
    titles: dict[str, Any]
    settings: dict[str, Any]
    objectives: dict[str, Any]
    papers: dict[str, Any]
    open_id: str | None
    open_deadline: datetime | None
    last_number: int
    used: int

    def pass_percent(self, track: str) -> Fraction:
        """Return the pass mark of a track, in percent."""
        return Fraction(str(by_track(self.settings["pass_percent"], track)))

    def attempt_limit(self, track: str) -> int | None:
        """Return how many tries the track allows; None when there is no limit."""
        limit: int | None = by_track(self.settings.get("attempt_limit"), track)
        return limit

    @property
    def time_limit(self) -> int | None:
        """Return the time limit in minutes, or None."""
        minutes: int | None = self.settings.get("time_limit_minutes")
        return minutes

    @property
    def layout(self) -> str:
        """Return "paged" (one question a page) or "single" (all on one page)."""
        return str(self.settings.get("layout", "paged"))


@dataclass(frozen=True, slots=True)
class Question:
    """A published question as it is put on a paper."""

    id: int
    type: str
    weight: Fraction
    critical: bool
    objective: str
    keyed: dict[str, Any]


def by_track(value: Any, track: str) -> Any:
    """Return a setting's value for a track: it may be one for all, or {track: value}."""
    return value.get(track) if isinstance(value, Mapping) else value


_MINE = (attempt_t.c.quiz_id == quiz_t.c.id, attempt_t.c.person_id == bindparam("person_id"))
_QUIZ_NOW = (
    select(
        quiz_t.c.id,
        quiz_t.c.slug,
        quiz_t.c.lesson_slug,
        quiz_t.c.version_id,
        version_t.c.titles,
        version_t.c.settings,
        version_t.c.objectives,
        version_t.c.papers,
        select(attempt_t.c.public_id).where(*_MINE, attempt_t.c.status == "open").scalar_subquery(),
        select(attempt_t.c.deadline).where(*_MINE, attempt_t.c.status == "open").scalar_subquery(),
        select(func.coalesce(func.max(attempt_t.c.number), 0)).where(*_MINE).scalar_subquery(),
        select(func.count()).where(*_MINE, attempt_t.c.kind == "graded").scalar_subquery(),
    )
    .join(version_t, version_t.c.id == quiz_t.c.version_id)
    .where(quiz_t.c.slug == bindparam("slug"))
)
_QUESTIONS = select(
    question_t.c.id,
    question_t.c.type,
    question_t.c.weight,
    question_t.c.critical,
    question_t.c.objective,
    question_t.c.keyed,
).where(question_t.c.id.in_(bindparam("ids", expanding=True)))
_CRITICAL = (
    select(question_t.c.id)
    .where(question_t.c.id.in_(bindparam("ids", expanding=True)), question_t.c.critical.is_(True))
    .limit(1)
)
_older_t = question_t.alias("older")
_SEEN = (
    select(question_t.c.id, func.count() * MANY + func.max(attempt_t.c.number))
    .join(_older_t, _older_t.c.question_id == question_t.c.question_id)
    .join(slot_t, slot_t.c.question_version_id == _older_t.c.id)
    .join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
    .where(
        attempt_t.c.person_id == bindparam("person_id"),
        attempt_t.c.quiz_id == bindparam("quiz_id"),
        question_t.c.id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(question_t.c.id)
)


_NEW_ATTEMPT = insert(attempt_t).returning(attempt_t.c.id)
_NEW_SLOTS = insert(slot_t)


def quiz_now(session: Session, slug: str, person_id: int) -> QuizNow:
    """Return a quiz and where this person stands in it; NotFound when unknown."""
    row: Any = session.execute(_QUIZ_NOW, {"slug": slug, "person_id": person_id}).one_or_none()
    if row is None:
        raise NotFound("quiz")
    return QuizNow(*row)


def questions(session: Session, ids: Sequence[int]) -> list[Question]:
    """Return published questions with their keys, in the order of the ids."""
    found = {row.id: Question(*row) for row in session.execute(_QUESTIONS, {"ids": list(ids)})}
    return [found[id] for id in ids]


def any_critical(session: Session, ids: Iterable[int]) -> bool:
    """Say whether one of these published questions is a safety question."""
    return session.scalar(_CRITICAL, {"ids": list(ids)}) is not None


def seen(session: Session, person_id: int, quiz_id: int, ids: Iterable[int]) -> dict[int, int]:
    """Return how worn each question is for a learner: by times seen, then by how lately (rules A4.1, D8).

    Wordings of one question count together. The lately seen coming last is what makes the next paper
    draw a sibling of a safety question that was missed.
    """
    values = {"person_id": person_id, "quiz_id": quiz_id, "ids": list(ids)}
    return {row[0]: row[1] for row in session.execute(_SEEN, values)}


def insert_attempt(session: Session, values: Mapping[str, Any]) -> int:
    """Write a new open attempt; return its id. The database refuses a second open one."""
    return int(session.execute(_NEW_ATTEMPT, dict(values)).scalar_one())


def insert_slots(session: Session, attempt_id: int, slots: Sequence[Mapping[str, Any]]) -> None:
    """Write the paper: all its slots at once, in order."""
    session.execute(_NEW_SLOTS, [{"attempt_id": attempt_id, **slot} for slot in slots])
