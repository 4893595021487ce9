"""Drill 5: the disk is full, the lock is held, the database is away: 503, never "saved", nothing lost (P13)."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from learnapp.kit.db import db
from tests.made import make_app

from .browsing import sitting
from .disks import files_kept_small, filled, may_mount, small_disk
from .harness import (
    QUESTIONS,
    Learner,
    Log,
    OwnPostgres,
    Place,
    Reply,
    Server,
    background,
    compare,
    either,
    free_port,
    meanwhile,
    wait_until,
)  # fmt: skip
from .learner import CUT

LEARNERS = either(4, 16)
WORKERS = either(1, 3)
PAGES = ("/livez", "/about/facts")  # what needs no database, and what needs none for a visitor
IMPATIENT = either("tests.faults.impatient:app", "wsgi:app")
LOCKED = either(2, 20)
AWAY = either(3, 20)
FULL = either(1, 20)


@dataclass
class Trouble:
    """What learners met who went on saving. refused: replies that were no acknowledgement. seconds: of recovery."""

    log: Log = field(default_factory=Log)
    refused: list[Reply] = field(default_factory=list)
    pages: list[Reply] = field(default_factory=list)
    learners: list[tuple[Learner, str]] = field(default_factory=list)
    during: bool = False
    saved_during: int = 0
    recovered: float = 0.0

    def join(self, place: Place, server: Server) -> None:
        """Let everybody start an attempt and save one answer, before any trouble."""
        for number, cookie in enumerate(place.people(LEARNERS)):
            learner = Learner(server.port, cookie, self.log, seed=number)
            attempt = learner.start("drill")
            assert learner.save(attempt, 1, {"answer": ["a"]}).status == 200
            self.learners.append((learner, attempt))

    def go_on(self, number: int, over: threading.Event) -> None:
        """Save one answer after the other, each until it is acknowledged, as a browser does."""
        learner, attempt = self.learners[number]
        turn = 0
        while not over.is_set():
            n, fields = 1 + turn % (QUESTIONS - 1), {"answer": ["ab"[turn // (QUESTIONS - 1) % 2]]}
            body = learner.save_body(attempt, n, fields)
            while not over.is_set():
                try:
                    reply = learner.save_once(attempt, n, fields, body)
                except CUT:  # counted by the log, and nothing that may happen here
                    continue
                if reply.status == 200:
                    self.saved_during += self.during
                    break
                self.refused.append(reply)
                over.wait(0.1)
            turn += 1
            over.wait(0.02)

    def hand_in_once(self) -> None:
        """Post the page that nobody has saved yet, without script, in the middle of the trouble: refused in words."""
        learner, attempt = self.learners[0]
        form = learner.form(answer="b", revision="0", go="next")
        path = f"/attempts/{attempt}/questions/{QUESTIONS}"
        self.pages.append(learner.request("POST", path, form, Content_Type="application/x-www-form-urlencoded"))


def _meet(trouble: Trouble, server: Server, harm: AbstractContextManager[None], seconds: float) -> None:
    """Go on saving before, during and after the harm; the same processes must serve afterwards."""
    before = {server.master, *server.workers()}
    with meanwhile(LEARNERS, trouble.go_on):
        time.sleep(0.3)
        with harm:
            trouble.during = True
            end = time.monotonic() + seconds
            wait_until(lambda: bool(trouble.refused), 30, "the first refusal")
            trouble.hand_in_once()
            assert server.answers(PAGES[0])
            time.sleep(max(0.0, end - time.monotonic()))
            trouble.during = False
        acknowledged = len(trouble.log.saved)
        trouble.recovered = wait_until(
            lambda: len(trouble.log.saved) >= acknowledged + 2 * LEARNERS, 30, "answers that are saved again"
        )
    assert {server.master, *server.workers()} == before, "no process had to be started again"


def _judge(place: Place, trouble: Trouble, note: Callable[..., None], what: str) -> None:
    assert trouble.refused, "the drill must hurt somebody"
    assert "cut" not in trouble.log.statuses, "every request was answered"
    for reply in (*trouble.refused, *trouble.pages):
        assert reply.status == 503, (reply.status, reply.text[:500])
        assert int(reply.headers["retry-after"]) > 0
        assert not {"saved_at", "saved_text", "revision"} & set(reply.json if reply.text.startswith("{") else ())
        assert "Saved at" not in reply.text
    assert "Answers that were saved before this are safe" in trouble.pages[0].text
    learner, attempt = trouble.learners[0]
    assert learner.submit(attempt).status == 303, "handing in works again"
    found = compare(place.app, trouble.log)
    note(
        "5", what, learners=LEARNERS, acknowledged=len(trouble.log.saved), answered_503=len(trouble.refused),
        without_an_answer=0, missing=found.missing, longest_reply_s=round(trouble.log.longest, 1),
        saving_again_after_s=round(trouble.recovered, 2),
    )  # fmt: skip
    wrong = {name: count for name, count in found.wrong.items() if name != "unsent"}  # a reply may be cut at the end
    assert wrong == {}


@contextmanager
def _locked(place: Place) -> Iterator[None]:
    """Hold the lock that every save needs: SQLite's one writer, PostgreSQL's table."""
    hold = "BEGIN IMMEDIATE" if place.kind == "sqlite" else "LOCK TABLE attempt IN EXCLUSIVE MODE"
    with place.inside(), db.engine.connect() as connection:
        raw = connection.execution_options(immediate=True) if place.kind == "sqlite" else connection
        raw.execute(text("SELECT 1" if place.kind == "sqlite" else hold))
        yield
        connection.rollback()


@pytest.mark.both_databases
def test_somebody_holds_the_lock(place: Place, figures: Callable[..., None]) -> None:
    place.publish()
    trouble = Trouble()
    with place.serve(workers=WORKERS, target=IMPATIENT) as server:
        trouble.join(place, server)
        _meet(trouble, server, _locked(place), LOCKED)
        _judge(place, trouble, figures, f"lock held {LOCKED} s, {place.kind}")
    assert trouble.saved_during <= LEARNERS, "what was under way when the lock was taken, nothing else"


def test_the_page_keeps_the_answer(place: Place, browser: Browser, figures: Callable[..., None]) -> None:
    """In Chromium: what is chosen while nothing can be saved is still there after a reload, and is saved by itself."""
    place.publish("timed", questions=2, minutes=15)
    with place.serve(workers=1, target=IMPATIENT) as server, sitting(place, server, browser) as ana:
        ana.choose_and_wait("a")
        line = ana.page.locator("[data-saved-text]").first
        with _locked(place):
            with ana.page.expect_response(lambda reply: reply.request.method == "PUT" and reply.status == 503):
                ana.choose("b")
            expect(line).to_contain_text("Not saved")
            ana.page.reload()
            expect(ana.page.locator('input[type=radio][value="b"]')).to_be_checked()
            expect(line).not_to_contain_text("Saved at")
            assert ana.answers() == (1, {"choice": "a"})
        recovered = wait_until(lambda: ana.answers() == (2, {"choice": "b"}), 60, "the kept answer's save")
        expect(line).to_contain_text("Saved at")
    figures(
        "5", "lock held, seen in Chromium", answers_kept_over_a_reload=1, saved_by_itself_after_s=round(recovered, 1)
    )


@contextmanager
def _away(server: OwnPostgres) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


@pytest.mark.on_postgres
def test_the_database_is_away(place: Place, figures: Callable[..., None]) -> None:
    assert place.postgres is not None
    place.publish()
    trouble = Trouble()
    with place.serve(workers=WORKERS) as server:
        trouble.join(place, server)
        learner, attempt = trouble.learners[1]

        def look(over: threading.Event) -> None:
            wait_until(lambda: bool(trouble.refused), 30, "the first refusal")
            for path in ("/readyz", "/", f"/attempts/{attempt}/questions/1", "/quizzes/drill"):
                trouble.pages.append(learner.request("GET", path))

        with background(look):
            _meet(trouble, server, _away(place.postgres), AWAY)
        ready, *pages = [page for page in trouble.pages if page.text[:1] == "{"], trouble.pages
        assert ready[0].status == 503
        trouble.pages = [page for page in pages[0] if page.text[:1] != "{"]
        trouble.pages.sort(key=lambda page: "Answers that were saved" not in page.text)
        _judge(place, trouble, figures, f"database away {AWAY} s, {place.kind}")
        assert server.answers("/readyz")


def _on(folder: Path, place: Place) -> Place:
    """Return the installation moved to another folder."""
    shutil.copy(place.folder / "learnapp.db", folder / "learnapp.db")
    (folder / "static").symlink_to(place.folder / "static")
    url = f"sqlite:///{folder / 'learnapp.db'}"
    return Place("sqlite", folder, url, make_app(folder, url))


@contextmanager
def _disk(way: str, folder: Path) -> Iterator[Path]:
    """Give a folder: on a small disk of its own, or just here."""
    if way == "small disk":
        with small_disk(folder) as disk:
            yield disk
    else:
        folder.mkdir()
        yield folder


# Where nobody may mount a disk, a limit on file sizes stands for it: the kernel refuses the same writes.
@pytest.mark.parametrize("way", ["files limited", *(["small disk"] if may_mount() else [])])
def test_the_disk_is_full(way: str, place: Place, tmp_path: Path, figures: Callable[..., None]) -> None:
    with _disk(way, tmp_path / "disk") as disk:
        place = _on(disk, place)
        place.publish()
        trouble = Trouble()
        figures_too = {"METRICS_PORT": str(free_port())}  # they and the log lie on the same disk
        with place.serve(workers=WORKERS, changes=figures_too) as server:
            trouble.join(place, server)
            harm = filled(disk) if way == "small disk" else files_kept_small(server, 4096)
            _meet(trouble, server, harm, FULL)
            _judge(place, trouble, figures, f"disk full {FULL} s ({way}), {place.kind}")
