"""Saving in a real browser: what is said in each state, and that nothing is lost whatever happens meanwhile."""

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
from tests.browser.saving import (
    SAVED,
    Line,
    begin,
    choice,
    end_sessions,
    kept,
    line,
    radios,
    same_person_elsewhere,
    says,
    status_of,
    stored,
    try_again,
)  # fmt: skip
from tests.browser.test_journeys import enter, register, sign_in_here
from tests.quizzes.made_up import publish

Pages = Callable[..., Page]


@pytest.fixture(scope="module")
def quizzes(site: Site) -> None:
    """Three choices, one a page; all types on one page; a quiz with a limit."""
    with site.app.app_context():
        publish("kept", ["choice", "choice", "choice"], clock.now())
        publish("kept-all", ["choice", "numeric", "ordering", "multiple", "free_text"], clock.now(), layout="single")
        publish("kept-timed", ["choice", "choice"], clock.now(), minutes=5)


@pytest.fixture
def learner(quizzes: None, page: Page, request: pytest.FixtureRequest) -> Page:
    """Somebody new who is signed in."""
    register(page, "Lena Line", f"{abs(hash(request.node.name))}@example.org", "trainee")
    return page


def email_of(request: pytest.FixtureRequest) -> str:
    return f"{abs(hash(request.node.name))}@example.org"


