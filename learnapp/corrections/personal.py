"""What this room keeps about a person: to delete. What corrections did to their scores, quizzes hand out."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from .storage import CorrectionRow


def erase(session: Session, person_id: int, _keep_scores: bool, _now: datetime) -> None:
    """Take the name off what somebody decided; the decision and its reason belong to the question."""
    session.execute(update(CorrectionRow).where(CorrectionRow.actor_id == person_id).values(actor_id=None))
