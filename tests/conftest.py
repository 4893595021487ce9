"""Fixtures for everybody: an app on a fresh database, people, a judging client.

The database is SQLite, or SQLite and PostgreSQL with @pytest.mark.both_databases.

database -> url of a migrated, otherwise empty database; `app` -> an application on it, inside no context;
`school` -> an app with the real content published; `people` -> tests.people.People (needs `app` or `school`);
`client` -> JudgingClient, anonymous; `sign_in(someone)` -> a JudgingClient signed in as that person.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from learnapp import create_app
from learnapp.config import load_settings
from tests import people as folk
from tests import postgres
from tests.faults.table import pytest_terminal_summary  # noqa: F401  prints what the drills measured
from tests.judge import JudgingClient

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


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def postgres_server(shared_folder: Path) -> str:
    """The address of a PostgreSQL server where databases can be made."""
    return postgres.server_url(shared_folder)


def _settings_env(folder: Path, url: str = "") -> dict[str, str]:
    return {"INSTANCE_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": "k" * 40, "DEMO": "0"}


def make_app(folder: Path, url: str = "", **changes: object) -> Flask:
    """Make an application for tests with its own instance folder."""
    settings = replace(load_settings(_settings_env(folder, url)), **changes)  # type: ignore[arg-type]
    app = create_app(settings)
    app.testing = True
    app.test_client_class = JudgingClient
    return app


def _migrate(app: Flask) -> None:
    from learnapp.accounts.actions import ensure_roles
    from learnapp.kit import schema
    from learnapp.kit.db import write

    schema.init_schema(app)
    with app.app_context():
        schema.upgrade()
    with app.app_context(), write() as session:
        ensure_roles(session)


def _publish(app: Flask) -> None:
    from learnapp.authoring.publish import publish_if_changed
    from learnapp.kit import clock

    with app.app_context():
        publish_if_changed(clock.now())


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files, built once for this test process."""
    from learnapp.config import ROOT
    from learnapp.kit.static import build

    folder = tmp_path_factory.mktemp("static")
    build(ROOT / "static", folder)
    return folder


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory, static_folder: Path) -> dict[str, Path]:
    """Two finished SQLite files to copy: "empty" (schema and roles) and "school" (real content too)."""
    found = {}
    for name in ("empty", "school"):
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(static_folder, folder / "static")
        app = make_app(folder)
        _migrate(app)
        if name == "school":
            _publish(app)
        with app.app_context():
            from learnapp.kit.db import db

            db.engine.dispose()
        found[name] = folder / "learnapp.db"
    return found


@pytest.fixture(scope="session")
def postgres_templates(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory, static_folder: Path
) -> Iterator[dict[str, str]]:
    """The same two as PostgreSQL template databases."""
    found = {}
    for name in ("empty", "school"):
        found[name] = postgres.make_database(postgres_server)
        folder = tmp_path_factory.mktemp(f"pg-{name}")
        shutil.copytree(static_folder, folder / "static")
        app = make_app(folder, postgres.with_name(postgres_server, found[name]))
        _migrate(app)
        if name == "school":
            _publish(app)
        with app.app_context():
            from learnapp.kit.db import db

            db.engine.dispose()
    yield found
    for database in found.values():
        postgres.drop_database(postgres_server, database)


def _fresh(kind: str, template: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        source = request.getfixturevalue("sqlite_templates")[template]
        shutil.copy(source, folder / "learnapp.db")
        yield f"sqlite:///{folder / 'learnapp.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    templates = request.getfixturevalue("postgres_templates")
    with postgres.scratch_database(server, templates[template]) as url:
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
