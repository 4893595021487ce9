"""Signing out takes along what a person's quizzes left on the device, and asks before anything unsent is lost."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import judge_axe, look_around

# As static/js/quiz/kept.js lays it down.
KEEP = """([person, href]) => new Promise((resolve, reject) => {
  const request = indexedDB.open("answers", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("slot", { keyPath: "id" });
  request.onerror = reject;
  request.onsuccess = () => {
    const store = request.result.transaction("slot", "readwrite");
    store.objectStore("slot").put({ id: "one", n: 1, person, href, attempt: "a", queue: [{ key: "k", fields: {} }] });
    store.oncomplete = () => { request.result.close(); resolve(true); };
  };
})"""
STORES = "indexedDB.databases().then((all) => all.map((one) => one.name))"
SIGNED_OUT = re.compile(r"^https?://[^/]+/$")


def _account(page: Page) -> str:
    """Sign in, go to the account page, and return the person's public id."""
    look_around(page, "trainee")
    page.goto("/account/")
    return page.locator("form[data-person]").get_attribute("data-person") or ""


def _sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()


def test_with_nothing_left_it_signs_out_at_once(page: Page):
    assert _account(page)
    _sign_out(page)
    page.wait_for_url(SIGNED_OUT)
    expect(page.get_by_role("link", name="Sign in").first).to_be_attached()
    assert page.evaluate(STORES) == [], "looking makes no store"


def test_unsent_answers_are_asked_about_first(page: Page):
    person = _account(page)
    page.evaluate(KEEP, [person, "/attempts/a/questions/1"])
    _sign_out(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Some of your answers have not reached us yet.")
    expect(alert).to_be_focused()
    expect(alert.get_by_role("link", name="Open the quiz")).to_have_attribute("href", "/attempts/a/questions/1")
    judge_axe(page, "a sign-out that asks")
    page.goto("/account/")
    assert page.evaluate(STORES) == ["answers"], "nothing is lost by asking"
    _sign_out(page)
    page.get_by_role("button", name="Sign out and lose them").click()
    page.wait_for_url(SIGNED_OUT)
    expect(page.get_by_role("link", name="Sign in").first).to_be_attached()
    page.wait_for_timeout(200)
    assert page.evaluate(STORES) == []


def test_what_somebody_else_left_goes_without_a_question(page: Page):
    _account(page)
    page.evaluate(KEEP, ["somebody-else", "/attempts/b/questions/1"])
    _sign_out(page)
    page.wait_for_url(SIGNED_OUT)
    page.wait_for_timeout(200)
    assert page.evaluate(STORES) == []


def test_a_sign_out_that_fails_deletes_nothing(page: Page):
    page.watch.allowed = ["ERR_INTERNET_DISCONNECTED", "chrome-error"]  # type: ignore[attr-defined]
    person = _account(page)
    page.evaluate(KEEP, [person, "/attempts/a/questions/1"])
    _sign_out(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign out and lose them").click()
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    page.goto("/account/")
    expect(page.locator(".acct.named")).to_be_attached()
    assert page.evaluate(STORES) == ["answers"]
    page.context.clear_cookies()
    page.goto("/")
    page.wait_for_timeout(200)
    assert page.evaluate(STORES) == ["answers"], "a session that ended by itself keeps what was not sent"


def test_signing_out_needs_no_script(new_page: Callable[..., Page]):
    page = new_page(js=False)
    _account(page)
    expect(page.locator("[data-unsent]")).to_be_hidden()
    _sign_out(page)
    page.wait_for_url(SIGNED_OUT)
