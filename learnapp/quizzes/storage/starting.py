"""What starting needs: the quiz as it is now, what the learner has had before, and a new paper's rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select
from sqlalchemy.orm import Session

from learnapp.kit.errors import NotFound
from learnapp.quizzes.domain.grading import State, state_of
from learnapp.quizzes.domain.paper import Before

from .attempts import attempt_t, question_t, quiz_t, slot_t, version_t
from .publishing import BESIDE

PENALTY = "1/3"


@dataclass(frozen=True, slots=True)
class QuizNow:
    """The newest version of a quiz, and where one person stands in it.

    open_id, open_deadline: of their open attempt, if any. last_number: of their newest attempt, 0 when
    there is none. used: how many graded attempts they have started. known: whether they have started any quiz.
    lesson_slug: "" for a final test and for a demo quiz. A version that was published before a setting existed
    has its default.
    """

    id: int
    slug: str
    lesson_slug: str
    version_id: int
    titles: dict[str, Any]
    settings: dict[str, Any]
    objectives: dict[str, Any]
    papers: dict[str, Any]
    sections: dict[str, Any] | None
    open_id: str | None
    open_deadline: datetime | None
    last_number: int
    used: int
    known: bool

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

    @property
    def kind(self) -> str:
        """Return what its attempts are: "graded", or "practice", which never counts."""
        return str(self.settings.get("kind", "graded"))

    @property
    def behaviour(self) -> str:
        """Return how it answers back: deferred, immediate, interactive, adaptive or adaptive_no_penalty."""
        return str(self.settings.get("behaviour", "deferred"))

    @property
    def penalty(self) -> Fraction:
        """Return the share that each earlier try costs, exact."""
        return Fraction(self.settings.get("penalty", PENALTY))

    def certainty(self, track: str) -> str:
        """Return whether the track is asked how sure it is: "off", "ask" or "marks"."""
        return by_track(self.settings.get("certainty"), track) or "off"

    @property
    def shuffled(self) -> bool:
        """Say whether the questions of a section stand in an order of the attempt's own."""
        return self.settings.get("order") == "shuffled"

    @property
    def keep(self) -> str:
        """Return which attempt counts: highest, first, last or average."""
        return str(self.settings.get("keep", "highest"))


