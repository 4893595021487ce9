"""A SQLite database in one file: copied while it is used, looked through, and put back."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from pysqlite3 import dbapi2
from sqlalchemy import NullPool, create_engine
from sqlalchemy.engine import Connection, make_url

from learnapp.kit.db import engine_options

PATIENCE = 60  # seconds to wait for a writer


def file_of(url: str) -> Path:
    """Return the database's file."""
    return Path(make_url(url).database or "")


def copy(url: str, target: Path) -> None:
    """Copy the database as it is at one moment into `target`, through SQLite's own online backup.

    It is copied in one step, so a writer neither waits (in the WAL journal) nor makes it begin again.
    """
    with closing(dbapi2.connect(file_of(url), timeout=PATIENCE)) as source, closing(dbapi2.connect(target)) as copied:
        source.backup(copied)
        copied.execute("PRAGMA journal_mode=DELETE")  # one file, without a journal beside it
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _look(path: Path) -> dbapi2.Connection:
    return dbapi2.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """Open a copy for looking only."""
    options = engine_options("sqlite://")
    engine = create_engine("sqlite://", module=options["module"], creator=lambda: _look(path), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def is_whole(connection: Connection) -> bool:
    """Say whether SQLite finds every page, index and reference in order."""
    integrity = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return list(integrity) == ["ok"] and not connection.exec_driver_sql("PRAGMA foreign_key_check").all()


def is_empty(url: str) -> bool:
    """Say whether nothing is there yet: no file and no journal of one, or a file without tables."""
    path = file_of(url)
    journal = path.with_name(path.name + "-wal")
    if journal.exists() and journal.stat().st_size:
        return False
    if not path.exists() or not path.stat().st_size:
        return True
    try:
        with closing(_look(path)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))
    except dbapi2.DatabaseError:
        return False  # something else is there


def put(source: Path, url: str) -> None:
    """Put a copy where the database belongs, whole or not at all."""
    path = file_of(url)
    half = path.with_name(path.name + ".part")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target, source.open("rb") as file:
        shutil.copyfileobj(file, target)
        target.flush()
        os.fsync(target.fileno())
    os.replace(half, path)
