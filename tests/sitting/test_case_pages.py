"""Cases and free texts on the pages of a quiz: locked step by step, nothing early, nothing typed is lost."""

from typing import Any

import pytest
from flask import Flask

from learnapp.kit.db import read
from learnapp.quizzes.storage.attempts import Paper, reviewed_attempt
from learnapp.quizzes.storage.rows import StaleSaveRow, StepRow
from tests.people import People
from tests.quizzes.conftest import NOW
from tests.quizzes.made_up import MARKER, publish

STORY = "Story of 1"
NEXT, LATER = f"{MARKER}-next-1", f"{MARKER}-later-1"
YES = {"answer.yes": "true"}
LOCK = {"answer.lock": "yes"}
FIRST, SECOND = "5f2b1c9e-7d40-4c1a-9b1e-0a6f3d2c8e71", "0a6f3d2c-9b1e-4c1a-8d40-5f2b1c9e7e71"


@pytest.fixture
def ana(app: Flask, people: People, sign_in) -> Any:
    """A client of Ana, and quizzes "told" (a case and a text, paged) and "page" (the same on one page)."""
    with app.app_context():
        publish("told", ["case", "free_text", "information"], NOW)
        publish("page", ["case", "free_text", "information"], NOW, layout="single")
    return sign_in(people.ana)


def start(client: Any, slug: str) -> str:
    """Start a quiz; return the address of the attempt."""
    client.send(f"/quizzes/{slug}/attempts", {})
    page = client.get(f"/quizzes/{slug}", follow_redirects=True).get_data(as_text=True)
    address: str = page.split('href="/attempts/')[1].split('"')[0].split("/")[0]
    return f"/attempts/{address}"


def stored(app: Flask, address: str) -> Paper:
    with app.app_context():
        return reviewed_attempt(address.rsplit("/", 1)[-1])


def text(client: Any, address: str) -> str:
    found: str = client.get(address).get_data(as_text=True)
    return found


@pytest.mark.both_databases
def test_a_case_unfolds_step_by_step(app: Flask, ana: Any) -> None:
    address = start(ana, "told")
    page = text(ana, f"{address}/questions/1")
    assert STORY in page
    assert "Lock this answer and see what happened next" in page
    assert MARKER not in page
    answer = ana.send(f"{address}/questions/1", {"revision": "0", **YES, **LOCK})
    assert answer.status_code == 303
    assert f"{address}/questions/1" in answer.location
    page = text(ana, f"{address}/questions/1")
    assert NEXT in page
    assert LATER in page
    assert "Your locked answer:" in page
    assert 'name="answer.yes"' not in page
    assert page.count(MARKER) == 2, "neither a reason nor an explanation"
    answer = ana.send(f"{address}/questions/1", {"revision": "1", "answer.then": "b"})
    assert f"{address}/questions/2" in answer.location
    assert stored(app, address).slot(1).answer == {
        "steps": {"yes": {"choice": "true"}, "then": {"choice": "b"}}, "locked": ["yes"],
    }  # fmt: skip
    assert stored(app, address).slot(1).answered


def test_an_unfinished_step_is_not_locked(app: Flask, ana: Any) -> None:
    address = start(ana, "told")
    answer = ana.send(f"{address}/questions/1", {"revision": "0", **LOCK})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "finish this answer, then lock it" in page
    assert MARKER not in page
    assert stored(app, address).slot(1).answer is None


HOSTILE = [
    {"answer.then": "b"},
    {**YES, "answer.then": "b"},
    {**YES, **LOCK, "answer.then": "b"},
    {"answer.lock": "then"},
    {"answer.lock": "gone"},
    {"answer.locked": "yes", "answer.then": "b"},
    {"answer": "b", "answer.steps": "then", "answer.unsure": "1"},
    {"answer.yes": "true", "answer.yes.unsure": "1", "answer.then.unsure": "1", "answer.none": "1"},
]


@pytest.mark.parametrize("fields", HOSTILE, ids=str)
def test_no_post_reaches_a_step_before_its_time(app: Flask, ana: Any, fields: dict[str, str]) -> None:
    address = start(ana, "told")
    ana.send(f"{address}/questions/1", {"revision": "0", **fields})
    answer = stored(app, address).slot(1).answer or {}
    assert "then" not in answer.get("steps", {})
    assert (NEXT in text(ana, f"{address}/questions/1")) is (answer.get("locked") == ["yes"])


