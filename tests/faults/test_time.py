"""Drill 4 on the server: clocks that are put forward and back, a leap day, and time fields that are made up (P4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from learnapp.accounts.storage import PersonRow
from learnapp.kit.db import read, write
from learnapp.quizzes.domain.attempt import LATENCY
from learnapp.quizzes.storage.rows import AttemptRow, StepRow
from tests.conftest import signed_in_client
from tests.judge import JudgingClient
from tests.people import People
from tests.quizzes.made_up import publish

from .harness import kind_of

pytestmark = pytest.mark.both_databases
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Change:
    """A sitting across a change. began, ends: UTC. minutes: the limit. shown: what the reader's clock says then."""

    zone: str
    began: str
    minutes: int
    ends: str
    shown: str


CHANGES = {
    "back an hour": Change("Europe/Berlin", "2026-10-25T00:30", 90, "2026-10-25T02:00", "25 October 2026, 03:00"),
    "forward an hour": Change("Europe/Berlin", "2027-03-28T00:30", 60, "2027-03-28T01:30", "28 March 2027, 03:30"),
    "the same hour twice": Change(
        "America/New_York", "2026-11-01T05:30", 60, "2026-11-01T06:30", "1 November 2026, 01:30"
    ),
    "back half an hour": Change(
        "Australia/Lord_Howe", "2026-04-04T14:45", 60, "2026-04-04T15:45", "5 April 2026, 02:15"
    ),
    "into a leap day": Change("UTC", "2028-02-28T23:30", 90, "2028-02-29T01:00", "29 February 2028, 01:00"),
    "out of a leap day": Change("UTC", "2028-02-29T23:30", 90, "2028-03-01T01:00", "1 March 2028, 01:00"),
    "into a year": Change("Asia/Kathmandu", "2026-12-31T17:45", 60, "2026-12-31T18:45", "1 January 2027, 00:30"),
}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Sitting:
    """A learner at the quiz "timed"."""

    def __init__(self, client: JudgingClient, **fields: str) -> None:
        self.client, self.token = client, client.csrf_token("/quizzes/timed")
        data = {"csrf_token": self.token, **fields}
        self.path = client.post("/quizzes/timed/attempts", data=data).headers["Location"]
        self.revisions: dict[int, int] = {}

    def save(self, n: int, option: str = "b", headers: dict[str, str] | None = None, **more: object) -> int:
        """Save an answer, with whatever else a page might send; return the status."""
        body = {"revision": self.revisions.get(n, 0), "fields": {"answer": [option]}, **more}
        sent = {"X-CSRFToken": self.token, **(headers or {})}
        reply = self.client.put(f"{self.path}/answers/{n}", json=body, headers=sent)
        if reply.status_code == 200:
            self.revisions[n] = reply.json["revision"]
        return reply.status_code

    def page(self, path: str) -> str:
        """Return a page's text."""
        return self.client.get(path, follow_redirects=True).get_data(as_text=True)


def _attempt(app: Flask) -> AttemptRow:
    with app.app_context():
        return read().scalars(select(AttemptRow)).one()


@pytest.mark.parametrize("name", CHANGES)
def test_a_deadline_across_a_change_of_clocks(name: str, app: Flask, people: People) -> None:
    change = CHANGES[name]
    with time_machine.travel(_at(change.began), tick=False) as clock:
        with app.app_context():
            publish("timed", ["choice"] * 3, _at(change.began), minutes=change.minutes)
            with write() as session:
                session.execute(update(PersonRow).where(PersonRow.id == people.ana.id).values(time_zone=change.zone))
        ana = Sitting(signed_in_client(app, people.ana.id))
        ends = _at(change.ends)
        assert _attempt(app).deadline == ends
        assert f"{change.shown} ({change.zone})" in ana.page("/quizzes/timed")
        hour = change.shown.rsplit(" ", 1)[1]
        assert f"Until {hour} ({change.zone})" in ana.page(f"{ana.path}/questions/1")
        clock.move_to(ends - SECOND)
        assert ana.save(1) == 200
        clock.move_to(ends + LATENCY)
        assert ana.save(2) == 200, "sent in time, slow on its way"
        clock.move_to(ends + LATENCY + SECOND)
        assert ana.save(3) == 403
        row = _attempt(app)
        assert (row.status, row.submitted_at, row.score) == ("submitted", ends, 2)
        assert "2 out of 3" in ana.page(f"{ana.path}/result")


FAR = "2031-01-01T00:00:00.000Z"
LONG_AGO = "2001-01-01T00:00:00.000Z"
MADE_UP: dict[str, dict[str, object]] = {
    "nothing": {},
    "far ahead": dict.fromkeys(("deadline", "server_time", "saved_at", "started_at", "now", "recorded_at"), FAR),
    "long ago": dict.fromkeys(("deadline", "server_time", "saved_at", "started_at", "now", "recorded_at"), LONG_AGO),
    "numbers": {"deadline": 0, "server_time": -1, "time_left": 10**9, "begin": 1, "extra_minutes": 600},
    "no times": {"deadline": None, "server_time": None, "limit_minutes": None, "closes_at": None},
    "no shape": {"deadline": [], "server_time": {"$gt": ""}, "started_at": True},
}
HEADERS = {"Date": "Mon, 01 Jan 2001 00:00:00 GMT", "If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}


def test_made_up_time_fields_change_nothing(app: Flask, people: People, figures: Callable[..., None]) -> None:
    began = _at("2026-03-12T10:00")
    ends = began + timedelta(minutes=15)
    form = {
        "deadline": FAR,
        "started_at": FAR,
        "begin": "",
        "minutes": "999",
        "limit_minutes": "0",
        "extra_minutes": "9",
    }
    kept, tried = set(), 0
    with time_machine.travel(began, tick=False) as clock:
        with app.app_context():
            publish("timed", ["choice"] * len(MADE_UP), began, minutes=15)
        ana = Sitting(signed_in_client(app, people.ana.id), **form)
        for n, more in enumerate(MADE_UP.values(), 1):
            clock.shift(SECOND)
            assert ana.save(n, "b", HEADERS, **more) == 200
            kept.add((_attempt(app).started_at, _attempt(app).deadline))
        times = [began + SECOND * n for n in range(1, len(MADE_UP) + 1)]
        with app.app_context():
            assert read().scalars(select(StepRow.recorded_at).order_by(StepRow.id)).all() == times
        clock.move_to(ends + LATENCY + SECOND)
        for n, more in enumerate(MADE_UP.values(), 1):
            tried += ana.save(n, "a", HEADERS, **more) == 200
            again = {
                "csrf_token": ana.token,
                "answer": "a",
                "go": "next",
                **{k: str(v) for k, v in more.items()},
                **form,
            }
            tried += ana.client.post(f"{ana.path}/questions/{n}", data=again).status_code != 403
        row = _attempt(app)
    figures(
        "4", f"made-up time fields, {kind_of(app)}",
        sent=3 * len(MADE_UP), deadlines_moved=len(kept - {(began, ends)}), accepted_too_late=tried,
    )  # fmt: skip
    assert kept == {(began, ends)}
    assert tried == 0
    assert (row.submitted_at, row.score) == (ends, len(MADE_UP)), "earlier answers are graded, as of the deadline"
