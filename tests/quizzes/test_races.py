"""Many clicks at the same moment, from real processes, on PostgreSQL (P2, P3, P16); tests/faults does it on both."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.outbox import OutboxRow
from learnapp.quizzes import actions
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, SlotRow, StaleSaveRow, StepRow
from tests.people import People
from tests.quizzes.made_up import publish

pytestmark = pytest.mark.on_postgres
PROCESSES = 2
THREADS = 8
CLICKS = PROCESSES * THREADS
PATIENCE = 120
Click = dict[str, Any]


def _click(app: Flask, click: Click, barrier: Any) -> tuple[int, str, str]:
    """Make one request at the same moment as all the others; return status, place and body."""
    from tests.conftest import signed_in_client

    client: Any = signed_in_client(app, click["person"])
    token = client.csrf_token("/quizzes/short")
    barrier.wait(PATIENCE)
    if "json" in click:
        response = client.put(click["path"], json=click["json"], headers={"X-CSRFToken": token})
    else:
        response = client.post(click["path"], data={"csrf_token": token, **click.get("data", {})})
    return response.status_code, response.headers.get("Location", ""), response.get_data(as_text=True)


def _process(folder: str, url: str, rounds: list[list[Click]], barrier: Any, results: Any) -> None:
    from tests.made import make_app

    app = make_app(Path(folder), url)
    with ThreadPoolExecutor(THREADS) as pool:
        for clicks in rounds:
            found = list(pool.map(lambda click: _click(app, click, barrier), clicks))
            results.put(found)


def together(app: Flask, rounds: Sequence[Sequence[Click]]) -> list[list[tuple[int, str, str]]]:
    """Make every round's clicks at once, spread over processes; return the replies of each round."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(CLICKS)
    queues = [context.Queue() for _process_number in range(PROCESSES)]
    settings = app.config["SETTINGS"]
    workers = []
    for number, queue in enumerate(queues):
        mine = [list(clicks[number::PROCESSES]) for clicks in rounds]
        arguments = (str(settings.instance_dir), settings.database_url, mine, barrier, queue)
        workers.append(context.Process(target=_process, args=arguments))
        workers[-1].start()
    try:
        return [[reply for queue in queues for reply in queue.get(timeout=PATIENCE)] for _round in rounds]
    finally:
        for worker in workers:
            worker.join(10)
            if worker.is_alive():
                worker.terminate()


def count(row: Any) -> int:
    return read().scalar(select(func.count()).select_from(row)) or 0


@pytest.fixture
def open_attempt(app: Flask, quizzes: People, actor: Callable[..., Any]) -> str:
    """Ana's open attempt at the whole-page quiz."""
    with app.app_context():
        return actions.start(actor(quizzes.ana), "whole", clock.now(), 1)


def test_one_click_makes_one_attempt(app: Flask, quizzes: People) -> None:
    learners = [quizzes.ana, quizzes.ben, quizzes.cleo]
    replies = together(app, [[{"person": who.id, "path": "/quizzes/whole/attempts"}] * CLICKS for who in learners])
    for round_ in replies:
        assert {status for status, _place, _body in round_} == {303}
        assert len({place for _status, place, _body in round_}) == 1
    with app.app_context():
        assert count(AttemptRow) == len(learners)
        assert count(SlotRow) == 10 * len(learners)


def test_handing_in_many_times_is_handing_in_once(app: Flask, quizzes: People, open_attempt: str) -> None:
    path = f"/attempts/{open_attempt}/submit"
    [replies] = together(app, [[{"person": quizzes.ana.id, "path": path}] * CLICKS])
    assert len(set(replies)) == 1, "the same redirect and body for everybody"
    assert replies[0][:2] == (303, f"/attempts/{open_attempt}/result")
    with app.app_context():
        assert count(GradeRow) == count(OutboxRow) == 1
        assert read().scalars(select(AttemptRow.status)).all() == ["submitted"]


def test_many_tabs_one_wins_and_the_others_are_told(app: Flask, quizzes: People, open_attempt: str) -> None:
    def save(n: int, key: str) -> Click:
        body = {"revision": 0, "fields": {"answer": [key]}}
        return {"person": quizzes.ana.id, "path": f"/attempts/{open_attempt}/answers/{n}", "json": body}

    # Every tab sends another answer, so only the first one can be at revision 0.
    parts = ["abcd"[: 1 + n % 4][-1] for n in range(CLICKS)]
    [replies] = together(app, [[save(7, part) for part in parts]])
    statuses = Counter(status for status, _place, _body in replies)
    same_as_winner = CLICKS // 4
    assert statuses == {200: same_as_winner, 409: CLICKS - same_as_winner}
    with app.app_context():
        assert count(StepRow) == 1
        assert count(StaleSaveRow) == CLICKS - same_as_winner


def test_saves_and_hand_in_at_once_give_a_score_that_fits_the_answers(
    app: Flask, quizzes: People, open_attempt: str
) -> None:
    def save(n: int) -> Click:
        body = {"revision": 0, "fields": {"answer": ["b"]}}
        return {"person": quizzes.ana.id, "path": f"/attempts/{open_attempt}/answers/{n}", "json": body}

    hand_in = {"person": quizzes.ana.id, "path": f"/attempts/{open_attempt}/submit"}
    clicks = [save(1 + n % 6) if n % 2 else hand_in for n in range(CLICKS)]
    [replies] = together(app, [clicks])
    assert {status for status, _place, _body in replies} <= {200, 303, 403}
    with app.app_context():
        slots = read().execute(select(SlotRow.answer, SlotRow.fraction)).all()
        assert [fraction for _answer, fraction in slots] == [Fraction(answer is not None) for answer, _ in slots]
        score = read().scalar(select(AttemptRow.score))
        assert score == sum(fraction for _answer, fraction in slots)
        assert count(StepRow) == sum(answer is not None for answer, _fraction in slots)
        assert count(GradeRow) == count(OutboxRow) == 1


@pytest.mark.parametrize("behaviour", ["immediate", "interactive", "adaptive"])
def test_checking_many_times_at_once_is_one_try(app: Flask, quizzes: People, actor: Any, behaviour: str) -> None:
    hints = [{"text": "Look again", "clear": False, "count": False}] * 3
    with app.app_context():
        publish("tried", ["choice"], clock.now(), settings={"behaviour": behaviour}, hints=hints)
        attempt = actions.start(actor(quizzes.ana), "tried", clock.now(), 1)
    data = {"answer": "a", "revision": "0", "go": "judge"}
    click = {"person": quizzes.ana.id, "path": f"/attempts/{attempt}/questions/1", "data": data}
    [replies] = together(app, [[click] * CLICKS])
    assert {(status, place) for status, place, _body in replies} == {
        (303, f"/attempts/{attempt}/questions/1#feedback")
    }  # fmt: skip
    with app.app_context():
        assert read().scalars(select(SlotRow.tries)).all() == [1]
        assert read().scalar(select(SlotRow.phase)) == {"immediate": "locked", "adaptive": "open"}.get(
            behaviour, "hint"
        )
        assert count(StepRow) == 1
