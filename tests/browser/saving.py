"""What the tests of saving share: a learner at an open attempt, ways to disturb the line, a look into both stores."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route, expect
from playwright.sync_api import TimeoutError as TooLate
from sqlalchemy import delete, select

from learnapp.accounts.storage import SessionRow
from learnapp.kit.db import db, read, write
from learnapp.quizzes.storage.rows import AttemptRow, SlotRow, StaleSaveRow, StepRow
from tests.browser.conftest import Site

SAVES = re.compile(r"/attempts/[^/]+/answers/\d+$")
SAVED = re.compile(r"^\s*Saved at \d\d:\d\d")
# Chromium notes in its console what these tests do on purpose.
NOISE = ("Failed to load resource", "net::ERR", "503:", "the server responded with a status of")


def radios(page: Page) -> Locator:
    """Return the options of the question on the page."""
    return page.locator(".q fieldset input[type=radio]")


def line(page: Page) -> Locator:
    """Return the words that say how saving stands."""
    return page.locator("[data-saved-text]")


def says(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the line says this."""
    expect(line(page)).to_have_text(words) if isinstance(words, re.Pattern) else expect(line(page)).to_contain_text(
        words
    )


def begin(page: Page, quiz: str) -> str:
    """Start a quiz; return the attempt's path."""
    page.watch.allowed += NOISE  # type: ignore[attr-defined]
    page.goto(f"/quizzes/{quiz}")
    page.get_by_role("button", name=re.compile("^Start")).click()
    page.wait_for_url(re.compile("/attempts/"))
    return re.sub(r".*(/attempts/[^/?#]+).*", r"\1", page.url)


def kept(page: Page) -> list[Any]:
    """Return what the browser's own store holds, of anybody."""
    found: list[Any] = page.evaluate(
        """() => new Promise((resolve) => {
            const request = indexedDB.open("answers", 1);
            request.onupgradeneeded = () => request.result.createObjectStore("slot", { keyPath: "id" });
            request.onsuccess = () => {
              const all = request.result.transaction("slot").objectStore("slot").getAll();
              all.onsuccess = () => { request.result.close(); resolve(all.result); };
            };
        })"""
    )
    return found


@dataclass(frozen=True)
class Stored:
    """What the database holds for one question: the newest answer, its steps, what was refused, the flag."""

    answer: Any
    steps: list[Any]
    stale: list[Any]
    flagged: bool


def stored(site: Site, attempt: str, n: int = 1) -> Stored:
    """Look into the database."""
    with site.app.app_context():
        slot = read().execute(
            select(SlotRow).join(AttemptRow, AttemptRow.id == SlotRow.attempt_id)
            .where(AttemptRow.public_id == attempt.rsplit("/", 1)[1], SlotRow.position == n)
        ).scalar_one()  # fmt: skip
        steps = read().execute(select(StepRow.answer).where(StepRow.slot_id == slot.id).order_by(StepRow.seq))
        stale = read().execute(select(StaleSaveRow.answer).where(StaleSaveRow.slot_id == slot.id))
        found = Stored(slot.answer, list(steps.scalars()), list(stale.scalars()), slot.flagged)
        db.session.remove()
    return found


def status_of(site: Site, attempt: str) -> str:
    """Return the attempt's status in the database."""
    with site.app.app_context():
        found = read().query(AttemptRow).filter_by(public_id=attempt.rsplit("/", 1)[1]).one().status
        db.session.remove()
    return found


def end_sessions(site: Site) -> None:
    """Sign everybody out, as when sessions expire."""
    with site.app.app_context(), write() as session:
        session.execute(delete(SessionRow))


def choice(page: Page, at: int) -> dict[str, str]:
    """Return the answer that the option at this place stands for."""
    return {"choice": radios(page).nth(at).get_attribute("value") or ""}


@dataclass
class Line:
    """The line to the server, for saves only.

    fault: "down", "busy", "deaf" (a save arrives, its reply is lost), "slow" (it waits for release()) or "".
    """

    page: Page
    fault: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    held: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.route(SAVES, self._pass)

    def _pass(self, route: Route) -> None:
        self.bodies.append(json.loads(route.request.post_data or "{}"))
        if self.fault == "down":
            route.abort("connectionrefused")
        elif self.fault == "busy":
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}", content_type="application/json")
        elif self.fault == "deaf":
            route.fetch()
            route.abort("connectionreset")
        elif self.fault == "slow":
            self.held.append(route)
        else:
            route.continue_()

    def release(self) -> None:
        """Wait for a save that is held, and let it go on."""
        while not self.held:
            self.page.wait_for_timeout(50)
        self.fault = ""
        self.held.pop().continue_()


def same_person_elsewhere(browser: Browser, new_page: Callable[..., Page], page: Page, email: str) -> Page:
    """Return another device on which the same person is signed in."""
    from tests.browser.test_journeys import enter

    other = new_page()
    other.watch.allowed += NOISE  # type: ignore[attr-defined]
    enter(other, email)
    return other


def try_again(page: Page) -> None:
    """Press "Try again", unless the page has tried again by itself before the hand got there."""
    with suppress(TooLate):
        page.get_by_role("button", name="Try again").click(timeout=1500)
