"""The database shell: exact types, one way to write, safe SQLite."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from flask import Flask
from pysqlite3 import dbapi2
from sqlalchemy import text

from learnapp.kit.db import ExactFraction, UtcDateTime, db, engine_options, forget, read, wal_is_safe, write

NAIVE = datetime(2026, 3, 1)  # noqa: DTZ001 - as SQLite gives it back


def _half_written(insert) -> None:
    with write() as session:
        session.execute(insert, {"name": "half"})
        raise RuntimeError


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 53, 0), True), ((3, 51, 3), True), ((3, 51, 2), False), ((3, 50, 7), True), ((3, 50, 6), False),
     ((3, 44, 6), True), ((3, 44, 5), False), ((3, 45, 9), False), ((4, 0, 0), True)],
)  # fmt: skip
def test_only_patched_sqlite_is_trusted_with_wal(version: tuple[int, ...], safe: bool):
    assert wal_is_safe(version) is safe


def test_fractions_are_stored_exactly():
    column = ExactFraction()
    third = Fraction(1, 3)
    assert column.process_result_value(column.process_bind_param(third, None), None) == third


def test_times_are_stored_in_utc_and_never_naive():
    column = UtcDateTime()
    there = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert column.process_bind_param(there, None) == datetime(2026, 3, 1, 0, tzinfo=UTC)
    assert column.process_result_value(NAIVE, None) == datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="naive"):
        column.process_bind_param(NAIVE, None)


def test_sqlite_runs_with_the_promised_settings(app):
    with app.app_context(), db.engine.connect() as connection:
        asked = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in
                 ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}  # fmt: skip
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 8000}


def test_parameters_never_reach_a_log(app):
    assert engine_options("sqlite:///x")["hide_parameters"] is True
    assert engine_options("postgresql+psycopg://h/d")["hide_parameters"] is True


@pytest.mark.both_databases
def test_write_commits_all_or_nothing(app):
    insert = text("INSERT INTO role (name, description, grants) VALUES (:name, '', '')")
    with app.app_context():
        with pytest.raises(RuntimeError):
            _half_written(insert)
        with write() as session:
            session.execute(insert, {"name": "whole"})
        names = set(db.session.execute(text("SELECT name FROM role")).scalars())
    assert "whole" in names
    assert "half" not in names


def test_a_database_that_goes_away_after_the_answer_spoils_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """The last thing a request does is to give its connection back, which may find the server gone."""
    client = app.test_client()
    assert client.get("/").status_code == 200
    with app.app_context():
        dialect = db.engine.dialect
    gone: list[int] = []

    def do_rollback(connection: object) -> None:
        gone.append(1)
        raise dbapi2.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(dialect, "do_rollback", do_rollback)
    assert client.get("/").status_code == 200
    assert gone
    with app.app_context():
        read().execute(text("SELECT 1"))
        forget()
        read().execute(text("SELECT 1"))
    monkeypatch.undo()
    assert client.get("/").status_code == 200
