"""Fixtures for everybody: an app on a fresh database, people, a judging client.

The database is SQLite, or SQLite and PostgreSQL with @pytest.mark.both_databases.

database -> url of a migrated, otherwise empty database; `app` -> an application on it, inside no context;
`school` -> an app with the real content published; `people` -> tests.people.People (needs `app` or `school`);
`client` -> JudgingClient, anonymous; `sign_in(someone)` -> a JudgingClient signed in as that person.
"""

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from tests import made, postgres
from tests import people as folk
from tests.faults.table import pytest_terminal_summary  # noqa: F401  prints what the drills measured
from tests.judge import JudgingClient
from tests.made import make_app

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "on_postgres: runs on PostgreSQL, where several write at once")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_databases")
        alone = "postgres" if metafunc.definition.get_closest_marker("on_postgres") else "sqlite"
        metafunc.parametrize("database", ["sqlite", "postgres"] if both else [alone], indirect=True)


def pytest_collection_finish() -> None:
    gc.freeze()  # what was imported stays; looking through it again and again costs every test


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):  # the process that the others of this run belong to
        made.forget(_run_folder(session.config))


def _run_folder(config: pytest.Config) -> Path:
    base = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config) -> Path:
    """A folder that all test processes of this run share."""
    return _run_folder(pytestconfig)


@pytest.fixture(scope="session")
def postgres_server(shared_folder: Path) -> str:
    """The address of a PostgreSQL server where databases can be made."""
    return postgres.server_url(shared_folder)


@pytest.fixture(scope="session")
def static_folder(shared_folder: Path) -> Path:
    """Static files, built once for this test run."""
    return made.static_files(shared_folder)


def _fresh(kind: str, template: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    run = request.getfixturevalue("shared_folder")
    if kind == "sqlite":
        shutil.copy(made.sqlite_file(run, template), folder / "learnapp.db")
        yield f"sqlite:///{folder / 'learnapp.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    with postgres.scratch_database(server, made.postgres_database(run, server, template)) as url:
        yield url


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The url of a migrated database with roles; with real content when the test uses `school`."""
    template = "school" if "school" in request.fixturenames else "empty"
    yield from _fresh(request.param, template, tmp_path, request)


@pytest.fixture
def app(database: str, tmp_path: Path, static_folder: Path) -> Iterator[Flask]:
    """An application on a fresh database."""
    if not (tmp_path / "static").exists():
        (tmp_path / "static").symlink_to(static_folder)
    app = make_app(tmp_path, database)
    yield app
    with app.app_context():
        from learnapp.kit.db import db

        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def school(app: Flask) -> Flask:
    """An application with the real content published (asking for it changes the database's template)."""
    return app


@pytest.fixture
def people(app: Flask) -> folk.People:
    """Everybody, written into the app's database."""
    with app.app_context():
        return folk.make_people()


@pytest.fixture
def client(app: Flask) -> JudgingClient:
    """An anonymous visitor whose every page is judged."""
    client = app.test_client()
    assert isinstance(client, JudgingClient)
    return client


def signed_in_client(app: Flask, person_id: int) -> JudgingClient:
    """Return a client whose cookie carries a fresh session of this person."""
    from learnapp.accounts.actions import open_session
    from learnapp.kit import clock

    client = app.test_client()
    assert isinstance(client, JudgingClient)
    with app.app_context():
        token = open_session(person_id, clock.now())
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    return client


@pytest.fixture
def sign_in(app: Flask) -> Callable[[folk.Someone], JudgingClient]:
    """A function that gives a client signed in as someone, without spending time on the password hash."""

    return lambda someone: signed_in_client(app, someone.id)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for this test process; a second would not start beside it."""
    from tests.chromium import launched  # heavy

    with launched() as found:
        yield found
