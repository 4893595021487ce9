"""Drill 4 in Chromium: the browser's clock jumps, stands still or never ticks; the server's decides (P4)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select, update

from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes.storage.rows import AttemptRow, SlotRow, StepRow

from .harness import Place, Server, wait_until

LIMIT = timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = {"an hour ahead": HOUR, "an hour back": -HOUR, "a day ahead": DAY, "a day back": -DAY}
MOMENTS = ("started_at", "deadline", "closes_at", "check_at")
TICKS_MS = 1500  # longer than the page's timer takes to look at its clock


@dataclass
class Sitting:
    """Somebody in front of a Chromium, on the first question of a timed paper. attempt: its public id."""

    place: Place
    page: Page
    attempt: str

    def row(self) -> Any:
        """Return the attempt as it is stored."""
        with self.place.inside():
            return read().scalars(select(AttemptRow).where(AttemptRow.public_id == self.attempt)).one()

    def answers(self) -> tuple[int, Any]:
        """Return how many answers to the first question are stored, and the newest."""
        first = (SlotRow.position == 1, AttemptRow.public_id == self.attempt)
        joined = select(func.count(StepRow.id), SlotRow.answer).outerjoin(StepRow, StepRow.slot_id == SlotRow.id)
        found = joined.join(AttemptRow, AttemptRow.id == SlotRow.attempt_id).where(*first).group_by(SlotRow.id)
        with self.place.inside():
            count, answer = read().execute(found).one()
        return int(count), answer

    def choose(self, option: str) -> None:
        """Click an option of the question."""
        self.page.locator(f'input[type=radio][value="{option}"]').check()

    def choose_and_wait(self, option: str) -> None:
        """Click an option, and wait until it is stored."""
        self.choose(option)
        wait_until(lambda: self.answers()[1] == {"choice": option}, 20, f"option {option} stored")

    def an_hour_passes_on_the_server(self) -> None:
        """Move everything that is pinned an hour into the past: it is the same as waiting."""
        row = self.row()
        held = {name: getattr(row, name, None) for name in MOMENTS}
        moved = {name: value - HOUR for name, value in held.items() if value}
        with self.place.inside(), write() as session:
            session.execute(update(AttemptRow).where(AttemptRow.public_id == self.attempt).values(moved))


@contextmanager
def _sitting(place: Place, server: Server, browser: Browser, shift: timedelta) -> Iterator[Sitting]:
    """Sign somebody in and let them start. shift: how wrong their clock is from the beginning."""
    [cookie] = place.people(1)
    url = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(base_url=url, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "session", "value": cookie, "url": url}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.clock.install(time=datetime.now(UTC) + shift)
    page.goto("/quizzes/timed")
    page.locator('form[action$="/attempts"] button').click()
    page.wait_for_url("**/questions/1")
    try:
        yield Sitting(place, page, page.url.split("/")[-3])
    finally:
        context.close()


@pytest.fixture
def served(place: Place) -> Iterator[Server]:
    """A server with a quiz of 15 minutes."""
    place.publish("timed", questions=2, minutes=15)
    with place.serve(workers=1) as server:
        yield server


def _pinned(sitting: Sitting) -> tuple[str, datetime, datetime]:
    row = sitting.row()
    return row.status, row.started_at, row.deadline


def test_a_wrong_clock_hands_nothing_in(
    place: Place, served: Server, browser: Browser, figures: Callable[..., None]
) -> None:
    """Wrong from the beginning, and wrong by as much again in the middle of a question."""
    moved, early = 0, 0
    for jump in JUMPS.values():
        with _sitting(place, served, browser, jump) as ana:
            pinned = _pinned(ana)
            assert pinned[2] - pinned[1] == LIMIT
            ana.choose_and_wait("a")
            ana.page.clock.set_system_time(datetime.now(UTC) + 2 * jump)
            ana.page.wait_for_timeout(TICKS_MS)
            ana.page.goto(f"/attempts/{ana.attempt}/questions/1")
            ana.choose_and_wait("b")
            left = ana.page.locator("[data-time]").inner_text()
            assert left.split()[0] in {"14", "15"}, f"the page counts by the server's clock: {left}"
            early += ana.row().status != "open"
            ana.page.goto(f"/attempts/{ana.attempt}/check")
            ana.page.locator('form[action$="/submit"] button[type=submit]').first.click()
            ana.page.wait_for_url("**/result*")
            row = ana.row()
            moved += (row.started_at, row.deadline) != pinned[1:]
        assert (row.status, row.score) == ("submitted", 1)
        assert timedelta(0) <= clock.now() - row.submitted_at < timedelta(minutes=5), "when it was, by our clock"
    figures("4", "browser's clock jumps", jumps=2 * len(JUMPS), deadlines_moved=moved, handed_in_too_early=early)
    assert moved == early == 0


def _stand_still(page: Page) -> None:
    page.clock.set_fixed_time(datetime.now(UTC))


def _go_back(page: Page) -> None:
    page.clock.set_system_time(datetime.now(UTC) - DAY)


def _never_tick(page: Page) -> None:
    page.evaluate("() => { window.setInterval = () => 0; for (let n = 1; n < 9999; n += 1) clearInterval(n); }")


def test_a_stopped_clock_accepts_nothing_late(
    place: Place, served: Server, browser: Browser, figures: Callable[..., None]
) -> None:
    """An hour after the deadline the page still thinks that there is time, and sends an answer."""
    late, moved = 0, 0
    for stop in (_stand_still, _go_back, _never_tick):
        with _sitting(place, served, browser, timedelta(0)) as ana:
            ana.choose_and_wait("b")
            stop(ana.page)
            ana.an_hour_passes_on_the_server()
            _status, *pinned = _pinned(ana)
            with ana.page.expect_response(lambda reply: reply.request.method == "PUT") as sent:
                ana.choose("a")
            assert sent.value.status == 403
            assert sent.value.json()["error"] == "too_late"
            ana.page.goto(f"/attempts/{ana.attempt}")
            assert "1 out of 2" in ana.page.inner_text("h1"), "from the answer that was saved in time"
            row, (count, answer) = ana.row(), ana.answers()
            late += (count, answer) != (1, {"choice": "b"})
            moved += [row.started_at, row.deadline] != pinned
        assert (row.status, row.submitted_at, row.score) == ("submitted", row.deadline, 1)
    figures("4", "browser's clock stopped, an hour late", clocks=3, deadlines_moved=moved, accepted_too_late=late)
    assert late == moved == 0
