"""The join page, the list of one's own groups, and leaving one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import ask_to_sign_in, current_actor, public, signed_in, the_actor
from learnapp.kit import clock, limits
from learnapp.kit.i18n import _

from . import actions, storage
from .domain import spaced_code

bp = Blueprint("cohorts", __name__)


@bp.route("/join/<code>", methods=["GET", "POST"])
@public
def join(code: str) -> ResponseReturnValue:
    """Say which group this is and who will see what, before the button; the button joins."""
    actor = current_actor()
    if request.method == "GET":
        invitation = storage.invitation(code, actor.id if actor else None)
        return render_template("cohorts/join.html", invitation=invitation, code=spaced_code(invitation.code))
    if actor is None:
        return ask_to_sign_in()
    now = clock.now()
    limits.hit("join", str(actor.id), 20, 3600, now)
    actions.join(actor, code, now)
    return redirect(url_for("cohorts.join", code=code), 303)


@bp.get("/account/groups")
@signed_in
def mine() -> str:
    """List the groups that the actor is in."""
    return render_template("cohorts/mine.html", memberships=storage.memberships(the_actor()))


@bp.post("/account/groups/<cohort>/leave")
@signed_in
def leave(cohort: str) -> ResponseReturnValue:
    """Leave a group; the page with the button says what follows from it."""
    actions.leave(the_actor(), cohort, clock.now())
    flash(_("You have left the group. Its instructors no longer see you."), "success")
    return redirect(url_for("cohorts.mine"), 303)
