"""Answers that are changed in the moment when others are saved or the page is left: never a conflict with oneself."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

import pytest
from playwright.sync_api import Page, expect

from learnapp.kit import clock
from tests.browser.conftest import Site
from tests.browser.saving import Line, begin, kept, stored
from tests.browser.test_journeys import register
from tests.quizzes.made_up import publish


@pytest.fixture(scope="module")
def quizzes(site: Site) -> None:
    """One page with a choice and a question with several right options."""
    with site.app.app_context():
        publish("leaving", ["choice", "multiple"], clock.now(), layout="single")


@pytest.fixture
def learner(quizzes: None, page: Page, request: pytest.FixtureRequest) -> Page:
    """Somebody new who is signed in."""
    register(page, "Lea Leaving", f"{abs(hash(request.node.name))}@example.org", "trainee")
    return page


@dataclass(frozen=True)
class Held:
    """A view whose requests arrive, and are worked on only when they may go on."""

    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    may_go: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def held(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Held]:
    """A function that holds a view back, as a slow way to the server does."""

    def hold(endpoint: str) -> Held:
        view, way = site.app.view_functions[endpoint], Held()

        @wraps(view)
        def slow(**place: str) -> object:
            way.arrived.release()
            way.may_go.wait(20)
            return view(**place)

        monkeypatch.setitem(site.app.view_functions, endpoint, slow)
        return way

    return hold


def do(page: Page, *acts: tuple[float, str, int]) -> None:
    """Let the page click by itself after so many seconds, since a driver's hand waits while a page is being left.

    acts: (seconds, what to click, which of them).
    """
    page.evaluate(
        """acts => acts.forEach(([wait, what, at]) =>
            setTimeout(() => document.querySelectorAll(what)[at].click(), 1000 * wait))""",
        acts,
    )


ONE, TWO = (f"[data-slot]:nth-of-type({n}) fieldset :is([type=radio], [type=checkbox])" for n in (1, 2))
GO_ON = '.qact button[value="check"]'


def test_what_is_changed_while_the_page_waits_is_waited_for_too(site: Site, learner: Page) -> None:
    attempt = begin(learner, "leaving")
    posts: list[str] = []
    learner.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    way = Line(learner, "slow")
    do(learner, (0, ONE, 0), (0.1, GO_ON, 0), (0.2, TWO, 0), (0.7, TWO, 3))
    learner.wait_for_timeout(1200)
    first = way.held.pop(0)
    first.continue_()  # question 1 is saved; question 2 still is not
    learner.wait_for_timeout(500)
    assert posts == [], "the page is not left before all of it is saved"
    way.fault = ""
    for save in way.held:
        save.continue_()
    learner.wait_for_url(re.compile("/check$"))
    found = stored(site, attempt, 2)
    assert len(found.answer["choices"]) == 2
    assert found.stale == []
    assert len(posts) == 1
    assert kept(learner) == []


def test_a_change_while_the_next_page_is_awaited_stays(site: Site, learner: Page, held: Callable[[str], Held]) -> None:
    """The form is on a slow way: who changes an answer now stays on the page, and the older form asks nothing."""
    attempt = begin(learner, "leaving")
    form = held("quizzes.save_all")
    do(learner, (0, TWO, 0), (0.1, GO_ON, 0), (2, TWO, 3))
    assert form.arrived.acquire(timeout=10)
    while len(stored(site, attempt, 2).steps) < 2:
        learner.wait_for_timeout(50)
    form.may_go.set()
    learner.wait_for_timeout(500)
    assert learner.url.endswith(attempt)
    expect(learner.locator("[data-saved-text]")).to_contain_text("Saved at")
    do(learner, (0, GO_ON, 0))
    learner.wait_for_url(re.compile("/check$"))
    found = stored(site, attempt, 2)
    assert [len(step["choices"]) for step in found.steps] == [1, 2]
    assert len(found.stale) == 1, "the older form came late; nobody was asked about it"
    assert kept(learner) == []


def test_a_button_that_nothing_came_of_may_be_pressed_again(learner: Page, held: Callable[[str], Held]) -> None:
    """Twice at once is once; but somebody who stopped a page that did not come is not stuck there."""
    start = held("quizzes.start")
    learner.goto("/quizzes/leaving")
    learner.evaluate(
        """() => {
            const press = () => document.querySelector('form[action$="/attempts"] button').click();
            for (let i = 0; i < 3; i += 1) press();
            setTimeout(() => {
              const later = performance.now() + 11000;
              performance.now = () => later;
              press();
            }, 1500);
        }"""
    )
    assert start.arrived.acquire(timeout=10)
    assert not start.arrived.acquire(timeout=0.7)
    assert start.arrived.acquire(timeout=10), "the second press was sent"
    start.may_go.set()
    expect(learner).to_have_url(re.compile("/attempts/"), timeout=10_000)


def test_an_answer_given_while_another_is_acknowledged_builds_on_it(site: Site, learner: Page) -> None:
    """The reply is here and the store lets the answer go: whoever changes it in this very moment is no other device."""
    attempt = begin(learner, "leaving")
    way = Line(learner, "slow")
    do(learner, (0, TWO, 0))
    learner.wait_for_timeout(600)
    assert len(way.held) == 1
    learner.evaluate(
        """what => {
            const { kept } = document.quiz, change = kept.change;
            kept.change = (...which) => {
              const done = change(...which);
              kept.change = change;
              document.querySelectorAll(what)[3].click();
              return done;
            };
        }""",
        TWO,
    )
    way.release()
    while len(stored(site, attempt, 2).steps) + len(stored(site, attempt, 2).stale) < 2:
        learner.wait_for_timeout(50)
    found = stored(site, attempt, 2)
    assert [len(step["choices"]) for step in found.steps] == [1, 2]
    assert found.stale == []
    expect(learner.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("again", [False, True], ids=["same page", "loaded again"])
def test_a_newer_answer_of_ones_own_is_no_conflict(site: Site, learner: Page, again: bool) -> None:
    """Another tab may send what was given here, and this page hears of it later: it is still one's own."""
    attempt = begin(learner, "leaving")
    do(learner, (0, TWO, 0))
    expect(learner.locator("[data-saved-text]")).to_contain_text("Saved at")
    if again:
        learner.reload()
    learner.evaluate(
        """again => {
            document.querySelectorAll("input[data-revision]")[1].value = 0;
            for (const name of Object.keys(sessionStorage)) {
              const known = JSON.parse(sessionStorage.getItem(name));
              if (known[2]) known[2].revision = 0;
              if (name.startsWith("answers ")) sessionStorage.setItem(name, JSON.stringify(again ? known : {}));
            }
        }""",
        again,
    )
    do(learner, (0, TWO, 3))
    while len(stored(site, attempt, 2).steps) < 2:
        learner.wait_for_timeout(50)
    found = stored(site, attempt, 2)
    assert [len(step["choices"]) for step in found.steps] == [1, 2]
    assert len(found.stale) == 1
    assert kept(learner) == []
    expect(learner.get_by_role("alert")).to_have_count(0)
