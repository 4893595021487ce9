"""The start page, the pages about us, and how somebody wants to read."""

from dataclasses import replace

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from learnapp.accounts import actions as accounts
from learnapp.accounts.domain import Actor, relative_path
from learnapp.accounts.guard import current_actor, public
from learnapp.kit import reading
from learnapp.kit.i18n import _
from learnapp.kit.static import asset
from learnapp.lessons.storage import lesson_cards

from . import words
from .forms import SettingsForm
from .offline import add_offline
from .probes import add_probes

PAGES = ("facts", "accessibility", "your-data")
bp = Blueprint("site", __name__)
add_probes(bp)
add_offline(bp)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Show what this is, for whom, and what there is to learn."""
    track = words.reading_of(current_actor()).track or "patient"
    mail = "demo.mail" if "demo.mail" in current_app.view_functions else None
    return render_template("site/home.html", cards=lesson_cards(track), track=track, mail=mail)


@bp.get("/about/<page>")
@public
def about(page: str) -> ResponseReturnValue:
    """Show one of the pages about us."""
    if page not in PAGES:
        abort(404)
    return render_template(f"site/{page}.html")


@bp.route("/settings", methods=["GET", "POST"])
@public
def settings() -> ResponseReturnValue:
    """Show and change text size, colours, track and time zone; a form may send only some of them."""
    actor = current_actor()
    zone = current_app.config["SETTINGS"].time_zone
    form = SettingsForm(obj=words.reading_of(actor), installation_zone=zone)
    if form.validate_on_submit():
        return _keep(actor, form.changes())
    errors = [(field.id, str(field.errors[0])) for field in form if field.errors]
    return render_template("site/settings.html", form=form, errors=errors), 400 if errors else 200


def _keep(actor: Actor | None, changes: dict[str, str]) -> Response:
    """Keep the settings in the account, or in a cookie, and go back to where the form stood."""
    back = relative_path(request.form.get("next"))
    if back is None:
        flash(_("Your settings are saved."), "success")
    response = redirect(back or url_for("site.settings"), 303)
    if actor is not None:
        accounts.save_settings(actor, changes)
        return response
    kept = replace(words.reading_of(None), **changes)
    response.set_cookie(
        reading.COOKIE, kept.as_cookie(), max_age=reading.LIFETIME, httponly=True, samesite="Lax", path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response


@bp.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """Send browsers that ask for the old name to our mark."""
    return redirect(asset("icons.svg"), 302)


def init_room(app: Flask) -> None:
    """Give every template the words of the layouts."""
    app.context_processor(words.layout_words)
