"""`make bench` or `python -m bench [--json] [--quick]`: measure, print a table, say what it means."""

import argparse
import contextlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench import bare, school
from bench.driver import Browser, Figures, run
from bench.server import Server, serve
from learnapp.kit.db import db

LESSON = "/lessons/healing"
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


def _token_of(page: bytes) -> str:
    import gzip

    text = gzip.decompress(page) if page[:2] == b"\x1f\x8b" else page
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', text)
    if not found:
        raise SystemExit("a page without a CSRF token")
    return found.group(1).decode()


@contextlib.contextmanager
def _counting(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL statements of the block, without those that only mark transactions."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(TRANSACTION):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _client(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    return client


def _cookie(app: Flask, token: str) -> str:
    client = _client(app, token)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    if cookie is None:
        raise SystemExit("no cookie")
    return f"{cookie.key}={cookie.value}"


class Learner:
    """One signed-in learner who drives the server."""

    def __init__(self, server: Server, cookie: str) -> None:
        self.browser = Browser(server.port, cookie)
        self.csrf = _token_of(self.browser.get("/settings"))

    def start(self, quiz: str) -> str:
        """Start or resume; return the attempt's path."""
        return self.browser.post(f"/quizzes/{quiz}/attempts", {"csrf_token": self.csrf}).split("/questions")[0]

    def one_page(self, _number: int = 0) -> None:
        """Sit a whole one-page attempt: start, page, save 10 answers, hand in, result."""
        path = self.start("bench-single")
        self.browser.get(path)
        fields = {f"q{n}": "a" for n in range(1, 11)} | {f"revision{n}": "0" for n in range(1, 11)}
        self.browser.post(path, {"csrf_token": self.csrf, **fields})
        self.browser.post(f"{path}/submit", {"csrf_token": self.csrf})
        self.browser.get(f"{path}/result")

    def paged(self, _number: int = 0) -> None:
        """Sit a whole paged attempt: every question fetched and saved on its own page."""
        path = self.start("bench-paged")
        for n in range(1, 11):
            self.browser.get(f"{path}/questions/{n}")
            self.browser.post(f"{path}/questions/{n}", {"csrf_token": self.csrf, "answer": "a", "revision": "0"})
        self.browser.get(f"{path}/check")
        self.browser.post(f"{path}/submit", {"csrf_token": self.csrf})
        self.browser.get(f"{path}/result")

    def save(self, path: str, revision: int) -> None:
        """Save one answer as the page's script does; every second one differs, so that each adds a step."""
        body = {"revision": revision, "fields": {"answer": ["ab"[revision % 2]]}}
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.csrf, "Accept": "application/json"}
        self.browser.request("PUT", f"{path}/answers/1", json.dumps(body).encode(), headers)


def _statements(app: Flask, token: str) -> dict[str, int]:
    """Count SQL statements in this process, with the same app and a test client."""
    client = _client(app, token)
    csrf = _token_of(client.get("/settings").data)
    found: dict[str, int] = {}
    client.get(LESSON)
    for name, path in (("lesson page", LESSON), ("progress page", "/progress")):
        with _counting(app) as seen:
            client.get(path)
        found[name] = len(seen)
    with _counting(app) as seen:
        path = client.post("/quizzes/bench-single/attempts", data={"csrf_token": csrf}).location.split("/questions")[0]
        client.get(path)
        fields = {f"q{n}": "a" for n in range(1, 11)} | {f"revision{n}": "0" for n in range(1, 11)}
        client.post(path, data={"csrf_token": csrf, **fields})
        client.post(f"{path}/submit", data={"csrf_token": csrf})
        client.get(f"{path}/result")
    found["attempt, one page"] = len(seen)
    path = client.post("/quizzes/bench-paged/attempts", data={"csrf_token": csrf}).location.split("/questions")[0]
    with _counting(app) as seen:
        client.put(
            f"{path}/answers/1",
            json={"revision": 0, "fields": {"answer": ["a"]}},
            headers={"X-CSRFToken": csrf, "Accept": "application/json"},
        )
    found["one saved answer"] = len(seen)
    with _counting(app) as seen:
        for n in range(1, 11):
            client.get(f"{path}/questions/{n}")
            client.post(f"{path}/questions/{n}", data={"csrf_token": csrf, "answer": "b", "revision": "1" if n == 1 else "0"})
        client.get(f"{path}/check")
        client.post(f"{path}/submit", data={"csrf_token": csrf})
        client.get(f"{path}/result")
    found["attempt, paged"] = len(seen) + 1
    return found


def _weight(server: Server, cookie: str) -> dict[str, int]:
    """Count bytes on the wire and requests of a first and a repeat view of the lesson."""
    browser = Browser(server.port, cookie)
    browser.get(LESSON)
    browser.bytes = 0
    import gzip

    page = browser.get(LESSON)
    text = gzip.decompress(page).decode() if page[:2] == b"\x1f\x8b" else page.decode()
    repeat = browser.bytes
    assets = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', text))
    sheet = next(a for a in assets if a.endswith(".css"))
    css = Browser(server.port, cookie)
    _s, data, _l = css.request("GET", sheet, headers={"Accept-Encoding": "identity"})
    assets |= {f"/static/{name}" if not name.startswith("/") else name for name in re.findall(r'url\("?([^")]+)"?\)', data.decode())
               if not name.startswith("data:")}  # fmt: skip
    for asset in sorted(assets):
        browser.request("GET", asset, headers={"Accept-Encoding": "br, gzip"})
    return {"first_bytes": browser.bytes, "first_requests": 1 + len(assets), "repeat_bytes": repeat}


