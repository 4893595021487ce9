"""Drill 1: learners answer while workers, the database and the whole server are killed (P1)."""

import random
import threading
import time
from collections.abc import Callable

import pytest

from .harness import QUESTIONS, Learner, Log, Place, Server, all_at_once, background, compare, either

LEARNERS = either(12, 200)
SECONDS = either(3, 60)
KILL_EVERY = 0.5
ANSWERS = 2 * QUESTIONS  # every question is answered wrong, and later changed to the right answer


def _sit(server: Server, cookie: str, log: Log, number: int) -> None:
    """Start, answer at a person's uneven pace for as long as the drill lasts, and hand in."""
    learner = Learner(server.port, cookie, log, seed=number)
    pause = SECONDS / ANSWERS
    time.sleep(learner.dice.uniform(0, pause))
    attempt = learner.start("drill")
    for turn in range(ANSWERS):
        n, option = 1 + turn % QUESTIONS, "a" if turn < QUESTIONS else "b"
        reply = learner.save(attempt, n, {"answer": [option]})
        assert reply.status == 200, (reply.status, reply.text[:300])
        time.sleep(learner.dice.uniform(0.4, 1.4) * pause)
    reply = learner.submit(attempt)
    assert reply.status == 303, (reply.status, reply.text[:300])


def _everybody(place: Place, server: Server) -> Log:
    log = Log()
    cookies = place.people(LEARNERS)
    all_at_once(LEARNERS, lambda number: _sit(server, cookies[number], log, number))
    return log


def _judge(place: Place, log: Log, kills: int, note: Callable[..., None], what: str) -> None:
    found = compare(place.app, log)
    note(
        "1", f"{what}, {place.kind}", learners=LEARNERS, killed=kills, acknowledged=len(log.saved),
        sent_again=log.retried, missing=found.missing, double_attempts=found.double_attempts,
        double_grades=found.double_grades, longest_reply_s=round(log.longest, 1),
    )  # fmt: skip
    assert found.wrong == {}
    assert len(log.saved) == LEARNERS * ANSWERS, "every answer was acknowledged in the end, once"
    assert len(log.handed_in) == LEARNERS
    assert not {"500", "502"} & log.statuses.keys(), "away is 503, whatever the moment"
    assert kills > 0
    assert log.retried > 0, "the drill must hurt somebody"


@pytest.mark.both_databases
def test_workers_are_killed(place: Place, figures: Callable[..., None]) -> None:
    place.publish()
    kills = 0

    def kill(over: threading.Event) -> None:
        nonlocal kills
        dice, end = random.Random(4), time.monotonic() + SECONDS
        while time.monotonic() < end and not over.wait(KILL_EVERY):
            kills += server.kill_worker(dice)

    with place.serve(workers=3) as server, background(kill):
        log = _everybody(place, server)
    _judge(place, log, kills, figures, "a worker killed every 0.5 s")


def _twice(harm: Callable[[], None]) -> Callable[[threading.Event], None]:
    """Return what does harm after a third and after two thirds of the drill."""

    def act(over: threading.Event) -> None:
        for _time in range(2):
            over.wait(SECONDS / 3)
            harm()

    return act


@pytest.mark.on_postgres
def test_the_database_is_stopped(place: Place, figures: Callable[..., None]) -> None:
    place.publish()

    def stop_and_start() -> None:
        assert place.postgres is not None
        place.postgres.stop()
        time.sleep(0.5)
        place.postgres.start()

    with place.serve(workers=either(1, 3)) as server, background(_twice(stop_and_start)):
        log = _everybody(place, server)
    _judge(place, log, 2, figures, "database stopped immediately, twice")


def test_the_whole_server_is_killed(place: Place, figures: Callable[..., None]) -> None:
    place.publish()

    def kill_and_start() -> None:
        server.kill()
        time.sleep(0.5)
        server.start()

    with place.serve(workers=either(2, 3)) as server, background(_twice(kill_and_start)):
        log = _everybody(place, server)
    _judge(place, log, 2, figures, "whole server killed, twice")
