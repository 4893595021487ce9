"""What this room keeps about a person: to take along, and to delete."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from learnapp.accounts.storage import PersonRow
from learnapp.kit import outbox
from learnapp.kit.db import Base
from learnapp.kit.i18n import _
from learnapp.kit.personal import Kept, Record

from .domain import INSTRUCTOR
from .storage import CohortRow, EnrolmentRow, OverrideRow

_TIMES = ("opens_at", "closes_at", "limit_minutes", "extra_minutes", "time_factor", "attempt_limit", "extra_attempts")


def kept_about(session: Session, person_id: int, _now: datetime) -> list[Kept]:
    """Return somebody's places in groups, the groups they made, and what was arranged for them."""
    return [
        Kept(
            "groups",
            _("The groups you are or were in"),
            {
                "group": _("the group's name"),
                "place": _("its clinic or school"),
                "track": _("what it reads"),
                "part": _("whether you learn or teach there"),
                "joined_at": _("when you joined"),
                "left_at": _("when you left"),
            },
            lambda: _groups(session, person_id),
        ),
        Kept(
            "groups_made",
            _("The groups that you made"),
            {
                "group": _("the group's name"),
                "place": _("its clinic or school"),
                "phone": _("its phone number"),
                "created_at": _("when you made it"),
                "archived_at": _("when it was closed"),
            },
            lambda: _groups_made(session, person_id),
        ),
        _own_times(session, person_id),
        Kept(
            "times_given",
            _("When you set times and tries for others"),
            {"made_at": _("when you set them"), "ended_at": _("when they were taken back")},
            lambda: _times_given(session, person_id),
        ),
    ]


def _own_times(session: Session, person_id: int) -> Kept:
    return Kept(
        "own_times",
        _("Times and tries that your teachers set for you alone"),
        {
            "quiz": _("the quiz; empty: every quiz"),
            "opens_at": _("when it opens for you"),
            "closes_at": _("when it closes for you"),
            "limit_minutes": _("the minutes you have; 0: no limit"),
            "extra_minutes": _("minutes on top of the others'"),
            "time_factor": _("how many times the others' minutes you have"),
            "attempt_limit": _("how often you may try; 0: no limit"),
            "extra_attempts": _("tries on top of the others'"),
            "reason": _("the reason that was written down"),
            "made_at": _("when it was set"),
            "ended_at": _("when it was taken back"),
        },
        lambda: _overrides(session, person_id),
    )


def _groups(session: Session, person_id: int) -> Iterator[Record]:
    columns = (CohortRow.name, CohortRow.place_name, CohortRow.track, EnrolmentRow.part, EnrolmentRow.joined_at)
    mine = select(*columns, EnrolmentRow.left_at).join(EnrolmentRow, EnrolmentRow.cohort_id == CohortRow.id)
    rows = session.execute(mine.where(EnrolmentRow.person_id == person_id).order_by(EnrolmentRow.id))
    for row in rows:
        yield dict(zip(("group", "place", "track", "part", "joined_at", "left_at"), row, strict=True))


def _groups_made(session: Session, person_id: int) -> Iterator[Record]:
    columns = (CohortRow.name, CohortRow.place_name, CohortRow.place_phone, CohortRow.created_at, CohortRow.archived_at)
    for row in session.execute(select(*columns).where(CohortRow.made_by == person_id).order_by(CohortRow.id)):
        yield dict(zip(("group", "place", "phone", "created_at", "archived_at"), row, strict=True))


def _overrides(session: Session, person_id: int) -> Iterator[Record]:
    quiz = Base.metadata.tables["quiz"]  # the room of quizzes stands above this one
    rows = select(OverrideRow, quiz.c.slug).outerjoin(quiz, quiz.c.id == OverrideRow.quiz_id)
    for row, slug in session.execute(rows.where(OverrideRow.person_id == person_id).order_by(OverrideRow.id)):
        facts: dict[str, Any] = {name: getattr(row, name) for name in (*_TIMES, "reason", "made_at", "ended_at")}
        yield {"quiz": slug, **facts}


def _times_given(session: Session, person_id: int) -> Iterator[Record]:
    """Yield only when: for whom and why belongs to those it was set for."""
    mine = select(OverrideRow.made_at, OverrideRow.ended_at).where(OverrideRow.made_by == person_id)
    for made_at, ended_at in session.execute(mine.order_by(OverrideRow.id)):
        yield {"made_at": made_at, "ended_at": ended_at}


def taught_alone(person_id: int) -> Any:
    """Return the condition for groups that are open and have this person as their only instructor."""
    mine, other = aliased(EnrolmentRow), aliased(EnrolmentRow)
    teaches = exists().where(
        mine.cohort_id == CohortRow.id, mine.person_id == person_id, mine.part == INSTRUCTOR, mine.left_at.is_(None)
    )  # fmt: skip
    others = exists().where(
        other.cohort_id == CohortRow.id, other.person_id != person_id, other.part == INSTRUCTOR, other.left_at.is_(None)
    )  # fmt: skip
    return teaches & ~others & CohortRow.archived_at.is_(None)


def groups_left_alone(session: Session, person_id: int) -> list[str]:
    """Return the names of the groups that have nobody else to teach them: they close when the person goes."""
    return list(session.scalars(select(CohortRow.name).where(taught_alone(person_id)).order_by(CohortRow.name)))


def erase(session: Session, person_id: int, _keep_scores: bool, now: datetime) -> None:
    """Delete somebody's places and what was arranged for them; close the groups that nobody else teaches.

    What they arranged for others stays, without their name: it belongs to those it was arranged for.
    """
    outbox.forget(session, "person", session.scalars(select(PersonRow.public_id).where(PersonRow.id == person_id)))
    session.execute(update(CohortRow).where(taught_alone(person_id)).values(archived_at=now))
    session.execute(delete(EnrolmentRow).where(EnrolmentRow.person_id == person_id))
    session.execute(delete(OverrideRow).where(OverrideRow.person_id == person_id))
    session.execute(update(OverrideRow).where(OverrideRow.made_by == person_id).values(made_by=None))
    session.execute(update(OverrideRow).where(OverrideRow.ended_by == person_id).values(ended_by=None))
