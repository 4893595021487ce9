"""Drill 3: a person in front of a Chromium answers over a bad line; what is stored is what they last saw (P1)."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page
from sqlalchemy import func, select

from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes.storage.rows import AttemptRow, SlotRow, StaleSaveRow, StepRow
from tests.quizzes.made_up import publish

from .harness import Place, Server, either
from .proxy import BadLine

KINDS = ["choice", "multiple", "short_text", "choice", "ordering"]
LAYOUTS = ("paged", "single")
SITTINGS = either([("paged", 3), ("single", 4)], [(layout, seed) for seed in range(4) for layout in LAYOUTS])
MOVES = either(8, 40)
OUTAGE = either(1.5, 30)
WORDS = ("a cell", "collagen", "day three", "fibroblast", "needles")
# What a question's controls hold, as the form would send it; the order of ticks means nothing.
ON_SCREEN = """() => [...document.querySelectorAll("[data-slot]")].map((box) => {
  const base = box.dataset.base, fields = {};
  for (const [name, value] of new FormData(box.closest("form")))
    if (name === base || name.startsWith(base + ".")) (fields[name.slice(base.length)] ||= []).push(value);
  return [Number(box.dataset.url.split("/").pop()), fields];
})"""


def _as_answer(fields: dict[str, list[str]]) -> Any:
    """Return what these fields of ours are stored as, without the order of ticks."""
    given = {name: sorted(value for value in values if value.strip()) for name, values in fields.items()}
    given = {name: values for name, values in given.items() if values}
    unsure = given.pop(".unsure", None) or given.get("") == ["unsure"]
    if unsure and (not given or given.get("") == ["unsure"]):
        return {".unsure": ["1"]}
    return given or None


def _as_fields(answer: dict[str, Any] | None) -> Any:
    """Return a stored answer in the same shape."""
    if not answer:
        return None
    if "places" in answer:
        return {f".{name}": [str(place)] for name, place in answer["places"].items()}
    if answer.get("unsure"):
        return {".unsure": ["1"]}
    [value] = answer.values()
    return {"": sorted(value) if isinstance(value, list) else [value]}


class Person:
    """Somebody who answers, changes, goes back and forth, and loads again what fails to load. seen: {n: answer}."""

    def __init__(self, page: Page, seed: int) -> None:
        self.page, self.dice = page, random.Random(seed)
        self.attempt = ""
        self.seen: dict[int, Any] = {}
        self.changes = self.turns = self.conflicts = self.touched = 0
        self.moves: list[str] = []  # for whoever reads why a drill failed

    def start(self, quiz: str) -> None:
        """Begin the quiz."""
        while not re.search("/attempts/", self.page.url):
            self.go(f"/quizzes/{quiz}")
            with suppress(Error):
                self.page.locator('form[action$="/attempts"] button').click(timeout=3000)
                self.page.wait_for_url(re.compile("/attempts/"), timeout=3000)
        self.attempt = re.sub(r"(/attempts/[^/?#]+).*", r"\1", self.page.url)
        self.arrive()

    def on_screen(self) -> dict[int, Any]:
        """Return what the controls on the page hold; of a page that is just being replaced, those of the next."""
        for _turn in range(20):
            with suppress(Error):
                return {n: _as_answer(fields) for n, fields in self.page.evaluate(ON_SCREEN)}
            time.sleep(0.2)
        raise AssertionError(f"{self.page.url} cannot be read")

    def look(self) -> None:
        """Remember what stands on the screen."""
        self.seen |= self.on_screen()
        self.conflicts += self.page.locator("[data-use-newer]").count()

    def go(self, path: str) -> None:
        """Open an address; one that does not load is opened again by `arrive`."""
        with suppress(Error):
            self.page.goto(path, timeout=15_000)

    def arrive(self) -> None:
        """Come to a page of the attempt, and find there what one saw last."""
        end = time.monotonic() + 40
        while "/attempts/" not in self.page.url or not self.page.locator("main").count():
            assert time.monotonic() < end, f"{self.page.url} does not load"
            time.sleep(0.2)
            self.go(self.attempt)
        end = time.monotonic() + 15
        while not self._as_remembered():
            told = f"left as {self.seen}, found as {self.on_screen()} at {self.page.url} after {self.moves[-6:]}"
            assert time.monotonic() < end, told
            time.sleep(0.05)
        self.look()

    def _as_remembered(self) -> bool:
        return all(self.seen.get(n, answer) == answer for n, answer in self.on_screen().items())

    def answer(self) -> None:
        """Change the answer to a question on the page; from a page without any, go to one."""
        while not self._changed():
            self.go(f"{self.attempt}/questions/{self.dice.randint(1, len(KINDS))}")
            self.arrive()
        self.changes += 1
        if self.touched not in self.on_screen():  # it went away under the hand: nobody has seen what became of it
            self.seen.pop(self.touched, None)
        self.look()
        self.moves.append(f"answered {self.on_screen()}")

    def _changed(self) -> bool:
        """Change an answer; return False where there is none, as on a page that is just being replaced by the next."""
        boxes = self.page.locator("[data-slot]").all()
        if not boxes:
            return False
        box = self.dice.choice(boxes)
        self.touched = int((box.get_attribute("data-url") or "0").rsplit("/", 1)[-1])
        if box.locator("input.inp").count():
            box.locator("input.inp").first.fill(self.dice.choice(WORDS))
            return True
        buttons = box.locator(".mv button:not([aria-disabled])").all()
        hands = buttons or box.locator("fieldset input:is([type=radio], [type=checkbox])").all()
        if hands:
            self.dice.choice(hands).click()
        return bool(hands)

    def turn(self) -> None:
        """Leave the page by one of its buttons, by a link, or by loading it again."""
        self.turns += 1
        self.look()
        with suppress(Error):
            way = self.dice.choice([self._button, self._button, self._link, self._again])
            self.moves.append(way.__name__)
            way()
        self.arrive()

    def _button(self) -> None:
        buttons = self.page.locator(".qact > button[type=submit]").all()
        if buttons:
            self.dice.choice(buttons).click(no_wait_after=True)
            self.page.wait_for_timeout(300)

    def _link(self) -> None:
        self.page.goto(f"{self.attempt}/questions/{self.dice.randint(1, len(KINDS))}", timeout=15_000)

    def _again(self) -> None:
        self.page.reload(timeout=15_000)

    def hand_in(self) -> None:
        """Go to the list of answers and hand in, pressing again until the result is there."""
        end = time.monotonic() + 120
        while "/result" not in self.page.url or not self.page.locator("main").count():
            assert time.monotonic() < end, f"no result, but {self.page.url}: {self.page.locator('body').inner_text()}"
            if not self.page.url.endswith("/check") or not self.page.locator("main").count():
                self.go(f"{self.attempt}/check")
            with suppress(Error):
                self.page.get_by_role("button", name="Hand in my answers").click(timeout=3000)
                self.page.wait_for_url(re.compile("/result"), timeout=8000)


@contextmanager
def _person(place: Place, line: BadLine, browser: Browser, seed: int) -> Iterator[Person]:
    [cookie] = place.people(1)
    url = f"http://127.0.0.1:{line.port}"
    context = browser.new_context(base_url=url, viewport={"width": 390, "height": 844}, service_workers="block")
    context.add_cookies([{"name": "session", "value": cookie, "url": url}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    try:
        yield Person(page, seed)
    finally:
        context.close()


def _at_random(person: Person, moves: int) -> None:
    for _move in range(moves):
        person.answer()
        if person.dice.random() < 0.45:
            person.turn()
        else:
            time.sleep(person.dice.uniform(0.05, 0.7))


def _without_line(person: Person, line: BadLine, seconds: float) -> None:
    """Nothing gets through for a while; the person stays on the page and goes on changing the answer."""
    line.out.set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        person.answer()
        time.sleep(min(2, seconds / 4))
    line.out.clear()


def _server_dies(person: Person, server: Server) -> None:
    """The whole server is killed and started again while the person answers."""
    server.kill()
    again = threading.Thread(target=server.start)
    person.answer()
    again.start()
    person.answer()
    again.join()
    person.answer()


def _stored(place: Place, attempt: str) -> tuple[dict[int, Any], int, int, str]:
    """Return the stored answers, how many steps they took, how many saves were refused, and the attempt's status."""
    public_id = attempt.rsplit("/", 1)[1]
    with place.inside():
        row = read().scalars(select(AttemptRow).where(AttemptRow.public_id == public_id)).one()
        slots = read().scalars(select(SlotRow).where(SlotRow.attempt_id == row.id)).all()
        ids = [slot.id for slot in slots]
        steps, stale = (
            int(read().execute(select(func.count()).where(table.slot_id.in_(ids))).scalar_one())
            for table in (StepRow, StaleSaveRow)
        )
        return {slot.position: _as_fields(slot.answer) for slot in slots}, steps, stale, row.status


