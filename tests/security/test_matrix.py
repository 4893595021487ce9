"""Promise P7: every route, called by every kind of person on somebody's objects, answers as the matrix says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from learnapp.accounts.domain import TEACH, Actor
from learnapp.cohorts.domain import Override
from learnapp.cohorts.storage import OverrideRow
from learnapp.kit import clock, outbox
from learnapp.kit.db import read
from learnapp.quizzes import actions
from learnapp.quizzes.storage.attempts import reviewed_attempt
from tests.people import People, Someone
from tests.security.matrix import ACTORS, ROWS

pytestmark = pytest.mark.usefixtures("school")


def actor_of(someone: Someone, track: str = "trainee") -> Actor:
    return Actor(someone.id, someone.public_id, someone.name, someone.email, True, track, None, "", "", frozenset(), 0)


@pytest.fixture
def objects(app: Flask, people: People) -> dict[str, str]:
    """A's attempts: one handed in (healing), one open (collagen)."""
    ana = actor_of(people.ana)
    now = clock.now() - timedelta(hours=1)
    with app.app_context():
        done = actions.start(ana, "healing", now, 1)
        actions.submit(ana, done, now)
        for job in outbox.lease([actions.SUBMITTED_JOB], now, 10, 60):
            outbox.done(job, now)  # as the worker does: what waits for an hour makes /readyz complain
        opened = actions.start(ana, "collagen", now, 1)
        question = reviewed_attempt(done).slots[0].shown["key"]
        ines = replace(actor_of(people.ines), grants=frozenset({TEACH}))
        more = Override(personal=False, quiz=False, extra_minutes=5)
        assert actions.allow(ines, actions.Target(people.g1), more, "slow", now) == []
        override = str(read().scalar(select(OverrideRow.public_id)))
    codes = {"override": override, "g1": people.g1, "g1_code": people.g1_code, "ana": people.ana.public_id}
    return {"open": opened, "done": done, "question": question, **codes}


def _clients(app: Flask, people: People, sign_in):
    signed = (people.ana, people.ben, people.cleo, people.ines, people.ivo, people.mia, people.sam)
    who = dict(zip(ACTORS[1:], signed, strict=True))
    return {"X": app.test_client(), **{key: sign_in(someone) for key, someone in who.items()}}


def _call(client, row, objects: dict[str, str]):
    path = row.path.format(**objects)
    if row.method == "GET":
        return client.get(path)
    if row.method == "POST":
        return client.send(path, dict(row.data))
    headers = {"X-CSRFToken": client.csrf_token(), "Accept": "application/json"}
    return client.put(path, json={"revision": 0, "fields": {}}, headers=headers)


def test_every_route_is_in_the_matrix(app: Flask):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(ROWS)


def test_every_route_declares_a_guard(app: Flask):
    for endpoint, view in app.view_functions.items():
        assert getattr(view, "guard", None), endpoint


@pytest.mark.parametrize("endpoint", sorted(ROWS))
def test_who_may_call_it(endpoint: str, app: Flask, people: People, objects, sign_in):
    row = ROWS[endpoint]
    clients = _clients(app, people, sign_in)
    assert set(row.expect) == set(ACTORS), f"{endpoint}: the row must name every actor"
    for actor in ACTORS[::-1]:  # A comes late, so that nobody profits from what A did
        response = _call(clients[actor], row, objects)
        wanted = row.expect[actor]
        if wanted == "in":
            assert response.status_code == 303, f"{endpoint} by {actor}: {response.status_code}"
            assert "/account/sign-in" in response.location
        else:
            assert response.status_code == wanted, f"{endpoint} by {actor}: {response.status_code}"


@pytest.mark.parametrize("endpoint", sorted(name for name, row in ROWS.items() if row.method != "GET"))
def test_no_write_without_a_token_or_from_another_site(endpoint: str, app: Flask, people: People, objects, sign_in):
    row = ROWS[endpoint]
    client = sign_in(people.ana)
    path = row.path.format(**objects)
    assert client.open(path, method=row.method, data=row.data).status_code == 400
    token = client.csrf_token()
    headers = {"Sec-Fetch-Site": "cross-site", "X-CSRFToken": token}
    assert client.open(path, method=row.method, data=row.data, headers=headers).status_code == 403


@pytest.mark.parametrize("endpoint", sorted(name for name, row in ROWS.items() if row.method == "GET"))
def test_signed_in_pages_are_never_stored(endpoint: str, people: People, objects, sign_in):
    client = sign_in(people.ines if endpoint.startswith("teach.") else people.ana)
    response = _call(client, ROWS[endpoint], objects)
    if endpoint not in {"site.livez", "site.readyz", "site.favicon", "site.worker"}:  # nobody is looked up there
        assert response.headers["Cache-Control"] == "private, no-store"
    assert "public" not in response.headers["Cache-Control"]
