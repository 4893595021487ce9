"""Promise P6: every keyed text of every type holds a marker, and a marker is found only where it is allowed.

What each policy allows is written out by hand below; the engine's own decision is not asked.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes import actions
from learnapp.quizzes.domain.review import Switch
from learnapp.quizzes.personal import kept_about
from learnapp.quizzes.storage import attempts
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.made_up import MAKERS, MARKER, WRONG, publish
from tests.security.matrix import ROWS
from tests.security.test_matrix import actor_of
from tests.sitting.test_review_policy import set_quiz
from tests.sitting.test_secrets import SECRETS

SignIn = Callable[[Someone], JudgingClient]
MINUTE = timedelta(minutes=1)
KINDS = sorted(MAKERS)
AT = {kind: n for n, kind in enumerate(KINDS, 1)}
MARKED = [n for kind, n in AT.items() if kind != "information"]
FOUND = re.compile(rf"{MARKER}-[a-zA-Z]+(?:-[a-zA-Z]+)?-\d+|{MARKER} word|48271|{MARKER}\S*")
AFTER = ("just_after", "later", "closed")

# Locking a step of the case earned what happened next, and the next step: they belong to the question itself.
EARNED = {f"next-{AT['case']}", f"later-{AT['case']}"}
# The reasons of what somebody chose who chose wrong everywhere; nothing right, so no reason where reasons tell the key.
OWN = {
    f"false-{AT['case']}", f"reason-a-{AT['case']}", f"reason-a-{AT['choice']}", f"grade-D-{AT['claim']}",
    f"others-{AT['cloze']}", f"gap-l-{AT['cloze']}", f"other-{AT['cloze']}", f"spot-rim-{AT['hotspot']}",
    f"reason-b-{AT['multiple']}", f"other-{AT['numeric']}", f"others-{AT['short_text']}", f"false-{AT['true_false']}",
}  # fmt: skip
GENERAL = {f"{word}-{n}" for word in ("explanation", "general") for n in MARKED}
KEY = {f"{MARKER} word", "48271", f"model-{AT['free_text']}"}
# With key and general feedback: every option's reason, right or wrong, but what belongs to answers nobody gave.
REASONS = {
    *(f"true-{AT[kind]}" for kind in ("case", "true_false")), *(f"false-{AT[kind]}" for kind in ("case", "true_false")),
    *(f"reason-{key}-{AT[kind]}" for kind in ("case", "choice") for key in "abc"),
    *(f"reason-{key}-{AT['multiple']}" for key in "abcd"), *(f"grade-{letter}-{AT['claim']}" for letter in "ABCD"),
    *(f"place-{key}-{AT['ordering']}" for key in "kdwf"),
    *(f"pair-{key}-{AT['matching']}" for key in ("north", "south")),
    *(f"card-{key}-{AT['categorise']}" for key in ("hot", "cold")),
    *(f"part-{key}-{AT['label_image']}" for key in ("high", "low")),
    *(f"spot-{key}-{AT['hotspot']}" for key in ("rim", "hub", "gap")),
    *(f"{word}-{AT['free_text']}" for word in ("guide", "good")),
    f"right-{AT['numeric']}", f"word-{AT['short_text']}",
    f"word-{AT['cloze']}", f"gap-m-{AT['cloze']}", f"right-{AT['cloze']}",
}  # fmt: skip
# What a grid of one phase allows; every switch that is not named is off.
POLICIES: dict[str, tuple[set[str], set[str]]] = {
    "nothing": (set(), set()),
    "marks and result": ({"marks", "overall_feedback"}, set()),
    "attempt": ({"attempt"}, EARNED),
    "right or wrong": ({"attempt", "right_wrong", "marks"}, EARNED),
    "own reasons": ({"attempt", "right_wrong", "option_feedback"}, EARNED | OWN),
    "general": ({"attempt", "general_feedback"}, EARNED | GENERAL),
    "key": ({"attempt", "right_wrong", "right_answer"}, EARNED | KEY),
    "all but the key": (set(Switch) - {"right_answer"}, EARNED | OWN | GENERAL),
    "everything": (set(Switch), EARNED | OWN | GENERAL | KEY | REASONS),
    "reasons without their attempt": (set(Switch) - {"attempt"}, set()),
    "reasons without right or wrong": (set(Switch) - {"right_wrong"}, EARNED | GENERAL),
}


def markers(text: str) -> set[str]:
    """Return the markers in a text, without what they all begin with."""
    return {found.removeprefix(f"{MARKER}-") for found in FOUND.findall(text)}


def whole(response: Any) -> str:
    """Return a response with its headers, ETag among them."""
    return f"{response.status}\n{dict(response.headers)}\n{response.get_data(as_text=True)}"


def sit(app: Flask, someone: Someone, slug: str, ago: timedelta, hand_in: bool = True) -> str:
    actor, now = actor_of(someone), clock.now() - ago
    with app.app_context():
        attempt = actions.start(actor, slug, now, 1)
        for kind, n in AT.items():
            if kind in WRONG and (hand_in or kind != "case"):
                actions.save_answer(actor, attempt, n, 0, WRONG[kind], None, now)
        if "case" in KINDS and hand_in:  # once more: what a lock opens is taken with the next save
            slot = attempts.any_attempt(attempt).slot(AT["case"])
            actions.save_answer(actor, attempt, slot.position, slot.revision, WRONG["case"], None, now)
        if hand_in:
            actions.submit(actor, attempt, now)
    return attempt


@pytest.fixture
def planted(app: Flask, people: People) -> dict[str, str]:
    """A quiz "all" of all types, handed in by A; a quiz "now" of all types, open; both with a marker in every hint."""
    hints = [{"text": f"{MARKER}-hint-{n}", "clear": False, "count": False} for n in (1, 2)]
    with app.app_context():
        for slug in ("all", "now"):
            publish(slug, KINDS, clock.now() - 60 * MINUTE, hints=hints)
    done = sit(app, people.ana, "all", 3 * MINUTE)
    opened = sit(app, people.ana, "now", 3 * MINUTE, hand_in=False)
    return {"done": done, "open": opened, "g1": people.g1, "g1_code": people.g1_code, "ana": people.ana.public_id}


def grid(phase: str, on: set[str]) -> dict[str, Any]:
    """Return a grid in which one phase shows these switches, and every other phase the opposite."""
    row = {str(switch): "yes" if switch in on else "no" for switch in Switch}
    opposite = {str(switch): "no" if switch in on else "yes" for switch in Switch}
    rows = {**dict.fromkeys(AFTER, opposite), phase: row}
    return dict.fromkeys(("trainee", "patient"), rows)


def learner_paths(objects: dict[str, str]) -> Iterator[str]:
    """Yield every address that a learner can get, for the open and for the handed-in attempt."""
    for endpoint, row in ROWS.items():
        if row.method == "GET" and not endpoint.startswith(("teach.", "corrections.")):
            yield re.sub(r"\{(\w+)\}", lambda name: objects.get(name[1], "nothing"), row.path)
    for attempt in (objects["open"], objects["done"]):
        for rest in ("", "/check", "/result", "/result?show=all", "/receipt", "/receipt.txt", "/questions/99"):
            yield f"/attempts/{attempt}{rest}"
        yield from (f"/attempts/{attempt}/questions/{n}" for n in AT.values())
    yield from ("/quizzes/all", "/quizzes/now", "/facts/F-001", "/teach/", "/lessons/?find=option", "/no/such/page")


def test_the_table_knows_every_marker(app: Flask, planted: dict[str, str]) -> None:
    """Each marker that is stored is in the table above, but for hints and reasons of answers that nobody gave."""
    with app.app_context():
        keyed = json.dumps([slot.keyed for slot in attempts.reviewed_attempt(planted["done"]).slots])
        shown = json.dumps([dict(slot.shown) for slot in attempts.reviewed_attempt(planted["done"]).slots])
    known = EARNED | OWN | GENERAL | KEY | REASONS
    assert markers(keyed) - known == {"hint-1", "hint-2"} | {
        f"{word}-{AT['information']}" for word in ("explanation", "general")
    }
    assert known <= markers(keyed)
    assert not markers(shown) - {f"later-{AT['case']}"}, "the stem of a later step is shown when it opens"


def handed_in(app: Flask, someone: Someone, phase: str, on: set[str]) -> str:
    """Sit "all" so that it stands in this phase, under a grid that shows these switches there."""
    with app.app_context():
        publish("all", KINDS, clock.now() - 60 * MINUTE, hints=[{"text": f"{MARKER}-hint-1"}])
    done = sit(app, someone, "all", MINUTE if phase == "just_after" else 3 * MINUTE)
    closes = clock.now() + (-MINUTE / 2 if phase == "closed" else 60 * MINUTE)
    set_quiz(app, "all", review=grid(phase, on), closes_at=closes.isoformat())
    return done


@pytest.mark.parametrize("phase", AFTER)
@pytest.mark.parametrize("name", POLICIES)
def test_a_result_shows_what_its_policy_allows_and_no_more(
    app: Flask, people: People, sign_in: SignIn, phase: str, name: str
) -> None:
    on, allowed = POLICIES[name]
    done = handed_in(app, people.ana, phase, on)
    assert markers(whole(sign_in(people.ana).get(f"/attempts/{done}/result?show=all"))) == allowed
    with app.app_context():
        kept = [list(each.rows()) for each in kept_about(read(), people.ana.id, clock.now())]
    assert markers(json.dumps(kept, default=str)) <= allowed, "what one takes along tells no more than the pages"


@pytest.mark.parametrize("name", ["nothing", "general", "everything"])
def test_no_other_page_of_the_learner_shows_any(app: Flask, people: People, sign_in: SignIn, name: str) -> None:
    done = handed_in(app, people.ana, "later", POLICIES[name][0])
    ana = sign_in(people.ana)
    objects = {"done": done, "open": done, "g1": people.g1, "g1_code": people.g1_code}
    for path in dict.fromkeys(learner_paths(objects)):
        if not path.startswith(f"/attempts/{done}/result"):
            for accept in ("text/html", "application/json"):
                found = markers(whole(ana.get(path, headers={"Accept": accept})))
                assert not found, (path, found)


def test_the_open_paper_and_everybody_else_find_nothing(
    app: Flask, people: People, planted: dict[str, str], sign_in: SignIn
) -> None:
    """A before handing in; X, B, C, S and another group's teacher at any time, on every address of A's."""
    set_quiz(app, "all", review=grid("later", set(Switch)))
    set_quiz(app, "now", review={"trainee": {"during": dict.fromkeys(Switch, "yes")}})
    clients = {"A": sign_in(people.ana), "B": sign_in(people.ben), "C": sign_in(people.cleo), "I2": sign_in(people.ivo),
               "S": sign_in(people.sam), "X": app.test_client()}  # fmt: skip
    seen = 0
    for actor, client in clients.items():
        for path in dict.fromkeys(learner_paths(planted)):
            if actor == "A" and path.startswith(f"/attempts/{planted['done']}/result"):
                continue
            for accept in ("text/html", "application/json"):
                response = client.get(path, headers={"Accept": accept, "If-None-Match": '"x"'})
                found = markers(whole(response))
                assert not found, (actor, path, found)
                seen += 1
        for path in (f"/teach/attempts/{planted['done']}", f"/teach/attempts/{planted['done']}/receipt"):
            assert not markers(whole(client.get(path))), (actor, path)
    assert seen > 500


def test_staff_find_the_markers_where_they_are(people: People, planted: dict[str, str], sign_in: SignIn) -> None:
    """The search finds what is there: without this, a broken search would pass everything above."""
    found = markers(whole(sign_in(people.ines).get(f"/teach/attempts/{planted['done']}")))
    assert found >= EARNED | OWN | KEY | REASONS
    assert not markers(whole(sign_in(people.ines).get(f"/teach/attempts/{planted['done']}/receipt")))


def refusals(client: JudgingClient, objects: dict[str, str]) -> Iterator[tuple[int, Any]]:
    """Yield (status that is meant, response) for every kind of refusal on A's papers, as page and as JSON."""
    opened, done = (f"/attempts/{objects[name]}" for name in ("open", "done"))
    token = client.csrf_token(f"{opened}/check")
    headers = {"X-CSRFToken": token}
    right = {"revision": 0, "fields": {"answer": ["b"]}}
    yield 400, client.put(f"{opened}/answers/3", json={"revision": "x"}, headers=headers)
    yield 400, client.put(f"{opened}/answers/3", json=right)
    yield 400, client.post(f"{opened}/questions/3", data={"answer": "b"})
    yield 403, client.put(f"{done}/answers/3", json=right, headers=headers)
    yield 403, client.post(f"{done}/questions/3", data={"csrf_token": token, "answer": "b", "revision": "9"})
    yield 403, client.post(opened, data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    yield 404, client.put("/attempts/nothing/answers/3", json=right, headers=headers)
    yield 404, client.get(f"{opened}/questions/400")
    yield 405, client.delete(opened, headers=headers)
    yield 409, client.put(f"{opened}/answers/3", json=right, headers=headers)
    yield 409, client.post(f"{opened}/questions/3", data={"csrf_token": token, "answer": "b", "revision": "0"})
    yield 409, client.post(opened, data={"csrf_token": token, "q3": "b", "revision3": "0"})
    yield 413, client.post(f"{opened}/questions/3", data={"csrf_token": token, "answer": "b" * 2_000_000})
    for _click in range(40):
        response = client.post("/quizzes/all/attempts", data={"csrf_token": token})
        if response.status_code == 429:
            break
    yield 429, response


def test_no_refusal_gives_anything_away(
    people: People, planted: dict[str, str], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = sign_in(people.ana)
    for status, response in refusals(ana, planted):
        assert response.status_code == status
        assert not SECRETS.search(whole(response)), (status, whole(response)[:400])
    token = ana.csrf_token("/settings")

    def away(*_values: object, **_named: object) -> None:
        raise OperationalError(f"SELECT {MARKER}", {}, Exception(f"{MARKER} locked"))

    monkeypatch.setattr(actions, "save_answer", away)
    body = {"revision": 1, "fields": {"answer": ["b"]}}
    form = {"csrf_token": token, "answer": "b", "revision": "1"}
    opened = f"/attempts/{planted['open']}"
    for response in (
        ana.put(f"{opened}/answers/3", json=body, headers={"X-CSRFToken": token}),
        ana.post(f"{opened}/questions/3", data=form),
    ):
        assert response.status_code == 503
        assert not SECRETS.search(whole(response))


def test_a_hint_is_told_only_when_it_is_earned(app: Flask, people: People, sign_in: SignIn) -> None:
    hints = [{"text": f"{MARKER}-hint-{n}"} for n in (1, 2)]
    with app.app_context():
        publish("tries", ["choice"], clock.now(), hints=hints, settings={"behaviour": "interactive"})
        attempt = actions.start(actor_of(people.ana), "tries", clock.now(), 1)
    ana, page = sign_in(people.ana), f"/attempts/{attempt}/questions/1"
    token = ana.csrf_token(page)
    seen = [markers(whole(ana.get(page)))]
    for n, go in enumerate(("judge", "again", "judge")):
        data = {"csrf_token": token, "answer": "a", "revision": str(n), "go": go}
        assert ana.post(page, data=data).status_code == 303
        seen.append(markers(whole(ana.get(page))))
    reason = {"reason-a-1"}
    assert seen == [set(), {"hint-1"} | reason, seen[2], {"hint-2"} | reason]
    assert "hint-2" not in seen[2]
