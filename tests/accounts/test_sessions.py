"""Promise P10: log-out means out. A copied cookie dies at sign-out, new password, suspension; roles bite at once."""

from datetime import timedelta

import pytest
import time_machine
from flask import jsonify

from learnapp.accounts import actions, guard
from learnapp.kit import clock
from tests.accounts.conftest import enter, link_in, statements
from tests.people import PASSWORD

pytestmark = pytest.mark.both_databases
COOKIE = "session"


@pytest.fixture
def app(app):
    @app.get("/only-teachers")
    @guard.may("teach")
    def only_teachers():
        return jsonify(ok=True)

    @app.get("/anybody")
    @guard.public
    def anybody():
        return jsonify(ok=True)

    return app


def copy_of(client, app):
    """A second browser with the same cookie, as a thief has it."""
    thief = app.test_client()
    thief.set_cookie(COOKIE, client.get_cookie(COOKIE).value)
    return thief


def is_in(client):
    response = client.get("/account/")
    assert response.status_code in {200, 303}
    return response.status_code == 200


def test_signing_in_and_out(client, app, people):
    response = enter(client, people.ana.email.upper())
    assert (response.status_code, response.location) == (303, "/progress")
    assert is_in(client)
    thief = copy_of(client, app)
    assert is_in(thief)
    assert client.send("/account/sign-out").location == "/"
    assert not is_in(client)
    assert not is_in(thief)


def test_instructors_start_at_their_groups(client, people):
    assert enter(client, people.ines.email).location == "/teach/"


def test_a_new_password_signs_out_everywhere_but_here(client, app, people, mails):
    enter(client, people.ana.email)
    other = app.test_client()
    enter(other, people.ana.email)
    thief = copy_of(client, app)
    new = "five long green needles"
    response = client.send("/account/password", {"password": PASSWORD, "new_password": new})
    assert (response.status_code, response.location) == (303, "/account/")
    assert is_in(client)
    assert not is_in(other)
    assert not is_in(thief)
    assert mails()[-1]["about"] == "change_notice"
    fresh = app.test_client()
    assert enter(fresh, people.ana.email).status_code == 200
    assert enter(fresh, people.ana.email, new).status_code == 303


def test_a_reset_signs_out_everywhere_and_works_once(client, app, people, mails):
    enter(client, people.ana.email)
    other = app.test_client()
    assert other.send("/account/reset", {"email": people.ana.email}).status_code == 200
    link = link_in(mails()[-1], "/account/reset/")
    new = "five long green needles"
    assert other.get(link).status_code == 200
    response = other.send(link, {"password": new})
    assert (response.status_code, response.location) == (303, "/account/sign-in")
    assert not is_in(client)
    assert other.send(link, {"password": "six short red needles"}).location == "/account/reset"
    assert enter(other, people.ana.email, new).status_code == 303


def test_reset_links_are_too_old_after_an_hour(client, people, mails):
    client.send("/account/reset", {"email": people.ana.email})
    link = link_in(mails()[-1], "/account/reset/")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert client.get(link).location == "/account/reset"


def test_suspension_ends_sessions_and_keeps_out(client, app, people):
    enter(client, people.ana.email)
    with app.app_context():
        actions.suspend(people.ana.email, clock.now())
    assert not is_in(client)
    refused = enter(client, people.ana.email)
    assert refused.status_code == 200
    assert "Check both and try again" in refused.text
    with app.app_context():
        actions.restore(people.ana.email)
    assert not is_in(client)
    assert enter(client, people.ana.email).status_code == 303


def test_roles_bite_on_the_next_request(app, people, sign_in):
    client = sign_in(people.ana)
    assert client.get("/only-teachers").status_code == 403
    with app.app_context():
        actions.give_role(people.ana.email, "instructor")
    assert client.get("/only-teachers").status_code == 200
    with app.app_context():
        actions.take_role(people.ana.email, "instructor")
    assert client.get("/only-teachers").status_code == 403


def test_sessions_end_after_two_weeks(people, sign_in):
    client = sign_in(people.ana)
    with time_machine.travel(clock.now() + timedelta(days=13, hours=23)):
        assert is_in(client)
    with time_machine.travel(clock.now() + timedelta(days=14, minutes=1)):
        assert not is_in(client)


def test_not_signed_in(client, people):
    response = client.get("/account/?a=b")
    assert (response.status_code, response.location) == (303, "/account/sign-in?next=/account/?a%3Db")
    scripted = client.get("/account/", headers={"Accept": "application/json"})
    assert (scripted.status_code, scripted.json["error"]) == (401, "sign_in")
    assert client.get("/only-teachers").location == "/account/sign-in?next=/only-teachers"


def test_a_page_that_names_nobody_asks_nothing(app, people, sign_in):
    client = sign_in(people.ana)
    with statements(app) as seen:
        client.get("/anybody")
    assert seen == []
    with statements(app) as seen:
        assert client.get("/only-teachers").status_code == 403
    assert len(seen) == 1


def test_the_cookie_carries_no_key_that_opens_without_a_row(client, app, people):
    """The keys that Flask-Login leaves in the cookie open nothing by themselves."""
    enter(client, people.ana.email)
    with client.session_transaction() as session:
        assert session["_user_id"]
        session.pop("sid")
    assert not is_in(client)
    assert client.get("/account/password").status_code == 303
    with client.session_transaction() as session:
        session["sid"] = "guessed"
    assert not is_in(client)
