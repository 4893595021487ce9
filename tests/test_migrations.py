"""Migrations: up gives what the models say, down leaves nothing, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import inspect

from learnapp.kit import schema
from learnapp.kit.db import SCHEMA_HEAD, db
from tests import postgres
from tests.made import make_app


def _up_and_down(folder: Path, url: str) -> None:
    app = make_app(folder, url)
    schema.init_schema(app)
    with app.app_context():
        assert schema.head() == SCHEMA_HEAD
        schema.upgrade()
    with app.app_context():
        assert schema.differences() == []
    with app.app_context():
        schema.upgrade()  # a second time changes nothing
    with app.app_context():
        schema.downgrade()
    with app.app_context():
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        db.engine.dispose()


def test_sqlite_goes_up_and_down(tmp_path: Path):
    _up_and_down(tmp_path, "")


def test_postgres_goes_up_and_down(tmp_path: Path, postgres_server: str):
    with postgres.scratch_database(postgres_server) as url:
        _up_and_down(tmp_path, url)


@pytest.mark.both_databases
def test_foreign_keys_are_enforced(app):
    from sqlalchemy.exc import IntegrityError

    from learnapp.cohorts.storage import EnrolmentRow
    from learnapp.kit import clock
    from learnapp.kit.db import write

    with app.app_context(), pytest.raises(IntegrityError), write() as session:
        session.add(EnrolmentRow(cohort_id=999, person_id=999, part="learner", joined_at=clock.now()))


def test_a_migration_that_meets_somebody_who_saves_begins_again(tmp_path: Path, postgres_server: str):
    """A learner's save holds the attempt and then asks for the person; the migration has them the other way round."""
    with postgres.scratch_database(postgres_server) as url:
        app = make_app(tmp_path, url)
        schema.init_schema(app)
        with app.app_context():
            schema.upgrade("0002")
        with psycopg.connect(url) as save, psycopg.connect(url, autocommit=True) as watch:
            save.execute("SET deadlock_timeout = '1min'")  # it is the migration that gives way
            save.execute("LOCK TABLE attempt IN ROW EXCLUSIVE MODE")
            with ThreadPoolExecutor(1) as pool:
                migration = pool.submit(_upgrade, app)
                while not watch.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                    assert not migration.done(), migration.result()
                save.execute("LOCK TABLE person IN ROW SHARE MODE")  # only when the migration has given it back
                save.commit()
                migration.result()
        with app.app_context():
            assert schema.differences() == []
            db.engine.dispose()


def _upgrade(app: Flask) -> None:
    with app.app_context():
        schema.upgrade()
