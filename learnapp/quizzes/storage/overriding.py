"""Overrides as rows: added, ended, listed for the group's instructor; never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from learnapp.accounts.storage import PersonRow
from learnapp.cohorts.domain import Override
from learnapp.cohorts.storage import OverrideRow
from learnapp.kit.db import new_public_id
from learnapp.kit.errors import NotFound

from .tables import quiz_t, version_t
from .terms import VALUES


@dataclass(frozen=True, slots=True)
class Listed:
    """An override as the group's page shows it. person: a name, None for the whole group.

    quiz: its titles by track, None for every quiz. made_by: None when they left.
    """

    public_id: str
    override: Override
    person: str | None
    person_id: str | None
    quiz: dict[str, Any] | None
    reason: str
    made_by: str | None
    made_at: datetime
    ended_at: datetime | None


def add(
    session: Session, override: Override, quiz: str | None, place: Mapping[str, int], reason: str, actor_id: int,
    now: datetime,
) -> None:  # fmt: skip
    """Write an override. quiz: a slug or None for every quiz; NotFound when unknown. place: person_id or cohort_id."""
    quiz_id = None
    if quiz is not None:
        quiz_id = session.scalar(select(quiz_t.c.id).where(quiz_t.c.slug == quiz))
        if quiz_id is None:
            raise NotFound("quiz")
    values = {name: getattr(override, name) for name in VALUES}
    facts = {"public_id": new_public_id(), "quiz_id": quiz_id, "reason": reason, "made_by": actor_id, "made_at": now}
    session.execute(insert(OverrideRow).values(**values, **place, **facts))


def in_group(session: Session, public_id: str, cohort_id: int, people: Sequence[int]) -> OverrideRow:
    """Return an override of this group or of one of these people, locked; NotFound otherwise."""
    theirs = or_(OverrideRow.cohort_id == cohort_id, OverrideRow.person_id.in_(people))
    row = session.scalar(select(OverrideRow).where(OverrideRow.public_id == public_id, theirs).with_for_update())
    if row is None:
        raise NotFound("override")
    return row


def end(session: Session, override_id: int, actor_id: int, now: datetime) -> None:
    """End an override; the row stays."""
    values = {"ended_at": now, "ended_by": actor_id}
    session.execute(update(OverrideRow).where(OverrideRow.id == override_id).values(values))


def of_group(session: Session, cohort_id: int, people: Sequence[int]) -> list[Listed]:
    """Return every override of a group and of its people now, those that hold first, then the newest: one statement."""
    learner, maker = aliased(PersonRow), aliased(PersonRow)
    rows = session.execute(
        select(OverrideRow, learner.name, learner.public_id, version_t.c.titles, maker.name)
        .outerjoin(learner, learner.id == OverrideRow.person_id)
        .outerjoin(maker, maker.id == OverrideRow.made_by)
        .outerjoin(quiz_t, quiz_t.c.id == OverrideRow.quiz_id)
        .outerjoin(version_t, version_t.c.id == quiz_t.c.version_id)
        .where(or_(OverrideRow.cohort_id == cohort_id, OverrideRow.person_id.in_(people)))
        .order_by(OverrideRow.ended_at.is_not(None), OverrideRow.id.desc())
    )
    return [_listed(*row) for row in rows]


def _listed(row: OverrideRow, name: str | None, person_id: str | None, titles: Any, maker: str | None) -> Listed:
    values = {each: getattr(row, each) for each in VALUES}
    override = Override(row.person_id is not None, row.quiz_id is not None, **values)
    quiz = (titles or {}) if row.quiz_id is not None else None
    return Listed(row.public_id, override, name, person_id, quiz, row.reason, maker, row.made_at, row.ended_at)
