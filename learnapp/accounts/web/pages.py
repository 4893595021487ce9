"""One's own account page, and what the account pages share."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts import actions
from learnapp.accounts.guard import signed_in, the_actor
from learnapp.kit.forms import error_list
from learnapp.kit.i18n import _

from . import forms

bp = Blueprint("accounts", __name__, url_prefix="/account")
HOME = "/progress"  # where learners carry on; the room that owns it stands above this one


def normal_password(password: str) -> str:
    """Return a password in the one form that is hashed, whatever keyboard it was typed on."""
    return str(current_app.extensions["security"].password_util.normalize(password))


@bp.route("/", methods=["GET", "POST"])
@signed_in
def profile() -> ResponseReturnValue:
    """Show and change one's own name, track and time zone."""
    actor = the_actor()
    zone = current_app.config["SETTINGS"].time_zone
    form = forms.Profile(obj=actor, installation_zone=zone)
    if form.validate_on_submit():
        actions.save_profile(actor, form.name.data or "", form.track.data, form.time_zone.data or None)
        flash(_("Your account is saved."), "success")
        return redirect(url_for("accounts.profile"), 303)
    return render_template("account/profile.html", form=form, errors=error_list(form))
