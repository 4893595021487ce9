"""Made-up quizzes in the app's database, and actors for actions that are called without a page."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from learnapp.accounts.domain import Actor
from tests.people import People, Someone
from tests.quizzes.made_up import publish

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the pure tests to `scripts/cover` where `make test` runs them there anyway, once, under coverage."""
    if os.environ.get("COVERED_APART") != "1":
        return
    apart = [item for item in items if _is_covered_apart(item)]
    items[:] = [item for item in items if not _is_covered_apart(item)]
    config.hook.pytest_deselected(items=apart)


def _is_covered_apart(item: pytest.Item) -> bool:
    folder = item.path.parent
    return folder == HERE / "domain" or (folder == HERE / "types" and "hostile" not in item.nodeid)


NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
FOUR = ["choice", "multiple", "numeric", "true_false"]


@pytest.fixture
def quizzes(app: Flask, people: People) -> People:
    """Quizzes: "short" (paged), "whole" (ten on one page), "timed" (15 minutes, 2 tries), "others" (more types)."""
    with app.app_context():
        publish("short", FOUR, NOW, critical=frozenset({1}), spare=1)
        publish("whole", ["choice"] * 6 + ["multiple", "multiple", "numeric", "true_false"], NOW, layout="single")
        publish("timed", FOUR, NOW, minutes=15, limit=2)
        publish("others", ["ordering", "matching"], NOW)
    return people


@pytest.fixture
def actor() -> Callable[..., Actor]:
    """A function that gives the actor for one of the people."""

    def as_actor(someone: Someone, track: str | None = "trainee", grants: Iterable[str] = ()) -> Actor:
        return Actor(
            id=someone.id, public_id=someone.public_id, name=someone.name, email=someone.email, confirmed=True,
            track=track, time_zone=None, text_size="", theme="", grants=frozenset(grants), session_id=0,
        )  # fmt: skip

    return as_actor
