"""The database: engine settings, column types, and `write()`, the one way to change anything."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

import pysqlite3.dbapi2
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, MetaData, String, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from learnapp.kit import metrics

# The newest file under migrations/versions; /readyz compares it with the database (a test keeps it true).
SCHEMA_HEAD = "0003"
# SQLite 3.7.0-3.51.2 can lose acknowledged commits in WAL mode, except in these patched lines.
SAFE_WAL = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
# How long a statement waits for somebody else's lock before the visitor is told 503; a page gives a save up after 10 s.
LOCK_SECONDS = 8


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: aware UTC in Python, stored without zone on SQLite and with it on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


# Reading "7/9" costs more than the rest of its row, and the same few weights and marks come again and again.
_exact = lru_cache(maxsize=4096)(Fraction)


class ExactFraction(TypeDecorator[Fraction]):
    """An exact rational number, stored as text such as "7/9"; never rounded."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, _dialect: Dialect) -> str | None:
        return None if value is None else str(Fraction(value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Fraction | None:
        return None if value is None else _exact(value)


def new_public_id() -> str:
    """Return an unguessable id for URLs: 96 random bits in 16 URL-safe characters."""
    return secrets.token_urlsafe(12)


class Base(DeclarativeBase):
    """The mother of all rows; names every constraint so that migrations can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        Fraction: ExactFraction,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class PublicIdMixin:
    """A row that appears in URLs under an unguessable id."""

    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)


# A thin shell for engines and sessions; our rows are plain typed models on Base, never `db.Model`.
db = SQLAlchemy(session_options={"expire_on_commit": False})


_JSON = json.JSONDecoder()


def _read_json(text: str) -> Any:
    """Read JSON that we wrote ourselves, so without looking for white space around it: that takes half of the time."""
    return _JSON.raw_decode(text)[0]


def engine_options(url: str) -> dict[str, Any]:
    """Return the engine's settings for this database address (SQLite file or PostgreSQL)."""
    options: dict[str, Any] = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        options["module"] = pysqlite3.dbapi2
        options["connect_args"] = {"timeout": LOCK_SECONDS}
        options["json_deserializer"] = _read_json
        return options
    timeouts = f"-c statement_timeout=15s -c lock_timeout={LOCK_SECONDS}s -c idle_in_transaction_session_timeout=30s"
    options |= {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8, "pool_timeout": 10}
    options["connect_args"] = {"options": timeouts, "connect_timeout": 5}
    return options


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Say whether this SQLite keeps every acknowledged commit in WAL mode."""
    newest, *patched = SAFE_WAL
    return version >= newest or any(version[:2] == line[:2] and version >= line for line in patched)


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    journal = "WAL" if wal_is_safe(pysqlite3.dbapi2.sqlite_version_info) else "TRUNCATE"
    for pragma in (
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def prepare_engine(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and our own BEGIN; leave PostgreSQL as it is."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)


def init_db(app: Flask) -> None:
    """Bind the database to the app."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    app.teardown_appcontext(_let_go)  # the newest runs first, so before the extension's own
    with app.app_context():
        prepare_engine(db.engine)


@contextmanager
def write() -> Iterator[Session]:
    """Open the one writing transaction of an action: all of it is committed, or none of it.

    Ends the read transaction that loading the actor opened, forgets what was read (it must be
    read again inside), then begins IMMEDIATE on SQLite and plainly on PostgreSQL. Do slow work
    (password hashes, rendering) before entering.
    """
    session = db.session()
    session.rollback()
    session.expunge_all()
    session.connection(execution_options={"immediate": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        metrics.committed(session, well=False)
        raise
    metrics.committed(session, well=True)


def forget() -> None:
    """Drop what a failed request left open; the next one begins afresh."""
    try:
        db.session.rollback()
    except DBAPIError:
        db.session().invalidate()


def _let_go(_error: BaseException | None) -> None:
    """Give a request's connection back; one whose server has gone is thrown away: the answer is made already."""
    try:
        db.session.remove()
    except DBAPIError:
        db.session().invalidate()


def read() -> Session:
    """Return the session for reading; a read never commits."""
    return db.session()
