"""A learner in front of a Chromium, on the first question of the quiz "timed" of a real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import func, select, update

from learnapp.kit.db import read, write
from learnapp.quizzes.storage.rows import AttemptRow, SlotRow, StepRow

from .harness import Place, Server, wait_until

HOUR = timedelta(hours=1)
MOMENTS = ("started_at", "deadline", "closes_at", "check_at")


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
        wait_until(lambda: self.answers()[1] == {"choice": option}, 60, f"option {option} stored")

    def an_hour_passes_on_the_server(self) -> None:
        """Move everything that is pinned an hour into the past: it is the same as waiting."""
        row = self.row()
        held = {name: getattr(row, name, None) for name in MOMENTS}
        moved = {name: value - HOUR for name, value in held.items() if value}
        with self.place.inside(), write() as session:
            session.execute(update(AttemptRow).where(AttemptRow.public_id == self.attempt).values(moved))


@contextmanager
def sitting(place: Place, server: Server, browser: Browser, shift: timedelta = timedelta(0)) -> Iterator[Sitting]:
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
