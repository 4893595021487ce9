"""Making a group, joining it, leaving it, closing it: each is one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learnapp.accounts.domain import TEACH, Actor
from learnapp.accounts.storage import PersonRow
from learnapp.kit.db import new_public_id, write
from learnapp.kit.errors import Conflict, Forbidden, NotFound
from learnapp.kit.outbox import enqueue
from learnapp.kit.upsert import insert_into

from .domain import INSTRUCTOR, LEARNER, new_code, tidy_code
from .storage import CohortRow, EnrolmentRow

_CODE_TRIES = 5
MEMBERSHIP_JOB = "membership_changed"  # the outbox row that tells other rooms; payload: {"person": public id}


def create(actor: Actor, name: str, track: str, place_name: str, place_phone: str, now: datetime) -> str:
    """Make a group with the actor as its instructor; return its public id. The names are stored as given."""
    if not actor.may(TEACH):
        raise Forbidden("grant_needed", grant=TEACH)
    public_id = new_public_id()
    row = {
        "public_id": public_id, "name": name.strip(), "track": track, "place_name": place_name.strip(),
        "place_phone": place_phone.strip(), "made_by": actor.id, "created_at": now,
    }  # fmt: skip
    with write() as session:
        cohort_id = _insert_with_code(session, row)
        session.execute(
            insert(EnrolmentRow).values(cohort_id=cohort_id, person_id=actor.id, part=INSTRUCTOR, joined_at=now)
        )
    return public_id


def _insert_with_code(session: Session, row: dict[str, Any]) -> int:
    """Insert with a join code that no other group has; a second draw is already very rare."""
    for _try in range(_CODE_TRIES):
        new = insert_into(session, CohortRow).values({**row, "join_code": new_code()})
        made = session.scalar(new.on_conflict_do_nothing(index_elements=[CohortRow.join_code]).returning(CohortRow.id))
        if made is not None:
            return int(made)
    raise Conflict("join_code_taken")


def join(actor: Actor, code: str, now: datetime) -> str:
    """Put the actor into the group of a join code, on that group's track; return its public id.

    Joining twice, also at the same moment, is joining once. An instructor of the group stays one.
    Raises NotFound for a code that fits no open group.
    """
    with write() as session:
        cohort = session.scalar(
            select(CohortRow).where(CohortRow.join_code == tidy_code(code), CohortRow.archived_at.is_(None))
        )
        if cohort is None:
            raise NotFound("join_code")
        row = insert_into(session, EnrolmentRow).values(
            cohort_id=cohort.id, person_id=actor.id, part=LEARNER, joined_at=now
        )  # fmt: skip
        once = row.on_conflict_do_nothing(
            index_elements=[EnrolmentRow.cohort_id, EnrolmentRow.person_id],
            index_where=EnrolmentRow.left_at.is_(None),
        )
        joined = session.scalar(once.returning(EnrolmentRow.id))
        if joined is not None:
            _announce(session, actor, f"{joined}:joined", now)
            session.execute(update(PersonRow).where(PersonRow.id == actor.id).values(track=cohort.track))
        return cohort.public_id


def leave(actor: Actor, cohort_public_id: str, now: datetime) -> None:
    """Take the actor out of a group as learner; its instructors stop seeing them at once. NotFound when not in it."""
    with write() as session:
        cohort = select(CohortRow.id).where(CohortRow.public_id == cohort_public_id).scalar_subquery()
        own = update(EnrolmentRow).where(
            EnrolmentRow.cohort_id == cohort,
            EnrolmentRow.person_id == actor.id,
            EnrolmentRow.part == LEARNER,
            EnrolmentRow.left_at.is_(None),
        )
        left = session.scalar(own.values(left_at=now).returning(EnrolmentRow.id))
        if left is None:
            raise NotFound("cohort")
        _announce(session, actor, f"{left}:left", now)


def _announce(session: Session, actor: Actor, what: str, now: datetime) -> None:
    """Tell the rooms above that a group's times and tries begin or cease to hold for somebody."""
    enqueue(session, MEMBERSHIP_JOB, f"{MEMBERSHIP_JOB}:{what}", {"person": actor.public_id}, now)


def archive(actor: Actor, cohort_public_id: str, now: datetime) -> None:
    """Close a group that the actor teaches: nobody joins any more, nothing is deleted. Repeating it changes nothing."""
    with write() as session:
        mine = select(EnrolmentRow.cohort_id).where(
            EnrolmentRow.person_id == actor.id, EnrolmentRow.part == INSTRUCTOR, EnrolmentRow.left_at.is_(None)
        )
        cohort = session.scalar(
            select(CohortRow).where(CohortRow.public_id == cohort_public_id, CohortRow.id.in_(mine))
        )  # fmt: skip
        if cohort is None or not actor.may(TEACH):
            raise NotFound("cohort")
        cohort.archived_at = cohort.archived_at or now
