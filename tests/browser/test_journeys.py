"""The three journeys in a real browser: a trainee, a patient, an instructor; with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import look_around

PASSWORD = "three small blue needles"


def register(page: Page, name: str, email: str, track: str) -> None:
    page.goto("/account/register")
    page.get_by_label("Name").fill(name)
    page.get_by_label(re.compile("mail")).fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator(f'input[name=track][value="{track}"]').check()
    page.get_by_role("button", name="Create my account").click()
    page.wait_for_url(re.compile("/account/sign-in"))
    sign_in_here(page, email)


def enter(page: Page, email: str) -> None:
    page.goto("/account/sign-in")
    sign_in_here(page, email)


def sign_in_here(page: Page, email: str) -> None:
    page.get_by_label(re.compile("mail")).fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("^(?!.*sign-in)"))


def answer_something(page: Page) -> None:
    """Answer the question on the page, whatever its type, through its own controls."""
    radios = page.locator(".q fieldset input[type=radio]")
    if radios.count():
        radios.first.check()
        return
    buttons = page.get_by_role("button", name="Keep this order")
    if buttons.count() and buttons.first.is_visible():
        buttons.first.click()
        return
    selects = page.locator(".q fieldset select:visible")
    if selects.count():
        for place in range(selects.count()):
            options = selects.nth(place).locator("option")
            selects.nth(place).select_option(index=min(place + 1, options.count() - 1))
        return
    number = page.locator('.q fieldset input[inputmode="decimal"]')
    if number.count():
        number.first.fill("5")
        number.first.dispatch_event("change")
        return
    page.locator(".q fieldset input[type=checkbox]").first.check()


def sit(page: Page, quiz: str) -> int:
    """Start a quiz, answer every question, and stop on the check page; return the number of questions."""
    page.goto(f"/quizzes/{quiz}")
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url(re.compile(r"/attempts/.+/questions/1"))
    total = page.locator(".qnav li").count()
    for number in range(1, total + 1):
        page.wait_for_url(re.compile(rf"/questions/{number}$"))
        answer_something(page)
        page.locator(".qact button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/check$"))
    return total


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Hand in my answers").click()
    page.wait_for_url(re.compile("/result"))


@pytest.mark.parametrize("js", [True, False], ids=["js", "nojs"])
def test_trainee(js: bool, new_page: Callable[..., Page]):
    page = new_page(js=js)
    email = f"tara{int(js)}@example.org"
    register(page, "Tara Trainee", email, "trainee")
    page.goto("/lessons/healing")
    expect(page.locator("h1")).to_contain_text("Controlled wound healing")
    page.get_by_role("button", name=re.compile("Next part")).first.click()
    page.wait_for_url(re.compile("/lessons/healing.*#"))
    check = page.locator(".check form").first
    check.locator("input[type=radio]").first.check()
    check.locator("button[type=submit]").click()
    expect(page.locator(".fb").first).to_be_visible()
    total = sit(page, "healing")
    assert total == 7
    hand_in(page)
    expect(page.locator("h1")).to_contain_text(re.compile("You passed|Not yet"))
    score = page.locator("h1").inner_text()
    elsewhere = new_page(js=js)
    enter(elsewhere, email)
    elsewhere.goto("/progress")
    expect(elsewhere.locator(".scores")).to_contain_text("try 1")
    expect(elsewhere.locator(".tasks").first).to_contain_text(re.compile(r"1 of \d parts"))
    elsewhere.locator(".scores table a").first.click()
    expect(elsewhere.locator("h1")).to_have_text(score)


def test_patient_sees_every_reason_at_once(new_page: Callable[..., Page]):
    page = new_page(js=False)
    look_around(page, "patient")
    page.goto("/lessons/first-week")
    expect(page.locator(".care").first).to_be_visible()
    total = sit(page, "first-week")
    assert total == 9
    hand_in(page)
    page.goto(page.url.split("?")[0] + "?show=all")
    assert page.locator(".ans").count() == total
    text = page.locator("main").inner_text()
    assert "Best answer" in text
    assert "Your answer" in text


def test_instructor(new_page: Callable[..., Page]):
    teacher = new_page(width=1280)
    look_around(teacher, "instructor")
    teacher.goto("/teach/")
    teacher.get_by_label("Name of the group").fill("Winter group")
    teacher.locator('input[name=track][value="trainee"]').check()
    teacher.get_by_role("button", name="Make the group").click()
    expect(teacher.locator("h1")).to_have_text("Winter group")
    link = teacher.locator(".joinlink").get_attribute("href") or ""
    learner = new_page()
    register(learner, "Wanda Winter", "wanda@example.org", "trainee")
    learner.goto(re.sub(r"^https?://[^/]+", "", link))
    expect(learner.locator("main")).to_contain_text("Who will see what")
    learner.get_by_role("button", name="Join this group").click()
    sit(learner, "collagen")
    hand_in(learner)
    teacher.reload()
    teacher.get_by_role("row", name=re.compile("Wanda Winter")).get_by_role("link", name=re.compile(r"^\d")).click()
    expect(teacher.locator("h1")).to_contain_text("try 1")
    assert teacher.locator(".ans").count() == 8
    assert teacher.locator(".steps li").count() >= 8
    teacher.get_by_role("link", name="Wanda Winter").click()
    expect(teacher.locator("h1")).to_have_text("Wanda Winter")
    teacher.get_by_role("link", name="Winter group").click()
    with teacher.expect_download() as started:
        teacher.get_by_role("link", name=re.compile("CSV")).click()
    text = started.value.path().read_text("utf-8-sig")
    assert "Wanda Winter" in text


def test_saving_on_every_change_survives_leaving(page: Page):
    """No button is pressed: what was answered is there again after going away."""
    register(page, "Sally Saver", "sally@example.org", "trainee")
    page.goto("/quizzes/first-week")
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url(re.compile("/questions/1"))
    question = page.url
    answer_something(page)
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d")).first).to_be_visible()
    page.goto("/progress")
    page.goto(question)
    answered = page.evaluate(
        "[...document.querySelectorAll('.q fieldset :is(:checked, select, input[inputmode=decimal])')]"
        ".some(e => e.value !== '')"
    )
    assert answered


def test_a_failed_save_is_said_and_sent_again(page: Page):
    page.watch.allowed = ["ERR_INTERNET_DISCONNECTED", "Failed to load resource"]  # type: ignore[attr-defined]
    register(page, "Olly Offline", "olly@example.org", "trainee")
    page.goto("/quizzes/collagen")
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url(re.compile("/questions/1"))
    page.context.set_offline(True)
    answer_something(page)
    expect(page.get_by_text(re.compile("offline|Not saved", re.I)).first).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d")).first).to_be_visible(timeout=20_000)


def test_keyboard_only(page: Page):
    """A whole quiz with Tab, arrows, Space and Enter; the focus is always visible."""
    register(page, "Kay Keys", "kay@example.org", "patient")
    page.goto("/quizzes/healing")
    _tab_to(page, "Start the quiz")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/questions/1"))
    total = page.locator(".qnav li").count()
    for number in range(1, total + 1):
        page.wait_for_url(re.compile(rf"/questions/{number}$"))
        _answer_by_keys(page)
        _tab_to(page, "Save and")
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/check"))
    _tab_to(page, "Hand in my answers")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/result"))


def _focused(page: Page) -> dict[str, str]:
    return page.evaluate(
        "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
        " const near = e.closest('label, h3, summary') || e;"
        " return {tag: e.tagName, type: e.type || '', text: (e.innerText || e.value || '').trim(),"
        " outline: s.outlineStyle + getComputedStyle(near).outlineStyle,"
        " inside: String(!!e.closest('.q fieldset'))}; })()"
    )


def _tab_to(page: Page, words: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        now = _focused(page)
        if now["tag"] in {"BUTTON", "A"} and words in now["text"]:
            return
    raise AssertionError(f"the keyboard never reaches {words!r}")


def _answer_by_keys(page: Page) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        now = _focused(page)
        if now["inside"] == "true":
            break
    assert "solid" in now["outline"] or "auto" in now["outline"], f"no visible focus on {now}"
    if now["type"] == "text":
        page.keyboard.type("5")
    elif now["tag"] == "SELECT":
        page.keyboard.press("ArrowDown")
    else:
        page.keyboard.press("Space")
