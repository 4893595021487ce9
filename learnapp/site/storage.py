"""What the readiness probe asks of the database and the disks."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from pysqlite3 import dbapi2
from sqlalchemy import text

from learnapp.config import Settings
from learnapp.kit import outbox
from learnapp.kit.db import SCHEMA_HEAD, read, wal_is_safe
from learnapp.upkeep.domain import newest

DISK_FREE = 0.05  # of all
OUTBOX_WAIT = timedelta(minutes=5)


def schema_is_current() -> bool:
    """Say whether the database answers and has what this code needs.

    A newer schema is well: during a release the database is ahead, and the code of the last release goes on.
    """
    return str(read().scalar(text("SELECT version_num FROM alembic_version")) or "") >= SCHEMA_HEAD


def journal_problem() -> str | None:
    """Return "unsafe" when acknowledged commits could be lost, "fallback" when a slower safe mode is used, else None.

    Only SQLite has this question: write-ahead logging needs a library without the known fault.
    """
    session = read()
    if session.get_bind().dialect.name != "sqlite":
        return None
    mode = str(session.scalar(text("PRAGMA journal_mode"))).lower()
    full = session.scalar(text("PRAGMA synchronous")) == 2
    if not full or (mode == "wal" and not wal_is_safe(dbapi2.sqlite_version_info)):
        return "unsafe"
    return None if mode == "wal" else "fallback"


def outbox_is_late(now: datetime) -> bool:
    """Say whether something has been due for long and nobody takes it: then no worker runs."""
    oldest = outbox.oldest_waiting(now)
    return oldest is not None and now - oldest > OUTBOX_WAIT


def disk_is_full(folder: Path) -> bool:
    """Say whether less than a twentieth of this folder's disk is free."""
    usage = shutil.disk_usage(folder)
    return usage.free < usage.total * DISK_FREE


def backup_is_old(settings: Settings, now: datetime) -> bool:
    """Say whether the newest backup is older than the settings want, or missing; never when they want none."""
    if not settings.backup_max_age_hours:
        return False
    folder = settings.backup_dir
    made = newest(path.name for path in folder.iterdir()) if folder.is_dir() else None
    return made is None or now - made > timedelta(hours=settings.backup_max_age_hours)