@dataclass
class Tally:
    """What a drill adds up over its people."""

    numbers: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, person: Person, line: BadLine, steps: int, stale: int, wrong: int) -> None:
        """Add one person's sitting."""
        self.numbers.update(
            people=1, changes=person.changes, pages_left=person.turns, requests_to_save=line.told["saves"], steps=steps,
            refused_as_stale=stale, conflicts_with_oneself=person.conflicts, differing_answers=wrong,
        )  # fmt: skip
        self.faults.update({name: count for name, count in line.told.items() if name not in {"saves", "pass"}})


def _sit(place: Place, server: Server, browser: Browser, quiz: str, seed: int, tally: Tally) -> None:
    with BadLine(server.port, seed) as line, _person(place, line, browser, seed) as person:
        person.start(quiz)
        _at_random(person, MOVES // 2)
        _server_dies(person, server)
        _at_random(person, MOVES // 4)
        _without_line(person, line, OUTAGE)
        _at_random(person, MOVES // 4)
        person.hand_in()
        line.settled()
        answers, steps, stale, status = _stored(place, person.attempt)
        wrong = {n: (seen, answers[n]) for n, seen in person.seen.items() if answers[n] != seen}
        tally.add(person, line, steps, stale, len(wrong))
    assert status == "submitted"
    assert not wrong, f"{quiz}, seed {seed}: {{n: (seen, stored)}} is {wrong}"


@pytest.mark.timeout(1800)
def test_what_is_stored_is_what_was_last_on_the_screen(
    place: Place, browser: Browser, figures: Callable[..., None]
) -> None:
    with place.inside():
        for layout in LAYOUTS:
            publish(layout, KINDS, clock.now(), layout=layout)
    tally = Tally()
    with place.serve(workers=2) as server:
        for layout, seed in SITTINGS:
            _sit(place, server, browser, layout, seed, tally)
    figures("3", f"bad network, {place.kind}", **tally.numbers, **dict(sorted(tally.faults.items())))
    assert tally.numbers["conflicts_with_oneself"] == 0
    assert tally.faults.total() > 3 * len(SITTINGS), "the line must be bad"
