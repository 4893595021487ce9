"""Drill 2: many clicks at the same moment, and replies that never arrive, against three workers (P2, P3)."""

import re
import socket
import struct
import threading
import time
from collections.abc import Callable

import pytest

from .harness import QUESTIONS, Learner, Log, Place, Reply, all_at_once, compare, either, wait_until
from .learner import FORM, newest_known

pytestmark = pytest.mark.both_databases
LEARNERS = either(2, 30)
STARTS, SUBMITS = 16, 10
LOST = either(4, 30)
TOKEN = re.compile(r'(name="csrf_token"[^>]*value=")[^"]+')


def _same(page: str) -> str:
    """Return a page without the CSRF token, which carries the second in which it was made."""
    return TOKEN.sub(r"\1", page)


def _at_once(count: int, learner: Learner, path: str, **fields: str) -> list[Reply]:
    """Click so many times on one form, every click on a connection of its own, released together."""
    gate, body = threading.Barrier(count), learner.form(**fields)

    def click(_number: int) -> Reply:
        gate.wait(30)
        return learner.request("POST", path, body, Content_Type=FORM)

    return all_at_once(count, click)


def _leave(learner: Learner, path: str, body: bytes, seconds: float) -> None:
    """Send a form and hang up without listening, rudely: the server's reply reaches nobody."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: session={learner.cookie}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", learner.port), 10) as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.sendall(head.encode() + body)
        time.sleep(seconds)


def test_many_starts_and_many_hand_ins(place: Place, figures: Callable[..., None]) -> None:
    place.publish()
    log = Log()
    other_places, other_pages = 0, 0
    with place.serve(workers=either(2, 3)) as server:
        for number, cookie in enumerate(place.people(LEARNERS)):
            learner = Learner(server.port, cookie, log, seed=number)
            offer = newest_known(learner.get("/quizzes/drill"))
            replies = _at_once(STARTS, learner, "/quizzes/drill/attempts", **offer)
            assert {reply.status for reply in replies} == {303}
            other_places += len({reply.location for reply in replies}) - 1
            attempt = replies[0].location.rsplit("/", 1)[1]
            learner.get(f"/attempts/{attempt}/questions/1")
            for n in range(1, QUESTIONS + 1):
                assert learner.save(attempt, n, {"answer": ["b"]}).status == 200
            replies = _at_once(SUBMITS, learner, f"/attempts/{attempt}/submit")
            assert {reply.status for reply in replies} == {303}
            pages = all_at_once(SUBMITS, lambda at: _same(learner.follow(replies[at]).text))  # noqa: B023
            other_pages += len(set(pages)) - 1
            assert f"{QUESTIONS} out of {QUESTIONS}" in pages[0]
            log.handed_in.append(attempt)
    found = compare(place.app, log)
    figures(
        "2", f"{STARTS} starts and {SUBMITS} hand-ins at once, {place.kind}", learners=LEARNERS,
        other_attempts=other_places, other_pages=other_pages, double_attempts=found.double_attempts,
        double_grades=found.double_grades, outbox_rows_too_many_or_few=found.announcements,
    )  # fmt: skip
    assert found.wrong == {}
    assert other_places == other_pages == 0


def test_a_lost_reply_and_the_same_again(place: Place, figures: Callable[..., None]) -> None:
    """The page of whoever hands in once is the page of whoever never heard the first reply."""
    place.publish(questions=2)
    log = Log()
    with place.serve(workers=either(2, 3)) as server:

        def sit(number: int) -> str:
            learner = Learner(server.port, cookies[number], log, seed=number)
            moment = learner.dice.choice([0, 0.002, 0.01, 0.05])  # before, while and after the server works on it
            offer = newest_known(learner.get("/quizzes/drill"))
            _leave(learner, "/quizzes/drill/attempts", learner.form(**offer), moment)
            attempt = learner.start("drill")
            assert learner.save(attempt, 1, {"answer": ["b"]}).status == 200
            _leave(learner, f"/attempts/{attempt}/submit", learner.form(), moment)
            if number % 2:  # half of them wait until the first one has done its work, the others race with it
                wait_until(lambda: "/result" in learner.request("GET", f"/attempts/{attempt}").location, 30, "hand-in")
            pages = {_same(learner.follow(learner.submit(attempt)).text) for _time in range(2)}
            late = learner.request("POST", "/quizzes/drill/attempts", learner.form(**offer), Content_Type=FORM)
            assert late.location == f"/attempts/{attempt}", "the first click, once more and far too late"
            assert len(pages) == 1, "the same page each time"
            return pages.pop()

        cookies = place.people(LOST)
        pages = [sit(number) for number in range(LOST)]
    found = compare(place.app, log)
    figures(
        "2", f"reply lost, sent again, {place.kind}", lost_replies=2 * LOST, attempts=len(set(log.started)),
        double_attempts=found.double_attempts, double_grades=found.double_grades,
        outbox_rows_too_many_or_few=found.announcements,
    )  # fmt: skip
    assert found.wrong == {}
    assert len(set(log.started)) == LOST
    assert all("1 out of 2" in page for page in pages)
