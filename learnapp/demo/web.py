"""One click to look around: signs in as a made-up person. Registered only where settings allow the demo."""

import email
import email.policy

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.actions import end_session, open_session
from learnapp.accounts.domain import relative_path
from learnapp.accounts.guard import public, signed_in, the_actor
from learnapp.accounts.storage import find_person
from learnapp.kit import clock, sessions
from learnapp.kit.errors import NotFound

from .actions import VISITORS

bp = Blueprint("demo", __name__, url_prefix="/demo")
NEWEST = 50


@bp.post("/<role>")
@public
def enter(role: str) -> ResponseReturnValue:
    """Sign in as the demo's trainee, patient or instructor."""
    person = find_person(email=VISITORS.get(role, ""))
    if person is None or not current_app.config["SETTINGS"].demo:
        raise NotFound("demo")
    _come_in(person.id)
    return redirect(url_for("teach.index" if role == "instructor" else "progress.today"), 303)


def _come_in(person_id: int) -> None:
    """Sign in without a password: here the button is what a password is elsewhere."""
    now = clock.now()
    sessions.keep(open_session(person_id, now))
    sessions.note_sign_in(now)


@bp.post("/again")
@signed_in
def again() -> ResponseReturnValue:
    """Let a made-up person come in again, where others enter their password again."""
    actor = the_actor()
    if actor.has_password:
        return redirect(url_for("security.verify", next=relative_path(request.form.get("next"))), 303)
    end_session(actor, clock.now())
    _come_in(actor.id)
    return redirect(relative_path(request.form.get("next")) or url_for("accounts.profile"), 303)


@bp.get("/mail")
@public
def mail() -> ResponseReturnValue:
    """Show the mail that was written instead of sent; only where the demo runs, so only on this machine."""
    folder = current_app.config["SETTINGS"].instance_dir / "mail"
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:NEWEST]
    letters = [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]
    shown = [{"to": one["To"], "subject": one["Subject"], "body": one.get_content()} for one in letters]
    return render_template("demo/mail.html", letters=shown, folder=folder.name)
