"""An INSERT that knows ON CONFLICT on both databases: how two people at once become one row."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(session: Session, table: Any) -> Any:
    """Return this database's own INSERT for `table` (SQLite and PostgreSQL spell ON CONFLICT alike)."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: Any) -> Any:
    """Return the same by the name of the database's dialect, for statements that are built once."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
