"""The pages where a person takes along or deletes what is kept about them."""

from io import SEEK_END

from flask import Blueprint, current_app, redirect, render_template, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired

from learnapp.accounts.domain import TEACH
from learnapp.accounts.guard import fresh, is_fresh, public, signed_in, the_actor
from learnapp.cohorts.personal import groups_left_alone
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.forms import error_list
from learnapp.kit.i18n import _, _l
from learnapp.kit.mail import Mail

from . import actions

bp = Blueprint("privacy", __name__)


class Delete(FlaskForm):  # type: ignore[misc]
    """One tick, so that no single press of a button deletes an account."""

    sure = BooleanField(
        _l("Yes, delete my account and everything in it"),
        [DataRequired(_l("Tick the box if you want to delete your account"))],
    )


@bp.get("/account/data")
@signed_in
def data() -> str:
    """Offer a copy of everything, and the way to deleting it."""
    return render_template("privacy/data.html", fresh=is_fresh())


@bp.post("/account/data")
@fresh
def download() -> ResponseReturnValue:
    """Hand out everything that is kept about the actor."""
    now = clock.now()
    stream = actions.copy_own(the_actor(), now)
    length = stream.seek(0, SEEK_END)
    stream.seek(0)
    name = f"my-data-{now:%Y-%m-%d}.zip"
    response = send_file(stream, mimetype="application/zip", as_attachment=True, download_name=name, etag=False)
    response.content_length = length  # so that the browser can say how much is still to come
    return response


@bp.route("/account/delete", methods=["GET", "POST"])
@fresh
def delete() -> ResponseReturnValue:
    """Say what is deleted and what stays; with the tick, delete it and end every session."""
    actor = the_actor()
    form = Delete()
    if form.validate_on_submit():
        actions.erase_own(actor, _farewell(actor.email), clock.now())
        session.clear()
        gone = redirect(url_for("privacy.deleted"), 303)
        gone.headers["Clear-Site-Data"] = '"storage"'  # answers that this browser kept for sending
        return gone
    closing = groups_left_alone(read(), actor.id) if actor.may(TEACH) else []
    return render_template("privacy/delete.html", form=form, errors=error_list(form), closing=closing)


@bp.get("/account/deleted")
@public
def deleted() -> str:
    """Say that it is done."""
    return render_template("privacy/deleted.html")


def _farewell(address: str) -> Mail:
    name = current_app.config["SETTINGS"].app_name
    body = render_template("privacy/email/deleted.txt")
    return Mail(address, _("Your account on %(name)s is deleted", name=name), body, "account_deleted")
