"""Hostile input never ends in a 500 and never gains anything: addresses, forms, JSON bodies, on both databases."""

import json
import re
from urllib.parse import quote

import pytest
from flask import Flask

from tests.people import People
from tests.security.matrix import ROWS

pytestmark = pytest.mark.usefixtures("school")

HOSTILE = (
    "\x00", "../../etc/passwd", "a" * 3000, "💥", "'; DROP TABLE person; --", "\u202egnp.exe", "<script>x</script>",
    "${7*7}", "%s%n", "-1", "9" * 40, "\ud800", "NaN", "1e400", "A\u0301" * 2000,
)  # fmt: skip
FIELDS = (
    "answer", "answer.a", "answer.unsure", "revision", "flag", "go", "name", "track", "next", "theme", "text_size",
    "time_zone", "email", "password", "q1", "revision1", "place_phone", "place_name", "show", "sort", "find",
)  # fmt: skip
BODIES = (
    b"", b"[]", b"null", b'"x"', b"{", b'{"revision": "x"}', b'{"revision": 1e400, "fields": {}}',
    b'{"revision": -5, "fields": []}', b'{"revision": 0, "fields": {"answer": {"a": 1}}}',
    b'{"revision": 0, "fields": {"answer": ["\\u0000"]}}', b'{"revision": 0, "fields": {"answer": ["\\ud800"]}}',
    b'{"revision": true, "fields": {"answer": [1, null]}, "flagged": "x"}', b"[" * 5000 + b"]" * 5000,
    json.dumps({"revision": 0, "fields": {f"answer.{n}": ["x"] for n in range(3000)}}).encode(),
)  # fmt: skip


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _paths(row, text: str) -> str:
    """Put the text wherever the address names an object; other addresses get it as a query."""
    path = re.sub(r"\{[a-z0-9_]+\}", lambda _m: _quoted(text), row.path)
    return path if path != row.path else f"{path}?show={_quoted(text)}&sort={_quoted(text)}&track={_quoted(text)}"


@pytest.mark.parametrize("endpoint", sorted(name for name, row in ROWS.items() if row.method == "GET"))
def test_hostile_addresses(endpoint: str, people: People, sign_in):
    client = sign_in(people.ines if endpoint.startswith("teach.") else people.ana)
    for text in HOSTILE:
        response = client.get(_paths(ROWS[endpoint], text))
        assert response.status_code < 500, f"{endpoint} {text[:20]!r}"
        assert "<script>x" not in response.get_data(as_text=True)


@pytest.fixture
def open_attempt(app: Flask, people: People) -> str:
    from learnapp.kit import clock
    from learnapp.quizzes import actions
    from tests.security.test_matrix import actor_of

    with app.app_context():
        return actions.start(actor_of(people.ana), "collagen", clock.now(), 1)


@pytest.mark.on_postgres  # the stricter of the two: what is written is what a database may refuse by itself
@pytest.mark.parametrize("endpoint", sorted(name for name, row in ROWS.items() if row.method == "POST"))
def test_hostile_forms(endpoint: str, people: People, open_attempt: str, sign_in):
    owner = {"teach": people.ines, "corrections": people.mia}
    client = sign_in(owner.get(endpoint.partition(".")[0], people.ana))
    token = client.csrf_token()
    path = ROWS[endpoint].path.format(
        open=open_attempt, done=open_attempt, g1=people.g1, g1_code=people.g1_code, ana="x", override="x",
        question="collagen/no-such-question",
    )  # fmt: skip
    for text in HOSTILE:
        if endpoint == "security.logout":
            client, token = (again := sign_in(people.ana)), again.csrf_token()
        body = "&".join(f"{name}={_quoted(text)}" for name in FIELDS) + f"&csrf_token={quote(token)}"
        response = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
        assert response.status_code < 500, f"{endpoint} {text[:20]!r}"


def test_hostile_answers_earn_nothing(app: Flask, people: People, open_attempt: str, sign_in):
    client = sign_in(people.ana)
    token = client.csrf_token()
    headers = {"X-CSRFToken": token, "Content-Type": "application/json", "Accept": "application/json"}
    for number in (1, 2, 5, 7, 8, 9, 99):
        for body in BODIES:
            response = client.put(f"/attempts/{open_attempt}/answers/{number}", data=body, headers=headers)
            assert response.status_code < 500, (number, body[:40])
    client.send(f"/attempts/{open_attempt}/submit")
    page = client.get(f"/attempts/{open_attempt}/result").get_data(as_text=True)
    assert "Not yet: 0 out of 8" in page


def test_a_huge_body_is_refused_in_words(people: People, open_attempt: str, sign_in):
    client = sign_in(people.ana)
    token = client.csrf_token()
    data = {"csrf_token": token, "answer": "x" * 2_000_000, "revision": "0"}
    response = client.post(f"/attempts/{open_attempt}/questions/1", data=data)
    assert response.status_code == 413


@pytest.mark.parametrize(
    "path", ["/attempts", "/quizzes/", "/nothing", "/teach/cohorts/", "/static/../secret_key", "/static/x.css"]
)
def test_what_is_not_there_is_404(path: str, client):
    assert client.get(path).status_code in {404, 308, 303}


def test_a_wrong_method_says_which_are_right(client):
    response = client.get("/quizzes/healing/attempts")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
