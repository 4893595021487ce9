"""The pages: who is asked for the password, what they say, and that deleting ends everything."""

import io
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from learnapp.accounts.storage import PersonRow, SessionRow
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.kit.outbox import OutboxRow
from learnapp.kit.worker import work_once
from learnapp.privacy import actions
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.storage.rows import AttemptRow
from tests.accounts.conftest import link_in
from tests.conftest import signed_in_client
from tests.made import make_app
from tests.people import PASSWORD, People
from tests.quizzes.made_up import publish
from tests.security.test_matrix import actor_of

AGAIN = "/account/verify?next=/account/"


def confirm(client, page: str) -> None:
    """Enter the password again, as the page asked for."""
    assert client.send("/account/verify", {"password": PASSWORD, "next": page}).location == page


def count(app: Flask, row) -> int:
    with app.app_context():
        return read().scalar(select(func.count()).select_from(row)) or 0


def test_the_copy_waits_for_the_password(app: Flask, people: People, sign_in):
    client = sign_in(people.ana)
    page = client.get("/account/data").text
    assert "Enter my password again" in page
    assert "Download my data" not in page
    refused = client.send("/account/data", headers={"Referer": "http://localhost/account/data"})
    assert (refused.status_code, refused.location) == (303, AGAIN + "data")
    assert client.send("/account/verify", {"password": "not the password", "next": "/account/data"}).status_code == 200
    assert client.send("/account/data").status_code == 303
    confirm(client, "/account/data")
    assert "Download my data" in client.get("/account/data").text
    found = client.send("/account/data", buffered=True)
    assert (found.status_code, found.mimetype) == (200, "application/zip")
    assert found.headers["Cache-Control"] == "private, no-store"
    assert found.headers["Content-Length"] == str(len(found.data))
    assert found.headers["Content-Disposition"].startswith("attachment; filename=my-data-")
    with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
        assert people.ana.email.encode() in archive.read("your-data.json")


def test_the_password_is_good_for_a_quarter_of_an_hour(people: People, sign_in):
    client = sign_in(people.ana)
    for minutes, status in ((14, 200), (16, 303), (-2, 303)):
        with client.session_transaction() as cookie:
            cookie["fs_paa"] = (clock.now() - timedelta(minutes=minutes)).timestamp()
        assert client.send("/account/data", buffered=True).status_code == status
        assert client.get("/account/delete").status_code == status


def test_signing_in_counts_and_signing_out_ends_it(client, people: People):
    client.send("/account/sign-in", {"email": people.ana.email, "password": PASSWORD})
    assert client.get("/account/delete").status_code == 200
    with client.session_transaction() as cookie:
        before = dict(cookie)
    client.send("/account/sign-out")
    with client.session_transaction() as cookie:
        assert "fs_paa" not in cookie
        cookie.update(before)
    assert "/account/sign-in" in client.get("/account/delete").location


@pytest.mark.both_databases
def test_deleting_needs_a_tick_and_ends_every_session(app: Flask, people: People, sign_in):
    with app.app_context():
        publish("one", ["free_text"], clock.now() - timedelta(days=1))
        attempt = quizzes.start(actor_of(people.ana), "one", clock.now(), 1)
    elsewhere, client = sign_in(people.ana), sign_in(people.ana)
    assert client.get("/account/delete").location == AGAIN + "delete"
    confirm(client, "/account/delete")
    page = client.get("/account/delete").text
    for words in (
        "This cannot be undone.",
        "What is deleted at once",
        "What stays",
        "Download a copy first",
        "Keep my account",
    ):
        assert words in page
    assert "comments that you wrote for learners" not in page
    assert "Tick the box" in client.send("/account/delete").text
    assert count(app, AttemptRow) == 1
    gone = client.send("/account/delete", {"sure": "y"})
    assert (gone.status_code, gone.location) == (303, "/account/deleted")
    assert gone.headers["Clear-Site-Data"] == '"storage"'
    assert "Your account is deleted" in client.get("/account/deleted").text
    for one in (client, elsewhere):
        assert "/account/sign-in" in one.get("/account/").location
        assert one.get(f"/attempts/{attempt}").status_code == 303
    assert count(app, AttemptRow) == 0
    with app.app_context():
        assert not read().scalars(select(SessionRow).where(SessionRow.person_id == people.ana.id)).all()
    again = client.send("/account/sign-in", {"email": people.ana.email, "password": PASSWORD})
    assert again.status_code == 200
    assert "not right" in again.text
    assert count(app, OutboxRow) == 0  # no mail server is set, so nobody would read a farewell


