"""A PostgreSQL database: copied and put back by its own pg_dump and pg_restore, counted in the copy itself."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import conninfo, pq
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import Connection, make_url

from learnapp.kit.errors import Refusal

LINE = 400  # of what a tool says
_COPY = re.compile(rb'COPY (?:"?\w+"?\.)?"?(\w+)"? \(.*\) FROM stdin;\n')
_END = b"\\.\n"


def _environment(url: str) -> dict[str, str]:
    """Return the address as libpq's variables: a password in a command line could be read by everybody here."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    names = {each.keyword.decode(): each.envvar.decode() for each in pq.Conninfo.get_defaults() if each.envvar}
    own = {names[word]: str(value) for word, value in conninfo.conninfo_to_dict(plain).items() if word in names}
    return {**os.environ, **own}


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refusal("tool_missing", tool=name)
    return found


def _run(command: list[str], env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603
    if done.returncode:
        raise Refusal("tool_failed", tool=Path(command[0]).name, said=done.stderr.strip()[-LINE:])


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """Open the database at one moment that stays the same, without the time limits that pages have."""
    engine = create_engine(url, isolation_level="REPEATABLE READ", poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        yield connection


def dump(url: str, connection: Connection, target: Path) -> None:
    """Copy the database into `target`, as it is at the moment that `connection` sees.

    Raises Refusal "tool_missing" without pg_dump, "tool_failed" with its words (an older pg_dump than the server).
    """
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
    _run([_tool("pg_dump"), *options], _environment(url))
    with target.open("rb") as file:
        os.fsync(file.fileno())


def rows_in(path: Path) -> dict[str, int] | None:
    """Return {table: rows} as they stand in a copy, by unpacking all of it; None when it cannot be unpacked."""
    command = [_tool("pg_restore"), "--data-only", "--file=-", str(path)]
    found: dict[str, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as unpacking:  # noqa: S603
        lines = unpacking.stdout or ()
        table = None
        for line in lines:
            if table is not None and line == _END:
                table = None
            elif table is not None:
                found[table] += 1
            elif started := _COPY.fullmatch(line):
                table = started[1].decode()
                found[table] = 0
    return None if unpacking.returncode else found


def is_empty(url: str) -> bool:
    """Say whether the database has no tables yet."""
    count = text("SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()")
    with opened(url) as connection:
        return not connection.scalar(count)


def put(source: Path, url: str) -> None:
    """Bring a copy back into an empty database, all of it or nothing."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    env = _environment(url)
    _run([_tool("pg_restore"), *options, f"--dbname={env['PGDATABASE']}", str(source)], env)