@pytest.mark.both_databases
def test_a_locked_step_never_changes(app: Flask, ana: Any) -> None:
    address = start(ana, "told")
    ana.send(f"{address}/questions/1", {"revision": "0", **YES, **LOCK})
    held = stored(app, address).slot(1)
    for fields in ({"answer.yes": "false"}, {"answer.yes": "false", **LOCK}, {"answer.unsure": "1"}, {}):
        ana.send(f"{address}/questions/1", {"revision": "1", **fields})
    token = {"X-CSRFToken": ana.csrf_token(), "Accept": "application/json"}
    for sent in ({"answer.yes": ["false"]}, {"answer.yes": ["false"], "answer.lock": ["yes"]}, {}):
        reply = ana.put(f"{address}/answers/1", json={"revision": 1, "fields": sent}, headers=token)
        assert reply.status_code == 200
    assert (
        stored(app, address).slot(1).answer == held.answer == {"steps": {"yes": {"choice": "true"}}, "locked": ["yes"]}
    )
    with app.app_context():
        assert read().query(StepRow).count() == 1


def test_a_lock_sent_twice_is_one_lock_and_another_answer_is_none(app: Flask, ana: Any) -> None:
    address = start(ana, "told")
    token = {"X-CSRFToken": ana.csrf_token(), "Accept": "application/json"}

    def put(revision: int, fields: dict[str, list[str]], key: str) -> Any:
        body = {"revision": revision, "fields": fields, "key": key}
        return ana.put(f"{address}/answers/1", json=body, headers=token)

    lock = {"answer.yes": ["true"], "answer.lock": ["yes"]}
    assert put(0, lock, FIRST).status_code == 200
    assert put(1, {"answer.then": ["c"]}, SECOND).status_code == 200
    again = put(0, lock, FIRST)
    assert (again.status_code, again.get_json()["revision"]) == (200, 1), "what follows the lock is no other answer"
    assert put(0, {"answer.then": ["a"]}, SECOND).status_code == 409
    with app.app_context():
        assert read().query(StepRow).count() == 2
        assert read().query(StaleSaveRow).count() == 1


def test_an_autosave_beside_a_lock_keeps_the_lock(app: Flask, ana: Any) -> None:
    address = start(ana, "told")
    ana.send(f"{address}/questions/1", {"revision": "0", **YES, **LOCK})
    token = {"X-CSRFToken": ana.csrf_token(), "Accept": "application/json"}
    sent = {"revision": 1, "fields": {"answer.then": ["c"]}}
    assert ana.put(f"{address}/answers/1", json=sent, headers=token).status_code == 200
    assert stored(app, address).slot(1).answer == {
        "steps": {"yes": {"choice": "true"}, "then": {"choice": "c"}}, "locked": ["yes"],
    }  # fmt: skip


def test_on_one_page_a_lock_comes_back_to_its_question(app: Flask, ana: Any) -> None:
    address = start(ana, "page")
    assert MARKER not in text(ana, address)
    fields = {"revision1": "0", "q1.yes": "true", "q1.lock": "yes", "revision2": "0", "q2": "My words"}
    answer = ana.send(address, fields)
    assert answer.status_code == 303
    assert answer.location.split("#")[0].endswith(address)
    paper = stored(app, address)
    assert paper.slot(1).answer == {"steps": {"yes": {"choice": "true"}}, "locked": ["yes"]}
    assert paper.slot(2).answer == {"text": "My words"}
    assert NEXT in text(ana, address)


@pytest.mark.both_databases
def test_a_text_over_its_limit_is_kept_and_told(app: Flask, ana: Any) -> None:
    address = start(ana, "told")
    assert "with up to 60 characters" in text(ana, f"{address}/questions/2")
    long = "é" * 59 + "\r\n" + "x" * 10
    answer = ana.send(f"{address}/questions/2", {"revision": "0", "answer": long})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Shorten your answer by 10 characters" in page
    assert "é" * 59 in page
    slot = stored(app, address).slot(2)
    assert (slot.answer, slot.answered) == ({"text": long.replace("\r\n", "\n")}, False)
    answer = ana.send(f"{address}/questions/2", {"revision": "1", "answer": "x" * 601})
    assert answer.status_code == 400
    assert "far too long" in answer.get_data(as_text=True)
    assert stored(app, address).slot(2).answer == slot.answer


@pytest.mark.both_databases
def test_the_result_waits_for_the_teacher(app: Flask, people: People, ana: Any, sign_in) -> None:
    address = start(ana, "told")
    ana.send(f"{address}/questions/1", {"revision": "0", **YES, **LOCK})
    ana.send(f"{address}/questions/1", {"revision": "1", "answer.then": "b"})
    ana.send(f"{address}/questions/2", {"revision": "0", "answer": "Keep <b>calm</b>"})
    ana.send(f"{address}/submit", {})
    page = text(ana, f"{address}/result")
    assert "Keep &lt;b&gt;calm&lt;/b&gt;" in page
    assert "Your teacher will mark this." in page
    assert f"{MARKER}-model" not in page
    assert f"{MARKER}-guide" not in page
    assert NEXT in page, "what was told once may be read again"
    sign_in(people.ines).send(
        f"/teach{address}/marks/2", {"mark2-points": "1", "mark2-comment": "Just so.", "mark2-newest": "0"}
    )
    page = text(ana, f"{address}/result")
    assert "Just so." in page
    assert "Your teacher will mark this." not in page
