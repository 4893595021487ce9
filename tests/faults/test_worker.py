"""The worker is killed while it sends mail (P14), and meets a reader at an attempt whose time is over (P5)."""

import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select, update

from learnapp.accounts.domain import Actor
from learnapp.accounts.storage import PersonRow
from learnapp.kit import clock, mail
from learnapp.kit.db import read, write
from learnapp.kit.outbox import OutboxRow
from learnapp.quizzes import actions
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, StepRow
from tests.quizzes.made_up import publish

from .harness import BIN, ROOT, Learner, Log, Place, all_at_once, compare, either, wait_until

pytestmark = pytest.mark.both_databases
MAILS = either(40, 200)
KILLS = either(1, 8)
FORGOTTEN = either(32, 300)
READERS = 8


@contextmanager
def _worker(place: Place, **changes: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `flask worker` while the block runs; nothing of it is left afterwards."""
    with (place.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [str(BIN / "flask"), "--app", "wsgi", "worker"],
            cwd=ROOT, env={**place.environment(), **changes}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def _lives(worker: subprocess.Popen[bytes]) -> bool:
    assert worker.poll() is None, "the worker ended by itself: see worker.log"
    return True


def _waiting(place: Place) -> int:
    with place.inside():
        return read().scalar(select(func.count()).where(OutboxRow.kind == mail.KIND, OutboxRow.done_at.is_(None))) or 0


def _leases_run_out(place: Place) -> None:
    """Let the time pass that a dead worker's jobs stay its own (ten minutes)."""
    past = clock.now() - timedelta(seconds=1)
    with place.inside(), write() as session:
        session.execute(update(OutboxRow).where(OutboxRow.leased_until.is_not(None)).values(leased_until=past))


def test_the_worker_is_killed_while_it_sends(place: Place, figures: Callable[..., None]) -> None:
    from .mailbox import Mailbox

    with place.inside(), write() as session:
        for number in range(MAILS):
            note = mail.Mail(f"learner{number}@example.org", "Your result", f"Number {number}", "result")
            mail.post(session, note, clock.now(), key=f"result:{number}")
    with Mailbox(seconds=0.005) as box:
        for turn in range(1, KILLS + 1):
            with _worker(place, SMTP_URL=box.url) as worker:
                wait_until(lambda: _lives(worker) and len(box.mails) >= turn * MAILS // (KILLS + 2), 60, "mail")  # noqa: B023
                worker.send_signal(signal.SIGKILL)
                worker.wait(30)
            _leases_run_out(place)
        with _worker(place, SMTP_URL=box.url) as worker:
            wait_until(lambda: _waiting(place) == 0, 120, "the last mail")
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0, "told to stop, it stops"
    people = {one["To"] for one in box.mails}
    by_key = Counter(one["Message-ID"] for one in box.mails)
    figures(
        "P14", f"worker killed while it sends, {place.kind}", mails=MAILS, killed=KILLS, delivered=len(box.mails),
        delivered_again_under_the_same_id=len(box.mails) - len(by_key), never_delivered=MAILS - len(people),
        twice_under_another_id=len(by_key) - len(people),
    )  # fmt: skip
    assert len(people) == MAILS, "everybody got theirs"
    assert len(by_key) == MAILS, "a mail program shows each of them once"
    assert len(box.mails) - MAILS <= KILLS, "each kill repeats the one mail that was under way, at most"


def _forget(place: Place, log: Log) -> list[str]:
    """Let people start an hour ago, save three right answers, and vanish; return the attempts."""
    began = clock.now() - timedelta(hours=1)
    with place.inside():
        publish("timed", ["choice"] * 4, began, minutes=15)
        people = read().scalars(select(PersonRow).order_by(PersonRow.id)).all()
        actors = [Actor(one.id, one.public_id, one.name, one.email, True, "trainee", None, "", "", frozenset(), 0)
                  for one in people]  # fmt: skip
        attempts = []
        for actor in actors:
            attempt = actions.start(actor, "timed", began, 7)
            for n in (1, 2, 3):
                moment = began + timedelta(minutes=n)
                actions.save_answer(actor, attempt, n, 0, {"choice": "b"}, None, moment)
            attempts.append(attempt)
    return attempts


def test_forgotten_attempts_are_finished_once(place: Place, figures: Callable[..., None]) -> None:
    """Readers finish the first few; once the worker is at it, they run through the same list side by side."""
    log = Log()
    cookies = place.people(FORGOTTEN)
    attempts = _forget(place, log)

    def read_page(at: int) -> None:
        learner = Learner(server.port, cookies[at], log, seed=at)
        path = ("/quizzes/timed", f"/attempts/{attempts[at]}", f"/attempts/{attempts[at]}/result")[at % 3]
        page = learner.follow(learner.get(path))
        assert page.status == 200, (path, page.status)
        assert at % 3 == 0 or "3 out of 4" in page.text

    def worker_is_at_it() -> bool:
        with place.inside():
            return read().scalar(select(AttemptRow.id).where(AttemptRow.closed_by == "worker").limit(1)) is not None

    with place.serve(workers=either(1, 2)) as server:
        all_at_once(READERS, lambda number: read_page(FORGOTTEN - 1 - number))
        with _worker(place):
            wait_until(worker_is_at_it, 60, "the worker's first attempt")
            all_at_once(READERS, lambda number: [read_page(at) for at in range(number, FORGOTTEN, READERS)])
    found = compare(place.app, log)
    with place.inside():
        rows = read().execute(select(AttemptRow.closed_by, AttemptRow.status, AttemptRow.score,
                                     AttemptRow.submitted_at, AttemptRow.deadline)).all()  # fmt: skip
        grades, steps = (read().scalar(select(func.count()).select_from(row)) for row in (GradeRow, StepRow))
    by = Counter(row.closed_by for row in rows)
    figures(
        "P5", f"forgotten attempts, {place.kind}", attempts=FORGOTTEN, finished_by_the_worker=by["worker"],
        by_a_reader=by["reader"], left_open=sum(row.status == "open" for row in rows),
        double_grades=found.double_grades, outbox_rows_too_many_or_few=found.announcements,
    )  # fmt: skip
    assert {name for name, count in found.wrong.items() if name != "unsent"} == set()
    assert by["worker"] + by["reader"] == FORGOTTEN
    assert min(by["worker"], by["reader"]) > 0, "both had a part in it"
    assert grades == FORGOTTEN
    assert steps == 3 * FORGOTTEN
    assert {row.score for row in rows} == {Fraction(3)}, "from the saved answers"
    assert all(row.submitted_at == row.deadline for row in rows), "as of the deadline"
