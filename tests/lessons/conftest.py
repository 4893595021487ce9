"""Counting statements, and actors for actions that are called without a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from learnapp.accounts.domain import Actor
from tests.people import Someone


def as_actor(someone: Someone, track: str | None = "trainee") -> Actor:
    """Return the actor for one of the people."""
    return Actor(
        id=someone.id, public_id=someone.public_id, name=someone.name, email=someone.email, confirmed=True,
        track=track, time_zone=None, text_size="", theme="", grants=frozenset(), session_id=0,
    )  # fmt: skip


@pytest.fixture
def statements(app: Flask) -> Any:
    """A context manager that collects the statements run inside it (BEGIN and COMMIT are not counted)."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
                seen.append(statement)

        with app.app_context():
            from learnapp.kit.db import db

            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return collect
