"""What people do in a measurement: read, sit a quiz, save an answer; in the app and in the bare one."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from bench.driver import Link

LESSON = "/lessons/healing"
ANSWERS = {f"q{n}": "a" for n in range(1, 11)}
REVISIONS = {f"revision{n}": "0" for n in range(1, 11)}


def token_of(page: str) -> str:
    """Return the CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if not found:
        raise SystemExit("a page without a CSRF token")
    return found.group(1)


def cookie_of(app: Flask, token: str) -> str:
    """Return the cookie of a browser that is signed in with this session token."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["sid"] = token
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    if cookie is None:
        raise SystemExit("no cookie")
    return f"{cookie.key}={cookie.value}"


@dataclass
class Learner:
    """One signed-in learner: their cookie, the CSRF token of their session, and the try that they have open."""

    cookie: str
    csrf: str = ""
    attempt: str = ""
    revision: int = 0

    def enter(self, link: Link) -> None:
        """Fetch a page with a form, as a browser does: it brings the CSRF token and the cookie that goes with it."""
        reply = link.get("/settings", self.cookie)
        self.csrf, self.cookie = token_of(reply.text), reply.cookie or self.cookie


Act = Callable[[Link, Learner], None]


def read_lesson(link: Link, who: Learner) -> None:
    """Open a lesson."""
    link.get(LESSON, who.cookie)


def read_progress(link: Link, who: Learner) -> None:
    """Open the page "Today"."""
    link.get("/progress", who.cookie)


def start(link: Link, who: Learner, quiz: str) -> str:
    """Start or resume; return the attempt's path."""
    return link.post(f"/quizzes/{quiz}/attempts", who.cookie, {"csrf_token": who.csrf}).split("/questions")[0]


def answer(link: Link, who: Learner, path: str) -> None:
    """Save ten right answers on the one page."""
    link.post(path, who.cookie, {"csrf_token": who.csrf, **ANSWERS, **REVISIONS})


def finish(link: Link, who: Learner, path: str) -> str:
    """Hand in; return the page of the result."""
    link.post(f"{path}/submit", who.cookie, {"csrf_token": who.csrf})
    return link.get(f"{path}/result", who.cookie).text


def one_page(link: Link, who: Learner) -> None:
    """Sit a whole one-page attempt in five requests: start, page, save ten answers, hand in, result."""
    path = start(link, who, "bench-single")
    link.get(path, who.cookie)
    answer(link, who, path)
    finish(link, who, path)


def paged(link: Link, who: Learner) -> None:
    """Sit a whole paged attempt in 25 requests: every question fetched and saved on its own page."""
    path = start(link, who, "bench-paged")
    link.get(path, who.cookie)
    for n in range(1, 11):
        link.get(f"{path}/questions/{n}", who.cookie)
        fields = {"csrf_token": who.csrf, "answer": "a", "revision": "0"}
        link.post(f"{path}/questions/{n}", who.cookie, fields)
    link.get(f"{path}/check", who.cookie)
    finish(link, who, path)


def save(link: Link, who: Learner) -> None:
    """Save one answer as the page's script does; each differs from the one before, so that each adds a step."""
    who.attempt = who.attempt or start(link, who, "bench-paged")
    body = {"revision": who.revision, "fields": {"answer": ["ab"[who.revision % 2]]}, "flagged": False}
    link.request(
        "PUT", f"{who.attempt}/answers/1", who.cookie, json.dumps(body).encode(),
        Content_Type="application/json", Accept="application/json", X_CSRFToken=who.csrf,
    )  # fmt: skip
    who.revision += 1


def bare_page(link: Link, cookie: str) -> None:
    """Open the bare page."""
    link.get("/page", cookie)


def bare_attempt(link: Link, cookie: str) -> None:
    """Sit a bare attempt, in the same five requests as `one_page`."""
    path = link.post("/tries", cookie, {})
    link.get(path, cookie)
    link.post(path, cookie, ANSWERS)
    link.post(f"{path}/submit", cookie, {})
    link.get(f"{path}/result", cookie)
