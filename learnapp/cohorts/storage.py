"""Groups and who belongs to them, as rows."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.kit.db import Base, PublicIdMixin


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
