"""Corrections as rows: what was decided about a question, and what it did to each attempt."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.kit.db import Base, PublicIdMixin


class CorrectionRow(PublicIdMixin, Base):
    """One decision about the attempts that already answered a question (rules A7)."""

    __tablename__ = "correction"
    __table_args__ = (CheckConstraint("status in ('running', 'done')", name="status"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))  # the newest wording when it was decided
    policy: Mapped[str] = mapped_column(String(20))  # keep, new_key, both, full_credit, disregard or option
    option: Mapped[str | None] = mapped_column(String(60))  # which option is always right
    may_lower: Mapped[bool] = mapped_column(default=False, server_default=false())  # ticked: a pass may be lost
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CorrectionEntryRow(Base):
    """What a correction did to one attempt: before and after; append-only."""

    __tablename__ = "correction_entry"
    __table_args__ = (UniqueConstraint("correction_id", "attempt_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id", ondelete="CASCADE"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    applied: Mapped[bool]  # false: left as it was, because it would have lost a pass
    fraction_before: Mapped[Fraction | None]
    fraction_after: Mapped[Fraction | None]
    score_before: Mapped[Fraction]
    score_after: Mapped[Fraction]
    maximum_before: Mapped[Fraction]
    maximum_after: Mapped[Fraction]
    passed_before: Mapped[bool]
    passed_after: Mapped[bool]
    recorded_at: Mapped[datetime]
