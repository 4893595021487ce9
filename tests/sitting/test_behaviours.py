"""Checks, hints, certainty and marks on the pages: what is said when, and that no key comes before its moment."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from learnapp.kit import clock
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.made_up import MARKER, publish
from tests.sitting.test_pages import start, text

SignIn = Callable[[Someone], JudgingClient]
KINDS = ["choice", "matching", "true_false", "free_text", "information"]
HINTS = [{"text": "Think of the first hour", "clear": True, "count": True}]


@pytest.fixture
def several(app: Flask, people: People) -> People:
    with app.app_context():
        now = clock.now()
        for slug, settings in {
            "immediate": {"behaviour": "immediate"},
            "interactive": {"behaviour": "interactive"},
            "practised": {"behaviour": "interactive", "kind": "practice", "certainty": "marks"},
            "adaptive": {"behaviour": "adaptive"},
            "asked": {"certainty": "ask"},
        }.items():
            publish(slug, KINDS, now, settings=settings, hints=HINTS)
        publish("whole", KINDS, now, layout="single", settings={"behaviour": "interactive"}, hints=HINTS)
        publish("plain", KINDS[:2], now)
    return people


def send(client: JudgingClient, attempt: str, n: int, go: str, **fields: Any) -> Any:
    page = text(client, f"{attempt}/questions/{n}")
    revision = re.search(r'name="revision" value="(\d+)"', page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert revision
    assert token
    data = {"csrf_token": token[1], "revision": revision[1], "go": go}
    return client.post(f"{attempt}/questions/{n}", data=data | {k.replace("__", "."): v for k, v in fields.items()})


def markers(page: str) -> set[str]:
    return set(re.findall(rf"{MARKER}-[a-z]+-?[a-z]*", page))


@pytest.mark.both_databases
def test_a_check_tells_the_reason_of_what_was_chosen_and_locks(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "immediate")
    assert not markers(text(client, f"{attempt}/questions/1"))
    reply = send(client, attempt, 1, "judge", answer="a")
    assert (reply.status_code, reply.headers["Location"]) == (303, f"{attempt}/questions/1#feedback")
    page = text(client, f"{attempt}/questions/1")
    assert "Not this one." in page
    assert markers(page) == {f"{MARKER}-reason-a"}
    assert 'type="radio"' not in page
    assert "Check my answer" not in page
    late = send(client, attempt, 1, "judge", answer="b")
    assert late.status_code == 403
    assert "checked already" in late.get_data(as_text=True)
    assert send(client, attempt, 1, "next").status_code == 303, "one goes on"
    assert "Option a of 1" in text(client, f"{attempt}/check")


def test_patients_are_told_everything_once_it_is_locked(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.cleo)
    attempt = start(client, "immediate")
    send(client, attempt, 1, "judge", answer="a")
    page = text(client, f"{attempt}/questions/1")
    assert {f"{MARKER}-reason-a", f"{MARKER}-reason-b", f"{MARKER}-explanation-"} <= markers(page)
    assert "Best answer" in page


def test_a_wrong_try_brings_a_hint_and_another_try(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "interactive")
    assert "Think of the first hour" not in text(client, f"{attempt}/questions/2")
    send(client, attempt, 2, "judge", answer__north="x", answer__south="x")
    page = text(client, f"{attempt}/questions/2")
    assert "Think of the first hour" in page
    assert "Parts that are right: 1 of 2." in page
    assert "You have 1 try left." in page
    assert f"{MARKER}-pair-south" not in page
    assert "<select" not in page
    assert send(client, attempt, 2, "again").headers["Location"].endswith("/questions/2#more")
    page = text(client, f"{attempt}/questions/2")
    assert page.count(" selected") == 1, "the right half stays, the wrong one is cleared"
    send(client, attempt, 2, "judge", answer__north="x", answer__south="y")
    page = text(client, f"{attempt}/questions/2")
    assert "Yes, that is right." in page
    assert "You needed 2 tries." in page


def test_an_unfinished_answer_is_told_what_to_do_and_stays(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "interactive")
    reply = send(client, attempt, 2, "judge", answer__north="x")
    page = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert "Choose an answer for every line" in page
    assert page.count(" selected") == 1
    assert not markers(page)


def test_adaptive_keeps_asking_and_shows_the_last_check(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "adaptive")
    send(client, attempt, 1, "judge", answer="a")
    send(client, attempt, 1, "next", answer="c")
    page = text(client, f"{attempt}/questions/1")
    assert 'type="radio"' in page
    assert markers(page) == {f"{MARKER}-reason-a"}, "the checked answer, not the one saved since"


def test_practice_tells_everything_and_never_counts(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "practised")
    send(client, attempt, 1, "judge", answer="b", certainty="3")
    assert f"{MARKER}-reason-c" in text(client, f"{attempt}/questions/1")
    send(client, attempt, 3, "next", answer="false", certainty="2")
    client.post(f"{attempt}/submit", data={"csrf_token": client.csrf_token(f"{attempt}/check")})
    page = text(client, f"{attempt}/result?show=all")
    assert "Practice: 1 out of 4" in page
    assert "Marks by certainty" in page
    assert "Sure, but not right" in page
    assert "Kept score" not in page
    assert "You were very sure." in page
    assert f"{MARKER}-reason-c" in page


def test_certainty_is_optional_and_told_back(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "asked")
    assert "How sure are you?" in text(client, f"{attempt}/questions/1")
    send(client, attempt, 1, "next", answer="b", certainty="1")
    send(client, attempt, 3, "next", answer="false")
    assert 'value="1" data-certainty checked' in text(client, f"{attempt}/questions/1")
    client.post(f"{attempt}/submit", data={"csrf_token": client.csrf_token(f"{attempt}/check")})
    page = text(client, f"{attempt}/result")
    assert "Right, but a guess" in page
    assert "Sure, but not right" not in page
    assert "Marks by certainty" not in page


def test_a_quiz_that_does_not_ask_says_nothing_of_certainty(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "plain")
    assert "How sure" not in text(client, f"{attempt}/questions/1")
    assert send(client, attempt, 1, "judge", answer="b").status_code == 403


def test_everything_on_one_page_is_checked_one_by_one(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "whole")
    page = text(client, attempt)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "q1": "a", "q3": "true", **{f"revision{n}": "0" for n in range(1, 6)}}
    reply = client.post(attempt, data=data | {"go": "judge-1"})
    assert (reply.status_code, reply.headers["Location"]) == (303, f"{attempt}#question-1")
    page = text(client, attempt)
    assert "Think of the first hour" in page
    assert markers(page) == {f"{MARKER}-reason-a"}
    assert 'value="true" checked' in page, "the others are saved"
    assert client.post(attempt, data={"csrf_token": token[1], "go": "again-1"}).status_code == 303
    for number in ("77", "0", "-1", "x", "²", "٣", "9" * 5000):  # no question of this paper: only saved
        reply = client.post(attempt, data={"csrf_token": token[1], "go": f"judge-{number}"})
        assert (reply.status_code, reply.headers["Location"]) == (303, attempt)
    unfinished = client.post(attempt, data={"csrf_token": token[1], "go": "judge-2", "revision2": "0"})
    assert unfinished.status_code == 422
    assert "Choose an answer for each line" in unfinished.get_data(as_text=True)


def test_what_waits_for_a_person_is_said_and_pages_to_read_are_no_questions(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "asked")
    send(client, attempt, 4, "next", answer="In my own words")
    check = text(client, f"{attempt}/check")
    assert "3 questions are not answered" in check
    client.post(f"{attempt}/submit", data={"csrf_token": client.csrf_token(f"{attempt}/check")})
    page = text(client, f"{attempt}/result?show=all")
    assert "So far: 0 out of 4" in page
    assert "1 answer waits for your teacher" in page
    assert "Text to read" not in page


def test_one_starts_at_a_page_to_read_and_carries_on_behind_it(app: Flask, several: People, sign_in: SignIn) -> None:
    with app.app_context():
        publish("read-first", ["information", "choice"], clock.now())
    client = sign_in(several.ana)
    attempt = start(client, "read-first")
    assert client.get(attempt).headers["Location"] == f"{attempt}/questions/1"
    assert "to read" in text(client, f"{attempt}/questions/2")
    send(client, attempt, 2, "next", answer="a")
    assert client.get(attempt).headers["Location"] == f"{attempt}/check"
    assert send(client, attempt, 1, "next").headers["Location"] == f"{attempt}/questions/2"


def test_another_open_try_keeps_its_answers_secret(app: Flask, several: People, sign_in: SignIn) -> None:
    """The same question in an open graded paper: a check elsewhere tells marks only."""
    client = sign_in(several.cleo)
    final = start(client, "immediate")
    with app.app_context():
        from sqlalchemy import update

        from learnapp.kit.db import write
        from learnapp.quizzes.storage.attempts import reviewed_attempt
        from learnapp.quizzes.storage.rows import SlotRow

        other = start(client, "interactive")
        asked = reviewed_attempt(final.split("/")[-1]).slot(1).question_version_id
        slot_id = reviewed_attempt(other.split("/")[-1]).slot(1).id
        with write() as session:
            session.execute(update(SlotRow).where(SlotRow.id == slot_id).values(question_version_id=asked))
    send(client, other, 1, "judge", answer="b")
    page = text(client, f"{other}/questions/1")
    assert "Yes, that is right." in page
    assert not markers(page)


def test_autosave_carries_certainty_and_leaves_a_checked_question_alone(several: People, sign_in: SignIn) -> None:
    client = sign_in(several.ana)
    attempt = start(client, "practised")
    headers = {"X-CSRFToken": client.csrf_token(f"{attempt}/check")}
    body: dict[str, Any] = {"revision": 0, "fields": {"answer": ["a"]}, "certainty": 2}
    assert client.put(f"{attempt}/answers/1", json=body, headers=headers).get_json()["revision"] == 1
    assert client.put(f"{attempt}/answers/1", json=body | {"certainty": "2"}, headers=headers).status_code == 400
    send(client, attempt, 1, "judge", answer="a")
    flagged = {"revision": 2, "fields": {}, "flagged": True}
    assert client.put(f"{attempt}/answers/1", json=flagged, headers=headers).status_code == 200
    late = client.put(f"{attempt}/answers/1", json={"revision": 2, "fields": {"answer": ["b"]}}, headers=headers)
    assert (late.status_code, late.get_json()["error"]) == (403, "locked")
    assert "Option a of 1" in text(client, f"{attempt}/check")
