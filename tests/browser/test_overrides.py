"""Other times and previews in a browser: given by keyboard alone without script, seen by the learner; pages judged."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, judge_looks, look_around

REASON = "The fire alarm rang."
PHONE = (390, 844)


def _press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to the control of this name with Tab alone, and press a key there."""
    for _step in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate("""() => {
            const at = document.activeElement;
            return at.labels && at.labels.length ? at.labels[0].innerText : at.innerText;
        }""")
        if str(here or "").strip().startswith(name):
            if key == "Enter":
                with page.expect_navigation():
                    page.keyboard.press(key)
            else:
                page.keyboard.press(key)
            return
    raise AssertionError(f"{name!r} is not reached by Tab on {page.url}")


def test_more_time_by_keyboard_alone_reaches_the_learner(site: Site, plain_page: Page, page: Page) -> None:
    teacher, learner = plain_page, page
    look_around(learner, "patient")
    learner.goto("/quizzes/against-the-clock")
    expect(learner.locator("main")).not_to_contain_text("and your")
    look_around(teacher, "instructor")
    _press(teacher, "Rivers Clinic, autumn")
    _press(teacher, "Times and tries")
    _press(teacher, "In which quiz?", "A")
    while not str(teacher.locator("#quiz").evaluate("at => at.selectedOptions[0].text")).startswith(
        "Against the clock"
    ):
        teacher.keyboard.press("ArrowDown")
    _press(teacher, "Minutes more", "1")
    teacher.keyboard.type("5")
    _press(teacher, "Why?", "T")
    teacher.keyboard.type(REASON[1:])
    _press(teacher, "See what changes")
    expect(teacher.locator("h1")).to_have_text("Is this right?")
    expect(teacher.locator(".changes")).to_contain_text("15 on top")
    _press(teacher, "Give these times and tries")
    expect(teacher.locator("#hold")).to_contain_text("15 minutes more")
    learner.reload()
    expect(learner.locator("main")).to_contain_text("and your 15")
    expect(learner.locator("body")).not_to_contain_text(REASON)
    judge_looks(learner, learner.url, PHONE)
    learner.get_by_role("button", name=re.compile("Start|Carry on")).click()
    learner.wait_for_url(re.compile("/attempts/"))
    expect(learner.locator(".qbar")).to_contain_text("and your 15")
    judge_looks(learner, learner.url, PHONE)
    _press(teacher, "End")
    _press(teacher, "End it now")
    expect(teacher.locator("#ended")).to_contain_text("15 minutes more")
    learner.reload()
    expect(learner.locator(".qbar")).not_to_contain_text("and your 15")


def test_the_pages_of_times_are_fit_for_everybody(page: Page) -> None:
    page.watch.allowed = ["422"]  # type: ignore[attr-defined]
    look_around(page, "instructor")
    page.locator(".grouplist a").first.click()
    page.get_by_role("link", name="Times and tries").click()
    judge_looks(page, page.url, PHONE)
    page.get_by_label("Minutes more").fill("a few")
    page.get_by_role("button", name="See what changes").click()
    expect(page.locator(".esum")).to_contain_text("Enter a whole number")
    judge_looks(page, page.url, PHONE)
    page.get_by_label("Minutes more").fill("")
    page.get_by_label("Closes").fill("2099-12-20T18:00")
    page.get_by_label("Why?").fill(REASON)
    page.get_by_role("button", name="See what changes").click()
    expect(page.locator("h1")).to_have_text("Is this right?")
    judge_looks(page, page.url, PHONE)
    page.get_by_role("button", name="Give these").click()
    expect(page.locator("#hold")).to_contain_text("Closes 20 December 2099")
    judge_looks(page, page.url, PHONE)
    page.locator("#hold .times a").first.click()
    judge_looks(page, page.url, PHONE)
    page.get_by_role("button", name="End it now").click()
    expect(page.locator("#ended")).to_contain_text("Closes 20 December 2099")
    judge_looks(page, page.url, PHONE)


def test_a_preview_from_the_group_to_the_result_and_out(page: Page) -> None:
    look_around(page, "instructor")
    page.locator(".grouplist a").first.click()
    page.get_by_role("link", name="See it as a learner").click()
    page.get_by_label("Day and time").fill("2026-12-03T10:30")
    page.get_by_role("button", name="Show these below").click()
    judge_looks(page, page.url, PHONE)
    page.locator(".looks a").first.click()
    banner = page.locator("aside.preview")
    expect(banner).to_contain_text("on 3 December 2026, 10:30. Nothing here counts.")
    judge_looks(page, page.url, PHONE)
    banner.get_by_role("link", name="Leave the preview").click()
    page.locator(".looks > div").nth(1).locator("a").first.click()
    expect(banner).to_contain_text("3 December 2026")
    judge_looks(page, page.url, PHONE)
    page.get_by_role("button", name="Start the preview").click()
    page.wait_for_url(re.compile("/attempts/"))
    expect(banner).to_contain_text("3 December 2026")
    judge_looks(page, page.url, PHONE)
    page.goto(re.sub(r"(/attempts/[^/]+).*", r"\1/check", page.url))
    page.get_by_role("button", name=re.compile("^Hand in")).click()
    page.wait_for_url(re.compile("/result"))
    expect(banner).to_contain_text("3 December 2026")
    judge_looks(page, page.url, PHONE)
    banner.get_by_role("link", name="Leave the preview").click()
    expect(page.locator("h1")).to_have_text("See it as a learner")
