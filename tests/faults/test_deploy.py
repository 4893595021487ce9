"""Drill 6: a reload under load loses nothing, and the last release's code runs on the new schema (P11)."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.people import PASSWORD, PASSWORD_HASH

from .harness import (
    LONG,
    QUESTIONS,
    ROOT,
    Learner,
    Log,
    Place,
    all_at_once,
    compare,
    cookie_for,
    either,
    meanwhile,
    wait_until,
)  # fmt: skip
from .learner import CUT, FORM
from .releases import Release, answer_what_can_be_chosen, copy_of_this, last_release

PER_SECOND = 50
THREADS = 16
RELOADS = either(1, 4)
ALIVE = b'"alive\\n"'
# Both take a while and are about code more than about databases: PostgreSQL in the long form only.
databases = pytest.mark.both_databases if LONG else pytest.mark.usefixtures("place")


@dataclass
class Load:
    """Learners who together send 50 requests in each second, each request on a connection of its own, none twice."""

    learners: list[Learner]
    attempts: list[str]
    lost: list[str] = field(default_factory=list)
    sent: int = 0
    late: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def _turn(self, began: float) -> int:
        with self._lock:
            turn, self.sent = self.sent, self.sent + 1
        ahead = began + turn / PER_SECOND - time.monotonic()
        time.sleep(max(0.0, ahead))
        self.late = max(self.late, -ahead)
        return turn

    def _work(self, number: int, began: float, over: threading.Event) -> None:
        while not over.is_set():
            turn = self._turn(began)
            try:
                status = self._send(self.learners[number], self.attempts[number], turn)
            except CUT as error:
                self.lost.append(type(error).__name__)
            else:
                if not 200 <= status < 400:
                    self.lost.append(str(status))

    def _send(self, learner: Learner, attempt: str, turn: int) -> int:
        n, option = 1 + turn // 7 % (QUESTIONS - 1), "abc"[turn // 5 % 3]
        match turn % 5:
            case 0:
                return learner.request("GET", f"/attempts/{attempt}/questions/{n}").status
            case 1 | 2:
                return learner.save_once(attempt, n, {"answer": [option]}).status
            case 3:  # the last question is answered without script only
                form = learner.form(answer=option, go="check")
                path = f"/attempts/{attempt}/questions/{QUESTIONS}"
                return learner.request("POST", path, form, Content_Type=FORM).status
            case _:
                return learner.request("GET", ("/", f"/attempts/{attempt}/check", "/about/facts")[turn % 3]).status

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send while the block runs."""
        began = time.monotonic()
        with meanwhile(THREADS, lambda number, over: self._work(number, began, over)):
            yield


def _load(port: int, cookies: list[str], log: Log) -> Load:
    learners = [Learner(port, cookie, log, seed=number) for number, cookie in enumerate(cookies)]
    return Load(learners, all_at_once(THREADS, lambda number: learners[number].start("drill")))


def _judge(place: Place, load: Load, log: Log) -> None:
    assert Counter(load.lost) == {}
    for learner, attempt in zip(load.learners[:3], load.attempts, strict=False):
        assert learner.save(attempt, 1, {"answer": ["b"]}).status == 200, "attempts that were open before go on"
        assert "out of 10" in learner.follow(learner.submit(attempt)).text
    assert {name for name in compare(place.app, log).wrong if name != "unsent"} == set()


@databases
def test_a_reload_under_load(place: Place, tmp_path: Path, figures: Callable[..., None]) -> None:
    """New code is put into its place, and HUP loads it, as docs/operations.md says."""
    place.publish()
    log = Log()
    release = copy_of_this(tmp_path / "release")
    probe = release.root / "learnapp" / "site" / "probes.py"
    first = probe.read_bytes()
    assert ALIVE in first
    with release.serve(place, workers=either(2, 3)) as server:
        load = _load(server.port, place.people(THREADS), log)
        asker = Learner(server.port, "", Log())
        with load.running():
            for number in range(1, RELOADS + 1):
                time.sleep(1)
                old, new = set(server.workers()), f"alive {number}\n"
                probe.write_bytes(first.replace(ALIVE, repr(new).encode()))
                server.reload()
                wait_until(lambda: asker.request("GET", "/livez").text == new, 60, "the new code")  # noqa: B023
                wait_until(lambda: not old & set(server.workers()), 60, "the old workers' end")  # noqa: B023
            time.sleep(1)
        alive = {asker.request("GET", "/livez").text for _time in range(12)}
        _judge(place, load, log)
    figures(
        "6", f"{RELOADS} reloads at {PER_SECOND} requests/s, {place.kind}", sent=load.sent, lost=len(load.lost),
        longest_reply_s=round(log.longest, 1), workers_with_old_code=len(alive - {f"alive {RELOADS}\n"}),
    )  # fmt: skip
    assert alive == {f"alive {RELOADS}\n"}, "the new code serves"


