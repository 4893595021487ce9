"""What starting needs: the quiz as it is now, what the learner has had before, and a new paper's rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, case, delete, exists, func, insert, select
from sqlalchemy.orm import Session

from learnapp.cohorts.domain import Override
from learnapp.kit.errors import NotFound
from learnapp.quizzes.domain.attempt import Policy
from learnapp.quizzes.domain.grading import State, state_of
from learnapp.quizzes.domain.paper import Before
from learnapp.quizzes.domain.times import Past, Terms

from .publishing import BESIDE
from .tables import attempt_t, question_t, quiz_t, slot_t, version_t
from .terms import OVERRIDE, by_track, holds, override_t, overrides_in, terms_of

PENALTY = "1/3"


@dataclass(frozen=True, slots=True)
class QuizNow:
    """The newest version of a quiz, and where one person stands in it.

    open_id, open_deadline, open_check_at: of their open attempt, if any. last_number: of their newest attempt, 0
    when there is none. used: how many graded attempts they have started. ended_at: when the newest of those ended.
    known: whether they have started any quiz. overrides: that hold for them here, the newest first.
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
    open_check_at: datetime | None
    last_number: int
    used: int
    passed: bool
    ended_at: datetime | None
    known: bool
    overrides: tuple[Override, ...] = ()

    def untouched(self, overrides: tuple[Override, ...]) -> "QuizNow":
        """Return the quiz as somebody sees it who has never started one, with these overrides."""
        return replace(
            self, open_id=None, open_deadline=None, open_check_at=None, last_number=0, used=0, passed=False,
            ended_at=None, known=False, overrides=overrides,
        )  # fmt: skip

    def pass_percent(self, track: str) -> Fraction:
        """Return the pass mark of a track, in percent."""
        return Fraction(str(by_track(self.settings["pass_percent"], track)))

    def terms(self, track: str) -> Terms:
        """Return this person's times and tries in the track, overrides included."""
        return terms_of(self.settings, track, self.overrides)

    @property
    def past(self) -> Past:
        """Return what this person has done in the quiz, as the rules of starting see it."""
        return Past(self.used, self.open_id is not None, self.passed, self.ended_at)

    @property
    def deadline_policy(self) -> tuple[str, int]:
        """Return what happens at the deadline, and for how many minutes it may still be handed in under "grace"."""
        policy = str(self.settings.get("deadline_policy") or Policy.AUTO_SUBMIT)
        return policy, int(self.settings.get("grace_minutes") or 0)

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


_PERSON: Any = bindparam("person_id")
_REAL = (attempt_t.c.person_id == _PERSON, attempt_t.c.kind != "preview")
_MINE = (attempt_t.c.quiz_id == quiz_t.c.id, *_REAL)
_GRADED = (*_MINE, attempt_t.c.kind == "graded")
_ENDED = case(  # rules A4.1: a wait is counted from the earlier of handing in and the end of the time
    (attempt_t.c.deadline < attempt_t.c.submitted_at, attempt_t.c.deadline),
    else_=func.coalesce(attempt_t.c.submitted_at, attempt_t.c.deadline, attempt_t.c.started_at),
)


_open_t = attempt_t.alias("opened")  # there is one at the most: the database sees to it
_OPEN = (
    (_open_t.c.quiz_id == quiz_t.c.id)
    & (_open_t.c.person_id == _PERSON)
    & (_open_t.c.status == "open")
    & (_open_t.c.kind != "preview")
)
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
        _open_t.c.public_id,
        _open_t.c.deadline,
        func.coalesce(_open_t.c.check_at, _open_t.c.deadline),
        select(func.coalesce(func.max(attempt_t.c.number), 0)).where(*_MINE).scalar_subquery(),
        select(func.count()).where(*_GRADED).scalar_subquery(),
        exists().where(*_GRADED, attempt_t.c.passed.is_(True)),
        select(_ENDED).where(*_GRADED).order_by(attempt_t.c.number.desc()).limit(1).scalar_subquery(),
        exists().where(*_REAL),
        *OVERRIDE,
    )
    .join(version_t, version_t.c.id == quiz_t.c.version_id)
    .outerjoin(_open_t, _OPEN)
    .outerjoin(override_t, holds(_PERSON, quiz_t.c.id))
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
        *_REAL,
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
_OLD_PREVIEW = delete(attempt_t).where(
    attempt_t.c.person_id == bindparam("of_person"),
    attempt_t.c.quiz_id == bindparam("of_quiz"),
    attempt_t.c.kind == "preview",
)
_NEXT = (
    select(attempt_t.c.public_id)
    .where(*_REAL, attempt_t.c.quiz_id == bindparam("quiz_id"), attempt_t.c.number > bindparam("after"))
    .order_by(attempt_t.c.number)
    .limit(1)
)
_NEW_ATTEMPT = insert(attempt_t).returning(attempt_t.c.id)
_NEW_SLOTS = insert(slot_t)


def quiz_now(session: Session, slug: str, person_id: int) -> QuizNow:
    """Return a quiz and where this person stands in it; NotFound when unknown."""
    rows: Any = session.execute(_QUIZ_NOW, {"slug": slug, "person_id": person_id}).all()
    if not rows:
        raise NotFound("quiz")
    facts: Any = (*rows[0][: -len(OVERRIDE)], overrides_in(rows))
    return QuizNow(*facts)


def next_after(session: Session, quiz: QuizNow, person_id: int, number: int) -> str:
    """Return the public id of this person's first attempt after the one with this number; there must be one."""
    values = {"person_id": person_id, "quiz_id": quiz.id, "after": number}
    return str(session.execute(_NEXT, values).scalar_one())


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


def delete_preview(session: Session, person_id: int, quiz_id: int) -> None:
    """Delete a person's preview of a quiz with everything below it."""
    session.execute(_OLD_PREVIEW, {"of_person": person_id, "of_quiz": quiz_id})


def insert_attempt(session: Session, values: Mapping[str, Any]) -> int:
    """Write a new open attempt; return its id. The database refuses a second open one."""
    return int(session.execute(_NEW_ATTEMPT, dict(values)).scalar_one())


def insert_slots(session: Session, attempt_id: int, slots: Sequence[Mapping[str, Any]]) -> None:
    """Write the paper: all its slots at once, in order."""
    session.execute(_NEW_SLOTS, [{"attempt_id": attempt_id, **slot} for slot in slots])
