"""The tables behind asking and grading; the database carries the invariants."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.kit.db import Base, PublicIdMixin

ONE_OPEN = "status = 'open' AND kind <> 'preview'"  # a preview stands beside what counts


class QuizRow(Base):
    """A quiz under its stable slug; `version_id` is what a new attempt pins."""

    __tablename__ = "quiz"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    lesson_slug: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("quiz_version.id", use_alter=True, name="fk_quiz_version_id_quiz_version")
    )


class QuizVersionRow(Base):
    """What was published once: titles, settings and blueprint; never changed afterwards.

    `settings`: layout, time_limit_minutes, attempt_limit and pass_percent by track, kind, behaviour, penalty,
    certainty by track, order, keep.
    `papers`: {track: [{"pool", "objective", "draw", "section", "questions": [question_version_id, ...]}, ...]}.
    `sections`: {track: {key: {"title", "intro"}}}.
    """

    __tablename__ = "quiz_version"
    __table_args__ = (UniqueConstraint("quiz_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    titles: Mapped[dict[str, Any]]
    settings: Mapped[dict[str, Any]]
    objectives: Mapped[dict[str, Any]]
    papers: Mapped[dict[str, Any]]
    sections: Mapped[dict[str, Any] | None]
    published_at: Mapped[datetime]


class QuestionRow(Base):
    """A question under its stable key ("healing/order-stages") for one track."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("key", "track"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    track: Mapped[str] = mapped_column(String(10))


class QuestionVersionRow(Base):
    """One wording of a question; never changed. `shown` may reach a page, `keyed` only grading and review."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(30))
    objective: Mapped[str] = mapped_column(String(10))
    critical: Mapped[bool]
    weight: Mapped[Fraction]
    claims: Mapped[list[Any]]
    shown: Mapped[dict[str, Any]]
    keyed: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    published_at: Mapped[datetime]


class AttemptRow(PublicIdMixin, Base):
    """One sitting of one quiz by one person; its paper is pinned at the start (rules A4)."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "quiz_id", "number"),
        CheckConstraint("status in ('open', 'submitted', 'abandoned')", name="status"),
        CheckConstraint("track in ('trainee', 'patient')", name="track"),
        CheckConstraint("kind in ('graded', 'practice', 'preview')", name="kind"),
        CheckConstraint("(score IS NULL) OR (status = 'submitted')", name="score_after_submit"),
        CheckConstraint("(status = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_at"),
        Index(
            "uq_attempt_one_open", "person_id", "quiz_id", unique=True,
            sqlite_where=text(ONE_OPEN), postgresql_where=text(ONE_OPEN),
        ),
        Index("ix_attempt_overdue", "status", "deadline"),
        Index("ix_attempt_status_check_at", "status", "check_at"),
        Index("ix_attempt_quiz_id_status", "quiz_id", "status"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    track: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10), default="graded")
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="open")
    seed: Mapped[int]
    layout: Mapped[str] = mapped_column(String(10))
    pass_percent: Mapped[Fraction]
    attempt_limit: Mapped[int | None]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    late_by_latency: Mapped[bool] = mapped_column(default=False)
    closed_by: Mapped[str | None] = mapped_column(String(10))  # learner, worker or reader
    score: Mapped[Fraction | None]
    maximum: Mapped[Fraction]
    passed: Mapped[bool | None]
    safety_missed: Mapped[bool] = mapped_column(default=False)
    behaviour: Mapped[str] = mapped_column(String(30), default="deferred", server_default="deferred")
    penalty: Mapped[Fraction] = mapped_column(default=Fraction(1, 3), server_default="1/3")  # for each earlier try
    certainty: Mapped[str] = mapped_column(String(10), default="off", server_default="off")  # off, ask or marks
    # a person must still grade a part of it
    provisional: Mapped[bool] = mapped_column(default=False, server_default=false())
    limit_minutes: Mapped[int | None]  # the quiz's own time limit
    extra_minutes: Mapped[int] = mapped_column(default=0, server_default="0")  # what this learner has on top of it
    closes_at: Mapped[datetime | None]  # for this learner
    check_at: Mapped[datetime | None]  # when somebody must look: the deadline, or the end of its grace
    deadline_policy: Mapped[str] = mapped_column(String(12), default="auto_submit", server_default="auto_submit")
    grace_minutes: Mapped[int] = mapped_column(default=1440, server_default="1440")
    preview_at: Mapped[datetime | None]  # the moment that a preview pretends
    preview_cohort_id: Mapped[int | None]  # the group that it pretends; no foreign key: previews come and go
    rescored_at: Mapped[datetime | None]  # a correction changed the score, and the learner has not seen it yet


class SlotRow(Base):
    """One question on an attempt's paper, with the newest answer; its history is in the steps."""

    __tablename__ = "slot"
    __table_args__ = (UniqueConstraint("attempt_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    position: Mapped[int]  # from 1
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    arrangement: Mapped[dict[str, Any]]
    weight: Mapped[Fraction]
    critical: Mapped[bool]
    objective: Mapped[str] = mapped_column(String(80))
    section: Mapped[str | None] = mapped_column(String(60))
    flagged: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)  # number of steps
    answer: Mapped[dict[str, Any] | None]
    answered: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime | None]
    fraction: Mapped[Fraction | None]
    state: Mapped[str] = mapped_column(String(20), default="todo")
    certainty: Mapped[int | None]  # how sure: 1, 2 or 3 (rules A8), with the newest answer
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # checks so far
    # open, hint (a wrong try is shown) or locked
    phase: Mapped[str] = mapped_column(String(10), default="open", server_default="open")
    # What a correction says after people answered: {"policy", "option"}; graded_version_id: whose key it brings.
    # A plain column is added at once where a foreign key would copy the table; versions are never deleted.
    ruling: Mapped[dict[str, Any] | None]
    graded_version_id: Mapped[int | None]


class StepRow(Base):
    """One saved answer: append-only, never replaced (rules D14); `seq` is the answer's revision."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("slot_id", "seq"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"))
    seq: Mapped[int]
    answer: Mapped[dict[str, Any] | None]
    answered: Mapped[bool]
    late_by_latency: Mapped[bool] = mapped_column(default=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    recorded_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(10), default="save", server_default="save")  # save, check or again
    certainty: Mapped[int | None]
    key: Mapped[str | None] = mapped_column(String(36))  # the browser's name for this save: sent twice, it is one


class MarkingRow(Base):
    """A mark that a person gave to one answer, with a comment; append-only, the newest counts (rules B)."""

    __tablename__ = "marking"
    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), index=True)
    fraction: Mapped[Fraction]
    comment: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]


class StaleSaveRow(Base):
    """An answer refused because a newer one was saved elsewhere: kept, so that nothing typed is lost (rules D11)."""

    __tablename__ = "stale_save"
    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), index=True)
    expected: Mapped[int]  # the revision that the page knew
    answer: Mapped[dict[str, Any] | None]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    recorded_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(String(36))


class AttemptEventRow(Base):
    """What staff did to an attempt, and why: append-only."""

    __tablename__ = "attempt_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    event: Mapped[str] = mapped_column(String(20))  # reopen
    reason: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]


class GradeRow(Base):
    """Which attempt counts for a learner in a quiz, and its score (rules D9)."""

    __tablename__ = "grade"
    __table_args__ = (UniqueConstraint("person_id", "quiz_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    score: Mapped[Fraction]
    maximum: Mapped[Fraction]
    passed: Mapped[bool]
    method: Mapped[str] = mapped_column(String(10), default="highest", server_default="highest")
