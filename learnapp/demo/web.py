"""One click to look around: signs in as a made-up person. Registered only where settings allow the demo."""

from flask import Blueprint, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.actions import open_session
from learnapp.accounts.guard import public
from learnapp.accounts.storage import find_person
from learnapp.kit import clock, sessions
from learnapp.kit.errors import NotFound

from .actions import VISITORS

bp = Blueprint("demo", __name__, url_prefix="/demo")


@bp.post("/<role>")
@public
def enter(role: str) -> ResponseReturnValue:
    """Sign in as the demo's trainee, patient or instructor."""
    person = find_person(email=VISITORS.get(role, ""))
    if person is None or not current_app.config["SETTINGS"].demo:
        raise NotFound("demo")
    sessions.keep(open_session(person.id, clock.now()))
    return redirect(url_for("teach.index" if role == "instructor" else "progress.today"), 303)