@pytest.mark.long_only
def test_whoever_dies_during_a_reload_has_a_successor(place: Place) -> None:
    """New workers are killed before they are ready, an old one too, and HUP comes again before the first is done."""
    with place.serve(workers=2) as server:
        first = set(server.workers())
        server.reload()
        wait_until(lambda: len(server.workers()) > len(first), 30, "new workers")
        young = set(server.workers()) - first
        for pid in (*young, min(first)):
            os.kill(pid, signal.SIGKILL)
        assert server.answers("/about/facts"), "the other old ones serve on"
        server.reload()
        gone = first | young
        wait_until(lambda: len(server.workers()) == 2 and not gone & set(server.workers()), 90, "two new workers")
        last = set(server.workers())
        server.reload()
        wait_until(lambda: len(server.workers()) == 2 and not last & set(server.workers()), 90, "two newer workers")
        assert server.answers("/about/facts")


@databases
def test_the_last_release_on_the_new_schema(place: Place, tmp_path: Path, figures: Callable[..., None]) -> None:
    """Migrated beside the running old code and under load; then the old code does all that a learner needs."""
    this, old = copy_of_this(tmp_path / "this"), last_release(tmp_path / "old")
    _empty(place)
    old.flask(place, "prepare")
    place.publish()
    log = Log()
    cookies = [cookie_for(place.app, token) for token in old.people(place, THREADS, PASSWORD_HASH)]
    with old.serve(place) as server:
        load = _load(server.port, cookies, log)
        with load.running():
            time.sleep(0.5)
            this.flask(place, "prepare")
            time.sleep(1)
        place.publish()  # a quiz that is not among the content was taken away with the rest
        answers = _smoke(Learner(server.port, "", log, seed=99))
        _judge(place, load, log)
    with this.serve(place, workers=1) as server:
        for learner, attempt in zip(load.learners[3:], load.attempts[3:], strict=True):
            learner.port = server.port
            assert learner.save(attempt, 2, {"answer": ["b"]}).status == 200, "the new code goes on with them"
        assert "out of 10" in learner.follow(learner.submit(attempt)).text
    found = compare(place.app, log)
    figures(
        "6", f"code of {old.name} while and after the schema changes, {place.kind}", sent=load.sent,
        lost=len(load.lost), longest_reply_s=round(log.longest, 1), answers_in_the_smoke_test=answers,
        missing=found.missing,
    )  # fmt: skip
    assert {name for name in found.wrong if name != "unsent"} == set()


def _empty(place: Place) -> None:
    """Take the schema away again: the old code is to make its own."""
    if place.kind == "sqlite":
        (place.folder / "learnapp.db").unlink()
    else:
        Release("here", ROOT).flask(place, "schema", "downgrade", "base")


def _smoke(learner: Learner) -> int:
    """Sign in with a password, read a lesson, start, save, hand in, read the result; return how many answers."""
    learner.get("/account/sign-in")
    signed_in = learner.post("/account/sign-in", email="0@release.example.org", password=PASSWORD)
    assert signed_in.status in {302, 303}, signed_in.text[:500]
    lesson = learner.get("/lessons/healing")
    assert lesson.status == 200
    assert "<h1" in lesson.text
    attempt = learner.start("healing")
    answers = answer_what_can_be_chosen(learner, attempt)
    assert answers > 0
    result = learner.follow(learner.submit(attempt))
    assert result.status == 200
    assert "out of" in result.text
    assert learner.get(f"/attempts/{attempt}/result?show=all").status == 200
    return answers
