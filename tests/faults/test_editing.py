"""Drill 8: an author edits, reorders, deletes, and removes, while a learner is in the middle of it (P8)."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256

import pytest
import time_machine
from flask import Flask

from learnapp.kit import clock
from learnapp.kit.db import write
from learnapp.quizzes.storage.publishing import hide_other_quizzes, publish_quiz
from tests.conftest import signed_in_client
from tests.judge import JudgingClient
from tests.people import People
from tests.quizzes.made_up import TRACKS, publish_one

from .harness import kind_of

pytestmark = pytest.mark.both_databases
NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
KINDS = ("choice", "multiple", "matching", "true_false", "ordering")
TYPED = {1: {"answer": ["b"]}, 2: {"answer": ["a", "c"]}, 4: {"answer": ["false"]}}
SCORE = "2 out of 5"


def edit(order: tuple[int, ...], wording: str, percent: int = 80) -> None:
    """Publish the quiz "edited" with these of its questions, in this order, worded like this."""
    with write() as session:
        papers: dict[str, list[dict[str, object]]] = {}
        for track in TRACKS:
            for n in order:
                one = publish_one(session, "edited", n, KINDS[n - 1], track, clock.now(), n == 1, wording, [])
                row = {"pool": f"p{n}", "objective": f"O{1 + n % 2}", "draw": 1, "questions": [one]}
                papers.setdefault(track, []).append(row)
        publish_quiz(
            session, slug="edited", lesson_slug="healing", position=1, titles=dict.fromkeys(TRACKS, f"Quiz{wording}"),
            content_hash=sha256(repr((order, wording, percent)).encode()).hexdigest(),
            settings={"layout": "paged", "time_limit_minutes": 60, "attempt_limit": dict.fromkeys(TRACKS, 3),
                      "pass_percent": dict.fromkeys(TRACKS, percent)},
            objectives={track: {"O1": f"Name it{wording}", "O2": f"Do it{wording}"} for track in TRACKS},
            papers=papers, now=clock.now(),
        )  # fmt: skip


def remove() -> None:
    """Remove the quiz, as publishing does with one that is no longer written."""
    with write() as session:
        hide_other_quizzes(session, [])


# What an author may do, one after the other; the learner's pages are compared after each.
EDITS: dict[str, Callable[[], None]] = {
    "worded anew": lambda: edit((1, 2, 3, 4, 5), ", worded anew"),
    "reordered": lambda: edit((5, 3, 1, 4, 2), ", worded anew"),
    "a question deleted": lambda: edit((5, 3, 4), ", shorter"),
    "easier to pass": lambda: edit((5, 3, 4), ", shorter", 10),
    "removed": remove,
}


# What leads to a quiz, and leads elsewhere once the quiz is gone: no part of the paper, the score or the review.
WAYS = re.compile(
    r'<nav\b.*?</nav>|<a\b.*?</a>|<form action="/quizzes/.*?</form>|<div><dt>Tries left</dt>.*?</div>', re.DOTALL
)


def changed(edit_name: str, before: dict[str, str], after: dict[str, str]) -> int:
    """Return how many pages are not the same byte for byte; of a removed quiz, without the ways to it."""
    if edit_name != "removed":
        return sum(page != before[path] for path, page in after.items())
    return sum(_without_ways(page) != _without_ways(before[path]) for path, page in after.items())


def _without_ways(page: str) -> str:
    return " ".join(WAYS.sub("", page).split())


class Sitting:
    """A learner at the quiz. pages: what they read, by address."""

    def __init__(self, client: JudgingClient) -> None:
        self.client = client
        self.token = client.csrf_token("/quizzes/edited")
        self.path = self._post("/quizzes/edited/attempts").split("#")[0]
        self.shown: list[str] = []
        for n, fields in TYPED.items():
            self.save(n, fields)

    def _post(self, path: str) -> str:
        reply = self.client.post(path, data={"csrf_token": self.token})
        assert reply.status_code == 303, path
        return reply.headers["Location"]

    def save(self, n: int, fields: dict[str, list[str]]) -> None:
        """Save an answer by script."""
        body = {"revision": 0, "fields": fields}
        reply = self.client.put(f"{self.path}/answers/{n}", json=body, headers={"X-CSRFToken": self.token})
        assert reply.status_code == 200

    def hand_in(self) -> None:
        """Hand in."""
        assert self._post(f"{self.path}/submit") == f"{self.path}/result"

    def paper(self) -> dict[str, str]:
        """Return every page of the open paper."""
        return self.read(*(f"{self.path}/questions/{n}" for n in range(1, 6)), f"{self.path}/check")

    def result(self) -> dict[str, str]:
        """Return the result, short and with every answer."""
        return self.read(f"{self.path}/result", f"{self.path}/result?show=all")

    def read(self, *paths: str) -> dict[str, str]:
        """Return these pages as they came, byte for byte."""
        replies = {path: self.client.get(path) for path in paths}
        assert {reply.status_code for reply in replies.values()} == {200}, replies
        return {path: reply.get_data(as_text=True) for path, reply in replies.items()}


@pytest.fixture
def still() -> Iterator[None]:
    """A clock that stands, so that nothing on a page changes by itself."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sit(still: None, app: Flask, people: People) -> Callable[[str], Sitting]:
    """A function that lets somebody start the quiz as it was first, and answer three of five questions."""
    with app.app_context():
        edit((1, 2, 3, 4, 5), "")
    return lambda name: Sitting(signed_in_client(app, getattr(people, name).id))


