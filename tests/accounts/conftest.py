"""What tests of accounts share: signing in, the mail that waits, and the statements of a request."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from learnapp.kit.db import db
from learnapp.kit.outbox import OutboxRow
from tests.judge import JudgingClient
from tests.people import PASSWORD


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[dict[str, Any]]]:
    """Return the payloads of all mail in the outbox, oldest first."""

    def waiting() -> list[dict[str, Any]]:
        with app.app_context():
            return list(db.session.scalars(select(OutboxRow.payload).order_by(OutboxRow.id)))

    return waiting


def enter(client: JudgingClient, email: str, password: str = PASSWORD, **more: str) -> Any:
    """Sign in as a browser does; return the first response."""
    return client.send("/account/sign-in", {"email": email, "password": password, **more})


def link_in(mail: dict[str, Any], path: str) -> str:
    """Return the path of the link to `path` in a mail."""
    match = re.search(rf"http://127\.0\.0\.1:5000({path}\S*)", mail["body"])
    assert match, mail["body"]
    return match.group(1)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL of everything done inside, without BEGIN and COMMIT."""
    seen: list[str] = []

    def remember(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", remember)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", remember)
