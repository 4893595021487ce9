"""Drill 4 in Chromium: the browser's clock jumps, stands still or never ticks; the server's decides (P4)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from learnapp.kit import clock

from .browsing import HOUR, Sitting, sitting
from .harness import Place, Server

LIMIT = timedelta(minutes=15)
DAY = timedelta(days=1)
JUMPS = {"an hour ahead": HOUR, "an hour back": -HOUR, "a day ahead": DAY, "a day back": -DAY}
TICKS_MS = 1500  # longer than the page's timer takes to look at its clock


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
        with sitting(place, served, browser, jump) as ana:
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
        with sitting(place, served, browser) as ana:
            ana.choose_and_wait("b")
            stop(ana.page)
            ana.an_hour_passes_on_the_server()
            _status, *pinned = _pinned(ana)
            with ana.page.expect_response(lambda reply: reply.request.method == "PUT" and reply.status != 200) as sent:
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
