"""Saving one answer as JSON: what goes in, what comes out, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes.storage.rows import AttemptRow, StaleSaveRow, StepRow
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.sitting.test_pages import start

SignIn = Callable[[Someone], JudgingClient]


class Tab:
    """One browser tab with one attempt open."""

    def __init__(self, client: JudgingClient, slug: str) -> None:
        self.client = client
        self.attempt = start(client, slug)
        self.token = client.csrf_token(f"{self.attempt}/check")

    def put(self, n: int, revision: Any, fields: Any, flagged: Any = False, **more: Any) -> TestResponse:
        body = {"revision": revision, "fields": fields, "flagged": flagged, **more}
        return self.raw(n, body)

    def raw(self, n: int, body: Any, token: str | None = None) -> TestResponse:
        headers = {"X-CSRFToken": self.token if token is None else token}
        return self.client.put(f"{self.attempt}/answers/{n}", json=body, headers=headers)


@pytest.fixture
def tab(quizzes: People, sign_in: SignIn) -> Tab:
    """Ana's tab with the short quiz."""
    return Tab(sign_in(quizzes.ana), "short")


def test_a_save_says_what_is_stored(tab: Tab) -> None:
    before = clock.now()
    response = tab.put(1, 0, {"answer": ["b"]}, flagged=True)
    assert response.status_code == 200
    reply = response.get_json()
    assert reply["revision"] == 1
    assert reply["answered"] is True
    assert reply["deadline"] is None
    assert reply["saved_text"].startswith("Saved at ")
    assert reply["saved_at"].endswith("Z")
    assert reply["server_time"] >= before.isoformat()[:19]
    page = tab.client.get(f"{tab.attempt}/questions/1").get_data(as_text=True)
    assert 'value="b" checked' in page
    assert 'name="flag" value="1" data-flag checked' in page


def test_all_kinds_of_fields(tab: Tab) -> None:
    assert tab.put(2, 0, {"answer": ["c", "a"]}).get_json()["answered"]
    assert not tab.put(3, 0, {"answer": ["about 3"]}).get_json()["answered"]
    assert tab.put(3, 1, {"answer.unsure": ["1"]}).get_json()["answered"]
    assert tab.put(4, 0, {"answer": ["unsure"]}).get_json()["answered"]
    blank = tab.put(4, 1, {}).get_json()
    assert (blank["revision"], blank["answered"]) == (2, False)


def test_a_stale_save_gets_the_current_answer(tab: Tab, app: Flask) -> None:
    assert tab.put(2, 0, {"answer": ["a"]}).status_code == 200
    response = tab.put(2, 0, {"answer": ["b"]})
    assert response.status_code == 409
    reply = response.get_json()
    assert (reply["error"], reply["revision"], reply["fields"]) == ("stale", 1, {"answer": ["a"]})
    assert "Part a" in reply["answer_text"]
    with app.app_context():
        assert read().query(StepRow).count() == 1
        assert read().query(StaleSaveRow).one().answer == {"choices": ["b"]}, "the log has both (P16)"


def test_the_same_request_again_after_a_lost_reply(tab: Tab, app: Flask) -> None:
    first, second = (tab.put(1, 0, {"answer": ["b"]}).get_json() for _time in range(2))
    assert first["revision"] == second["revision"] == 1
    assert first["saved_at"] == second["saved_at"]
    with app.app_context():
        assert read().query(StepRow).count() == 1


