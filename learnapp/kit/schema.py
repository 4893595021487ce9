"""Bring the database to the newest schema, or back.

Imported by commands and tests only, never by a web worker. Each function runs in an app context of
its own, whose end closes the connection that Alembic keeps.
"""

import logging
import random
import time
from collections.abc import Callable

from flask import Flask
from flask_alembic import Alembic
from sqlalchemy.exc import OperationalError

from learnapp.config import ROOT
from learnapp.kit.db import Base

IN_THE_WAY = {"40P01", "55P03"}  # PostgreSQL: a deadlock with somebody who saves, and a lock that does not come
PATIENCE = "200"  # milliseconds
TRIES = 100

_alembic = Alembic(run_mkdir=False, command_name="", metadatas=Base.metadata)
logging.getLogger("alembic").setLevel(logging.WARNING)  # the extension had just made it chatty


def init_schema(app: Flask) -> None:
    """Tell Alembic where the migrations lie and how to compare."""
    app.config["ALEMBIC"] = {"script_location": str(ROOT / "migrations")}
    app.config["ALEMBIC_CONTEXT"] = {"compare_type": True, "render_as_batch": True}
    _alembic.init_app(app)


def upgrade(target: str = "heads") -> None:
    """Run every migration up to `target`; nothing happens when the schema is current."""
    _beside_learners(_alembic.upgrade, target)


def downgrade(target: str = "base") -> None:
    """Undo migrations down to `target`."""
    _beside_learners(_alembic.downgrade, target)


def _beside_learners(migrate: Callable[[str], None], target: str) -> None:
    """Migrate while learners use the tables that a migration needs for itself.

    On PostgreSQL it asks for them again and again and never waits long: whoever saves would wait behind it, or the two
    for each other.
    """
    _write_from_the_start()
    _wait_for_locks(PATIENCE)
    for turn in range(1, TRIES + 1):
        try:
            migrate(target)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in IN_THE_WAY or turn == TRIES:
                raise
            time.sleep(0.1 + random.random() / 5)  # noqa: S311
        else:
            break
    _wait_for_locks("DEFAULT")


def _wait_for_locks(how_long: str) -> None:
    connection = _alembic.migration_context.connection
    if connection is not None and connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET lock_timeout TO {how_long}")
        connection.commit()


def _write_from_the_start() -> None:
    """Take SQLite's write lock before the first statement, as `write()` does.

    A migration reads first which one is next; beside learners who save, it could not write any more after that.
    """
    connection = _alembic.migration_context.connection
    if connection is not None:
        connection.execution_options(immediate=True)


def differences() -> list[object]:
    """Return what the models have and the database has not, or the other way; [] when they agree."""
    return list(_alembic.compare_metadata())


def head() -> str:
    """Return the id of the newest migration."""
    return str(_alembic.script_directory.get_current_head())


def new_migration(message: str) -> None:
    """Write a new migration from the difference between models and database."""
    _alembic.revision(message)
