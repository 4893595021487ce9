"""Deciding about a wrong question in a browser: every page judged, and the whole way without script, by keyboard."""

import re

from playwright.sync_api import Page

from tests.browser.conftest import judge_looks, judge_width, look_around

QUIZ = "/corrections/?quiz=first-week&track=trainee"
REASON = "Part of this question was not clear."


def _typed(page: Page, selector: str, *keys: str) -> None:
    """Go to a control with the keyboard alone, and press these keys there."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    else:
        raise AssertionError(f"{selector} is not reached by Tab on {page.url}")
    for key in keys:
        page.keyboard.press(key)


def test_every_page_about_corrections(page: Page):
    look_around(page, "instructor")
    page.goto(QUIZ)
    judge_looks(page, page.url)
    page.locator('#found ~ .qlist a[href*="/corrections/questions/"]').first.click()
    page.wait_for_url(re.compile("/corrections/questions/"))
    judge_looks(page, page.url)
    page.get_by_role("button", name="See what would change").click()  # nothing chosen yet
    page.get_by_text("There is something to put right").wait_for()
    page.watch.allowed = ["422"]  # type: ignore[attr-defined]
    judge_looks(page, page.url)
    page.locator('input[name="policy"][value="disregard"]').check()
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("heading", name="Decide").wait_for()
    judge_looks(page, page.url)
    page.get_by_role("button", name="Do this now").click()
    page.get_by_text("Say why.").first.wait_for()
    judge_looks(page, page.url)


def test_the_whole_way_without_script_by_keyboard(plain_page: Page):
    page = plain_page
    look_around(page, "instructor")
    page.goto(QUIZ)
    page.goto(page.locator('#found ~ .qlist a[href*="/corrections/questions/"]').last.get_attribute("href") or "")
    question = page.url
    _typed(page, 'input[name="policy"]', "ArrowDown", "ArrowUp")  # the first one: full points
    _typed(page, "main form button", "Enter")
    page.wait_for_url(re.compile("/corrections/effects/"))
    _typed(page, "#reason")
    page.keyboard.type(REASON)
    _typed(page, "main form button", "Enter")
    page.wait_for_url(re.compile(r"/corrections/[\w-]{16}$"))
    assert REASON in page.locator("main").inner_text()
    page.set_viewport_size({"width": 320, "height": 800})
    judge_width(page, "the log at 320 px")
    page.goto(question)
    assert "Full points for everybody" in page.get_by_role("region", name="Decided before").inner_text()