def _second_start(env: dict[str, str]) -> float:
    """Return the seconds from `flask prepare` on a prepared instance to the first page served."""
    import os
    import time

    began = time.perf_counter()
    flask = str(Path(sys.executable).with_name("flask"))
    subprocess.run([flask, "--app", "wsgi", "prepare"], env={**os.environ, **env}, check=True, stdout=subprocess.DEVNULL)
    prepared = time.perf_counter() - began
    with serve("wsgi:app", env) as server:
        began = time.perf_counter()
        Browser(server.port).get("/")
        return prepared + server.seconds_to_first_page + time.perf_counter() - began


def _measure_ours(app: Flask, tokens: list[str], env: dict[str, str], scale: int) -> tuple[dict[str, Figures], dict[str, float]]:
    figures: dict[str, Figures] = {}
    with serve("wsgi:app", env) as server:
        idle = server.pss_mib()
        cookies = [_cookie(app, token) for token in tokens]
        learners = [Learner(server, cookie) for cookie in cookies[1:]]
        for learner in learners[:8]:
            learner.browser.get(LESSON)
        figures["lesson page"] = run(server, 100 * scale, lambda n: _held(learners, n, lambda one: one.browser.get(LESSON)))
        figures["progress page"] = run(server, 50 * scale, lambda n: _held(learners, n, lambda one: one.browser.get("/progress")))
        figures["attempt, one page"] = run(server, 10 * scale, lambda n: _held(learners, n, Learner.one_page))
        figures["attempt, paged"] = run(server, 4 * scale, lambda n: _held(learners, n, Learner.paged))
        paths = {id(one): one.start("bench-paged") for one in learners[:100]}
        revisions = dict.fromkeys(paths, 0)

        def save(one: Learner) -> None:
            one.save(paths[id(one)], revisions[id(one)])
            revisions[id(one)] += 1

        figures["one saved answer"] = run(server, 50 * scale, lambda n: _held(learners[:100], n, save))
        figures_more = {"idle_mib": idle, "busy_mib": server.pss_mib(), **_weight(server, cookies[0])}
    return figures, figures_more


def _held(learners: list[Learner], number: int, act: object) -> None:
    """Give each number a learner of its own; a connection is used by one thread at a time."""
    one = learners[number % len(learners)]
    with _LOCKS[number % len(learners)]:
        act(one)  # type: ignore[operator]


def _measure_bare(folder: Path, scale: int) -> dict[str, Figures]:
    import os

    url = f"sqlite:///{folder / 'bare.db'}"
    os.environ["BARE_URL"] = url
    with bare.app.app_context():
        bare.make(folder)
    figures = {}
    with serve("bench.bare:app", {"BARE_URL": url}) as server:
        browsers = []
        for number in range(1, 101):
            browser = Browser(server.port)
            browser.get(f"/in/{number}")
            browsers.append(browser)

        def attempt(browser: Browser) -> None:
            path = browser.post("/tries", {})
            browser.get(path)
            browser.post(path, {f"q{n}": "a" for n in range(1, 11)})
            browser.post(f"{path}/submit", {})
            browser.get(f"{path}/result")

        def held(number: int, act: object) -> None:
            with _LOCKS[number % 100]:
                act(browsers[number % 100])  # type: ignore[operator]

        figures["bare page"] = run(server, 100 * scale, lambda n: held(n, lambda b: b.get("/page")))
        figures["bare attempt"] = run(server, 10 * scale, lambda n: held(n, attempt))
    return figures


def _print(figures: dict[str, Figures], statements: dict[str, int], more: dict[str, float]) -> None:
    print(f"{'':22}{'CPU ms':>9}{'SQL':>6}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}")
    for name, one in figures.items():
        sql = str(statements.get(name, ""))
        print(f"{name:22}{one.cpu_ms:9.2f}{sql:>6}{one.rate:9.1f}{one.p50_ms:9.1f}{one.p99_ms:9.1f}")
    ratio = figures["attempt, one page"].cpu_ms / figures["bare attempt"].cpu_ms
    print(f"one-page attempt / bare attempt (CPU): {ratio:.2f}")
    print(f"first view: {more['first_bytes'] / 1000:.1f} kB in {more['first_requests']} requests; repeat view {more['repeat_bytes'] / 1000:.1f} kB")
    print(f"memory of master and workers: {more['idle_mib']:.0f} MiB idle, {more['busy_mib']:.0f} MiB after the run")
    print(f"second start to first page: {more['second_start_s']:.2f} s")


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests")
    asked = parser.parse_args()
    scale = 2 if asked.quick else 20
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = school.environment(folder)
        app, tokens = school.make(folder)
        figures, more = _measure_ours(app, tokens, env, scale)
        figures |= _measure_bare(folder, scale)
        statements = _statements(app, tokens[0])
        more["second_start_s"] = _second_start(env)
    if asked.json:
        print(json.dumps({"figures": {k: asdict(v) for k, v in figures.items()}, "statements": statements, "more": more}))
    else:
        _print(figures, statements, more)


if __name__ == "__main__":
    import threading

    _LOCKS = [threading.Lock() for _ in range(school.LEARNERS)]
    main()
