"""Sitting a quiz in a real browser: time that runs out, a whole quiz on one page, two tabs, moving lines by key."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from learnapp.kit import clock
from learnapp.kit.db import write
from learnapp.quizzes.storage.rows import AttemptRow
from tests.browser.conftest import Site, judge_axe, judge_width
from tests.browser.test_journeys import hand_in, register
from tests.quizzes.made_up import publish

KINDS = ["choice", "multiple", "true_false", "numeric", "ordering", "matching"]


@pytest.fixture(scope="module")
def quizzes(site: Site) -> None:
    """Three quizzes with every type: one on one page, one paged, one with a limit of one minute."""
    with site.app.app_context():
        publish("whole", KINDS, clock.now(), layout="single")
        publish("pages", KINDS, clock.now())
        publish("timed", KINDS, clock.now(), minutes=1)


def _start(page: Page, quiz: str) -> str:
    page.goto(f"/quizzes/{quiz}")
    page.get_by_role("button", name=re.compile("^Start")).click()
    page.wait_for_url(re.compile("/attempts/"))
    return re.sub(r"(/attempts/[^/?#]+).*", r"\1", page.url)


def test_when_the_time_is_over_what_was_saved_is_handed_in(site: Site, quizzes: None, page: Page):
    register(page, "Tim Timed", "tim@example.org", "trainee")
    attempt = _start(page, "timed")
    expect(page.get_by_role("timer")).to_be_visible()
    page.locator(".q fieldset input[type=radio]").first.check()
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d")).first).to_be_visible()
    with site.app.app_context(), write() as session:
        soon = clock.now() + timedelta(seconds=4)
        public_id = attempt.rsplit("/", 1)[1]
        session.execute(update(AttemptRow).where(AttemptRow.public_id == public_id).values(deadline=soon))
    page.reload()
    judge_axe(page, "a timed question")
    page.wait_for_url(re.compile("/result"), timeout=30_000)
    expect(page.locator("h1")).to_contain_text("out of 6")
    assert page.locator(".ans").count() >= 5


@pytest.mark.parametrize("js", [True, False], ids=["js", "nojs"])
def test_a_whole_quiz_on_one_page(js: bool, quizzes: None, new_page: Callable[..., Page]):
    page = new_page(js=js)
    register(page, "Whitney Whole", f"whitney{int(js)}@example.org", "patient")
    _start(page, "whole")
    assert page.locator("[data-slot]").count() == 6
    for slot in page.locator("[data-slot]").all():
        if slot.locator("input[type=radio]").count():
            slot.locator("input[type=radio]").first.check()
        elif slot.locator("input[inputmode=decimal]").count():
            slot.locator("input[inputmode=decimal]").fill("2,5")
        elif js and slot.get_by_role("button", name="Keep this order").count():
            slot.get_by_role("button", name="Keep this order").click()
        elif slot.locator("select").count():
            for place, control in enumerate(slot.locator("select").all(), 1):
                control.select_option(index=min(place, control.locator("option").count() - 1))
        else:
            slot.locator("fieldset input[type=checkbox]").first.check()
    if js:
        judge_axe(page, "a quiz on one page")
        judge_width(page, "a quiz on one page")
    page.get_by_role("button", name="Check my answers").first.click()
    page.wait_for_url(re.compile("/check"))
    expect(page.locator("main")).to_contain_text("6 questions are answered")
    hand_in(page)
    expect(page.locator("h1")).to_contain_text("out of 6")


def test_the_older_of_two_tabs_gets_the_newer_answer(quizzes: None, page: Page):
    register(page, "Tabea Two", "tabea@example.org", "trainee")
    attempt = _start(page, "pages")
    other = page.context.new_page()
    other.goto(f"{attempt}/questions/1")
    page.locator(".q fieldset input[type=radio]").nth(0).check()
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d")).first).to_be_visible()
    expect(other.locator(".q fieldset input[type=radio]").nth(0)).to_be_checked()
    expect(other.locator("[data-note]")).to_contain_text("another tab")
    other.locator(".q fieldset input[type=radio]").nth(1).check()
    expect(page.locator(".q fieldset input[type=radio]").nth(1)).to_be_checked()
    expect(other.get_by_role("alert")).to_have_count(0)


def test_lines_are_moved_by_keyboard_and_said_aloud(quizzes: None, page: Page):
    register(page, "Olga Order", "olga.order@example.org", "trainee")
    attempt = _start(page, "pages")
    page.goto(f"{attempt}/questions/5")
    down = page.get_by_role("button", name=re.compile("^Move .* down$")).first
    name = down.get_attribute("aria-label")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=re.compile("moved to 2 of"))).to_have_count(1)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name, "the focus stays with the line"
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d")).first).to_be_visible()
    judge_axe(page, "an ordering question with buttons")
