"""A served site and a real Chromium for the journeys.

site -> a running server on loopback with the demo's people, made once per test process;
page -> a Chromium page with JavaScript; plain_page -> one without. Console errors, failed requests and
CSP violations fail the test that saw them.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests import made
from tests.made import make_app

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@dataclass(frozen=True)
class Site:
    """A running site. folder: its instance folder. app: to write into its database."""

    url: str
    folder: Path
    app: Flask


def _closing(app: Flask) -> Callable[..., Iterator[bytes]]:
    """Close every reply, which this server forgets when the browser hangs up in the middle of one."""

    def closes(environ: Any, start_response: Any) -> Iterator[bytes]:
        with closing(app(environ, start_response)) as reply:
            yield from reply

    return closes


@pytest.fixture(scope="session")
def site(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory, static_folder: Path) -> Iterator[Site]:
    """The product with its demo, served by threads of this process."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(static_folder, folder / "static")
    shutil.copy(made.sqlite_file(shared_folder, "demo"), folder / "learnapp.db")
    app = make_app(folder, demo=True)
    server = make_server("127.0.0.1", 0, _closing(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", folder, app)
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def typed(site: Site) -> Site:
    """The site with the made-up quiz of every question type (see asking.TYPED)."""
    from tests.browser.asking import publish_typed

    publish_typed(site)
    return site


@pytest.fixture(scope="session")
def shown(site: Site) -> Site:
    """The site with the demo's questions of all types on one page (see asking.SHOWN)."""
    from tests.browser.asking import publish_shown

    publish_shown(site)
    return site


class Watch:
    """Notes what a page must never do: errors in the console, failed requests, requests to elsewhere."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site = site
        self.faults: list[str] = []
        self.allowed: list[str] = []
        context.on("console", lambda message: self._note(message.type == "error", f"console: {message.text}"))
        context.on("weberror", lambda error: self._note(True, f"script error: {error.error}"))
        context.on("request", lambda request: self._note(not self._own(request.url), f"foreign request: {request.url}"))
        context.on("response", lambda reply: self._note(reply.status >= 500, f"{reply.status}: {reply.url}"))

    def _own(self, url: str) -> bool:
        return url.startswith((self.site.url, "blob:", "data:"))

    def _note(self, bad: bool, text: str) -> None:
        if bad:
            self.faults.append(text)

    def check(self) -> None:
        """Fail when anything was noted that the test did not expect."""
        left = [fault for fault in self.faults if not any(part in fault for part in self.allowed)]
        assert not left, left


@contextmanager
def opened(
    browser: Browser, site: Site, js: bool = True, width: int = 390, height: int = 844, **options: object
) -> Iterator[Page]:
    """Open a page in a fresh browser profile; afterwards fail when it did what a page must never do.

    The worker that keeps lessons offline is only there with service_workers="allow".
    """
    options = {"service_workers": "block"} | options
    context = browser.new_context(
        base_url=site.url, java_script_enabled=js, viewport={"width": width, "height": height}, **options
    )
    watch = Watch(context, site)
    page = context.new_page()
    page.watch = watch  # type: ignore[attr-defined]
    page.set_default_timeout(15_000)
    yield page
    context.close()
    watch.check()


@pytest.fixture
def new_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A function that opens a page in a fresh browser profile: new_page(js=True, width=390, **context options)."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(opened(browser, site, **options))


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A phone with JavaScript."""
    return new_page()


@pytest.fixture
def plain_page(new_page: Callable[..., Page]) -> Page:
    """A phone without JavaScript."""
    return new_page(js=False)


def look_around(page: Page, role: str) -> None:
    """Sign in through the demo's button."""
    page.goto("/")
    page.locator(f'form[action$="/demo/{role}"] button').click()
    page.wait_for_load_state()


def judge_axe(page: Page, where: str, rules: Any = RULES) -> None:
    """Fail when axe finds anything. rules: CONTRAST where only the colours are other ones."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = rules | {"resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
    told = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
    assert not told, f"{where}: {told}"


def judge_looks(page: Page, where: str, size: tuple[int, int] = (1280, 900)) -> None:
    """Judge a page by axe on a phone, by its contrast on a wide dark one too, and by its width at 320 px."""
    for theme, width, rules in (("dark", 1280, CONTRAST), ("light", 390, RULES)):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        judge_axe(page, f"{where} {theme} {width}", rules)
    page.set_viewport_size({"width": 320, "height": 800})
    judge_width(page, f"{where} at 320 px")
    page.set_viewport_size({"width": size[0], "height": size[1]})


def judge_width(page: Page, where: str) -> None:
    """Fail when the page scrolls sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{where} scrolls {wide} px sideways"
