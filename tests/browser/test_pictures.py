"""Questions on pictures in a real browser: letters that can be pressed, equal lists, sizes, and the review."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from learnapp.kit import clock
from tests.browser.conftest import Site, judge_axe, judge_width
from tests.browser.test_journeys import hand_in, register
from tests.quizzes.made_up import publish


@pytest.fixture(scope="module")
def pictured(site: Site) -> None:
    """A quiz on one page with a picture to search and a picture to label."""
    with site.app.app_context():
        publish("pictured", ["hotspot", "label_image"], clock.now(), layout="single")


@pytest.mark.parametrize(("js", "width"), [(True, 320), (False, 1280)], ids=["js-320", "nojs-1280"])
def test_a_letter_on_the_picture_is_the_letter_in_the_list(
    js: bool, width: int, pictured: None, new_page: Callable[..., Page]
):
    page = new_page(js=js, width=width)
    register(page, "Pia Picture", f"pia{width}@example.org", "patient")
    page.goto("/quizzes/pictured")
    page.get_by_role("button", name=re.compile("^Start")).click()
    page.wait_for_url(re.compile("/attempts/"))
    if js:
        judge_axe(page, "questions on pictures")
    judge_width(page, "questions on pictures")
    radio = page.get_by_role("radio", name="B, Place hub of 1", exact=True)
    expect(radio).not_to_be_checked()
    target = page.locator(".pin .hit").nth(1)
    target.scroll_into_view_if_needed()
    box, scrolled = target.bounding_box(), page.evaluate("scrollY")
    assert box
    assert min(box["width"], box["height"]) >= 43.9
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(radio).to_be_checked()
    assert page.evaluate("scrollY") == scrolled, "the page stays where the finger is"
    dots = page.locator(".pin .dot")
    fills = [dot.evaluate("dot => getComputedStyle(dot).fill") for dot in dots.all()]
    assert fills[0] == fills[2] != fills[1], "the letter on the picture shows that it is chosen"
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="A, Place rim of 1", exact=True)).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(radio).to_be_checked()
    expect(page.get_by_role("img", name="Picture of 1")).to_be_visible()
    page.get_by_role("combobox", name="Number 1", exact=True).select_option(label="Name u of 2")
    page.get_by_role("combobox", name="Number 2", exact=True).select_option(label="Name w of 2")
    page.get_by_role("button", name="Check my answers").first.click()
    page.wait_for_url(re.compile("/check"))
    hand_in(page)
    page.get_by_role("link", name=re.compile("^All")).click()
    expect(page.locator(".ans")).to_have_count(2)
    first, second = page.locator(".ans").all()
    expect(first.locator("figcaption")).to_contain_text("Your answer: B")
    expect(first.locator("figcaption")).to_contain_text("Best answer: B")
    assert first.locator(".pts .pt.best").count() == 1
    assert second.locator(".pts .pt.best").count() == second.locator(".pts .pt.wrong").count() == 1
    expect(second.get_by_role("listitem").filter(has_text="Name v of 2")).to_contain_text("Best answer")
    judge_width(page, "the review of questions on pictures")
    if js:
        judge_axe(page, "the review of questions on pictures")
