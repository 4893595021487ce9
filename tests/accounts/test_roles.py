"""Roles as data, the unconfirmed, the set-up link, and the commands."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, select, update

from learnapp.accounts import actions, storage
from learnapp.accounts.storage import PersonRow, RoleRow, SessionRow, person_role
from learnapp.kit import clock, sessions
from learnapp.kit.db import db, write
from learnapp.kit.errors import Conflict, Forbidden, NotFound
from tests.accounts.conftest import enter, link_in

PASSWORD = "four tiny grey needles"


@pytest.fixture
def unconfirmed(app, people):
    with app.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == people.noor.id).values(confirmed_at=None))
    return people.noor


def test_an_unconfirmed_address_gets_no_role(app, unconfirmed):
    with app.app_context():
        with pytest.raises(Forbidden, match="not_confirmed"):
            actions.give_role(unconfirmed.email, "instructor")
        with pytest.raises(NotFound, match="no_such_role"):
            actions.give_role(unconfirmed.email, "king")
        with pytest.raises(NotFound, match="no_such_person"):
            actions.give_role("nobody@example.org", "instructor")


def test_a_role_of_an_earlier_release_gets_the_grants_that_it_lacks_and_keeps_its_own(app, people):
    with app.app_context():
        with write() as session:
            session.execute(update(RoleRow).where(RoleRow.name == "administrator").values(grants="own people"))
        for _again in range(2):
            with write() as session:
                actions.ensure_roles(session)
                grants = session.scalar(select(RoleRow.grants).where(RoleRow.name == "administrator"))
            assert grants == "own people author"


def test_a_role_that_got_there_anyway_grants_nothing(app, unconfirmed):
    with app.app_context():
        with write() as session:
            role = session.scalar(select(RoleRow.id).where(RoleRow.name == "instructor"))
            session.execute(insert(person_role).values(person_id=unconfirmed.id, role_id=role))
        token = actions.open_session(unconfirmed.id, clock.now())
        actor = storage.actor_of_session(sessions.token_hash(token), clock.now())
    assert actor is not None
    assert actor.grants == frozenset()


@pytest.mark.both_databases
def test_grants_of_several_roles_are_joined(app, people):
    with app.app_context():
        actions.give_role(people.mia.email, "instructor")
        actions.give_role(people.mia.email, "instructor")
        token = actions.open_session(people.mia.id, clock.now())
        actor = storage.actor_of_session(sessions.token_hash(token), clock.now())
        assert actor is not None
        assert actor.grants == {"teach", "people", "author"}
        assert (actor.id, actor.email, actor.confirmed) == (people.mia.id, people.mia.email, True)
        actions.take_role(people.mia.email, "administrator")
        actions.take_role(people.mia.email, "administrator")
        again = storage.actor_of_session(sessions.token_hash(token), clock.now())
        assert again is not None
        assert again.grants == {"teach"}


def test_the_setup_link_works_once(client, app):
    with app.app_context():
        older = actions.make_setup_link(clock.now())
        link = actions.setup_link_when_needed(clock.now())
    assert link is not None
    assert client.get(f"/account/setup/{older}").status_code == 404
    path = link.removeprefix("http://127.0.0.1:5000")
    assert client.get(path).status_code == 200
    data = {"name": "Mo First", "email": "mo@example.org", "password": "short"}
    assert "12 characters or more" in client.send(path, data).text
    assert client.send(path, {**data, "password": PASSWORD}).location == "/account/sign-in"
    assert client.get(path).status_code == 404
    assert client.send(path, {**data, "password": PASSWORD}).status_code == 404
    assert enter(client, "mo@example.org", PASSWORD).status_code == 303
    with app.app_context():
        assert storage.somebody_may("people")
        assert actions.setup_link_when_needed(clock.now()) is None


def test_the_setup_link_grows_old(client, app):
    with app.app_context():
        token = actions.make_setup_link(clock.now())
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert client.get(f"/account/setup/{token}").status_code == 404
        person = actions.NewPerson("mo@example.org", "Mo", "hash", None)
        with app.app_context(), pytest.raises(NotFound):
            actions.use_setup_link(token, person, clock.now())


def test_a_taken_address_leaves_the_setup_link_open(client, app, people):
    with app.app_context():
        token = actions.make_setup_link(clock.now())
    data = {"name": "Mo First", "email": people.ana.email, "password": PASSWORD}
    response = client.send(f"/account/setup/{token}", data)
    assert "has an account already" in response.text
    assert client.get(f"/account/setup/{token}").status_code == 200


def test_reading_settings(app, people):
    with app.app_context():
        token = actions.open_session(people.ana.id, clock.now())
        actor = storage.actor_of_session(sessions.token_hash(token), clock.now())
        assert actor is not None
        assert actions.save_reading(actor, "large", "dark") == []
        assert [p.place for p in actions.save_reading(actor, "huge", "pink")] == ["text_size", "theme"]
        row = db.session.get(PersonRow, people.ana.id)
        assert row is not None
        assert (row.text_size, row.theme) == ("large", "dark")


def test_commands(app, people, client):
    run = app.test_cli_runner().invoke
    added = run(args=["people", "add", "Tess@Example.org", "Tess Teacher", "--role", "instructor"])
    assert added.exit_code == 0, added.output
    link = link_in({"body": added.output}, "/account/reset/")
    assert client.send(link, {"password": PASSWORD}).location == "/account/sign-in"
    assert enter(client, "tess@example.org", PASSWORD).location == "/teach/"
    assert "tess@example.org\tTess Teacher\tinstructor" in run(args=["people", "list"]).output
    assert run(args=["people", "suspend", "tess@example.org"]).exit_code == 0
    assert client.get("/account/").status_code == 303
    assert "instructor, suspended" in run(args=["people", "list"]).output
    assert run(args=["people", "restore", "tess@example.org"]).exit_code == 0
    assert run(args=["people", "take", "tess@example.org", "instructor"]).exit_code == 0
    assert run(args=["people", "give", "tess@example.org", "administrator"]).exit_code == 0
    assert "/account/setup/" in run(args=["people", "setup-link"]).output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["give", "nobody@example.org", "instructor"], "Nobody has that address"),
        (["give", "ana@example.org", "king"], "There is no such role"),
        (["add", "ana@example.org", "Ana"], "has an account already"),
        (["add", "ana", "Ana"], "is not an e-mail address"),
    ],
)
def test_commands_say_why_not(app, people, arguments, words):
    result = app.test_cli_runner().invoke(args=["people", *arguments])
    assert result.exit_code == 1
    assert words in result.output


def test_a_session_opened_with_the_old_password_comes_too_late(app, people):
    """The password is right, then it is changed (or the person suspended), then the session would be opened."""
    with app.app_context():
        checked = storage.find_person(id=people.ana.id)
        assert checked is not None
        actions.suspend(people.ana.email, clock.now())
        with pytest.raises(Conflict):
            actions.settle(actions.Pending(opened=[(checked, "hash")]), clock.now())
        actions.restore(people.ana.email)
        with write() as session:
            session.execute(update(PersonRow).where(PersonRow.id == people.ana.id).values(fs_uniquifier="new"))
        with pytest.raises(Conflict):
            actions.settle(actions.Pending(opened=[(checked, "hash")]), clock.now())


def test_signing_in_forgets_dead_sessions(app, people):
    with app.app_context():
        actions.open_session(people.ana.id, clock.now() - timedelta(days=20))
        alive = actions.open_session(people.ana.id, clock.now())
        person = storage.find_person(id=people.ana.id)
        assert person is not None
        actions.settle(actions.Pending(opened=[(person, "hash")]), clock.now())
        hashes = set(db.session.scalars(select(SessionRow.token_hash)))
        assert hashes == {"hash", sessions.token_hash(alive)}


def test_a_change_that_comes_too_late_is_refused(app, people):
    """Two resets by one link at the same moment: the second finds the person changed."""
    with app.app_context():
        first, second = storage.find_person(id=people.ana.id), storage.find_person(id=people.ana.id)
        assert first is not None
        assert second is not None
        for number, row in enumerate((first, second)):
            row.fs_uniquifier = f"new-{number}"
            row.password = f"hash-{number}"
        actions.settle(actions.Pending(people=[first]), clock.now())
        with pytest.raises(Conflict):
            actions.settle(actions.Pending(people=[second]), clock.now())
        row = db.session.get(PersonRow, people.ana.id)
        assert row is not None
        assert row.password == "hash-0"