@pytest.mark.parametrize(
    "body",
    [
        None, [], "x", 3, {}, {"revision": 0}, {"revision": "0", "fields": {}}, {"revision": True, "fields": {}},
        {"revision": 0, "fields": []}, {"revision": 0, "fields": {"answer": "b"}},
        {"revision": 0, "fields": {"answer": ["zzz"]}}, {"revision": 0, "fields": {"answer": ["a", "b"]}},
        {"revision": 0, "fields": {"answer": [{"a": 1}]}}, {"revision": 0, "fields": {}, "flagged": "yes"},
        {"revision": 1.0, "fields": {}},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(tab: Tab, app: Flask, body: Any) -> None:
    response = tab.raw(1, body)
    assert response.status_code == 400
    assert response.get_json()["reason"]
    with app.app_context():
        assert read().query(StepRow).count() == 0


def test_huge_numbers_are_a_conflict_at_most(tab: Tab) -> None:
    assert tab.put(1, 10**30, {"answer": ["b"]}).status_code in {400, 409}
    assert tab.put(1, -1, {"answer": ["b"]}).status_code == 409


def test_without_token_nothing_is_saved(tab: Tab, app: Flask) -> None:
    assert tab.raw(1, {"revision": 0, "fields": {"answer": ["b"]}}, token="").status_code == 400
    with app.app_context():
        assert read().query(StepRow).count() == 0


def test_a_stranger_gets_401_and_another_404(tab: Tab, quizzes: People, sign_in: SignIn, client: JudgingClient) -> None:
    ben = sign_in(quizzes.ben)
    tab.client = ben
    tab.token = ben.csrf_token("/quizzes/short")
    assert tab.put(1, 0, {"answer": ["b"]}).status_code == 404
    tab.client = client
    tab.token = client.csrf_token("/account/sign-in")
    assert tab.put(1, 0, {"answer": ["b"]}).status_code == 401


def test_after_handing_in_the_reason_is_said(tab: Tab) -> None:
    tab.client.post(f"{tab.attempt}/submit", data={"csrf_token": tab.token})
    response = tab.put(1, 0, {"answer": ["b"]})
    assert response.status_code == 403
    assert response.get_json()["error"] == "closed"
    assert "handed in" in response.get_json()["reason"]


def test_time_fields_of_the_client_mean_nothing(app: Flask, quizzes: People, sign_in: SignIn) -> None:
    tab = Tab(sign_in(quizzes.ana), "timed")
    deadline = tab.put(1, 0, {"answer": ["b"]}).get_json()["deadline"]
    forged = {"deadline": "2999-01-01T00:00:00Z", "now": "1999-01-01T00:00:00Z", "saved_at": None}
    assert tab.put(1, 1, {"answer": ["c"]}, **forged).get_json()["deadline"] == deadline
    with app.app_context(), write() as session:
        row = session.query(AttemptRow).one()
        row.started_at -= timedelta(minutes=16)
        row.deadline -= timedelta(minutes=16)
    response = tab.put(1, 2, {"answer": ["b"]}, **forged)
    assert response.status_code == 403
    assert response.get_json()["error"] == "too_late"
    with app.app_context():
        row = read().query(AttemptRow).one()
        assert (row.status, row.score, row.submitted_at) == ("submitted", 0, row.deadline)


@pytest.mark.both_databases
def test_odd_characters_are_never_a_500(tab: Tab) -> None:
    for n, odd in enumerate(["\x00", "\ud800", "\u202e9", "9" * 5000, "<script>", "{emergency}"]):
        revision = tab.client.get(f"{tab.attempt}/questions/3").get_data(as_text=True).split("data-revision")[0]
        revision = int(revision.rsplit('value="', 1)[1].split('"')[0])
        assert tab.put(3, revision, {"answer": [odd], f"answer.{odd}": [odd]}).status_code in {200, 400}, n
        assert tab.put(1, 0, {"answer": [odd]}).status_code == 400
        for path in ("", "/questions/3", "/check"):
            assert tab.client.get(tab.attempt + path, follow_redirects=True).status_code == 200
    tab.client.post(f"{tab.attempt}/submit", data={"csrf_token": tab.token})
    assert tab.client.get(f"{tab.attempt}/result?show=all").status_code == 200


@pytest.mark.both_databases
def test_odd_addresses_are_never_a_500(tab: Tab) -> None:
    for odd in ("%00", "%ff", "%F0%9F%92%89", "a" * 3000, "%ED%A0%80"):
        for path in (
            f"/quizzes/{odd}",
            f"/attempts/{odd}",
            f"/attempts/{odd}/result",
            f"{tab.attempt}/questions/{odd}",
        ):
            assert tab.client.get(path).status_code == 404, path
    assert tab.client.get(f"{tab.attempt}/questions/{10**30}").status_code == 404
