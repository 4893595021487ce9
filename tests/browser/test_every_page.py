"""Every page: axe on a phone, contrast in both themes, no sideways scroll at 320 px nor with the largest text."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import judge_axe, judge_looks, judge_width, look_around

PUBLIC = (
    "/", "/lessons/", "/lessons/healing", "/lessons/healing?track=trainee", "/lessons/collagen", "/lessons/first-week",
    "/quizzes/healing", "/facts/F-034", "/about/facts", "/about/accessibility", "/about/your-data", "/settings",
    "/account/sign-in", "/account/register", "/account/reset", "/no-such-page",
    "/offline", "/lessons/healing/copy/trainee",
)  # fmt: skip
LEARNER = (
    "/progress", "/lessons/", "/lessons/collagen", "/quizzes/collagen", "/account/", "/account/groups",
    "/account/password", "/account/data", "/account/delete", "/account/deleted",
)  # fmt: skip


def _judge_everywhere(page: Page, path: str) -> None:
    page.goto(path)
    judge_looks(page, path, (320, 800))
    page.evaluate("document.documentElement.dataset.size = 'largest'")
    judge_width(page, f"{path} at 320 px with the largest text")


def open_paper(page: Page, quiz: str) -> None:
    """Start a quiz, or carry on with the try that another test left open."""
    page.goto(f"/quizzes/{quiz}")
    main = page.locator("main")
    main.get_by_role("button", name=re.compile("^Start")).or_(main.get_by_role("link", name="Carry on")).first.click()
    page.wait_for_url(re.compile("/attempts/"))


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(path: str, page: Page):
    page.watch.allowed = ["404"]  # type: ignore[attr-defined]
    _judge_everywhere(page, path)


@pytest.mark.parametrize("role", ["trainee", "patient"])
def test_learners_pages(role: str, page: Page):
    look_around(page, role)
    for path in LEARNER:
        _judge_everywhere(page, path)


@pytest.mark.parametrize("role", ["trainee", "patient"])
def test_the_pages_of_an_attempt(role: str, page: Page):
    """Every question of a paper, the check page and the result, asked and reviewed."""
    look_around(page, role)
    open_paper(page, "first-week")
    attempt = re.sub(r"(/attempts/[^/]+).*", r"\1", page.url)
    paper = page.locator(".qnav li").count()
    assert paper == 9
    for number in range(1, paper + 1):
        _judge_everywhere(page, f"{attempt}/questions/{number}")
    _judge_everywhere(page, f"{attempt}/check")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url(re.compile("/result"))
    _judge_everywhere(page, page.url)
    _judge_everywhere(page, page.url.split("?")[0] + "?show=all")


def test_instructors_pages(page: Page):
    look_around(page, "instructor")
    _judge_everywhere(page, "/teach/")
    groups = [a.get_attribute("href") for a in page.locator(".grouplist a").all()]
    assert len(groups) == 2
    for group in groups:
        _judge_everywhere(page, group or "")
    learner = page.locator(".heatt tbody th a").first.get_attribute("href")
    _judge_everywhere(page, learner or "")
    page.goto(groups[0] or "")
    attempt = page.locator(".heatt tbody td:is(.h1, .h2, .h3, .h4) a").first.get_attribute("href")
    _judge_everywhere(page, attempt or "")


def test_forced_colours_keep_the_controls(new_page: Callable[..., Page]):
    page = new_page(forced_colors="active")
    look_around(page, "trainee")
    open_paper(page, "first-week")
    judge_axe(page, "a question in forced colours")
