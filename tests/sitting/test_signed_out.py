"""Without script: a sign-in that ended in the middle of a quiz costs no answer."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from learnapp.kit.db import read
from learnapp.quizzes.storage.rows import StepRow
from tests.conftest import signed_in_client
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.sitting.test_pages import start

pytestmark = pytest.mark.both_databases
SignIn = Callable[[Someone], JudgingClient]


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the page's last form."""
    form = page.rsplit("<form", 1)[1]
    return dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))


def steps(app: Flask) -> int:
    with app.app_context():
        return read().scalar(select(func.count()).select_from(StepRow)) or 0


def test_what_was_typed_waits_on_the_page_until_it_is_saved(app: Flask, quizzes: People, sign_in: SignIn) -> None:
    ana = sign_in(quizzes.ana)
    path = start(ana, "short")
    page = f"{path}/questions/1"
    fields = {"csrf_token": ana.csrf_token(page), "answer": 'b<&"', "revision": "0", "flag": "1", "go": "next"}
    with ana.session_transaction() as cookie:
        del cookie["sid"]
    refused = ana.post(page, data=fields)
    assert refused.status_code == 401
    words = refused.get_data(as_text=True)
    assert "Sign in again to save your answer" in words
    assert "Keep it open" in words
    sent = hidden(refused.get_data(as_text=True))
    assert {name: sent[name] for name in ("revision", "flag", "go")} == {"revision": "0", "flag": "1", "go": "next"}
    assert sent["answer"] == "b&lt;&amp;&#34;"
    assert steps(app) == 0

    # Signed in again in another tab: the token of this page is from before, so it is asked for once more.
    again = signed_in_client(app, quizzes.ana.id)
    old = again.post(page, data={**sent, "answer": "b"})
    assert old.status_code == 400
    assert "Save your answer now" in old.get_data(as_text=True)
    fresh = hidden(old.get_data(as_text=True))
    saved = again.post(page, data=fresh)
    assert (saved.status_code, saved.location) == (303, f"{path}/questions/2")
    assert steps(app) == 1


def test_all_questions_on_one_page_are_kept_as_well(app: Flask, quizzes: People, sign_in: SignIn) -> None:
    ana = sign_in(quizzes.ana)
    path = start(ana, "whole")
    fields = {"csrf_token": ana.csrf_token(path), "q1": "b", "revision1": "0", "q7": ["a", "c"], "revision7": "0"}
    with ana.session_transaction() as cookie:
        del cookie["sid"]
    refused = ana.post(path, data=fields)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 401
    assert page.count('name="q7"') == 2
    assert 'name="q1" value="b"' in page


def test_somebody_elses_attempt_takes_nothing(app: Flask, quizzes: People, sign_in: SignIn) -> None:
    path = start(sign_in(quizzes.ana), "short")
    ben = sign_in(quizzes.ben)
    page = ben.post(f"{path}/questions/1", data={"csrf_token": "old", "answer": "b"})
    assert page.status_code == 400
    fresh = hidden(page.get_data(as_text=True))
    assert ben.post(f"{path}/questions/1", data=fresh).status_code == 404
    assert steps(app) == 0


def test_handing_in_and_scripts_are_answered_as_before(quizzes: People, sign_in: SignIn) -> None:
    ana = sign_in(quizzes.ana)
    path = start(ana, "short")
    old = ana.post(f"{path}/submit", data={"csrf_token": "old"})
    assert old.status_code == 400
    assert "Nothing was changed" in old.get_data(as_text=True)
    saved = ana.put(f"{path}/answers/1", json={"revision": 0, "fields": {}}, headers={"X-CSRFToken": "old"})
    assert (saved.status_code, saved.get_json()["error"]) == (400, "csrf")


def test_what_no_page_may_hold_is_dropped(app: Flask, quizzes: People, sign_in: SignIn) -> None:
    path = start(sign_in(quizzes.ana), "short")
    data = {"answer": "a\0b", "fl\0ag": "1", "csrf\0_token": "mine", "x" * 200: "kept", "y" * 201: "dropped"}
    refused = app.test_client().post(f"{path}/questions/1", data={**data, "csrf_token": "old"})
    page = refused.get_data(as_text=True)
    sent = hidden(page)
    assert refused.status_code == 400
    assert "\0" not in page
    assert (sent["answer"], sent["flag"], sent["x" * 200]) == ("ab", "1", "kept")
    assert "y" * 201 not in page
    assert page.rsplit("<form", 1)[1].count('name="csrf_token"') == 1
