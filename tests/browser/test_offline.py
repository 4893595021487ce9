"""Lessons are read without a connection, and nothing of a person is ever kept for that."""

import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from learnapp.kit.db import write
from learnapp.lessons.storage import LessonRow
from learnapp.site import offline
from tests.browser.conftest import Site, judge_axe, judge_width, look_around
from tests.browser.test_journeys import answer_something

LESSON = "/lessons/healing"
MONTH = 31 * 24 * 60 * 60 * 1000
STORED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const reply = await cache.match(request);
      const path = new URL(request.url).pathname;
      found[path] = { cache: name, text: await reply.text(), rule: reply.headers.get("Cache-Control") };
    }
  }
  return found;
}"""
LAST_OPENED = """async (track) => {
  const at = async (one) => (await caches.match(`/lessons/healing/copy/${one}`)).headers.get("Opened-At");
  return (await at(track)) > (await at(track === "patient" ? "trainee" : "patient"));
}"""
ALLOWED = r"/static/[\w./-]+|/lessons/[a-z-]+/copy/(patient|trainee)|/offline|/offline/look"


@pytest.fixture
def reader(new_page: Callable[..., Page]) -> Page:
    """A phone whose browser lets the worker in."""
    page = new_page(service_workers="allow")
    page.watch.allowed = ["ERR_INTERNET_DISCONNECTED"]  # type: ignore[attr-defined]
    return page


@pytest.fixture
def builds(site: Site) -> Iterator[Callable[..., None]]:
    """A function that makes the site hand out another version of the worker: builds(version, patience=milliseconds)."""
    before = site.app.extensions.get(offline.KEPT)

    def build(version: str, patience: int = 10000) -> None:
        with site.app.test_request_context():
            text = offline._worker_text()
        text = text.replace("PATIENCE = 10000", f"PATIENCE = {patience}")
        site.app.extensions[offline.KEPT] = re.sub('"version": "[^"]*"', f'"version": "{version}"', text)

    yield build
    site.app.extensions.pop(offline.KEPT)
    if before:
        site.app.extensions[offline.KEPT] = before


def stored(page: Page) -> dict[str, dict[str, str]]:
    """Return what the browser keeps: {path: {"cache", "text", "rule"}}."""
    return page.evaluate(STORED)


def until(page: Page, script: str, arg: object = None) -> None:
    """Wait until a script, which may give a promise, says yes."""
    end = time.monotonic() + 15
    while not page.evaluate(script, arg):
        assert time.monotonic() < end, f"never true: {script}"
        page.wait_for_timeout(50)


def read_and_keep(page: Page, path: str, copy: str) -> None:
    """Open a lesson and wait until its copy is there."""
    page.goto(path)
    until(page, "path => caches.match(path).then(Boolean)", copy)


def go_offline(page: Page, path: str) -> None:
    page.context.set_offline(True)
    page.goto(path)


def test_an_opened_lesson_is_read_offline_as_it_looked(reader: Page):
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    words = reader.locator("main section p").all_inner_texts()
    colour = reader.locator("h1").evaluate("h1 => getComputedStyle(h1).fontFamily")
    go_offline(reader, LESSON)
    today = reader.evaluate("new Date().toLocaleDateString('en-GB', {day: 'numeric', month: 'long', year: 'numeric'})")
    expect(reader.get_by_role("status").first).to_contain_text(f"You are offline. This is the copy of {today}.")
    expect(reader.locator("[data-old]")).to_be_hidden()
    expect(reader.locator("[data-back]")).to_be_hidden()
    assert len(reader.locator("main section p").all_inner_texts()) >= len(words) / 2
    assert reader.locator("h1").evaluate("h1 => getComputedStyle(h1).fontFamily") == colour
    assert reader.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Atkinson') )")
    drawn = "uses => uses.filter((use) => use.getBoundingClientRect().width).length"
    assert reader.locator(".fig use, .heal use, .picture use").evaluate_all(drawn) > 0, "the pictures are drawn"
    reader.locator("a.term").first.click()
    expect(reader.locator("#gloss")).to_be_visible()
    judge_axe(reader, "a lesson offline")
    judge_width(reader, "a lesson offline")
    reader.context.set_offline(False)
    expect(reader.get_by_role("link", name="You are connected again")).to_be_visible()
    reader.get_by_role("link", name="You are connected again").click()
    expect(reader.get_by_role("button", name="Check my answer").first).to_be_visible()


def test_a_page_that_was_never_opened_says_what_can_be_read(reader: Page):
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    reader.context.set_offline(True)
    for path in ("/lessons/collagen", "/settings", "/lessons/?track=patient"):
        reader.goto(path)
        expect(reader.locator("h1")).to_have_text("You are offline")
        expect(reader.locator("main")).to_contain_text("What you answered is kept on this device")
        expect(reader.locator(".keptlist li")).to_have_count(1)
        expect(reader.locator("[data-none]")).to_be_hidden()
    judge_axe(reader, "the offline page")
    judge_width(reader, "the offline page")
    reader.locator(".keptlist a").click()
    expect(reader.locator("p[data-copied]")).to_contain_text("You are offline.")
    reader.go_back()
    expect(reader.locator("[data-back]")).to_be_hidden()
    reader.context.set_offline(False)
    expect(reader.get_by_role("status")).to_have_text("You are connected again.")
    reader.get_by_role("link", name="Load this page again").click()
    expect(reader.locator("h1")).to_have_text("Lessons")


def test_nothing_is_kept_before_a_lesson_is_opened(reader: Page):
    reader.goto("/about/facts")
    until(reader, "caches.match('/offline').then(Boolean)")
    go_offline(reader, LESSON)
    expect(reader.locator("[data-none]")).to_be_visible()
    expect(reader.locator(".keptlist")).to_be_hidden()


def test_a_learners_reading_and_quiz_leave_no_trace(reader: Page):
    look_around(reader, "trainee")
    read_and_keep(reader, LESSON, f"{LESSON}/copy/trainee")
    name = reader.locator(".acct span").inner_text()
    secrets = {name, name.split()[-1]}
    secrets |= set(reader.locator("input[name=csrf_token]").evaluate_all("all => all.map((one) => one.value)"))
    for path in ("/progress", "/account/", "/account/groups", "/lessons/", "/quizzes/collagen"):
        reader.goto(path)
    main = reader.locator("main")
    start = main.get_by_role("button", name=re.compile("^Start")).or_(main.get_by_role("link", name="Carry on"))
    start.first.click()
    reader.wait_for_url(re.compile("/attempts/"))
    attempt = re.search(r"/attempts/([\w-]+)", reader.url)[1]  # type: ignore[index]
    answer_something(reader)
    reader.reload()
    reader.goto("/lessons/")
    kept = stored(reader)
    assert {f"{LESSON}/copy/trainee", "/offline"} <= set(kept)
    for path, entry in kept.items():
        assert re.fullmatch(ALLOWED, path), f"{path} is kept"
        assert "no-store" not in (entry["rule"] or "")
        found = [
            secret for secret in {*secrets, attempt, "csrf_token", "Sign out", "/progress"} if secret in entry["text"]
        ]
        assert not found or path.startswith("/static/"), f"{path} holds {found}"
        assert not any(secret in entry["text"] for secret in (*secrets, attempt)), path


def test_the_next_person_on_the_device_sees_only_public_copies(reader: Page):
    look_around(reader, "trainee")
    read_and_keep(reader, LESSON, f"{LESSON}/copy/trainee")
    name = reader.locator(".acct span").inner_text()
    reader.goto("/account/")
    reader.get_by_role("button", name="Sign out", exact=True).click()
    reader.wait_for_url(re.compile("^https?://[^/]+/$"))
    reader.context.set_offline(True)
    for path in ("/", "/progress", "/account/", LESSON, f"{LESSON}?track=trainee"):
        reader.goto(path)
        assert name not in reader.content()
        assert "csrf" not in reader.content()
    expect(reader.locator("p[data-copied]")).to_contain_text("You are offline")
    expect(reader.get_by_role("link", name="Sign in")).to_have_count(0)


def test_each_wording_is_a_copy_of_its_own(reader: Page):
    for track in ("trainee", "patient"):
        read_and_keep(reader, f"{LESSON}?track={track}", f"{LESSON}/copy/{track}")
    online = {}
    for track in ("trainee", "patient"):
        reader.goto(f"{LESSON}?track={track}")
        online[track] = reader.locator(".lead").inner_text() + reader.locator(".body > section h2").first.inner_text()
        online[track] += " ".join(reader.locator(".obj li").all_inner_texts())
    until(reader, LAST_OPENED, "patient")
    assert online["trainee"] != online["patient"]
    reader.context.set_offline(True)
    for asked, track in (
        (f"{LESSON}?track=trainee", "trainee"),
        (f"{LESSON}?track=patient", "patient"),
        (LESSON, "patient"),
    ):
        reader.goto(asked)
        shown = reader.locator(".lead").inner_text() + reader.locator(".body > section h2").first.inner_text()
        assert shown + " ".join(reader.locator(".obj li").all_inner_texts()) == online[track], asked
    reader.goto("/lessons/")
    expect(reader.locator(".keptlist")).to_contain_text("for trainees")
    expect(reader.locator(".keptlist")).to_contain_text("for patients")


def test_large_text_and_colours_stay_as_the_reader_set_them(reader: Page, site: Site):
    reader.context.add_cookies([{"name": "reading", "value": "text_size=largest&theme=dark", "url": site.url}])
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    go_offline(reader, LESSON)
    assert reader.evaluate("({...document.documentElement.dataset})")["size"] == "largest"
    judge_width(reader, "a lesson offline with the largest text")
    reader.goto("/progress")
    assert reader.evaluate("document.documentElement.dataset.theme") == "dark"


def test_an_old_copy_says_that_it_may_be_out_of_date(reader: Page):
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    reader.clock.install(time=reader.evaluate("Date.now()") / 1000 + MONTH / 1000)
    go_offline(reader, LESSON)
    expect(reader.locator("p[data-old]")).to_contain_text("may be out of date")
    reader.goto("/lessons/")
    expect(reader.locator(".keptlist")).to_contain_text("may be out of date")


def test_a_lesson_that_was_taken_back_is_forgotten_at_the_next_visit(reader: Page, site: Site):
    reader.watch.allowed.append("404")  # type: ignore[attr-defined]
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")

    def show(version: int | None) -> int | None:
        with site.app.app_context(), write() as session:
            row = session.query(LessonRow).filter_by(slug="healing").one()
            before, row.version_id = row.version_id, version
        return before

    version = show(None)
    try:
        reader.goto(LESSON)
        until(reader, "path => caches.match(path).then((found) => !found)", f"{LESSON}/copy/patient")
    finally:
        show(version)


def test_a_new_version_replaces_the_old_one_whole(reader: Page, builds: Callable[..., None]):
    builds("aaaa")
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    first = stored(reader)
    assert {entry["cache"] for entry in first.values()} == {"offline-aaaa"}
    before = reader.evaluate("caches.match('/lessons/healing/copy/patient').then((r) => r.headers.get('Kept-At'))")
    builds("bbbb")
    reader.goto("/about/facts")
    until(reader, "caches.keys().then((names) => names.join() === 'offline-bbbb')")
    second = stored(reader)
    assert set(second) >= set(first), "what could be read before can be read after"
    after = reader.evaluate("caches.match('/lessons/healing/copy/patient').then((r) => r.headers.get('Kept-At'))")
    assert int(after) > int(before), "the copies are fresh ones"
    go_offline(reader, LESSON)
    expect(reader.locator("p[data-copied]")).to_contain_text("You are offline")


def test_a_new_version_that_cannot_be_fetched_whole_changes_nothing(
    reader: Page, builds: Callable[..., None], site: Site
):
    reader.watch.allowed.append("503")  # type: ignore[attr-defined]
    builds("aaaa")
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    view = site.app.view_functions["lessons.copy"]
    asked = []

    def busy(**values: str) -> tuple[str, int]:
        asked.append(values)
        return "busy", 503

    busy.guard = "public"  # type: ignore[attr-defined]
    site.app.view_functions["lessons.copy"] = busy
    try:
        builds("cccc")
        reader.goto("/about/facts")
        until_asked = time.monotonic() + 15
        while not asked and time.monotonic() < until_asked:
            reader.wait_for_timeout(50)
        assert asked, "the new worker asked for its copies"
        reader.wait_for_timeout(300)
        go_offline(reader, LESSON)
        expect(reader.locator("p[data-copied]")).to_contain_text("You are offline")
        assert stored(reader)[f"{LESSON}/copy/patient"]["cache"] == "offline-aaaa"
        reader.context.set_offline(False)
    finally:
        site.app.view_functions["lessons.copy"] = view
    reader.goto("/about/facts")
    until(reader, "caches.keys().then((names) => names.join() === 'offline-cccc')")


def test_at_most_thirty_lessons_are_kept(reader: Page):
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    reader.evaluate("""async () => {
      const cache = await caches.open((await caches.keys())[0]);
      for (let n = 1; n <= 40; n += 1) {
        await cache.put(`/lessons/old-${n}/copy/patient`, new Response("", { headers: { "Opened-At": n } }));
      }
    }""")
    read_and_keep(reader, "/lessons/collagen", "/lessons/collagen/copy/patient")
    until(
        reader,
        """async () => {
      const cache = await caches.open((await caches.keys())[0]);
      return (await cache.keys()).filter((one) => one.url.includes("/copy/")).length === 30;
    }""",
    )
    kept = stored(reader)
    assert {f"{LESSON}/copy/patient", "/lessons/old-40/copy/patient"} <= set(kept)
    assert "/lessons/old-1/copy/patient" not in kept


def test_people_who_sign_in_get_their_own_pages_from_the_network(reader: Page):
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    look_around(reader, "trainee")
    reader.goto(LESSON)
    expect(reader.locator(".acct span")).to_be_attached()
    expect(reader.locator("[data-copied]")).to_have_count(0)


def test_a_site_that_says_nothing_for_long_gives_way_to_the_copy(
    reader: Page, builds: Callable[..., None], site: Site
) -> None:
    builds("patient", patience=400)
    read_and_keep(reader, LESSON, f"{LESSON}/copy/patient")
    view = site.app.view_functions["lessons.page"]
    answer = threading.Event()

    def slow(**values: str) -> object:
        answer.wait(20)
        return view(**values)

    slow.guard = "public"  # type: ignore[attr-defined]
    site.app.view_functions["lessons.page"] = slow
    try:
        reader.goto(LESSON)
        expect(reader.locator("p[data-copied]")).to_contain_text("We could not reach the site. This is the copy of")
        threading.Timer(1.5, answer.set).start()
        reader.goto("/lessons/first-week")
        expect(reader.locator("p[data-copied]")).to_have_count(0)
        assert answer.is_set(), "without a copy one waits for the site"
    finally:
        answer.set()
        site.app.view_functions["lessons.page"] = view
