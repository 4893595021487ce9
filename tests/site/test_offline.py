"""Reading offline, the server's half: the worker's headers, and copies that are the same for everybody."""

import re
import shutil
from pathlib import Path

import pytest

from learnapp.config import ROOT
from learnapp.kit.db import write
from learnapp.lessons.storage import hide_other_lessons
from learnapp.site import offline

COPY = "/lessons/healing/copy/trainee"
KEPT_PAGES = (COPY, "/lessons/healing/copy/patient", "/offline")


def _version(client) -> str:
    found = re.match(r'self\.build = \{"version": "([0-9a-f]{16})"', client.get("/sw.js").get_data(as_text=True))
    assert found
    return found[1]


def test_the_worker_stands_at_the_root_and_is_asked_for_each_time(client):
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer.headers
    again = client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_page_allows_our_own_worker_and_no_other(client):
    for path in ("/", "/sw.js", "/lessons/"):
        assert "; worker-src 'self';" in client.get(path).headers["Content-Security-Policy"]


def test_the_worker_asks_nothing_of_the_database(app, people, sign_in):
    ana = sign_in(people.ana)
    with app.app_context():
        from sqlalchemy import event

        from learnapp.kit.db import db

        asked: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    ana.get("/sw.js")
    assert asked == []
    ana.get("/progress")
    assert asked, "the listener hears what other pages ask"


def test_another_template_or_file_makes_another_worker(app, client, tmp_path: Path, monkeypatch):
    first = _version(client)
    app.extensions.pop(offline.KEPT)
    assert _version(client) == first, "the same build, in another process, is the same version"
    house = tmp_path / "house"
    shutil.copytree(ROOT / "templates", house / "templates")
    monkeypatch.setattr(offline, "ROOT", house)
    (house / "templates" / "site" / "offline.html").write_text("other")
    app.extensions.pop(offline.KEPT)
    second = _version(client)
    assert second != first
    names = app.extensions["static_files"].names
    monkeypatch.setitem(names, "app.css", "app.000000000000.css")
    app.extensions.pop(offline.KEPT)
    assert _version(client) not in {first, second}


@pytest.mark.parametrize("path", KEPT_PAGES)
def test_a_kept_page_is_the_same_whoever_asks(school, client, people, sign_in, path: str):
    asked = client.get(path)
    page = asked.get_data(as_text=True)
    assert "Set-Cookie" not in asked.headers
    assert "no-store" not in asked.headers["Cache-Control"]
    client.send("/settings", {"text_size": "large", "theme": "dark", "track": "patient"})
    assert client.get(path).get_data(as_text=True) == page
    for someone in (people.ana, people.cleo, people.ines):
        answer = sign_in(someone).get(path)
        assert answer.get_data(as_text=True) == page
        assert answer.headers["Cache-Control"] == "private, no-store", (
            "the worker stores only what nobody signed in got"
        )


@pytest.mark.parametrize("path", KEPT_PAGES)
def test_a_kept_page_has_no_form_and_no_token(school, client, path: str):
    page = client.get(path).get_data(as_text=True)
    assert not re.search(r'<form|csrf|type="hidden"|<button|<select|data-track', page)


def test_a_copy_says_what_the_lesson_says(school, client):
    for track, other in (("trainee", "patient"), ("patient", "trainee")):
        client.send("/settings", {"track": other})
        copy = client.get(f"/lessons/healing/copy/{track}").get_data(as_text=True)
        lesson = client.get(f"/lessons/healing?track={track}").get_data(as_text=True)
        heads = [re.findall(r"<h2.*?</h2>", page) for page in (copy, lesson)]
        assert heads[0] == heads[1] != []
        assert f'data-track="{track}"' in lesson, "this is how the page tells the worker which wording is read"
        assert "You can answer this when you are connected." in copy
        assert "/lessons/collagen?track=" + track in copy


def test_a_copy_that_is_still_right_costs_no_bytes(school, client):
    first = client.get(COPY)
    again = client.get(COPY, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    tags = {client.get(path).headers["ETag"] for path in (COPY, "/lessons/healing/copy/patient")}
    assert len(tags) == 2


def test_another_emergency_number_is_another_copy(school, client, monkeypatch):
    first = client.get("/lessons/first-week/copy/patient")
    monkeypatch.setattr("learnapp.lessons.web.emergency_number", lambda: "0118 999")
    again = client.get("/lessons/first-week/copy/patient", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200


@pytest.mark.parametrize("path", ["/lessons/nothing/copy/patient", "/lessons/healing/copy/doctor"])
def test_what_is_not_there_has_no_copy(school, client, path: str):
    assert client.get(path).status_code == 404


def test_a_lesson_that_was_taken_back_has_no_copy(school, client):
    assert client.get(COPY).status_code == 200
    with school.app_context(), write() as session:
        hide_other_lessons(session, ["collagen"])
    assert client.get(COPY).status_code == 404
