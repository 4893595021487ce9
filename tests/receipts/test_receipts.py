"""The receipt: every stored answer with its time and revision, as a page and a file, for its learner and for staff."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from learnapp.gradebook import actions as gradebook
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.kit.errors import Conflict
from learnapp.quizzes import actions
from learnapp.quizzes.storage import attempts
from learnapp.quizzes.storage.rows import AttemptEventRow, AttemptRow, SlotRow
from learnapp.receipts.receipt import code_of, is_code_of, receipt_of
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.made_up import MAKERS, MARKER, RIGHT, WRONG, publish
from tests.security.test_matrix import actor_of
from tests.sitting.test_pages import plain, start, text
from tests.sitting.test_statements import cost, counted

pytestmark = pytest.mark.both_databases
SignIn = Callable[[Someone], JudgingClient]
MINUTE = timedelta(minutes=1)
KINDS = ["choice", "free_text", "numeric"]
CODE = re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){5}\b")


@pytest.fixture
def three(app: Flask, people: People) -> People:
    """A quiz "three": a choice, a text that a person marks, a number."""
    with app.app_context():
        publish("three", KINDS, clock.now(), settings={"certainty": {"trainee": "ask", "patient": "off"}})
    return people


def sit(app: Flask, someone: Someone, slug: str = "three", hand_in: bool = True) -> str:
    """Save twice in the first question, once in the second, nothing in the third; hand in; return the public id."""
    actor, now = actor_of(someone), clock.now() - 10 * MINUTE
    with app.app_context():
        attempt = actions.start(actor, slug, now, 1)
        actions.save_answer(actor, attempt, 1, 0, {"choice": "a"}, None, now + MINUTE, 2)
        actions.save_answer(actor, attempt, 1, 1, {"choice": "b"}, None, now + 2 * MINUTE, 3)
        with pytest.raises(Conflict):
            actions.save_answer(actor, attempt, 1, 1, {"choice": "c"}, None, now + 3 * MINUTE)
        actions.save_answer(actor, attempt, 2, 0, {"text": "Two lines\nof <mine>"}, None, now + 4 * MINUTE)
        if hand_in:
            actions.submit(actor, attempt, now + 5 * MINUTE)
    return attempt


def test_it_lists_every_answer_with_time_and_revision(app: Flask, three: People, sign_in: SignIn) -> None:
    attempt = sit(app, three.ana)
    ana = sign_in(three.ana)
    result = text(ana, f"/attempts/{attempt}/result")
    assert f'href="/attempts/{attempt}/receipt"' in result
    page = plain(text(ana, f"/attempts/{attempt}/receipt"))
    for part in (
        "Question number 1 of three", "Option b of 1", "revision 2", "How sure: Very sure",
        "Two lines of &lt;mine&gt;", "revision 1", "Nothing was saved for this question.", "3 times",
        "Closed by You", "Version of the quiz 1", "Try 1",
    ):  # fmt: skip
        assert part in page, part
    assert "Option a" not in page, "the newest answer of each question"
    assert CODE.search(page)


def test_the_file_says_the_same_and_names_nobody(app: Flask, three: People, sign_in: SignIn) -> None:
    attempt = sit(app, three.ana)
    ana = sign_in(three.ana)
    response = ana.get(f"/attempts/{attempt}/receipt.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="receipt-three-try-1.txt"'
    assert response.headers["Cache-Control"] == "private, no-store"
    words = response.get_data(as_text=True)
    page = plain(text(ana, f"/attempts/{attempt}/receipt"))
    assert CODE.findall(words) == CODE.findall(page)
    assert "Two lines of <mine>" in words, "plain text, not HTML"
    lines = words.splitlines()
    assert lines[lines.index("1. Question number 1 of three") + 1] == "   Option b of 1"
    for name in three.ana.name.split():
        assert name not in words


def test_times_are_in_the_readers_zone_and_say_so(app: Flask, three: People, sign_in: SignIn) -> None:
    attempt = sit(app, three.ana)
    with app.app_context(), write() as session:
        moment = clock.now().replace(year=2026, month=1, day=15, hour=12, minute=0, second=0, microsecond=0)
        session.execute(update(SlotRow).values(saved_at=moment))
    client = sign_in(three.ana)
    there = text(client, f"/attempts/{attempt}/receipt")
    from learnapp.accounts.storage import PersonRow

    with app.app_context(), write() as session:
        session.execute(update(PersonRow).values(time_zone="Asia/Tokyo"))
    here = plain(text(client, f"/attempts/{attempt}/receipt"))
    assert "Times are in Asia/Tokyo" in here
    assert "Saved 15 January 2026, 21:00" in here
    assert "Saved 15 January 2026, 21:00" not in there
    assert CODE.findall(here) == CODE.findall(there), "the code does not depend on who reads it where"


def test_only_its_owner_and_only_once_it_is_over(app: Flask, three: People, sign_in: SignIn) -> None:
    attempt = sit(app, three.ana, hand_in=False)
    ana = sign_in(three.ana)
    for name in ("receipt", "receipt.txt"):
        assert ana.get(f"/attempts/{attempt}/{name}").headers["Location"] == f"/attempts/{attempt}"
        for someone in (three.ben, three.cleo, three.ines, three.mia):
            assert sign_in(someone).get(f"/attempts/{attempt}/{name}").status_code == 404
    assert "No check code" not in text(sign_in(three.ines), f"/teach/attempts/{attempt}/receipt")


def test_it_says_when_the_clock_closed_it(app: Flask, people: People, sign_in: SignIn) -> None:
    now = clock.now() - 60 * MINUTE
    with app.app_context():
        publish("short", ["choice"], now, minutes=15)
        late = actor_of(people.ben)
        mine = actions.start(actor_of(people.ana), "short", now, 1)
        other = actions.start(late, "short", now, 1)
        actions.save_answer(late, other, 1, 0, {"choice": "a"}, None, now + 15 * MINUTE + timedelta(seconds=20))
    page = plain(text(sign_in(people.ana), f"/attempts/{mine}/receipt"))
    assert "Closed by The clock" in page
    assert "a slow connection" not in page
    page = plain(text(sign_in(people.ben), f"/attempts/{other}/receipt"))
    assert "within the time allowed for a slow connection" in page
    assert "accepted although it came after the end" in page


def test_an_abandoned_attempt_has_one_too(app: Flask, people: People, sign_in: SignIn) -> None:
    now = clock.now() - 60 * MINUTE
    with app.app_context():
        publish("strict", ["choice"], now, minutes=15, settings={"deadline_policy": "abandon"})
        attempt = actions.start(actor_of(people.ana), "strict", now, 1)
        actions.save_answer(actor_of(people.ana), attempt, 1, 0, {"choice": "a"}, None, now + MINUTE)
    ana = sign_in(people.ana)
    assert f'href="/attempts/{attempt}/receipt"' in text(ana, f"/attempts/{attempt}/result")
    page = plain(text(ana, f"/attempts/{attempt}/receipt"))
    assert "Handed in Never" in page
    assert "it was not handed in, so it has no score" in page
    assert "Option a of 1" in page


@pytest.mark.parametrize("answers", [RIGHT, WRONG], ids=["right", "wrong"])
def test_no_receipt_of_any_type_holds_a_key(app: Flask, people: People, sign_in: SignIn, answers: Any) -> None:
    kinds = sorted(MAKERS)
    with app.app_context():
        publish("all", kinds, clock.now())
        actor = actor_of(people.ana)
        attempt = actions.start(actor, "all", clock.now(), 1)
        for n, kind in enumerate(kinds, 1):
            if kind in answers:
                actions.save_answer(actor, attempt, n, 0, answers[kind], None, clock.now())
        actions.submit(actor, attempt, clock.now())
    page = text(sign_in(people.ana), f"/attempts/{attempt}/receipt")
    words = sign_in(people.ana).get(f"/attempts/{attempt}/receipt.txt").get_data(as_text=True)
    staff = text(sign_in(people.ines), f"/teach/attempts/{attempt}/receipt")
    for found in (page, words, staff):
        if answers is RIGHT:  # what they typed themselves, and the first step's lock which opened the second
            found = found.replace(f"{MARKER} word", "").replace("48271", "")
        assert MARKER not in found
        assert "48271" not in found
        assert not re.search(r"\b(wrong|not right|Best answer|Partly right)\b", plain(found))


def _code(page: str) -> str:
    found = CODE.search(page)
    assert found
    return found.group()


def test_staff_can_tell_a_code_that_is_ours(app: Flask, three: People, sign_in: SignIn) -> None:
    attempt = sit(app, three.ana)
    code = _code(text(sign_in(three.ana), f"/attempts/{attempt}/receipt"))
    ines, path = sign_in(three.ines), f"/teach/attempts/{attempt}/receipt"
    for said in (code, code.lower(), code.replace("-", " "), f" {code} "):
        assert "This code belongs to these answers" in plain(text(ines, f"{path}?code={said}"))
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    for said in (wrong, "x", code[:-5], "é", "A" * 500):
        page = plain(text(ines, f"{path}?code={said}"))
        assert "This code does not belong" in page, said
    assert "belong" not in plain(text(ines, path)), "nobody asked yet"
    with app.app_context(), write() as session:
        session.execute(update(SlotRow).where(SlotRow.position == 2).values(answer={"text": "Something else"}))
    assert "This code does not belong" in plain(text(ines, f"{path}?code={code}"))


def test_a_code_survives_marks_and_a_new_secret_but_no_other_fact(app: Flask, three: People, sign_in: SignIn) -> None:
    attempt = sit(app, three.ana)
    code = _code(text(sign_in(three.ana), f"/attempts/{attempt}/receipt"))
    with app.app_context():
        newest = 0
        gradebook.mark(actor_of(three.ines), attempt, 2, Fraction(1), "Well said", newest, clock.now())
        paper = attempts.any_attempt(attempt)
        old = str(app.secret_key)
        assert receipt_of(read(), paper, old).code == code
        assert is_code_of(code, paper, 1, ["a new secret", old])
        assert not is_code_of(code, paper, 1, ["a new secret"])
        changed = {
            "number": 2, "quiz_slug": "other", "status": "abandoned", "closed_by": "worker", "late_by_latency": True,
            "submitted_at": paper.submitted_at and paper.submitted_at + timedelta(microseconds=1),
            "started_at": paper.started_at - MINUTE, "public_id": "x", "track": "patient", "kind": "practice",
        }  # fmt: skip
        for name, value in changed.items():
            assert code_of(replace(paper, **{name: value}), 1, old) != code, name
        for name, value in {"revision": 7, "answer": {"choice": "a"}, "saved_at": None, "certainty": 1}.items():
            slots = (paper.slots[0]._replace(**{name: value}), *paper.slots[1:])
            assert code_of(replace(paper, slots=slots), 1, old) != code, name
        assert code_of(paper, 2, old) != code
        assert code_of(replace(paper, score=Fraction(3), passed=True), 1, old) == code


def test_staff_see_every_step(app: Flask, three: People, sign_in: SignIn) -> None:
    attempt = sit(app, three.ana)
    with app.app_context():
        gradebook.mark(actor_of(three.ines), attempt, 2, Fraction(1, 2), "Half of it", 0, clock.now())
        with write() as session:
            row = session.query(AttemptRow).filter_by(public_id=attempt).one()
            facts = {"event": "reopen", "reason": "The power went out", "actor_id": three.ines.id}
            session.add(AttemptEventRow(attempt_id=row.id, recorded_at=clock.now(), **facts))
    ines = sign_in(three.ines)
    page = plain(text(ines, f"/teach/attempts/{attempt}/receipt"))
    file = ines.get(f"/teach/attempts/{attempt}/receipt.txt")
    assert file.headers["Content-Disposition"] == 'attachment; filename="receipt-three-try-1.txt"'
    for words in (page, file.get_data(as_text=True)):
        for part in (
            "(60 s after the start): revision 1, saved: Option a of 1", "revision 2, saved: Option b of 1",
            "(180 s after the start): refused, a newer answer was stored (its page knew revision 1): Option c of 1",
            "The learner", "0.5 of 1 points, given by", "Half of it", "opened again by", "The power went out", "Ines",
        ):  # fmt: skip
            assert part in words, part
        assert not re.search("How sure|Very sure|Fairly sure", words), "how sure they were is the learner's own"
        assert words.index("saved: Option a") < words.index("saved: Option b") < words.index("refused")
    assert "Receipt with every step" in text(ines, f"/teach/attempts/{attempt}")
    for name in ("receipt", "receipt.txt"):
        assert sign_in(three.ivo).get(f"/teach/attempts/{attempt}/{name}").status_code == 404


def test_a_receipt_costs_the_same_however_much_was_saved(app: Flask, three: People, sign_in: SignIn) -> None:
    ana, ines = sign_in(three.ana), sign_in(three.ines)
    first = sit(app, three.ana)
    costs = []
    for again in range(2):
        with counted(app) as own:
            ana.get(f"/attempts/{first}/receipt")
        with counted(app) as staff:
            ines.get(f"/teach/attempts/{first}/receipt")
        costs.append((cost(own), cost(staff)))
        with app.app_context(), write() as session:
            session.execute(update(AttemptRow).values(status="open", submitted_at=None, score=None))
        for revision in range(2 + 4 * again, 6 + 4 * again):
            with app.app_context():
                actor = actor_of(three.ana)
                actions.save_answer(actor, first, 1, revision, {"choice": "abc"[revision % 3]}, None, clock.now())
        with app.app_context():
            actions.submit(actor_of(three.ana), first, clock.now())
    assert costs[0] == costs[1] == ((4, 0), (9, 0))


def test_a_second_try_has_its_own(app: Flask, three: People, sign_in: SignIn) -> None:
    first = sit(app, three.ana)
    ana = sign_in(three.ana)
    second = start(ana, "three")
    ana.post(f"{second}/submit", data={"csrf_token": ana.csrf_token(f"{second}/check")})
    pages = [text(ana, f"/attempts/{first}/receipt"), text(ana, f"{second}/receipt")]
    assert len({_code(page) for page in pages}) == 2
    assert "receipt-three-try-2.txt" in ana.get(f"{second}/receipt.txt").headers["Content-Disposition"]
