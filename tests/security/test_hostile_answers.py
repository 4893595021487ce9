"""Answers of every type that mean harm, on the real pages: stored inert or refused in words; no 500, no point."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes.storage.rows import AttemptRow, SlotRow, StaleSaveRow, StepRow
from learnapp.sitting.web.answers import as_fields
from tests.judge import JudgingClient
from tests.people import People
from tests.quizzes.made_up import MAKERS, MARKER, RIGHT, publish
from tests.quizzes.types.examples import everything

strict = pytest.mark.on_postgres  # what a database may refuse by itself: NUL, surrogates, huge numbers

KINDS = sorted(RIGHT)
TEXTS = (
    "x" * 1_000_000, "a" + "\u0301" * 10_000, "a\0b", "\ud800", "\u202e5 gnp.exe", "NaN", "1e400", "-Infinity",
    "1" * 400, "unsure ", "__proto__", "<script>x</script>", "${7*7}", "'; DROP TABLE step; --",
)  # fmt: skip
DEEP = 900  # below what a JSON reader takes, far above what anybody sends


def nested(depth: int) -> Any:
    value: Any = "b"
    for _level in range(depth):
        value = [value]
    return value


class Sitting:
    """Ana with one open question of one type."""

    def __init__(self, client: JudgingClient, slug: str) -> None:
        self.client, self.token = client, client.csrf_token(f"/quizzes/{slug}")
        reply = client.post(f"/quizzes/{slug}/attempts", data={"csrf_token": self.token})
        self.attempt = str(reply.headers["Location"])

    def post(self, fields: dict[str, list[str]], **more: str) -> int:
        """Send the page's form, byte by byte as given; a refusal has a sentence. Returns the status."""
        pairs = [(name, value) for name, values in fields.items() for value in values]
        pairs += [("csrf_token", self.token), *more.items()]
        body = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)
        reply = self.client.post(
            f"{self.attempt}/questions/1", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert reply.status_code in {200, 303, 400, 409, 413, 422}
        if reply.status_code != 303:
            page = reply.get_data(as_text=True)
            assert len(re.sub(r"<[^>]*>", "", page).split()) > 5
            assert MARKER not in page
        return int(reply.status_code)

    def put(self, body: Any) -> Any:
        """Send what a script would; a refusal has a sentence. Returns the reply's JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-CSRFToken": self.token, "Content-Type": "application/json", "Accept": "application/json"}
        reply = self.client.put(f"{self.attempt}/answers/1", data=data, headers=headers)
        assert reply.status_code in {200, 400, 409, 413}
        if reply.status_code in {400, 409}:
            told = reply.get_json()
            assert told.get("reason", "").endswith(".") or told["error"] == "stale"
        return reply.get_json(silent=True)

    def revision(self) -> int:
        """Return what a page that is opened now would know."""
        with self.client.application.app_context():
            return int(read().query(SlotRow).one().revision)

    def both(self, fields: dict[str, list[Any]], **more: str) -> None:
        """Send fields by the form and by the script, each time as the newest."""
        if all(isinstance(value, str) for values in fields.values() for value in values):
            self.post(fields, revision=str(self.revision()), **more)
        self.put({"revision": self.revision(), "fields": fields, "flagged": False})


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sitting(app: Flask, people: People, sign_in: Any, kind: str) -> Sitting:
    with app.app_context():
        publish("hostile", [kind], clock.now(), settings={"certainty": "ask"})
    return Sitting(sign_in(people.ana), "hostile")


def names(kind: str) -> list[str]:
    """Return the form fields of a type's made-up question, and those that only seem to be some."""
    fields = [*as_fields(RIGHT[kind], "answer"), "answer", "answer.unsure", "answer.none", "answer.lock", "answer.gone"]
    return list(dict.fromkeys(fields))


def nothing_came_of_it(app: Flask, sitting: Sitting) -> None:
    """Fail unless every page still works, nothing odd is stored, and no point is earned."""
    client, attempt = sitting.client, sitting.attempt
    for path in ("questions/1", "check"):
        page = client.get(f"{attempt}/{path}")
        assert page.status_code == 200
        assert "<script>x" not in page.get_data(as_text=True)
    assert client.send(f"{attempt}/submit").status_code == 303
    for path in ("result", "review/1", "review"):
        assert client.get(f"{attempt}/{path}", follow_redirects=True).status_code in {200, 404}
    with app.app_context():
        rows = [*read().query(StepRow), *read().query(SlotRow), *read().query(StaleSaveRow)]
        for row in rows:
            stored = json.dumps(row.answer)
            assert len(stored) < 2000
            assert not re.search(r"\\u0000|\\ud[89a-f]", stored)
            assert getattr(row, "certainty", None) in {None, 1, 2, 3}
        assert read().query(AttemptRow).one().score == 0


@strict
def test_texts_that_mean_harm(app: Flask, sitting: Sitting, kind: str) -> None:
    for text in TEXTS:
        sitting.both({name: [text] for name in as_fields(RIGHT[kind], "answer")})
    for text in TEXTS[:4]:
        sitting.both({name: [text] for name in names(kind)})
    nothing_came_of_it(app, sitting)


def test_a_field_sent_twice_earns_nothing(app: Flask, sitting: Sitting, kind: str) -> None:
    right = as_fields(RIGHT[kind], "answer")
    for other in ("a\0b", "gone", "NaN", "unsure "):
        for values in (
            {name: [*sent, other] for name, sent in right.items()},
            {name: [other, *sent] for name, sent in right.items()},
        ):
            sitting.both(values)
    nothing_came_of_it(app, sitting)


def test_ids_of_other_questions_earn_nothing(app: Flask, sitting: Sitting, kind: str) -> None:
    own = {*everything(MAKERS[kind](1), "id"), "true", "false", "a", "b", "c", "d", "1", "2", "3", "4"}
    foreign = [as_fields(RIGHT[other], "answer") for other in KINDS if other != kind]
    ids = {value for fields in foreign for sent in fields.values() for value in sent if MARKER not in value} - own
    for fields in foreign:
        kept = {name: [value for value in sent if value in ids] for name, sent in fields.items()}
        sitting.both({name: sent for name, sent in kept.items() if sent})
    sitting.both(dict.fromkeys(names(kind), sorted(ids)))
    for one in sorted(ids):
        sitting.put({"revision": sitting.revision(), "fields": {name: [one] for name in names(kind)}})
    nothing_came_of_it(app, sitting)


BODIES: list[Any] = [
    b"", b"null", b"[]", b'"b"', b"{", b"\xff\xfe", b"[" * 100_000 + b"]" * 100_000, b'{"fields":' * 50_000,
    b'{"revision": 1e400, "fields": {}}', b'{"revision": NaN, "fields": {}}', b'{"revision": -1, "fields": {}}',
    {"revision": 2**70, "fields": {}}, {"revision": 0, "fields": nested(DEEP)},
    {"revision": 0, "fields": {"answer": "b"}},
    {"revision": 0},
]  # fmt: skip
VALUES: list[Any] = [
    nested(DEEP),
    {"b": {"b": 1}},
    None,
    True,
    7,
    1.5,
    float("nan"),
    float("inf"),
    10**400,
    "\ud800",
    "\0",
]


@strict
def test_bodies_that_mean_harm(app: Flask, sitting: Sitting, kind: str) -> None:
    for body in BODIES:
        sitting.put(body)
    for value in VALUES:
        for name in names(kind):
            sitting.put({"revision": sitting.revision(), "fields": {name: [value]}})
    for certainty in (0, 4, -1, 2**70, 1.5, True, "3", "NaN", [3], {"3": 3}, float("nan")):
        sitting.put({"revision": sitting.revision(), "fields": {}, "certainty": certainty})
    for flagged in (1, "true", [], 2**70):
        sitting.put({"revision": sitting.revision(), "fields": {}, "flagged": flagged})
    nothing_came_of_it(app, sitting)


@strict
def test_form_fields_beside_the_answer_that_mean_harm(app: Flask, sitting: Sitting, kind: str) -> None:
    for text in (*TEXTS[1:], "4", "-1", "\u0663", "3 "):
        sitting.post({"answer.gone": ["b"]}, revision=str(sitting.revision()), certainty=text, flag=text)
        sitting.post({"answer.gone": ["b"]}, revision=text, certainty="3", go=text)
        sitting.post({"answer.lock": [text, "yes", "then"]}, revision=str(sitting.revision()))
    nothing_came_of_it(app, sitting)
