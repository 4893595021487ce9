"""What this room keeps about a person: to take along, and to delete."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learnapp.kit.i18n import _
from learnapp.kit.personal import Kept, Record

from .storage import LessonRow, ReadingRow


def kept_about(session: Session, person_id: int, _now: datetime) -> list[Kept]:
    """Return which sections somebody has read."""
    return [
        Kept(
            "reading",
            _("Which parts of which lessons you have read"),
            {"lesson": _("the lesson"), "section": _("the part of it"), "done_at": _("when you read it")},
            lambda: _reading(session, person_id),
        )
    ]


def _reading(session: Session, person_id: int) -> Iterator[Record]:
    marks = select(LessonRow.slug, ReadingRow.section_key, ReadingRow.done_at)
    mine = marks.join(LessonRow, LessonRow.id == ReadingRow.lesson_id).where(ReadingRow.person_id == person_id)
    for lesson, section, done_at in session.execute(mine.order_by(ReadingRow.done_at, LessonRow.slug)):
        yield {"lesson": lesson, "section": section, "done_at": done_at}


def erase(session: Session, person_id: int, _keep_scores: bool, _now: datetime) -> None:
    """Delete what somebody has read."""
    session.execute(delete(ReadingRow).where(ReadingRow.person_id == person_id))
