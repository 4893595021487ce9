"""Corrections as rows: what was decided about a question, and what it did to each attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from learnapp.accounts.storage import PersonRow
from learnapp.kit.db import Base, PublicIdMixin
from learnapp.kit.errors import NotFound
from learnapp.quizzes.domain.ruling import NEEDS_KEY, Policy
from learnapp.quizzes.storage.rows import QuestionRow
from learnapp.quizzes.storage.tables import attempt_t, question_t, slot_t, version_t

from .domain import Decision, Effect


class CorrectionRow(PublicIdMixin, Base):
    """One decision about the attempts that already answered a question (rules A7)."""

    __tablename__ = "correction"
    __table_args__ = (CheckConstraint("status in ('running', 'done')", name="status"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    # whose key is brought (new_key, both: for the wordings before it), or the newest wording that it is about
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    policy: Mapped[str] = mapped_column(String(20))  # see quizzes.domain.ruling.Policy
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


correction_t = cast(Table, CorrectionRow.__table__)
entry_t = cast(Table, CorrectionEntryRow.__table__)
_question_t = cast(Table, QuestionRow.__table__)
person_t = cast(Table, PersonRow.__table__)
# Previews never count; of people whose accounts were deleted the typed answers are gone, so their scores stay.
IN_SCOPE = (attempt_t.c.kind != "preview", person_t.c.erased_at.is_(None))
RUNNING, DONE = "running", "done"


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision with what it is about. number: of the wording `version_id` names. by: None at the command line."""

    id: int
    public_id: str
    question_id: int
    key: str
    track: str
    version_id: int
    number: int
    policy: Policy
    option: str | None
    may_lower: bool
    reason: str
    status: str
    actor_id: int | None
    by: str | None
    made_at: datetime
    finished_at: datetime | None
    stem: str

    @property
    def decision(self) -> Decision:
        """Return what was decided, as the rules see it."""
        upto = self.number - 1 if self.policy in NEEDS_KEY else self.number
        return Decision(self.policy, upto, self.option, self.may_lower, self.reason)

    @property
    def running(self) -> bool:
        """Say whether attempts are still to be done."""
        return self.status == RUNNING


@dataclass(frozen=True, slots=True)
class Entry:
    """What one correction did to one attempt. left: a pass would have been lost, so it stayed as it was."""

    attempt: str
    person_id: int
    name: str
    titles: Mapping[str, str]
    track: str
    number: int
    position: int
    applied: bool
    score_before: Fraction
    score_after: Fraction
    maximum_before: Fraction
    maximum_after: Fraction
    passed_before: bool
    passed_after: bool
    recorded_at: datetime
    reason: str

    @property
    def changed(self) -> bool:
        """Say whether there is a difference that a learner would see."""
        before = (self.score_before, self.maximum_before, self.passed_before)
        return before != (self.score_after, self.maximum_after, self.passed_after)

    @property
    def left(self) -> bool:
        """Say whether it was left as it was, because it would have lost a pass."""
        return self.changed and not self.applied


_CORRECTIONS = (
    select(
        correction_t.c.id, correction_t.c.public_id, correction_t.c.question_id, _question_t.c.key,
        _question_t.c.track, correction_t.c.version_id, question_t.c.number, correction_t.c.policy,
        correction_t.c.option, correction_t.c.may_lower, correction_t.c.reason, correction_t.c.status,
        correction_t.c.actor_id, person_t.c.name.label("by"), correction_t.c.made_at, correction_t.c.finished_at,
        question_t.c.shown,
    )
    .join(_question_t, _question_t.c.id == correction_t.c.question_id)
    .join(question_t, question_t.c.id == correction_t.c.version_id)
    .outerjoin(person_t, person_t.c.id == correction_t.c.actor_id)
    .order_by(correction_t.c.id.desc())
)  # fmt: skip
_ENTRIES = (
    select(
        attempt_t.c.public_id.label("attempt"), attempt_t.c.person_id, person_t.c.name, version_t.c.titles,
        attempt_t.c.track, attempt_t.c.number, entry_t.c.position, entry_t.c.applied, entry_t.c.score_before,
        entry_t.c.score_after, entry_t.c.maximum_before, entry_t.c.maximum_after, entry_t.c.passed_before,
        entry_t.c.passed_after, entry_t.c.recorded_at, correction_t.c.reason,
    )
    .join(correction_t, correction_t.c.id == entry_t.c.correction_id)
    .join(attempt_t, attempt_t.c.id == entry_t.c.attempt_id)
    .join(version_t, version_t.c.id == attempt_t.c.quiz_version_id)
    .join(person_t, person_t.c.id == attempt_t.c.person_id)
    .order_by(entry_t.c.id)
)  # fmt: skip
_entered = (
    select(entry_t.c.id)
    .where(entry_t.c.correction_id == correction_t.c.id, entry_t.c.attempt_id == bindparam("attempt_id"))
    .correlate(correction_t)
    .exists()
)
_TO_DO = select(correction_t.c.id).where(
    correction_t.c.id == bindparam("correction_id"), correction_t.c.status == RUNNING, ~_entered
)
_TELL = update(attempt_t).where(attempt_t.c.id == bindparam("at_attempt")).values(rescored_at=bindparam("moment"))
_SEEN = (
    update(attempt_t)
    .where(attempt_t.c.public_id == bindparam("at_attempt"), attempt_t.c.person_id == bindparam("owner"))
    .values(rescored_at=None)
    .returning(attempt_t.c.id)
)


