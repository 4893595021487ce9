"""What every drill needs: an installation to break, people to answer, and a comparison afterwards.

`Place` is an installation: a folder, a database, an app for looking inside, `serve()` for real processes.
`Learner` is somebody with a browser; `compare()` says what of their log the database does not hold.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from learnapp.accounts.storage import PersonRow, SessionRow
from learnapp.kit import clock
from learnapp.kit.db import db, write
from learnapp.kit.sessions import LIFETIME, cookie_values, new_token, token_hash
from tests.quizzes.made_up import publish

from .compare import Findings, compare
from .learner import Acknowledged, Learner, Log, Reply
from .servers import BIN, ROOT, OwnPostgres, Server, environment, free_port, wait_until

LONG = os.environ.get("DRILL") == "long"  # `make drill`; otherwise the short form, a part of `make test`
QUESTIONS = 10
__all__ = [
    "BIN", "LONG", "QUESTIONS", "ROOT", "Acknowledged", "Findings", "Learner", "Log", "OwnPostgres", "Place", "Reply",
    "Server", "all_at_once", "background", "compare", "cookie_for", "either", "environment", "free_port", "kind_of",
    "meanwhile", "wait_until",
]  # fmt: skip


def either(short: Any, long: Any) -> Any:
    """Return the size of a drill in its short or its long form."""
    return long if LONG else short


def kind_of(app: Flask) -> str:
    """Return "sqlite" or "postgres", as the table of figures calls an app's database."""
    return "sqlite" if app.config["SETTINGS"].database_url.startswith("sqlite") else "postgres"


def cookie_for(app: Flask, token: str) -> str:
    """Return the session cookie's value, signed as the server signs it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.dumps({**cookie_values(token), "_permanent": True}))


@dataclass
class Place:
    """An installation. kind: "sqlite" or "postgres". postgres: the server that may be stopped, on PostgreSQL."""

    kind: str
    folder: Path
    url: str
    app: Flask
    postgres: OwnPostgres | None = None

    def publish(self, slug: str = "drill", questions: int = QUESTIONS, **settings: Any) -> None:
        """Publish a quiz of single choices whose option b is right; settings: as tests.quizzes.made_up.publish."""
        with self.inside():
            publish(slug, ["choice"] * questions, clock.now(), **settings)

    def people(self, count: int) -> list[str]:
        """Add trainees, each with an open session; return the values of their cookies."""
        now = clock.now()
        tokens = [new_token() for _ in range(count)]
        with self.inside(), write() as session:
            for token in tokens:
                key = token_hash(token)[:20]
                row = PersonRow(
                    email=f"{key}@example.org", name=f"Learner {key}", track="trainee", active=True, password=None,
                    fs_uniquifier=key, confirmed_at=now, created_at=now, time_zone=None,
                )  # fmt: skip
                session.add(row)
                session.flush()
                session.add(
                    SessionRow(
                        token_hash=token_hash(token), person_id=row.id, created_at=now, expires_at=now + LIFETIME
                    )
                )
        return [cookie_for(self.app, token) for token in tokens]

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Work in the database directly; leaves no connection behind."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()

    def serve(self, workers: int = 3, **changes: Any) -> Server:
        """Return a server for this installation, to be entered with `with`."""
        return Server(self.folder, self.url, workers, **changes)

    def environment(self) -> dict[str, str]:
        """Return the environment for a command of this installation, such as `flask --app wsgi worker`."""
        return environment(self.folder, self.url)


def all_at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Call act(0), act(1), ... in as many threads; return their results, raise the first fault."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))


@contextmanager
def meanwhile(count: int, act: Callable[[int, threading.Event], None]) -> Iterator[threading.Event]:
    """Run act(0, over), act(1, over), ... in as many threads while the block runs.

    `over` is set when it ends; a fault in one of them is raised here, and so is waiting for ever.
    """
    over = threading.Event()
    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(act, number, over) for number in range(count)]
        try:
            yield over
        finally:
            over.set()
            for each in running:
                each.result(120)


def background(act: Callable[[threading.Event], None]) -> AbstractContextManager[threading.Event]:
    """Run act(over) in one thread while the block runs."""
    return meanwhile(1, lambda _number, over: act(over))
