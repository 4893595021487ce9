"""The key of a save: sent twice it is one save, late it goes nowhere, and a client knows its own lost reply by it."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from learnapp.kit.db import read
from learnapp.quizzes.storage.rows import SlotRow, StaleSaveRow, StepRow
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.sitting.test_autosave import Tab

SignIn = Callable[[Someone], JudgingClient]


@pytest.fixture
def tab(quizzes: People, sign_in: SignIn) -> Tab:
    """Ana's tab with the short quiz."""
    return Tab(sign_in(quizzes.ana), "short")


def key() -> str:
    return str(uuid.uuid4())


def stored(app: Flask, position: int = 1) -> object:
    with app.app_context():
        return read().query(SlotRow).filter_by(position=position).one().answer


def count(app: Flask, row: type) -> int:
    with app.app_context():
        return read().query(row).count()


@pytest.mark.both_databases
def test_sent_twice_it_is_one_save(tab: Tab, app: Flask) -> None:
    name = key()
    first, second = (tab.put(1, 0, {"answer": ["b"]}, key=name).get_json() for _time in range(2))
    assert (second["revision"], second["saved_at"]) == (first["revision"], first["saved_at"])
    assert "newer" not in second
    with app.app_context():
        assert read().query(StepRow).one().key == name


@pytest.mark.both_databases
def test_a_delayed_copy_never_goes_back(tab: Tab, app: Flask) -> None:
    first, second = key(), key()
    tab.put(1, 0, {"answer": ["b"]}, key=first)
    tab.put(1, 1, {"answer": ["c"]}, key=second)
    late = tab.put(1, 0, {"answer": ["b"]}, key=first)
    assert late.status_code == 200
    reply = late.get_json()
    assert reply["revision"] == 1
    newer = reply["newer"]
    assert (newer["revision"], newer["fields"], newer["key"]) == (2, {"answer": ["c"]}, second)
    assert "Option c" in newer["answer_text"]
    assert newer["saved_text"].startswith("Saved at")
    assert stored(app) == {"choice": "c"}
    assert (count(app, StepRow), count(app, StaleSaveRow)) == (2, 0)


def test_a_delayed_copy_is_taken_even_after_a_check_or_without_its_answer(tab: Tab, app: Flask) -> None:
    name = key()
    tab.put(1, 0, {"answer": ["b"]}, key=name)
    tab.put(1, 1, {}, key=key())
    assert tab.put(1, 0, {"answer": ["b"]}, key=name).get_json()["newer"]["fields"] == {}
    assert stored(app) is None


@pytest.mark.both_databases
def test_a_repeated_stale_save_is_logged_once(tab: Tab, app: Flask) -> None:
    tab.put(2, 0, {"answer": ["a"]}, key=key())
    lost, other = key(), key()
    for _time in range(3):
        assert tab.put(2, 0, {"answer": ["b"]}, key=lost).status_code == 409
    assert count(app, StaleSaveRow) == 1
    assert tab.put(2, 0, {"answer": ["b"]}, key=other).status_code == 409
    assert count(app, StaleSaveRow) == 2


@pytest.mark.both_databases
def test_another_answer_under_a_used_key_is_refused_and_logged(tab: Tab, app: Flask) -> None:
    name = key()
    tab.put(1, 0, {"answer": ["b"]}, key=name)
    for other in ("c", "a", "c"):
        assert tab.put(1, 0, {"answer": [other]}, key=name).status_code == 409
    with app.app_context():
        assert [one.answer for one in read().query(StaleSaveRow).order_by(StaleSaveRow.id)] == [
            {"choice": "c"}, {"choice": "a"},
        ]  # fmt: skip
    assert stored(app) == {"choice": "b"}
    assert tab.put(1, 0, {"answer": ["b"]}, key=name).get_json()["revision"] == 1


@pytest.mark.both_databases
def test_a_used_key_never_hides_what_was_stored_since(tab: Tab, app: Flask) -> None:
    name = key()
    tab.put(1, 0, {"answer": ["b"]}, key=name)
    tab.put(1, 1, {"answer": ["c"]}, key=key())
    assert tab.put(1, 0, {"answer": ["a"]}, key=name).status_code == 409
    reply = tab.put(1, 0, {"answer": ["c"]}, key=name).get_json()
    assert (reply["revision"], reply.get("newer")) == (2, None), "it is what is stored, whatever its key"
    assert tab.put(1, 2, {"answer": ["a"]}, key=name).status_code == 200
    assert stored(app) == {"choice": "a"}


def test_a_conflict_names_the_key_of_the_current_answer(tab: Tab) -> None:
    mine = key()
    tab.put(2, 0, {"answer": ["a"]}, key=mine)
    assert tab.put(2, 0, {"answer": ["b"]}, key=key()).get_json()["key"] == mine
    tab.put(2, 1, {"answer": ["c"]})
    assert tab.put(2, 0, {"answer": ["b"]}, key=key()).get_json()["key"] is None


def test_the_same_key_at_another_question_is_another_save(tab: Tab, app: Flask) -> None:
    name = key()
    assert tab.put(1, 0, {"answer": ["b"]}, key=name).get_json()["revision"] == 1
    assert tab.put(2, 5, {"answer": ["a"]}, key=name).status_code == 409
    assert tab.put(2, 0, {"answer": ["a"]}, key=name).get_json()["revision"] == 1
    assert count(app, StepRow) == 2


KEY = "5f2b1c9e-7d40-4c1a-9b1e-0a6f3d2c8e71"  # the same in every test process


@pytest.mark.parametrize("odd", ["", "x", 3, [], {}, True, "g" * 36, KEY.upper(), f"{KEY}\n", KEY.replace("-", "")])
def test_a_malformed_key_is_refused(tab: Tab, app: Flask, odd: object) -> None:
    response = tab.put(1, 0, {"answer": ["b"]}, key=odd)
    assert response.status_code == 400
    assert response.get_json()["error"] == "unreadable"
    assert count(app, StepRow) == 0


def test_a_key_may_be_left_out(tab: Tab, app: Flask) -> None:
    assert tab.put(1, 0, {"answer": ["b"]}, key=None).status_code == 200
    with app.app_context():
        assert read().query(StepRow).one().key is None


def test_after_handing_in_a_copy_is_refused_like_everything(tab: Tab) -> None:
    name = key()
    tab.put(1, 0, {"answer": ["b"]}, key=name)
    tab.client.post(f"{tab.attempt}/submit", data={"csrf_token": tab.token})
    assert tab.put(1, 0, {"answer": ["b"]}, key=name).status_code == 403
