"""Which rows of accounts nobody needs any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from .domain import SETUP_LINK_LIFETIME
from .storage import SessionRow, SetupLinkRow

ENDED_SESSIONS = timedelta(days=30)


def forget_old(session: Session, now: datetime) -> None:
    """Delete sessions that ended 30 days ago or earlier, and set-up links that are used or too old."""
    before = now - ENDED_SESSIONS
    session.execute(delete(SessionRow).where(or_(SessionRow.revoked_at <= before, SessionRow.expires_at <= before)))
    dead = or_(SetupLinkRow.used_at.is_not(None), SetupLinkRow.created_at <= now - SETUP_LINK_LIFETIME)
    session.execute(delete(SetupLinkRow).where(dead))
