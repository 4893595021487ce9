"""What the readiness probe asks the database."""

from pysqlite3 import dbapi2
from sqlalchemy import text

from learnapp.kit.db import SCHEMA_HEAD, read, wal_is_safe


def schema_is_current() -> bool:
    """Say whether the database answers and has the schema of this code."""
    return bool(read().scalar(text("SELECT version_num FROM alembic_version")) == SCHEMA_HEAD)


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