@dataclass(frozen=True, slots=True)
class Question:
    """A published question as it is put on a paper."""

    id: int
    type: str
    weight: Fraction
    critical: bool
    objective: str
    keyed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """A quiz that is no lesson's own, in a list. kind: final, practice or demo. minutes: None without a limit."""

    slug: str
    title: str
    kind: str
    questions: int
    minutes: int | None


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
        version_t.c.sections,
        select(attempt_t.c.public_id).where(*_MINE, attempt_t.c.status == "open").scalar_subquery(),
        select(attempt_t.c.deadline).where(*_MINE, attempt_t.c.status == "open").scalar_subquery(),
        select(func.coalesce(func.max(attempt_t.c.number), 0)).where(*_MINE).scalar_subquery(),
        select(func.count()).where(*_MINE, attempt_t.c.kind == "graded").scalar_subquery(),
        exists().where(attempt_t.c.person_id == bindparam("person_id")),
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
_CRITICAL = select(question_t.c.id).where(
    question_t.c.id.in_(bindparam("ids", expanding=True)), question_t.c.critical.is_(True)
)
_ANY_CRITICAL = _CRITICAL.limit(1)
_older_t = question_t.alias("older")
_MET = (
    select(question_t.c.id, func.count().label("times"), func.max(attempt_t.c.id).label("newest"))
    .join(_older_t, _older_t.c.question_id == question_t.c.question_id)
    .join(slot_t, slot_t.c.question_version_id == _older_t.c.id)
    .join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
    .where(
        attempt_t.c.person_id == bindparam("person_id"),
        question_t.c.id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(question_t.c.id)
)
_NEWEST = (
    select(attempt_t.c.id)
    .where(*_MINE[1:], attempt_t.c.quiz_id == bindparam("quiz_id"), attempt_t.c.status == "submitted")
    .where(attempt_t.c.kind == bindparam("kind"))
    .order_by(attempt_t.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_MISSED = (
    select(question_t.c.id, slot_t.c.fraction)
    .join(_older_t, _older_t.c.question_id == question_t.c.question_id)
    .join(slot_t, slot_t.c.question_version_id == _older_t.c.id)
    .where(
        slot_t.c.attempt_id == _NEWEST,
        slot_t.c.critical.is_(True),
        question_t.c.id.in_(bindparam("ids", expanding=True)),
    )
)


_BESIDE = (
    select(quiz_t.c.slug, version_t.c.titles, version_t.c.settings, version_t.c.papers)
    .join(version_t, version_t.c.id == quiz_t.c.version_id)
    .where(quiz_t.c.position >= BESIDE)
    .order_by(quiz_t.c.position, quiz_t.c.id)
)
_NEW_ATTEMPT = insert(attempt_t).returning(attempt_t.c.id)
_NEW_SLOTS = insert(slot_t)


def quiz_now(session: Session, slug: str, person_id: int) -> QuizNow:
    """Return a quiz and where this person stands in it; NotFound when unknown."""
    row: Any = session.execute(_QUIZ_NOW, {"slug": slug, "person_id": person_id}).one_or_none()
    if row is None:
        raise NotFound("quiz")
    return QuizNow(*row)


def offers(session: Session, track: str) -> list[Offer]:
    """Return the quizzes beside the lessons that a track may sit: final tests, practice, what the demo shows."""
    return [
        Offer(
            slug, titles[track], "final" if settings["final"] else "demo" if settings["demo"] else "practice",
            sum(pool["draw"] for pool in papers[track]), settings["time_limit_minutes"],
        )
        for slug, titles, settings, papers in session.execute(_BESIDE)
        if track in papers
    ]  # fmt: skip


def questions(session: Session, ids: Sequence[int]) -> list[Question]:
    """Return published questions with their keys, in the order of the ids."""
    found = {row.id: Question(*row) for row in session.execute(_QUESTIONS, {"ids": list(ids)})}
    return [found[id] for id in ids]


def any_critical(session: Session, ids: Iterable[int]) -> bool:
    """Say whether one of these published questions is a safety question."""
    return session.scalar(_ANY_CRITICAL, {"ids": list(ids)}) is not None


def before(session: Session, person_id: int, quiz: QuizNow, ids: Sequence[int]) -> Before:
    """Return what this learner has met of these questions, in whichever quiz (rules A4.1, D8).

    Wordings of one question count together. A question is the more worn the more often it was seen, and of
    equals the later; two or three statements, none for a learner who has never started a quiz.
    """
    if not quiz.known:
        return Before({})
    values = {"person_id": person_id, "ids": list(ids)}
    met = {row.id: (row.times, row.newest) for row in session.execute(_MET, values)}
    ranks = {worn: rank for rank, worn in enumerate(sorted(set(met.values())), 1)}
    seen = {question: ranks[worn] for question, worn in met.items()}
    missed = _missed(session, quiz, values) if quiz.last_number else frozenset()
    critical = frozenset(session.scalars(_CRITICAL, {"ids": list(ids)})) if missed else frozenset()
    return Before(seen, critical, missed)


def _missed(session: Session, quiz: QuizNow, values: Mapping[str, Any]) -> frozenset[int]:
    """Return the safety questions that the newest attempt handed in did not get right; ungraded ones are not."""
    rows = session.execute(_MISSED, {**values, "quiz_id": quiz.id, "kind": quiz.kind})
    return frozenset(id for id, fraction in rows if fraction is not None and state_of(fraction) is not State.RIGHT)


def insert_attempt(session: Session, values: Mapping[str, Any]) -> int:
    """Write a new open attempt; return its id. The database refuses a second open one."""
    return int(session.execute(_NEW_ATTEMPT, dict(values)).scalar_one())


def insert_slots(session: Session, attempt_id: int, slots: Sequence[Mapping[str, Any]]) -> None:
    """Write the paper: all its slots at once, in order."""
    session.execute(_NEW_SLOTS, [{"attempt_id": attempt_id, **slot} for slot in slots])