def test_the_three_states_in_words(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    says(learner, "Not saved yet")
    way = Line(learner, "slow")
    radios(learner).nth(0).check()
    says(learner, "Kept on this device, not sent yet")
    judge_axe(learner, "a kept answer")
    way.release()
    says(learner, SAVED)
    judge_axe(learner, "a saved answer")
    assert stored(site, attempt).answer == choice(learner, 0)
    assert kept(learner) == []
    way.fault = "down"
    radios(learner).nth(1).check()
    says(learner, "Not saved: we cannot reach our server. Your answer is kept on this device")
    expect(learner.get_by_role("button", name="Try again")).to_be_visible()
    judge_axe(learner, "an answer that is not saved")
    judge_width(learner, "an answer that is not saved")


def test_a_cut_of_the_line_loses_nothing(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    learner.context.set_offline(True)
    for at in (0, 1, 2):
        radios(learner).nth(at).check()
        says(learner, "Not saved: you are offline. Your answer is kept on this device.")
        learner.wait_for_timeout(400)
    assert learner.url.endswith("/questions/1")
    learner.locator(".qact button[type=submit]").first.click()
    learner.wait_for_timeout(800)
    assert learner.url.endswith("/questions/1"), "the page stays while nothing can be sent"
    learner.context.set_offline(False)
    says(learner, SAVED)
    assert stored(site, attempt).answer == choice(learner, 2)
    assert kept(learner) == []


def test_a_server_that_is_busy_is_asked_again_under_the_same_key(site: Site, learner: Page):
    learner.clock.install()
    attempt = begin(learner, "kept")
    way = Line(learner, "busy")
    radios(learner).nth(1).check()
    says(learner, "Not saved: we cannot reach our server")
    learner.clock.pause_at(clock.now() + timedelta(hours=1))  # from now on the page does nothing by itself
    says(learner, "Not saved: we cannot reach our server")
    way.fault = ""
    learner.get_by_role("button", name="Try again").press("Enter")
    says(learner, SAVED)
    assert len(way.bodies) >= 2
    assert len({body["key"] for body in way.bodies}) == 1
    assert stored(site, attempt).steps == [choice(learner, 1)]


def test_a_lost_reply_is_no_conflict(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    way = Line(learner, "deaf")
    radios(learner).nth(0).check()
    says(learner, "Not saved:")
    radios(learner).nth(1).check()
    way.fault = ""
    says(learner, SAVED)
    assert learner.get_by_role("alert").count() == 0
    found = stored(site, attempt)
    assert found.steps == [choice(learner, 0), choice(learner, 1)]
    assert found.stale == []


def test_after_a_reload_the_kept_answer_is_back_and_is_sent(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    way = Line(learner, "down")
    radios(learner).nth(2).check()
    learner.locator("[data-flag]").check(force=True)
    says(learner, "Not saved:")
    learner.reload()
    expect(radios(learner).nth(2)).to_be_checked()
    expect(learner.locator("[data-flag]")).to_be_checked()
    expect(learner.locator("[data-note]")).to_have_text("We put back the answer that was kept on this device.")
    says(learner, "Not saved:")
    way.fault = ""
    try_again(learner)
    says(learner, SAVED)
    assert stored(site, attempt).answer == choice(learner, 2)
    assert stored(site, attempt).flagged


def test_every_kind_of_control_is_put_back(site: Site, learner: Page):
    attempt = begin(learner, "kept-all")
    way = Line(learner, "down")
    boxes = learner.locator("[data-slot]")
    boxes.nth(0).locator("input[type=radio]").nth(1).check()
    boxes.nth(1).locator("input[inputmode=decimal]").fill("2,5")
    boxes.nth(2).get_by_role("button", name=re.compile("^Move .* down$")).first.click()
    boxes.nth(3).locator("fieldset input[type=checkbox]").nth(1).check()
    boxes.nth(4).locator("textarea").fill("In my words")
    says(learner, "Not saved:")
    order = boxes.nth(2).locator("ol label").all_inner_texts()
    learner.reload()
    expect(boxes.nth(0).locator("input[type=radio]").nth(1)).to_be_checked()
    expect(boxes.nth(1).locator("input[inputmode=decimal]")).to_have_value("2,5")
    expect(boxes.nth(3).locator("fieldset input[type=checkbox]").nth(1)).to_be_checked()
    expect(boxes.nth(4).locator("textarea")).to_have_value("In my words")
    assert boxes.nth(2).locator("ol label").all_inner_texts() == order
    expect(boxes.nth(2).get_by_text("Not answered yet")).to_be_hidden()
    expect(boxes.nth(4).locator("[data-count-words]")).to_contain_text("49")
    way.fault = ""
    try_again(learner)
    says(learner, SAVED)
    assert stored(site, attempt, 2).answer == {"text": "2,5"}
    assert stored(site, attempt, 5).answer == {"text": "In my words"}
    assert len(stored(site, attempt, 3).answer["places"]) == 4
    assert kept(learner) == []


def test_what_another_question_kept_is_sent_too(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    way = Line(learner, "down")
    radios(learner).nth(0).check()
    says(learner, "Not saved:")
    wanted = choice(learner, 0)
    way.fault = ""
    learner.goto(f"{attempt}/questions/3")
    says(learner, SAVED)
    assert stored(site, attempt, 1).answer == wanted
    assert kept(learner) == []


def test_an_answer_that_is_given_while_leaving_is_sent(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    radios(learner).nth(1).check()
    wanted = choice(learner, 1)
    learner.goto(f"{attempt}/questions/2")  # sooner than the pause before a save
    expect(radios(learner).first).to_be_visible()
    learner.wait_for_timeout(500)
    assert stored(site, attempt).steps == [wanted]
    assert kept(learner) == []


@pytest.mark.parametrize("mine", [True, False], ids=["mine", "newer"])
def test_two_devices_never_overwrite_silently(
    mine: bool, site: Site, learner: Page, new_page: Pages, browser, request: pytest.FixtureRequest
):
    attempt = begin(learner, "kept")
    other = same_person_elsewhere(browser, new_page, learner, email_of(request))
    other.goto(f"{attempt}/questions/1")
    radios(other).nth(1).check()
    says(other, SAVED)
    radios(learner).nth(0).check()
    box = learner.locator(".q").get_by_role("alert")
    expect(box).to_contain_text("A newer answer to this question was saved")
    says(learner, "question 1 has a newer answer. Choose which one counts.")
    judge_axe(learner, "two answers to choose from")
    first, second = choice(learner, 0), choice(learner, 1)
    assert stored(site, attempt).answer == second, "the newer one stands until somebody chooses"
    learner.get_by_role("button", name="Save mine instead" if mine else "Keep the newer answer").click()
    expect(learner.locator("[data-use-newer]")).to_have_count(0)
    says(learner, SAVED)
    found = stored(site, attempt)
    assert found.answer == (first if mine else second)
    assert found.stale == [first], "the log has both"
    expect(radios(learner).nth(0 if mine else 1)).to_be_checked()
    assert kept(learner) == []


def test_a_kept_answer_meets_a_newer_one(
    site: Site, learner: Page, new_page: Pages, browser, request: pytest.FixtureRequest
):
    attempt = begin(learner, "kept")
    way = Line(learner, "down")
    radios(learner).nth(0).check()
    says(learner, "Not saved:")
    other = same_person_elsewhere(browser, new_page, learner, email_of(request))
    other.goto(f"{attempt}/questions/1")
    radios(other).nth(1).check()
    says(other, SAVED)
    way.fault = ""
    learner.goto(f"{attempt}/check")
    says(learner, "question 1 has a newer answer")
    learner.get_by_role("button", name="Hand in my answers").click()
    told = learner.locator("[data-not-handed-in]")
    expect(told).to_contain_text("Not saved yet: question 1")
    told.get_by_role("link", name="Go to the question").click()
    learner.wait_for_url(re.compile("/questions/1"))
    expect(radios(learner).nth(0)).to_be_checked()
    expect(learner.locator("[data-newer]")).to_contain_text("Option")
    assert status_of(site, attempt) == "open"


def test_a_sign_in_that_ended_in_mid_attempt(site: Site, learner: Page, request: pytest.FixtureRequest):
    attempt = begin(learner, "kept")
    learner.goto(f"{attempt}/questions/2")
    end_sessions(site)
    radios(learner).nth(1).check()
    says(learner, "you are signed out. Your answers are kept on this device. Sign in again")
    judge_axe(learner, "a page of somebody who is signed out")
    judge_width(learner, "a page of somebody who is signed out")
    wanted = choice(learner, 1)
    learner.locator(".qact button[type=submit]").first.click()
    learner.wait_for_timeout(500)
    assert learner.url.endswith("/questions/2"), "no form is sent that would be lost"
    learner.locator("[data-saved]").get_by_role("link", name="Sign in again").click()
    sign_in_here(learner, email_of(request))
    learner.wait_for_url(re.compile("/questions/2$"))
    expect(radios(learner).nth(1)).to_be_checked()
    says(learner, SAVED)
    assert stored(site, attempt, 2).answer == wanted


def test_signing_in_again_in_another_tab(site: Site, learner: Page, request: pytest.FixtureRequest):
    attempt = begin(learner, "kept")
    end_sessions(site)
    radios(learner).nth(1).check()
    says(learner, "you are signed out")
    tab = learner.context.new_page()
    enter(tab, email_of(request))
    learner.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when one comes back to the tab
    says(learner, SAVED)
    assert stored(site, attempt).answer == choice(learner, 1)


def test_a_browser_that_has_forgotten_the_cookie(site: Site, learner: Page):
    begin(learner, "kept")
    learner.context.clear_cookies()
    radios(learner).nth(0).check()
    says(learner, "you are signed out")
    assert len(kept(learner)) == 1


def test_handing_in_waits_and_says_what_is_missing(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    way = Line(learner, "down")
    for n in (1, 2):
        learner.goto(f"{attempt}/questions/{n}")
        radios(learner).nth(n).check()
        says(learner, "Not saved:")
    learner.goto(f"{attempt}/check")
    learner.get_by_role("button", name="Hand in my answers").click()
    told = learner.locator("[data-not-handed-in]")
    expect(told).to_contain_text("Not handed in yet. Not saved yet: question 1, 2")
    judge_axe(learner, "a try that is not handed in yet")
    judge_width(learner, "a try that is not handed in yet")
    assert status_of(site, attempt) == "open"
    way.fault = ""
    told.get_by_role("button", name="Try again").click()
    learner.wait_for_url(re.compile("/result"))
    assert stored(site, attempt, 1).answer
    assert stored(site, attempt, 2).answer
    assert kept(learner) == []
    expect(learner.locator("[data-finished]")).to_be_hidden()


def test_one_may_hand_in_what_is_saved_and_is_told(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    Line(learner, "down")
    radios(learner).nth(1).check()
    says(learner, "Not saved:")
    learner.goto(f"{attempt}/check")
    learner.get_by_role("button", name="Hand in my answers").click()
    learner.get_by_role("button", name="Hand in what is saved").click()
    learner.wait_for_url(re.compile("/result"))
    expect(learner.locator("[data-finished]")).to_contain_text("Questions: 1")
    judge_axe(learner, "a result with an answer that was not sent")
    assert stored(site, attempt).answer is None
    learner.reload()
    expect(learner.locator("[data-finished]")).to_be_hidden()
    assert kept(learner) == []


def test_handing_in_is_sent_again_when_its_reply_is_lost(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    posts: list[str] = []

    def lose_the_first(route) -> None:
        posts.append(route.request.url)
        if len(posts) == 1:
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    learner.context.route("**/submit", lose_the_first)
    learner.goto(f"{attempt}/check")
    learner.get_by_role("button", name="Hand in my answers").click()
    learner.wait_for_url(re.compile("/result"))
    assert len(posts) == 2
    assert status_of(site, attempt) == "submitted"


def test_handing_in_offline_is_said(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    learner.goto(f"{attempt}/check")
    learner.context.set_offline(True)
    learner.get_by_role("button", name="Hand in my answers").click()
    told = learner.locator("[data-not-handed-in]")
    expect(told).to_contain_text("Your answers are saved. You are offline.")
    expect(told.get_by_role("button", name="Hand in what is saved")).to_be_hidden()
    learner.context.set_offline(False)
    told.get_by_role("button", name="Try again").click()
    learner.wait_for_url(re.compile("/result"))


def test_handing_in_signed_out_leads_back(site: Site, learner: Page, request: pytest.FixtureRequest):
    attempt = begin(learner, "kept")
    learner.goto(f"{attempt}/check")
    end_sessions(site)
    learner.get_by_role("button", name="Hand in my answers").click()
    learner.locator("[data-not-handed-in]").get_by_role("link", name="Sign in again").click()
    sign_in_here(learner, email_of(request))
    learner.wait_for_url(re.compile("/check$"))
    learner.get_by_role("button", name="Hand in my answers").click()
    learner.wait_for_url(re.compile("/result"))


def test_the_list_of_answers_shows_what_was_just_sent(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    way = Line(learner, "down")
    radios(learner).nth(0).check()
    says(learner, "Not saved:")
    way.fault = ""
    learner.goto(f"{attempt}/check")
    expect(learner.locator("main")).to_contain_text("1 question is answered")


def test_without_a_store_the_truth_is_said(site: Site, learner: Page):
    learner.add_init_script(
        "delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined });"
    )
    attempt = begin(learner, "kept")
    way = Line(learner, "down")
    radios(learner).nth(0).check()
    says(learner, "we cannot reach our server. Keep this page open")
    way.fault = ""
    try_again(learner)
    says(learner, SAVED)
    assert stored(site, attempt).answer == choice(learner, 0)
    learner.locator(".qact button[type=submit]").first.click()
    learner.wait_for_url(re.compile("/questions/2"))


def test_a_store_that_refuses_is_no_store(site: Site, learner: Page):
    learner.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };")
    attempt = begin(learner, "kept")
    way = Line(learner, "slow")
    radios(learner).nth(2).check()
    says(learner, "Not saved yet. Keep this page open")
    way.release()
    says(learner, SAVED)
    assert stored(site, attempt).answer == choice(learner, 2)


def test_somebody_else_at_this_device_sees_and_sends_nothing(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    Line(learner, "down")
    radios(learner).nth(0).check()
    says(learner, "Not saved:")
    learner.context.clear_cookies()
    learner.context.unroute_all()
    register(learner, "Nora Next", "nora.next@example.org", "trainee")
    begin(learner, "kept")
    learner.wait_for_timeout(500)
    assert radios(learner).locator("nth=0").is_checked() is False
    assert kept(learner) == []
    assert stored(site, attempt).answer is None


def test_a_laptop_that_slept(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    way = Line(learner, "down")
    radios(learner).nth(1).check()
    says(learner, "Not saved:")
    tools = learner.context.new_cdp_session(learner)
    tools.send("Page.setWebLifecycleState", {"state": "frozen"})
    way.fault = ""
    learner.wait_for_timeout(1500)
    tools.send("Page.setWebLifecycleState", {"state": "active"})
    learner.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    says(learner, SAVED)
    assert stored(site, attempt).answer == choice(learner, 1)


def test_the_clock_of_the_browser_changes_nothing(site: Site, learner: Page):
    learner.add_init_script("const now = Date.now; Date.now = () => now() - 86400000;")
    attempt = begin(learner, "kept-timed")
    expect(learner.get_by_role("timer")).to_have_text("5 min")
    radios(learner).nth(0).check()
    says(learner, SAVED)
    assert stored(site, attempt).answer == choice(learner, 0)


def test_what_is_kept_when_the_time_is_up_still_counts_within_the_allowance(site: Site, learner: Page):
    attempt = begin(learner, "kept-timed")
    way = Line(learner, "down")
    radios(learner).nth(1).check()
    says(learner, "Not saved:")
    wanted = choice(learner, 1)
    with site.app.app_context(), write() as session:
        ended = clock.now() - timedelta(seconds=2)
        row = update(AttemptRow).where(AttemptRow.public_id == attempt.rsplit("/", 1)[1])
        session.execute(row.values(deadline=ended, closes_at=None))
    way.fault = ""
    learner.goto(attempt)
    learner.wait_for_url(re.compile("/result"), timeout=30_000)
    assert stored(site, attempt).answer == wanted


def test_after_the_end_the_reason_is_said_and_nothing_is_kept(site: Site, learner: Page):
    attempt = begin(learner, "kept")
    tab = learner.context.new_page()
    tab.goto(f"{attempt}/check")
    tab.get_by_role("button", name="Hand in my answers").click()
    tab.wait_for_url(re.compile("/result"))
    radios(learner).nth(0).check()
    says(learner, "Not saved: This try is handed in. Answers cannot be changed any more.")
    assert kept(learner) == []


def test_without_script_every_post_saves(site: Site, quizzes: None, new_page: Pages):
    page = new_page(js=False)
    register(page, "Paul Plain", "paul.plain@example.org", "trainee")
    attempt = begin(page, "kept")
    radios(page).nth(1).check()
    wanted = choice(page, 1)
    expect(line(page)).to_have_text("Not saved yet")
    expect(page.locator("[data-retry]")).to_be_hidden()
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(re.compile("/questions/2"))
    assert stored(site, attempt).answer == wanted
    page.goto(f"{attempt}/questions/1")
    says(page, SAVED)
