"""A signed-in browser without the password's slow hash, for tests and measurements."""

from flask import Flask
from flask.testing import FlaskClient

from learnapp.kit import clock, sessions

from . import actions


def signed_in_client(app: Flask, person_id: int) -> FlaskClient:
    """Return a client whose cookie carries a fresh session of this person."""
    with app.app_context():
        token = actions.open_session(person_id, clock.now())
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(sessions.cookie_values(token))
        session.permanent = True
    return client