def corrections(session: Session, **where: Any) -> list[Correction]:
    """Return the decisions that match (question_id, public_id, status), the newest first."""
    matching = (correction_t.c[name] == value for name, value in where.items())
    rows = session.execute(_CORRECTIONS.where(*matching))
    return [_correction([*row]) for row in rows]


def _correction(facts: list[Any]) -> Correction:
    values: list[Any] = [*facts[:7], Policy(facts[7]), *facts[8:-1], str(facts[-1]["stem"])]
    return Correction(*values)


def correction(session: Session, public_id: str) -> Correction:
    """Return one decision. Raises NotFound."""
    found = corrections(session, public_id=public_id)
    if not found:
        raise NotFound("correction")
    return found[0]


def add_correction(session: Session, values: Mapping[str, Any]) -> str:
    """Write a decision; return its public id."""
    row = CorrectionRow(**values)
    session.add(row)
    session.flush()
    return row.public_id


def finish(session: Session, correction_id: int, now: datetime) -> None:
    """Close a decision that is carried out, or stopped."""
    open_one = (correction_t.c.id == correction_id, correction_t.c.status == RUNNING)
    session.execute(update(correction_t).where(*open_one).values(status=DONE, finished_at=now))


def entries(session: Session, correction_id: int) -> list[Entry]:
    """Return what a decision did, attempt by attempt."""
    return [_entry([*row]) for row in session.execute(_ENTRIES.where(entry_t.c.correction_id == correction_id))]


def entries_of_attempt(session: Session, attempt_id: int) -> list[Entry]:
    """Return what corrections did to one attempt, the earliest first."""
    return [_entry([*row]) for row in session.execute(_ENTRIES.where(entry_t.c.attempt_id == attempt_id))]


def _entry(facts: list[Any]) -> Entry:
    return Entry(*facts)


def is_to_do(session: Session, correction_id: int, attempt_id: int) -> bool:
    """Say whether a decision is still to be carried out for an attempt: not done yet, and not stopped."""
    return session.scalar(_TO_DO, {"correction_id": correction_id, "attempt_id": attempt_id}) is not None


def add_entry(session: Session, correction_id: int, attempt_id: int, effect: Effect, now: datetime) -> None:
    """Keep what a decision did to an attempt, or would have done where it was left as it was."""
    before, after = effect.before, effect.after
    values: dict[str, Any] = {"correction_id": correction_id, "attempt_id": attempt_id, "position": effect.position}
    values |= {"applied": effect.applied, "recorded_at": now}
    for name in ("fraction", "score", "maximum", "passed"):
        values |= {f"{name}_before": getattr(before, name), f"{name}_after": getattr(after, name)}
    session.execute(insert(entry_t), values)


def tell(session: Session, attempt_id: int, now: datetime) -> None:
    """Note that the learner has a changed score to see."""
    session.execute(_TELL, {"at_attempt": attempt_id, "moment": now})


def seen(session: Session, public_id: str, person_id: int) -> None:
    """Note that the learner has seen their changed score. Raises NotFound when the attempt is not theirs."""
    if session.execute(_SEEN, {"at_attempt": public_id, "owner": person_id}).first() is None:
        raise NotFound("attempt")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An attempt that a decision has not reached. ruling, graded_version_id: what its slot carries."""

    attempt: str
    status: str
    version_id: int
    ruling: dict[str, Any] | None
    graded_version_id: int | None
    started_at: datetime
    submitted_at: datetime | None


def waiting(session: Session, correction_id: int, question_id: int, upto: int) -> Sequence[Waiting]:
    """Return the attempts without an entry of this decision; open ones never have one. The earliest come first."""
    rows = session.execute(
        select(
            attempt_t.c.public_id, attempt_t.c.status, slot_t.c.question_version_id, slot_t.c.ruling,
            slot_t.c.graded_version_id, attempt_t.c.started_at, attempt_t.c.submitted_at,
        )
        .select_from(slot_t)
        .join(question_t, question_t.c.id == slot_t.c.question_version_id)
        .join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
        .join(person_t, person_t.c.id == attempt_t.c.person_id)
        .outerjoin(entry_t, and_(entry_t.c.attempt_id == attempt_t.c.id, entry_t.c.correction_id == correction_id))
        .where(question_t.c.question_id == question_id, question_t.c.number <= upto, *IN_SCOPE)
        .where(entry_t.c.id.is_(None))
        .order_by(attempt_t.c.id, slot_t.c.position)
    )  # fmt: skip
    return [Waiting(*row) for row in rows]


def done_count(session: Session, correction_id: int) -> int:
    """Return how many attempts a decision has reached."""
    return session.scalar(select(func.count()).where(entry_t.c.correction_id == correction_id)) or 0