def test_the_address_is_free_again(app: Flask, people: People, client):
    with app.app_context():
        actions.erase_address(people.ana.email, clock.now())
    new = {"name": "Ana Again", "email": people.ana.email, "password": "four tiny grey needles", "track": "patient"}
    assert client.send("/account/register", new).status_code == 303
    assert client.send("/account/sign-in", {"email": new["email"], "password": new["password"]}).status_code == 303
    assert "Ana Again" in client.get("/account/").text


def test_links_that_were_mailed_before_are_dead(app: Flask, people: People, client):
    client.send("/account/reset", {"email": people.ana.email})
    with app.app_context():
        mail = read().scalars(select(OutboxRow.payload)).one()
        actions.erase_address(people.ana.email, clock.now())
    assert client.get(link_in(mail, "/account/reset/")).status_code == 302
    assert count(app, OutboxRow) == 0


def test_an_instructor_reads_which_groups_close(people: People, sign_in):
    client = sign_in(people.ines)
    confirm(client, "/account/delete")
    page = client.get("/account/delete").text
    assert "Nobody else teaches these groups" in page
    assert "Spring group" in page
    assert "comments that you wrote for learners" in page
    client.send("/account/delete", {"sure": "y"})
    ana = sign_in(people.ana)
    assert "nobody at the moment" in ana.get("/account/groups").text


def test_the_instructor_sees_nothing_of_the_erased(app: Flask, people: People, sign_in):
    teacher = sign_in(people.ines)
    pages = ("/teach/", f"/teach/cohorts/{people.g1}", f"/teach/cohorts/{people.g1}/scores.csv")
    assert any(people.ana.name in teacher.get(page).text for page in pages)
    with app.app_context():
        actions.erase_address(people.ana.email, clock.now())
    assert not any(people.ana.name in teacher.get(page).text for page in pages)
    assert teacher.get(f"/teach/cohorts/{people.g1}/learners/{people.ana.public_id}").status_code == 404


def test_a_farewell_goes_to_a_confirmed_address_and_is_forgotten(app: Flask, people: People, tmp_path, monkeypatch):
    posted = make_app(tmp_path, app.config["SETTINGS"].database_url, smtp_url="smtp://127.0.0.1:1")
    sent = []
    monkeypatch.setattr("learnapp.kit.mail._send", lambda message, _url: sent.append(message))
    with posted.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == people.ben.id).values(confirmed_at=None))
    for someone in (people.ana, people.ben):
        client = signed_in_client(posted, someone.id)
        confirm(client, "/account/delete")
        assert client.send("/account/delete", {"sure": "y"}).status_code == 303
    work_once(posted, clock.now())
    assert [message["To"] for message in sent] == [people.ana.email]
    assert "is deleted, as you asked" in sent[0].get_content()
    with posted.app_context():
        assert [row.payload for row in read().scalars(select(OutboxRow))] == [{}]


def test_the_page_says_what_stays_when_scores_are_kept(app: Flask, people: People, tmp_path):
    keeping = make_app(tmp_path, app.config["SETTINGS"].database_url, keep_scores=True)
    client = signed_in_client(keeping, people.ana.id)
    confirm(client, "/account/delete")
    assert "They stand beside a number, not beside your name" in client.get("/account/delete").text
    assert "your answers and your scores" not in client.get("/account/delete").text


def test_the_account_page_leads_here(people: People, sign_in):
    page = sign_in(people.ana).get("/account/").text
    assert "/account/data" in page
    assert "Change your password" in page


def test_the_demo_has_no_dead_ends(app: Flask, people: People, tmp_path):
    demo = make_app(tmp_path, app.config["SETTINGS"].database_url, demo=True)
    with demo.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == people.ana.id).values(password=None))
    client = signed_in_client(demo, people.ana.id)
    page = client.get("/account/").text
    assert "Change your password" not in page
    assert "They have no password" in page
    for path in ("/account/password", "/account/verify"):
        assert "There is no password here" in client.get(path).text
        assert "There is no password here" in client.send(path, {"password": "x" * 12, "new_password": "y" * 12}).text
    assert "Come in again" in client.get("/account/verify").text
    assert "Come in again" not in client.get("/account/password").text
    assert client.get("/account/delete").location == AGAIN + "delete"
    assert client.send("/demo/again", {"next": "/account/delete"}).location == "/account/delete"
    assert "so they cannot be deleted here" in client.get("/account/delete").text.lower()
    assert client.send("/account/delete", {"sure": "y"}).status_code == 403
    assert client.send("/account/data", buffered=True).mimetype == "application/zip"
    assert client.send("/demo/again", {"next": "//evil.example"}).location == "/account/"
    with demo.app_context():
        assert read().get_one(PersonRow, people.ana.id).erased_at is None
    ben = signed_in_client(demo, people.ben.id)
    assert "/account/verify" in ben.send("/demo/again", {"next": "/account/data"}).location
    assert ben.send("/account/data").status_code == 303
