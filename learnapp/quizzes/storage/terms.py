"""What holds for one person in one quiz: its settings with the overrides, and open attempts that follow a change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, or_, select, update
from sqlalchemy.orm import Session

from learnapp.cohorts.domain import LEARNER, Override, allowance
from learnapp.cohorts.storage import EnrolmentRow, OverrideRow
from learnapp.quizzes.domain.attempt import Attempt, Policy, Status
from learnapp.quizzes.domain.times import Terms

from .tables import attempt_t, quiz_t, version_t

override_t = cast(Table, OverrideRow.__table__)
_enrolment_t = cast(Table, EnrolmentRow.__table__)
VALUES = tuple(field.name for field in fields(Override) if field.name not in {"personal", "quiz"})
# What a statement reads of each override that holds; all NULL when there is none.
OVERRIDE = (
    override_t.c.id.label("override_id"),
    override_t.c.person_id.is_not(None).label("override_personal"),
    override_t.c.quiz_id.is_not(None).label("override_quiz"),
    *(override_t.c[name].label(f"override_{name}") for name in VALUES),
)
_CUT = len(OVERRIDE)


def _groups_of(person: Any) -> Select[Any]:
    current = (_enrolment_t.c.part == LEARNER, _enrolment_t.c.left_at.is_(None))
    return select(_enrolment_t.c.cohort_id).where(_enrolment_t.c.person_id == person, *current)


def holds(person: Any, quiz: Any) -> ColumnElement[bool]:
    """Return the condition for overrides that hold now for a person in a quiz: columns or bound names.

    One's own holds only while one is in a group: there its teachers see it and can end it (decision 0021).
    """
    own = (override_t.c.person_id == person) & _groups_of(override_t.c.person_id).correlate(override_t).exists()
    theirs = or_(own, override_t.c.cohort_id.in_(_groups_of(person)))
    return override_t.c.ended_at.is_(None) & or_(override_t.c.quiz_id.is_(None), override_t.c.quiz_id == quiz) & theirs


def overrides_in(rows: Iterable[Sequence[Any]]) -> tuple[Override, ...]:
    """Return the overrides in the last columns of joined rows, each once, the newest first."""
    found: dict[int, Override] = {}
    for row in rows:
        number, *values = row[-_CUT:]
        if number is not None:
            found[number] = Override(*values)
    return tuple(found[number] for number in sorted(found, reverse=True))


def of_cohort(session: Session, cohort_id: int, quiz_id: int) -> tuple[Override, ...]:
    """Return the overrides that hold for a whole group in a quiz, the newest first."""
    theirs = override_t.c.ended_at.is_(None) & (override_t.c.cohort_id == cohort_id)
    here = override_t.c.quiz_id.is_(None) | (override_t.c.quiz_id == quiz_id)
    return overrides_in(session.execute(select(*OVERRIDE).where(theirs, here)).all())


def by_track(value: Any, track: str) -> Any:
    """Return a setting's value for a track: it may be one for all, or {track: value}."""
    return value.get(track) if isinstance(value, Mapping) else value


def moment_of(text: str | None) -> datetime | None:
    """Return a moment in a quiz's settings, which are JSON: "2026-12-01T08:00:00+00:00"."""
    return datetime.fromisoformat(text) if text else None


def terms_of(settings: Mapping[str, Any], track: str, overrides: Iterable[Override] = ()) -> Terms:
    """Return what holds for a person by a quiz version's settings and the overrides that apply to them."""
    first, later = settings.get("waits") or (0, 0)
    own = Terms(
        opens_at=moment_of(settings.get("opens_at")),
        closes_at=moment_of(settings.get("closes_at")),
        limit=settings.get("time_limit_minutes") or None,
        attempt_limit=by_track(settings.get("attempt_limit"), track) or None,
        waits=(first, later),
        stop_once_passed=bool(settings.get("stop_once_passed")),
    )
    return allowance(own, overrides)


def deadline_columns(
    settings: Mapping[str, Any], terms: Terms, started_at: datetime
) -> dict[str, Any]:  # fmt: skip
    """Return what an attempt pins of its times: limit, extra, closing, deadline, its policy, and when to look."""
    policy = Policy(settings.get("deadline_policy") or Policy.AUTO_SUBMIT)
    grace = int(settings.get("grace_minutes") or 0)
    deadline = terms.ends(started_at)
    check_at = Attempt(Status.OPEN, started_at, deadline, policy=policy, grace=timedelta(minutes=grace)).check_at
    return {
        "limit_minutes": terms.limit,
        "extra_minutes": terms.extra,
        "closes_at": terms.closes_at,
        "deadline": deadline,
        "check_at": check_at,
        "deadline_policy": str(policy),
        "grace_minutes": grace,
    }


RETIMED = ("open", "abandoned")  # one that was given up may be given back, with the time it has by then
_OPEN = (
    select(
        attempt_t.c.id, attempt_t.c.person_id, attempt_t.c.track, attempt_t.c.started_at, attempt_t.c.deadline,
        version_t.c.settings, *OVERRIDE,
    )
    .join(quiz_t, quiz_t.c.id == attempt_t.c.quiz_id)
    .join(version_t, version_t.c.id == attempt_t.c.quiz_version_id)
    .outerjoin(override_t, holds(attempt_t.c.person_id, attempt_t.c.quiz_id))
    .where(
        attempt_t.c.status.in_(RETIMED),
        attempt_t.c.kind != "preview",
        attempt_t.c.person_id.in_(bindparam("people", expanding=True)),
    )
    .order_by(attempt_t.c.id)
)  # fmt: skip
_LOCK_OPEN = (
    select(attempt_t.c.id)
    .where(attempt_t.c.status.in_(RETIMED), attempt_t.c.person_id.in_(bindparam("people", expanding=True)))
    .order_by(attempt_t.c.id)
    .with_for_update()
)


def lock(session: Session, people: Sequence[int]) -> None:
    """Lock the attempts that `retime` may move, before the people are named: saving and erasing come in this order."""
    session.execute(_LOCK_OPEN, {"people": list(people)}).all()


def retime(session: Session, people: Sequence[int]) -> int:
    """Let attempts of these people that are not handed in follow the overrides that hold now; return how many moved.

    The quiz's own part stays as the attempt pinned it (rules A4.2: an override moves open attempts too).
    """
    lock(session, people)
    rows: dict[int, list[Any]] = {}
    for row in session.execute(_OPEN, {"people": list(people)}):
        rows.setdefault(row.id, []).append(row)
    moved = 0
    for number, found in rows.items():
        first = found[0]
        terms = terms_of(first.settings, first.track, overrides_in(found))
        values = deadline_columns(first.settings, terms, first.started_at)
        moved += values["deadline"] != first.deadline
        session.execute(update(attempt_t).where(attempt_t.c.id == number).values(values))
    return moved
