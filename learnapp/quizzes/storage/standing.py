"""Where a learner stands in one quiz: every try of theirs, and which one counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.orm import Session

from learnapp.cohorts.domain import Override
from learnapp.quizzes.domain.times import Terms, tries_left

from .tables import attempt_t, grade_t, question_t, quiz_t, slot_t, version_t
from .terms import OVERRIDE, holds, override_t, overrides_in, terms_of

_now_t = version_t.alias("now")
_open_t = attempt_t.alias("opened")
_ANY_OPEN = (
    select(_open_t.c.id)
    .where(_open_t.c.person_id == bindparam("person_id"), _open_t.c.status == "open", _open_t.c.kind != "preview")
    .exists()
)
_TRY = (
    attempt_t.c.public_id, attempt_t.c.number, attempt_t.c.status, attempt_t.c.started_at, attempt_t.c.submitted_at,
    attempt_t.c.score, attempt_t.c.maximum, attempt_t.c.passed, attempt_t.c.safety_missed,
    (grade_t.c.id.is_not(None)).label("counts"), attempt_t.c.track, attempt_t.c.rescored_at,
)  # fmt: skip
_TRIES = (
    select(
        *_TRY,
        version_t.c.objectives,
        _now_t.c.settings,
        grade_t.c.method,
        grade_t.c.score.label("kept"),
        _ANY_OPEN.label("any_open"),
        *OVERRIDE,
    )
    .join(version_t, version_t.c.id == attempt_t.c.quiz_version_id)
    .join(quiz_t, quiz_t.c.id == attempt_t.c.quiz_id)
    # A quiz that was taken away has no newest version: its attempts go by the one they pinned.
    .join(_now_t, _now_t.c.id == func.coalesce(quiz_t.c.version_id, attempt_t.c.quiz_version_id))
    .outerjoin(grade_t, grade_t.c.attempt_id == attempt_t.c.id)
    .outerjoin(override_t, holds(bindparam("person_id"), bindparam("quiz_id")))
    .where(
        attempt_t.c.person_id == bindparam("person_id"),
        attempt_t.c.quiz_id == bindparam("quiz_id"),
        attempt_t.c.kind == bindparam("kind"),
    )
    .order_by(attempt_t.c.number)
)
_ALL_TRIES = (
    select(
        *_TRY, attempt_t.c.kind, attempt_t.c.deadline, quiz_t.c.slug, _now_t.c.titles, _now_t.c.settings,
        grade_t.c.method, grade_t.c.score.label("kept"), *OVERRIDE,
    )
    .join(quiz_t, quiz_t.c.id == attempt_t.c.quiz_id)
    .join(_now_t, _now_t.c.id == func.coalesce(quiz_t.c.version_id, attempt_t.c.quiz_version_id))
    .outerjoin(grade_t, (grade_t.c.attempt_id == attempt_t.c.id) & (grade_t.c.person_id == attempt_t.c.person_id))
    .outerjoin(override_t, holds(bindparam("person_id"), attempt_t.c.quiz_id))
    .where(
        attempt_t.c.person_id == bindparam("person_id"),
        # Practice is not counted, but one that is open waits for its learner like every other.
        or_(attempt_t.c.kind == "graded", (attempt_t.c.kind == "practice") & (attempt_t.c.status == "open")),
    )
    .order_by(attempt_t.c.quiz_id, attempt_t.c.number)
)  # fmt: skip
_older_t = question_t.alias("older")
_asked_t = question_t.alias("asked")
# Wordings of one question are one secret: what is asked in an open paper is withheld in every wording.
_ASKED_NOW = (
    select(_older_t.c.id)
    .join(_asked_t, _asked_t.c.question_id == _older_t.c.question_id)
    .join(slot_t, slot_t.c.question_version_id == _asked_t.c.id)
    .join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
    .where(
        attempt_t.c.person_id == bindparam("person_id"),
        attempt_t.c.status == "open",
        attempt_t.c.kind == "graded",
        attempt_t.c.public_id != bindparam("but"),
        _older_t.c.id.in_(bindparam("ids", expanding=True)),
    )
)


@dataclass(frozen=True, slots=True)
class Try:
    """One try in a list: its number, how it ended, and whether its score is the one that is kept.

    score, passed: None also where the review policy does not tell them yet (see `learnapp.quizzes.disclosing`).
    rescored_at: a correction changed its score, and its learner has not seen that yet.
    """

    public_id: str
    number: int
    status: str
    started_at: datetime
    submitted_at: datetime | None
    score: Fraction | None
    maximum: Fraction
    passed: bool | None
    safety_missed: bool
    counts: bool
    track: str
    rescored_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """All graded tries of one person at one quiz, the first one first.

    objectives: {attempt's public id: {track: {"O1": text}}}, as pinned. settings: of the newest version,
    which decide whether another try may be started. any_open: the person has an open try of some quiz.
    average: the kept score, in points of the try that is marked as counting, where all tries make it up; else None.
    overrides: that hold for the person here.
    """

    tries: tuple[Try, ...]
    objectives: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    any_open: bool = False
    average: Fraction | None = None
    overrides: tuple[Override, ...] = ()

    @property
    def passed(self) -> bool:
        """Say whether any try passed."""
        return any(each.passed for each in self.tries)

    @property
    def open(self) -> Try | None:
        """Return the try that is not handed in yet."""
        return next((each for each in self.tries if each.status == "open"), None)

    @property
    def counts(self) -> Try | None:
        """Return the try whose score is kept."""
        return next((each for each in self.tries if each.counts), None)

    def last(self, track: str) -> bool:
        """Say whether the last try is over: none is open, and no further one may be started."""
        return self.open is None and self.tries_left(track) == 0

    def terms(self, track: str) -> Terms:
        """Return the person's times and tries in the quiz as it is now, overrides included."""
        return terms_of(self.settings, track, self.overrides)

    def tries_left(self, track: str) -> int | None:
        """Return how many more tries may be started; None when there is no limit."""
        return tries_left(len(self.tries), self.terms(track).attempt_limit)


@dataclass(frozen=True, slots=True)
class OpenTry:
    """A try that is not handed in, graded or practice, also of a quiz that was taken away since."""

    quiz_slug: str
    public_id: str
    number: int
    title: str
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Sat:
    """All that a person has sat, by the quiz's slug. standings: of graded tries. titles: in the newest try's track."""

    standings: dict[str, Standing]
    open: tuple[OpenTry, ...]
    titles: dict[str, str]


def standing(session: Session, person_id: int, quiz_id: int, kind: str = "graded") -> Standing:
    """Return where a person stands in a quiz, by their tries of this kind."""
    rows = session.execute(_TRIES, {"person_id": person_id, "quiz_id": quiz_id, "kind": kind}).all()
    if not rows:
        return Standing((), {}, {})
    objectives = {row.public_id: row.objectives for row in rows}
    return _standing(rows, objectives, bool(rows[0].any_open))


def _standing(rows: Sequence[Row[Any]], objectives: dict[str, dict[str, Any]], any_open: bool) -> Standing:
    newest = {row.public_id: row for row in rows}  # an attempt comes once for each override
    tries = tuple(Try(*row[: len(Try.__slots__)]) for row in newest.values())
    average = next((row.kept for row in rows if row.method == "average"), None)
    return Standing(tries, objectives, rows[0].settings, any_open, average, overrides_in(rows))


def sat_by(session: Session, person_id: int) -> Sat:
    """Return where a person stands in every quiz that counts, and every open try, in one statement; no objectives."""
    rows = session.execute(_ALL_TRIES, {"person_id": person_id}).all()
    graded: dict[str, list[Row[Any]]] = {}
    for row in rows:
        if row.kind == "graded":
            graded.setdefault(row.slug, []).append(row)
    standings = {
        slug: _standing(found, {}, any(row.status == "open" for row in found)) for slug, found in graded.items()
    }
    opened = {row.public_id: row for row in rows if row.status == "open"}  # an attempt comes once for each override
    tries = (OpenTry(row.slug, row.public_id, row.number, _title(row), row.deadline) for row in opened.values())
    return Sat(standings, tuple(tries), {row.slug: _title(row) for row in rows})


def _title(row: Row[Any]) -> str:
    titles = row.titles  # the newest version's, which may have dropped the track in which this one was sat
    return str(titles.get(row.track) or next(iter(titles.values())))


def asked_now(session: Session, person_id: int, but: str, ids: Iterable[int]) -> frozenset[int]:
    """Return which of these question versions a person's open graded tries ask now, in any wording.

    but: public id of the attempt that is looked at itself. A final test asks questions of other quizzes, so
    every open try counts.
    """
    return frozenset(session.scalars(_ASKED_NOW, {"person_id": person_id, "but": but, "ids": list(ids)}))
