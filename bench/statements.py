"""Counts SQL statements: the same acts, in this process, over a test client instead of a connection."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench import acts
from bench.driver import Link, Reply
from learnapp.kit.db import db

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


class Inside(Link):
    """A link into an app in this process."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client(use_cookies=False)

    def request(self, method: str, path: str, cookie: str, body: bytes = b"", **headers: str) -> Reply:
        """Ask the app and read all of its answer."""
        sent = {"Cookie": cookie} | {name.replace("_", "-"): value for name, value in headers.items()}
        reply = self._client.open(path, method=method, data=body, headers=sent)
        if reply.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {reply.status_code}")
        cookie = reply.headers.get("Set-Cookie", "").split(";", 1)[0]
        return Reply(reply.text, len(reply.data), reply.headers.get("Location", ""), cookie)

    def close(self) -> None:
        """There is nothing to hang up."""


@dataclass
class Count:
    """Statements (those that only mark transactions not counted) and commits of a block."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextlib.contextmanager
def counting(app: Flask) -> Iterator[Count]:
    """Count what the block does to the app's database."""
    count = Count()

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(TRANSACTION):
            count.statements.append(statement)

    def on_commit(_connection: Any) -> None:
        count.commits += 1

    with app.app_context():
        engine = db.engine
    listeners = (("before_cursor_execute", on_statement), ("commit", on_commit))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield count
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def count_all(
    app: Flask, who: acts.Learner, names: dict[str, Callable[[Link, acts.Learner], None]]
) -> dict[str, Count]:
    """Return what each act costs the database, the second time that it is done."""
    link, found = Inside(app), {}
    who.enter(link)
    for name, act in names.items():
        act(link, who)
        with counting(app) as count:
            act(link, who)
        found[name] = count
    return found
