"""What this room keeps about a person: to take along, and to delete."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from learnapp.kit.i18n import _
from learnapp.kit.personal import Kept, Record
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.personal import Own
from learnapp.quizzes.storage.tables import attempt_t

from .storage import CorrectionEntryRow, CorrectionRow


def kept_about(session: Session, person_id: int, now: datetime) -> list[Kept]:
    """Return what corrections did to somebody's scores, as far as pages tell it, and what they corrected as staff."""
    columns = {
        "attempt": _("the attempt"),
        "question": _("its number on the paper; empty while the quiz does not show what was right or wrong"),
        "applied": _(
            "whether your score was changed; it never is when that would lose you a pass unannounced; "
            "empty while the quiz does not show passing"
        ),
        "points_before": _("your points for the question before"),
        "points_after": _("your points for the question after"),
        "score_before": _("your points in all before"),
        "score_after": _("your points in all after"),
        "possible_before": _("the points you could have before"),
        "possible_after": _("the points you could have after"),
        "passed_before": _("whether you had passed before"),
        "passed_after": _("whether you had passed after"),
        "reason": _("the reason that was written down; empty while the quiz does not show points"),
        "at": _("when"),
    }
    made = {"reason": _("the reason that you wrote down"), "made_at": _("when"), "finished_at": _("when it was done")}
    own = Own(session, person_id, now)
    return [
        Kept("score_corrections", _("Corrections of your scores"), columns, lambda: _entries(own)),
        Kept("corrections_made", _("Corrections that you made"), made, lambda: _made(session, person_id)),
    ]


def _entries(own: Own) -> Iterator[Record]:
    rows = select(CorrectionEntryRow, CorrectionRow.reason)
    rows = rows.join(CorrectionRow, CorrectionRow.id == CorrectionEntryRow.correction_id)
    rows = rows.join(attempt_t, attempt_t.c.id == CorrectionEntryRow.attempt_id)
    mine = rows.where(attempt_t.c.person_id == own.person_id).order_by(CorrectionEntryRow.id)
    by_id = {attempt.id: attempt for attempt in own.attempts}
    for entry, reason in own.session.execute(mine).all():
        attempt = by_id[entry.attempt_id]
        slots = own.slots(attempt)
        slot = next(each for each in slots if each.position == entry.position)
        yield _entry(attempt, entry, slot, reason, own.told(attempt), own.told_of_slots(attempt, slots)[slot.id])


def _entry(
    attempt: Row[Any], entry: CorrectionEntryRow, slot: Row[Any], reason: str, told: Disclosure, of_slot: Disclosure
) -> Record:
    def earned(share: Fraction | None) -> Fraction | None:
        return share * slot.weight if share is not None and of_slot.marks else None

    return {
        "attempt": attempt.public_id, "question": entry.position if told.correctness else None,
        "applied": entry.applied if told.overall else None,  # mostly a pass that would be lost keeps it from it
        "points_before": earned(entry.fraction_before), "points_after": earned(entry.fraction_after),
        "score_before": entry.score_before if told.marks else None,
        "score_after": entry.score_after if told.marks else None,
        "possible_before": entry.maximum_before, "possible_after": entry.maximum_after,
        "passed_before": entry.passed_before if told.overall else None,
        "passed_after": entry.passed_after if told.overall else None,
        "reason": reason if told.marks else None, "at": entry.recorded_at,
    }  # fmt: skip


def _made(session: Session, person_id: int) -> Iterator[Record]:
    rows = select(CorrectionRow.reason, CorrectionRow.made_at, CorrectionRow.finished_at)
    for row in session.execute(rows.where(CorrectionRow.actor_id == person_id).order_by(CorrectionRow.id)):
        yield dict(zip(("reason", "made_at", "finished_at"), row, strict=True))


def erase(session: Session, person_id: int, _keep_scores: bool, _now: datetime) -> None:
    """Take the name off what somebody decided; the decision and its reason belong to the question."""
    session.execute(update(CorrectionRow).where(CorrectionRow.actor_id == person_id).values(actor_id=None))
