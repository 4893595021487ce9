"""Installations for the drills, and the table of their figures.

place -> an empty installation on SQLite, on PostgreSQL with @pytest.mark.on_postgres, or on both with
@pytest.mark.both_databases;
figures -> note(**numbers): what a drill measured, for the table at the end.
"""

import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import made, postgres
from tests.made import make_app

from .harness import LONG, OwnPostgres, Place
from .table import COLUMN

MARKS = {"both_databases": ["sqlite", "postgres"], "on_postgres": ["postgres"]}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long_only: a drill of the long form only")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to stop, drills still stop their servers


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of the short form what only the long one has."""
    apart = [] if LONG else [item for item in items if item.get_closest_marker("long_only")]
    items[:] = [item for item in items if item not in apart]
    config.hook.pytest_deselected(items=apart)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "place" in metafunc.fixturenames:
        found = [kinds for mark, kinds in MARKS.items() if metafunc.definition.get_closest_marker(mark)]
        kinds = found[0] if found else ["sqlite"]
        # The short form is a part of every test run and has little time: each drill takes one of the two, in turn.
        chosen = kinds if LONG else [kinds[len(metafunc.definition.name) % len(kinds)]]
        metafunc.parametrize("place", chosen, indirect=True)


@pytest.fixture(scope="session")
def own_postgres() -> Iterator[OwnPostgres]:
    """A PostgreSQL of this test process that a drill may stop; every drill leaves it running."""
    server = OwnPostgres()
    yield server
    server.end()


@pytest.fixture(scope="session")
def own_template(own_postgres: OwnPostgres, tmp_path_factory: pytest.TempPathFactory, static_folder: Path) -> str:
    """The name of a migrated database with roles in it, to copy."""
    name = postgres.make_database(own_postgres.url)
    folder = tmp_path_factory.mktemp("own")
    (folder / "static").symlink_to(static_folder)
    made.fill(make_app(folder, postgres.with_name(own_postgres.url, name)), "empty")
    return name


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, static_folder: Path) -> Iterator[Place]:
    """An empty installation."""
    (tmp_path / "static").symlink_to(static_folder)
    if request.param == "sqlite":
        shutil.copy(made.sqlite_file(request.getfixturevalue("shared_folder"), "empty"), tmp_path / "learnapp.db")
        url = f"sqlite:///{tmp_path / 'learnapp.db'}"
        yield Place("sqlite", tmp_path, url, make_app(tmp_path, url))
        return
    server = request.getfixturevalue("own_postgres")
    with postgres.scratch_database(server.url, request.getfixturevalue("own_template")) as url:
        yield Place("postgres", tmp_path, url, make_app(tmp_path, url), server)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Note what a drill measured: figures("1", "workers killed", missing=0, ...)."""

    def note(drill: str, what: str, **numbers: object) -> None:
        request.node.user_properties.append((COLUMN, {"drill": drill, "what": what, **numbers}))

    return note
