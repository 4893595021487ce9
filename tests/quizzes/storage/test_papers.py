"""Papers on both databases: what comes after a miss, sections, practice, final tests, the score that is kept."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction as F
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from learnapp.accounts.domain import Actor
from learnapp.kit.db import read, write
from learnapp.quizzes import actions
from learnapp.quizzes.actions import Save
from learnapp.quizzes.storage import attempts, closing, starting
from learnapp.quizzes.storage.publishing import publish_quiz
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, SlotRow
from tests.people import People
from tests.quizzes.conftest import NOW
from tests.quizzes.made_up import RIGHT, TRACKS, WRONG, publish_one

pytestmark = pytest.mark.both_databases
MINUTE = timedelta(minutes=1)
AsActor = Callable[..., Actor]
Pools = dict[str, list[int]]


@pytest.fixture
def ana(app: Flask, quizzes: People, actor: AsActor) -> Iterator[Actor]:
    """A trainee, inside an app context."""
    with app.app_context():
        yield actor(quizzes.ana)


def quiz(
    slug: str, pools: Pools | None = None, critical: frozenset[int] = frozenset(), rows: list[Any] | None = None,
    lesson: str = "healing", **settings: Any,
) -> Pools:  # fmt: skip
    """Publish a quiz of single choices for both tracks; return its trainees' pools: name -> version ids.

    pools: name -> numbers of its questions; each is drawn from once. rows: other rows of the paper instead.
    """
    found: Pools = {}
    with write() as session:
        papers: dict[str, Any] = {}
        for track in TRACKS:
            made = {
                name: [publish_one(session, slug, n, "choice", track, NOW, n in critical, "", []) for n in numbers]
                for name, numbers in (pools or {}).items()
            }
            found = found or made
            own = [{"pool": name, "objective": "O1", "draw": 1, "questions": ids} for name, ids in made.items()]
            papers[track] = rows or own
        marks = {"trainee": 80, "patient": 70}
        version = sha256(repr((slug, rows, settings)).encode()).hexdigest()
        publish_quiz(
            session, slug=slug, lesson_slug=lesson, position=1, content_hash=version,
            titles=dict.fromkeys(TRACKS, slug), settings={"layout": "paged", "pass_percent": marks, **settings},
            objectives={track: {"O1": "One"} for track in TRACKS}, papers=papers, now=NOW,
        )  # fmt: skip
    return found


def sit(actor: Actor, slug: str, table: Any, seed: int = 1, right: int | None = None) -> attempts.Paper:
    """Sit an attempt; right: how many questions are answered right, the rest from the table."""
    attempt_id = actions.start(actor, slug, NOW, seed)
    slots = attempts.attempt_of(actor, attempt_id).slots
    answers = [RIGHT[s.type] if right is not None and n < right else table[s.type] for n, s in enumerate(slots)]
    saves = [Save(s.position, s.revision, answer) for s, answer in zip(slots, answers, strict=True)]
    actions.save_all(actor, attempt_id, saves, NOW)
    actions.submit(actor, attempt_id, NOW + MINUTE)
    return attempts.reviewed_attempt_of(actor, attempt_id)


def asked(paper: attempts.Paper) -> list[int]:
    return [slot.question_version_id for slot in paper.slots]


def grade() -> Any:
    row = GradeRow
    return read().execute(select(row.attempt_id, row.score, row.maximum, row.passed, row.method)).one_or_none()


# --- what comes next --------------------------------------------------------------------------------------


def test_a_missed_safety_question_is_followed_by_its_sibling(ana: Actor) -> None:
    ids = quiz("safe", {"call": [1, 2, 3, 4], "other": [5, 6]}, critical=frozenset({1, 2}))["call"]
    safe = set(ids[:2])
    for seed in range(8):  # until the pool has given a safety question, which is then missed
        first = sit(ana, "safe", WRONG, seed)
        if safe & set(asked(first)):
            break
    missed = safe & set(asked(first))
    for seed in range(100, 104):
        paper = sit(ana, "safe", WRONG, seed)
        assert safe - missed <= set(asked(paper)), "however often it was seen"
        missed = safe - missed


def test_a_safety_question_that_was_right_calls_for_nothing(ana: Actor) -> None:
    ids = quiz("safe", {"call": [1, 2, 3, 4]}, critical=frozenset({1, 2}))["call"]
    papers = [asked(sit(ana, "safe", RIGHT, seed))[0] for seed in range(4)]
    assert sorted(papers) == sorted(ids), "each is seen once before any is seen twice"


def test_a_new_wording_is_the_same_question(ana: Actor) -> None:
    ids = quiz("safe", {"call": [1, 2]}, critical=frozenset({1, 2}))["call"]
    first = asked(sit(ana, "safe", WRONG))[0]
    with write() as session:
        new = [publish_one(session, "safe", n, "choice", "trainee", NOW, True, " again", []) for n in (1, 2)]
    quiz("safe", rows=[{"pool": "call", "objective": "O1", "draw": 1, "questions": new}], again=1)
    assert asked(sit(ana, "safe", WRONG, 9))[0] == new[1 - ids.index(first)]


def test_practice_that_was_missed_brings_its_sibling_too(ana: Actor) -> None:
    ids = set(quiz("safe", {"call": [1, 2]}, critical=frozenset({1, 2}), kind="practice")["call"])
    papers = [set(asked(sit(ana, "safe", WRONG, seed))) for seed in range(4)]
    assert all(one | two == ids for one, two in pairwise(papers))


# --- order, sections and what an attempt pins -------------------------------------------------------------


def test_sections_keep_their_order_and_questions_change_inside_them(
    ana: Actor, quizzes: People, actor: AsActor
) -> None:
    ids = quiz("mixed", {str(n): [n] for n in range(1, 7)})
    rows = [
        {"pool": name, "objective": "O1", "draw": 1, "section": "a" if int(name) < 4 else "b", "questions": pool}
        for name, pool in ids.items()
    ]
    quiz("mixed", rows=rows, order="shuffled")
    orders = set()
    for seed in range(6):
        paper = sit(ana, "mixed", RIGHT, seed)
        assert [slot.position for slot in paper.slots] == [1, 2, 3, 4, 5, 6]
        sections = read().scalars(
            select(SlotRow.section).where(SlotRow.attempt_id == paper.id).order_by(SlotRow.position)
        )
        assert sections.all() == ["a"] * 3 + ["b"] * 3
        orders.add(tuple(asked(paper)))
    assert len(orders) > 1
    quiz("mixed", rows=rows, order="fixed")
    assert asked(sit(ana, "mixed", RIGHT, 77)) == [pool[0] for pool in ids.values()]
    quiz("mixed", rows=rows, order="shuffled", again=1)
    ben = actor(quizzes.ben)
    assert asked(sit(ben, "mixed", RIGHT, 5)) in [list(order) for order in orders], "by the seed alone"


def test_an_attempt_keeps_how_it_is_sat(ana: Actor) -> None:
    quiz("hints", {"a": [1]}, behaviour="interactive", penalty="1/4", certainty={"trainee": "ask", "patient": "off"})
    row = read().get_one(AttemptRow, attempts.attempt_of(ana, actions.start(ana, "hints", NOW, 1)).id)
    assert (row.kind, row.behaviour, row.penalty, row.certainty) == ("graded", "interactive", F(1, 4), "ask")
    old = read().get_one(AttemptRow, attempts.attempt_of(ana, actions.start(ana, "short", NOW, 1)).id)
    assert (old.kind, old.behaviour, old.penalty, old.certainty) == ("graded", "deferred", F(1, 3), "off")


# --- practice ---------------------------------------------------------------------------------------------


def test_practice_never_counts_and_never_runs_out(ana: Actor) -> None:
    quiz("drill", {"a": [1], "b": [2]}, kind="practice")
    first = actions.start(ana, "drill", NOW, 1)
    assert actions.start(ana, "drill", NOW, 2) == first, "one open attempt, as ever"
    actions.submit(ana, first, NOW)
    for seed in range(3):
        paper = sit(ana, "drill", RIGHT, seed)
    assert (paper.kind, paper.number, paper.score, paper.passed) == ("practice", 4, 2, True)
    assert grade() is None
    assert starting.quiz_now(read(), "drill", ana.id).used == 0


def test_practice_before_a_quiz_is_graded_leaves_its_tries(ana: Actor) -> None:
    quiz("drill", {"a": [1]}, kind="practice")
    sit(ana, "drill", RIGHT)
    quiz("drill", {"a": [1]}, attempt_limit=1)
    paper = sit(ana, "drill", WRONG)
    assert (paper.kind, paper.number) == ("graded", 2)
    assert grade() == (paper.id, 0, 1, False, "highest")


# --- final tests ------------------------------------------------------------------------------------------


def test_a_final_test_asks_what_was_seen_least_anywhere(ana: Actor) -> None:
    pool = quiz("lesson", {"a": [1, 2]})["a"]
    rows = [{"pool": "lesson/a", "objective": "lesson:O1", "draw": 1, "section": None, "questions": pool}]
    quiz("final", rows=rows, lesson="")
    seen = asked(sit(ana, "lesson", RIGHT))
    paper = sit(ana, "final", RIGHT)
    assert set(seen + asked(paper)) == set(pool)
    assert [slot.objective for slot in paper.slots] == ["lesson:O1"]
    assert (paper.lesson_slug, paper.kind, paper.passed) == ("", "graded", True)
    assert asked(sit(ana, "lesson", RIGHT, 9)) == seen, "of equals the one that was met longer ago"


# --- the score that is kept -------------------------------------------------------------------------------

FOUR: Pools = {name: [n] for n, name in enumerate("abcd", 1)}


@pytest.mark.parametrize(
    ("keep", "counts", "score", "passed"),
    [("highest", 1, F(4), True), ("first", 0, F(2), False), ("last", 2, F(3), False), ("average", 2, F(3), False)],
)
def test_the_score_is_kept_by_the_quizs_method(ana: Actor, keep: str, counts: int, score: F, passed: bool) -> None:
    quiz("kept", FOUR, keep=keep)
    papers = [sit(ana, "kept", WRONG, right=right) for right in (2, 4, 3)]
    assert grade() == (papers[counts].id, score, 4, passed, keep)


def test_all_zero_is_kept_as_nothing_earned(ana: Actor) -> None:
    quiz("kept", FOUR, keep="average")
    paper = sit(ana, "kept", WRONG)
    assert grade() == (paper.id, 0, 4, False, "average")


def test_a_new_method_counts_from_the_next_score_on(ana: Actor) -> None:
    quiz("kept", FOUR)
    first = sit(ana, "kept", WRONG, right=4)
    quiz("kept", FOUR, keep="last")
    assert grade() == (first.id, 4, 4, True, "highest")
    second = sit(ana, "kept", WRONG, right=1)
    assert grade() == (second.id, 1, 4, False, "last")
    with write() as session:
        session.execute(update(GradeRow).values(score=F(0)))
        closing.keep_score(session, second)
    assert grade() == (second.id, 1, 4, False, "last"), "may be asked for again at any time"


def test_what_a_person_must_still_grade_does_not_count(ana: Actor) -> None:
    quiz("kept", FOUR, keep="last")
    first, second = sit(ana, "kept", WRONG, right=1), sit(ana, "kept", WRONG, right=3)
    with write() as session:
        session.execute(update(AttemptRow).where(AttemptRow.id == second.id).values(provisional=True))
        closing.keep_score(session, second)
    assert grade() == (first.id, 1, 4, False, "last")
    with write() as session:
        session.execute(update(AttemptRow).values(provisional=True))
        session.execute(update(GradeRow).values(score=F(4)))
        closing.keep_score(session, second)
    assert grade().score == 4, "nothing counts: what was kept stays"
