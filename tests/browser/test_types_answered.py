"""Every question type answered to the end, with keys alone and with scripts off: checked, hinted, tried again, stored.

Each mode has one person with one paper, and each type is a test of its own.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from learnapp.quizzes.types import type_named
from learnapp.sitting.web.answers import as_fields
from tests.browser.asking import HINT, KINDS, TYPED, Sitting, sit
from tests.browser.conftest import Site, opened
from tests.browser.hands import Hand, Keys, Plain
from tests.browser.steps import ONCE, RIGHT, UNFINISHED, WRONG
from tests.quizzes import made_up

SECRETS = re.compile(rf"{made_up.MARKER}|48271|{HINT}")
WRONG_ANSWERS = {**made_up.WRONG, "case": {"steps": {"then": {"choice": "a"}}, "locked": ["yes"]}}
FIELDS = "form => [...new FormData(form)].filter(([name, value]) => name.startsWith('answer') && value !== '')"


@pytest.fixture(scope="module")
def keyed(typed: Site, browser: Browser) -> Iterator[tuple[Page, Sitting]]:
    """A page with scripts, for the keyboard."""
    with opened(browser, typed) as page:
        yield page, _enter(page, sit(typed, "keys", TYPED))


@pytest.fixture(scope="module")
def plain(typed: Site, browser: Browser) -> Iterator[tuple[Page, Sitting]]:
    """A page without scripts."""
    with opened(browser, typed, js=False) as page:
        page.watch.allowed = ["422"]  # type: ignore[attr-defined]
        yield page, _enter(page, sit(typed, "plain", TYPED))


def _enter(page: Page, sitting: Sitting) -> Sitting:
    sitting.sign_in(page.context)
    return sitting


def _fields(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in page.locator("#paper").evaluate(FIELDS):
        found.setdefault(name, []).append(value)
    return {name: sorted(values) for name, values in found.items()}


def _stored(kind: str, answer: Any) -> dict[str, list[str]]:
    """Return the fields that show this answer; a locked part has no control any more."""
    fields = {name: sorted(values) for name, values in as_fields(answer).items()}
    locked = [f"answer.{key}" for key in answer.get("locked", ())]
    return {name: values for name, values in fields.items() if name not in locked}


def _open(page: Page, sitting: Sitting, kind: str) -> int:
    n = sitting.places[kind][0]
    page.goto(f"{sitting.url}/questions/{n}")
    found = SECRETS.search(page.content())
    assert found is None, f"{kind}: the page of an open question holds {found and found.group()}"
    assert not _fields(page), "nothing is chosen or filled in before the learner does it"
    return n


def _answer_in_two_tries(page: Page, kind: str, hand: Hand) -> None:
    hand.do([*WRONG[kind], ("radio", "Fairly sure"), ("press", "Check my answer")])
    said = page.locator(".told")
    if isinstance(hand, Keys):
        expect(said).to_be_focused()
    expect(said).to_contain_text(re.compile(r"Not this one\.|Partly right\."))
    expect(said).to_contain_text(f"Hint: {HINT}")
    expect(said).to_contain_text("You have 1 try left.")
    expect(said).to_contain_text(re.compile(r"Your answer|You put this at|Your locked answer"))
    assert not page.locator(".q fieldset").count(), "nothing can be changed while the hint is read"
    hand.do([("press", "Try again")])
    assert _fields(page) == _stored(kind, WRONG_ANSWERS[kind]), "the next try begins with the last one"
    expect(page.get_by_role("radio", name="Fairly sure")).to_be_checked()
    hand.do([*RIGHT[kind], ("press", "Check my answer")])
    expect(said).to_contain_text("Yes, that is right. You needed 2 tries.")


def _answer_once(page: Page, sitting: Sitting, kind: str, n: int, hand: Hand) -> None:
    hand.do([*RIGHT[kind], ("press", "Save and")])
    page.goto(f"{sitting.url}/questions/{n}")
    assert _fields(page) == _stored(kind, made_up.RIGHT.get(kind, {}))


def _answer(page: Page, sitting: Sitting, kind: str, hand: Hand, n: int) -> None:
    if kind in ONCE:
        _answer_once(page, sitting, kind, n, hand)
    else:
        _answer_in_two_tries(page, kind, hand)
    type_ = type_named(kind)
    if not type_.marked:
        return
    assert sitting.paper.slot(n).answer == made_up.RIGHT[kind]
    page.goto(f"{sitting.url}/check")
    line = page.get_by_role("listitem").filter(has_text=re.compile(rf"Question {n}\b"))
    expect(line).to_contain_text(type_.summary(sitting.paper.slot(n).shown, made_up.RIGHT[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_with_keys_alone(kind: str, keyed: tuple[Page, Sitting]):
    page, sitting = keyed
    n = _open(page, sitting, kind)
    _answer(page, sitting, kind, Keys(page, n), n)


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts(kind: str, plain: tuple[Page, Sitting]):
    """First not to the end: that is said, costs nothing, and keeps what was filled in."""
    page, sitting = plain
    n = _open(page, sitting, kind)
    hand = Plain(page, n)
    if type_named(kind).marked:
        _say_what_is_missing(page, kind, hand)
        page.goto(f"{sitting.url}/questions/{n}")
    _answer(page, sitting, kind, hand, n)


def _say_what_is_missing(page: Page, kind: str, hand: Hand) -> None:
    hand.do([*UNFINISHED.get(kind, []), *([] if kind in ONCE else [("radio", "Very sure")])])
    before = _fields(page)
    hand.do([("press", "Save and" if kind in ONCE else "Check my answer")])
    assert "Error" in page.title()
    summary = page.locator(".esum")
    link = summary.get_by_role("link").first
    target = page.locator(f"[id='{(link.get_attribute('href') or '#')[1:]}']")
    expect(target).to_have_count(1)
    group = page.locator(".q fieldset").first
    expect(group).to_have_accessible_description(re.compile(re.escape(link.inner_text())))
    assert _fields(page) == before, "what was filled in is still there"
    expect(page.get_by_role("radio", name="Very sure", checked=True)).to_have_count(0 if kind in ONCE else 1)
    assert SECRETS.search(page.content()) is None
