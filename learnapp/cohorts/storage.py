"""Groups and who belongs to them, as rows; every loader takes the actor."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, String, Text, bindparam, select, text
from sqlalchemy.orm import Mapped, aliased, mapped_column

from learnapp.accounts.domain import TEACH, Actor
from learnapp.accounts.storage import PersonRow
from learnapp.kit.db import Base, PublicIdMixin, read
from learnapp.kit.errors import NotFound

from .domain import INSTRUCTOR, LEARNER, tidy_code


class CohortRow(PublicIdMixin, Base):
    """A group of learners with its instructors; may carry its clinic's or school's name and phone."""

    __tablename__ = "cohort"
    __table_args__ = (CheckConstraint("track in ('trainee', 'patient')", name="track"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    track: Mapped[str] = mapped_column(String(10))
    place_name: Mapped[str] = mapped_column(String(120), default="")
    place_phone: Mapped[str] = mapped_column(String(40), default="")
    join_code: Mapped[str] = mapped_column(String(16), unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class EnrolmentRow(Base):
    """One person's place in one cohort, as learner or instructor; leaving keeps the row."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("part in ('learner', 'instructor')", name="part"),
        Index(
            "uq_enrolment_current", "cohort_id", "person_id", unique=True,
            sqlite_where=text("left_at IS NULL"), postgresql_where=text("left_at IS NULL"),
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    part: Mapped[str] = mapped_column(String(10))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class OverrideRow(PublicIdMixin, Base):
    """Another time or number of tries for one person or one group, in one quiz or in every quiz (rules A4.2).

    Never changed: ending it and writing another keeps what was true when. quiz_id NULL: every quiz.
    """

    __tablename__ = "override"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (cohort_id IS NULL)", name="one_target"),
        Index("ix_override_person_id", "person_id"),
        Index("ix_override_cohort_id", "cohort_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    limit_minutes: Mapped[int | None]  # instead of the quiz's; 0: no limit
    extra_minutes: Mapped[int | None]
    time_factor: Mapped[Fraction | None]
    attempt_limit: Mapped[int | None]  # instead of the quiz's; 0: no limit
    extra_attempts: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Cohort:
    """A group as its instructor sees it."""

    id: int
    public_id: str
    name: str
    track: str
    place_name: str
    place_phone: str
    join_code: str
    archived: bool


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner who is in a group now."""

    id: int
    public_id: str
    name: str
    track: str | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the holder of a join code may know: the group, whose it is, and the holder's own part in it."""

    public_id: str
    code: str
    name: str
    track: str
    place_name: str
    teachers: tuple[str, ...]
    part: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """One of the groups that a person is in now."""

    public_id: str
    name: str
    place_name: str
    part: str
    archived: bool
    joined_at: datetime
    teachers: tuple[str, ...]


def cohort_for_teacher(actor: Actor, public_id: str) -> Cohort:
    """Return a group that the actor teaches now; raise NotFound for all others, whether they exist or not."""
    found = _taught(actor, CohortRow.public_id == public_id)
    if found is None:
        raise NotFound("cohort")
    return found


def cohort_taught(actor: Actor, cohort_id: int) -> Cohort | None:
    """Return a group by its internal key when the actor teaches it now, else None."""
    return _taught(actor, CohortRow.id == cohort_id)


def _taught(actor: Actor, which: ColumnElement[bool]) -> Cohort | None:
    row = read().scalar(_enrolled(actor.id, INSTRUCTOR).where(which)) if actor.may(TEACH) else None
    if row is None:
        return None
    return Cohort(
        row.id, row.public_id, row.name, row.track, row.place_name, row.place_phone, row.join_code,
        row.archived_at is not None,
    )  # fmt: skip


def learner_in(actor: Actor, cohort_public_id: str, person_public_id: str) -> Learner:
    """Return a current learner of a group that the actor teaches; raise NotFound otherwise."""
    cohort = cohort_for_teacher(actor, cohort_public_id)
    learner = _people_in(cohort.id, LEARNER).where(PersonRow.public_id == person_public_id)
    row = read().execute(learner).one_or_none()
    if row is None:
        raise NotFound("learner")
    return Learner(*row)


def learners_in(cohort: Cohort) -> list[Learner]:
    """Return the current learners of a group that was loaded with its teacher, by name."""
    return [Learner(*row) for row in read().execute(_people_in(cohort.id, LEARNER).order_by(PersonRow.name))]


def teaches_learner(actor: Actor, person_id: int) -> bool:
    """Say whether the person is now a learner in a group that the actor teaches now."""
    if not actor.may(TEACH):
        return False
    theirs, mine = aliased(EnrolmentRow), aliased(EnrolmentRow)
    both = select(mine.id).join(theirs, theirs.cohort_id == mine.cohort_id)
    current = both.where(mine.left_at.is_(None), theirs.left_at.is_(None))
    parts = current.where(
        mine.person_id == actor.id, mine.part == INSTRUCTOR, theirs.person_id == person_id, theirs.part == LEARNER
    )  # fmt: skip
    return read().scalar(parts.limit(1)) is not None


def _named_places() -> Any:
    """Return the statement for the place of the newest group of a learner that names one."""
    cohort, enrolment = CohortRow.__table__.c, EnrolmentRow.__table__.c
    return (
        select(cohort.place_name, cohort.place_phone)
        .join_from(CohortRow.__table__, EnrolmentRow.__table__, enrolment.cohort_id == cohort.id)
        .where(
            enrolment.person_id == bindparam("person_id"), enrolment.part == LEARNER, enrolment.left_at.is_(None),
            cohort.place_name != "", cohort.archived_at.is_(None),
        )
        .order_by(enrolment.joined_at.desc(), enrolment.id.desc())
        .limit(1)
    )  # fmt: skip


_PLACE = _named_places()  # built once: building a statement costs more than running it


def care_contact(person_id: int) -> tuple[str, str] | None:
    """Return (name, phone) of the clinic or school of the group joined last that names one; None: "your clinic"."""
    row = read().execute(_PLACE, {"person_id": person_id}).first()
    return (row[0], row[1]) if row else None


def invitation(code: str, person_id: int | None) -> Invitation:
    """Return what the join page shows for a code that fits an open group; raise NotFound otherwise."""
    known = tidy_code(code)
    row = read().scalar(select(CohortRow).where(CohortRow.join_code == known, CohortRow.archived_at.is_(None)))
    if known is None or row is None:
        raise NotFound("join_code")
    part = select(EnrolmentRow.part).where(
        EnrolmentRow.cohort_id == row.id, EnrolmentRow.person_id == person_id, EnrolmentRow.left_at.is_(None)
    )  # fmt: skip
    teachers = _teachers([row.id])[row.id]
    return Invitation(row.public_id, known, row.name, row.track, row.place_name, teachers, read().scalar(part))


def memberships(actor: Actor) -> list[Membership]:
    """Return the groups that the actor is in now, the newest first: two statements."""
    mine = select(CohortRow, EnrolmentRow.part, EnrolmentRow.joined_at)
    mine = mine.join(EnrolmentRow, EnrolmentRow.cohort_id == CohortRow.id)
    current = mine.where(EnrolmentRow.person_id == actor.id, EnrolmentRow.left_at.is_(None))
    rows = read().execute(current.order_by(EnrolmentRow.joined_at.desc(), EnrolmentRow.id.desc())).all()
    teachers = _teachers([cohort.id for cohort, _part, _joined in rows])
    return [
        Membership(
            cohort.public_id, cohort.name, cohort.place_name, part, cohort.archived_at is not None, joined,
            teachers[cohort.id],
        )
        for cohort, part, joined in rows
    ]  # fmt: skip


def _enrolled(person_id: int, part: str) -> Select[CohortRow]:
    joined = select(CohortRow).join(EnrolmentRow, EnrolmentRow.cohort_id == CohortRow.id)
    return joined.where(
        EnrolmentRow.person_id == person_id, EnrolmentRow.part == part, EnrolmentRow.left_at.is_(None)
    )  # fmt: skip


def _people_in(cohort_id: int, part: str) -> Select[int, str, str, str | None]:
    columns = select(PersonRow.id, PersonRow.public_id, PersonRow.name, PersonRow.track)
    joined = columns.join(EnrolmentRow, EnrolmentRow.person_id == PersonRow.id)
    return joined.where(
        EnrolmentRow.cohort_id == cohort_id, EnrolmentRow.part == part, EnrolmentRow.left_at.is_(None)
    )  # fmt: skip


def _teachers(cohort_ids: list[int]) -> defaultdict[int, tuple[str, ...]]:
    """Return the names of the instructors of each group, by name."""
    names = select(EnrolmentRow.cohort_id, PersonRow.name).join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
    current = names.where(
        EnrolmentRow.cohort_id.in_(cohort_ids), EnrolmentRow.part == INSTRUCTOR, EnrolmentRow.left_at.is_(None)
    )  # fmt: skip
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for cohort_id, name in read().execute(current.order_by(PersonRow.name)):
        found[cohort_id] += (name,)
    return found