def test_an_open_paper_stays_as_it_was(sit: Callable[[str], Sitting], app: Flask, figures: Callable[..., None]) -> None:
    ana = sit("ana")
    before = ana.paper()
    different = {}
    for name, act in EDITS.items():
        with app.app_context():
            act()
        different[name] = changed(name, before, ana.paper())
    figures("8", f"open paper, {kind_of(app)}", edits=len(EDITS), pages=len(before), changed=sum(different.values()))
    assert different == dict.fromkeys(EDITS, 0)
    ana.save(5, {"answer.k": ["1"], "answer.d": ["2"], "answer.w": ["3"], "answer.f": ["4"]})
    ana.hand_in()
    result = ana.result()
    assert all("3 out of 5" in page for page in result.values()), "by the questions that were asked"
    assert "anew" not in "".join(result.values())


def test_a_result_stays_as_it_was(
    sit: Callable[[str], Sitting], app: Flask, people: People, figures: Callable[..., None]
) -> None:
    ben = sit("ben")
    ben.hand_in()
    teacher = signed_in_client(app, people.ines.id)
    public_id = ben.path.rsplit("/", 1)[1]

    def pages() -> dict[str, str]:
        seen = teacher.get(f"/teach/attempts/{public_id}")
        assert seen.status_code == 200
        return {**ben.result(), "the teacher's view": seen.get_data(as_text=True)}

    before = pages()
    assert SCORE in before[f"{ben.path}/result"]
    different = {}
    for name, act in EDITS.items():
        with app.app_context():
            act()
        different[name] = changed(name, before, pages())
    figures(
        "8", f"score and review, {kind_of(app)}", edits=len(EDITS), pages=len(before), changed=sum(different.values())
    )
    assert different == dict.fromkeys(EDITS, 0)


def test_who_starts_later_gets_the_new_version(sit: Callable[[str], Sitting], app: Flask, people: People) -> None:
    ana = sit("ana")
    old = ana.paper()
    ana.hand_in()
    with app.app_context():
        EDITS["a question deleted"]()
    ana.client.post("/quizzes/edited/attempts", data={"csrf_token": ana.token})
    for client in (ana.client, signed_in_client(app, people.ben.id)):
        token = client.csrf_token("/quizzes/edited")
        started = client.post("/quizzes/edited/attempts", data={"csrf_token": token})
        page = client.get(f"{started.headers['Location']}/questions/1").get_data(as_text=True)
        assert "Question 1 of 3" in page
        assert "worded anew" not in page
        assert ", shorter" in page
        assert page not in old.values()
        beyond = client.get(f"{started.headers['Location']}/questions/4")
        assert beyond.status_code == 404


def test_a_removed_quiz_is_gone_for_others_only(sit: Callable[[str], Sitting], app: Flask, people: People) -> None:
    ana = sit("ana")
    with app.app_context():
        remove()
    ben = signed_in_client(app, people.ben.id)
    assert ben.get("/quizzes/edited").status_code == 404
    refused = ben.post("/quizzes/edited/attempts", data={"csrf_token": ben.csrf_token()})
    assert refused.status_code == 404
    assert re.search("Question 3.{0,40}of 5", ana.read(f"{ana.path}/questions/3").popitem()[1], re.DOTALL)
    ana.hand_in()
    assert SCORE in ana.result()[f"{ana.path}/result"]
