"""No key before its moment (P6): markers stand in every key and reason; no response of an open paper holds one."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask

from learnapp.kit.db import read
from learnapp.quizzes.storage.rows import QuestionVersionRow
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.conftest import NOW
from tests.quizzes.made_up import MAKERS, MARKER, publish
from tests.sitting.test_pages import start, text

MORE = sorted(set(MAKERS) - {"choice", "multiple", "numeric", "true_false", "ordering", "matching"})
SignIn = Callable[[Someone], JudgingClient]
# The right number stands nowhere but in the key; "right" and its like are how keys are spelled.
SECRETS = re.compile(rf"{MARKER}|48271|\"right\"|\"correct\"|'right'|keyed|tolerance|explanation")


class Watching:
    """A client that keeps every response, headers and all, and looks for secrets."""

    def __init__(self, client: JudgingClient) -> None:
        self.client = client
        self.seen = 0

    def look(self, method: str, path: str, **values: object) -> str:
        response = self.client.open(path, method=method, **values)
        whole = f"{dict(response.headers)}\n{response.get_data(as_text=True)}"
        found = SECRETS.search(whole)
        assert found is None, f"{method} {path} gives away {found.group() if found else ''}"
        self.seen += 1
        return response.get_data(as_text=True)


@pytest.mark.both_databases
@pytest.mark.parametrize("slug", ["short", "whole", "others", "more"])
@pytest.mark.parametrize("person", ["ana", "cleo"])
def test_an_open_paper_holds_no_key(app: Flask, quizzes: People, sign_in: SignIn, slug: str, person: str) -> None:
    with app.app_context():
        publish("more", MORE, NOW, hints=[{"text": f"{MARKER}-hint", "clear": True, "count": True}])
    client = sign_in(getattr(quizzes, person))
    attempt = start(client, slug)
    token = client.csrf_token(f"{attempt}/check")
    watch = Watching(client)
    paths = [f"/quizzes/{slug}", attempt, f"{attempt}/check", f"{attempt}/result", f"{attempt}/questions/77"]
    for path in [*paths, *(f"{attempt}/questions/{n}" for n in range(1, 10))]:
        watch.look("GET", path)
        watch.look("GET", path, headers={"Accept": "application/json"})
        watch.look("GET", path, query_string={"show": "all", "key": "1"})
    for n in range(1, 10):
        for revision, answer in ((0, "a"), (0, "b"), (1, "zzz"), (1, "c")):
            body = {"revision": revision, "fields": {"answer": [answer]}}
            watch.look("PUT", f"{attempt}/answers/{n}", json=body, headers={"X-CSRFToken": token})
            form = {"csrf_token": token, "revision": revision, "answer": answer, f"q{n}": answer}
            watch.look("POST", f"{attempt}/questions/{n}", data=form)
            watch.look("POST", attempt, data=form)
    watch.look("GET", attempt)
    assert watch.seen > 40


def _hand_in(client: JudgingClient, attempt: str, answers: dict[int, str]) -> str:
    token = client.csrf_token(f"{attempt}/check")
    for n, answer in answers.items():
        client.post(f"{attempt}/questions/{n}", data={"csrf_token": token, "answer": answer})
    client.post(f"{attempt}/submit", data={"csrf_token": token})
    return text(client, f"{attempt}/result?show=all")


def test_a_trainee_sees_the_reason_of_what_they_chose_only(quizzes: People, sign_in: SignIn) -> None:
    page = _hand_in(sign_in(quizzes.ana), start(sign_in(quizzes.ana), "whole"), {1: "a", 9: "3"})
    assert set(re.findall(rf"{MARKER}-[a-z]+-?[a-z0-9]*", page)) == {f"{MARKER}-reason-a", f"{MARKER}-other-9"}
    assert "48271" not in page
    assert "Best answer" not in page
    assert "once you pass" in page


def test_a_trainee_sees_everything_after_passing(quizzes: People, sign_in: SignIn) -> None:
    client = sign_in(quizzes.ana)
    missed = start(client, "whole")
    _hand_in(client, missed, {1: "a"})
    right = dict.fromkeys(range(1, 7), "b") | {9: "48271", 10: "true", 7: "a", 8: "a"}
    page = _hand_in(client, start(client, "whole"), right)
    assert "You passed" in page
    assert f"{MARKER}-explanation-7" in page
    assert "48271" in text(client, f"{missed}/result?show=all"), "the earlier paper too"


def test_a_patient_sees_every_reason_at_once(quizzes: People, sign_in: SignIn) -> None:
    client = sign_in(quizzes.cleo)
    page = _hand_in(client, start(client, "whole"), {1: "a"})
    for part in ("reason-a-1", "reason-b-1", "reason-c-1", "explanation-10", "right-9", "true-10", "false-10"):
        assert f"{MARKER}-{part}" in page


def test_an_older_review_keeps_quiet_about_an_open_paper(quizzes: People, sign_in: SignIn) -> None:
    client = sign_in(quizzes.cleo)
    older = start(client, "whole")
    _hand_in(client, older, {1: "a"})
    newer = start(client, "whole")
    page = text(client, f"{older}/result?show=all")
    assert MARKER not in page
    assert "48271" not in page
    assert "You have an open try." in page
    _hand_in(client, newer, {})
    assert MARKER in text(client, f"{older}/result?show=all")


def test_the_key_is_stored_apart(app: Flask, quizzes: People) -> None:
    with app.app_context():
        rows = read().query(QuestionVersionRow).all()
        assert rows
        assert not [row for row in rows if SECRETS.search(json.dumps(row.shown))]
