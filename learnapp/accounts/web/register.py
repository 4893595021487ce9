"""Making an account, and the page behind the one-time link that makes the first administrator."""

from types import SimpleNamespace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password
from flask_security.confirmable import generate_confirmation_token

from learnapp.accounts import actions, storage
from learnapp.accounts.actions import NewPerson
from learnapp.accounts.domain import SETUP_LINK_LIFETIME
from learnapp.accounts.guard import current_actor, public
from learnapp.kit import clock, limits, sessions
from learnapp.kit.errors import Conflict, NotFound
from learnapp.kit.forms import error_list
from learnapp.kit.i18n import _
from learnapp.kit.mail import Mail

from . import forms
from .pages import HOME, bp, normal_password


def register_view() -> ResponseReturnValue:
    """Show the form, or make an account; the answer is the same when the address has one already."""
    form = forms.Register()
    if current_actor() is not None:
        return redirect(form.next.data or HOME, 303)
    if not form.validate_on_submit():
        return render_template("account/register.html", form=form, errors=error_list(form))
    person = _new_person(form, form.track.data)
    welcome, already_here = _welcome(person), _already_here(person)
    actions.register(person, welcome, already_here, clock.now())
    flash(
        _(
            "Thank you. Sign in with your e-mail address and password. "
            "We have sent a message to %(email)s: open its link to confirm the address.",
            email=person.email,
        ),
        "success",
    )
    return redirect(url_for("security.login", next=form.next.data or None), 303)


def _new_person(form: forms.Register | forms.Setup, track: str | None) -> NewPerson:
    """Hash the password before any transaction is open: it takes 50 ms on purpose."""
    hashed = hash_password(normal_password(form.password.data or ""))
    return NewPerson(email=form.email.data or "", name=form.name.data or "", password_hash=hashed, track=track)


def _welcome(person: NewPerson) -> Mail:
    known = SimpleNamespace(fs_uniquifier=person.uniquifier, email=person.email)
    token = generate_confirmation_token(known)  # type: ignore[no-untyped-call]
    body = render_template("security/email/welcome.txt", name=person.name, confirmation_token=token)
    return Mail(person.email, _("Confirm your e-mail address"), body, "welcome")


def _already_here(person: NewPerson) -> Mail:
    body = render_template("security/email/welcome_existing.txt")
    return Mail(person.email, _("You have an account already"), body, "welcome_existing")


@bp.route("/setup/<token>", methods=["GET", "POST"])
@public
def setup(token: str) -> ResponseReturnValue:
    """Make the first administrator, once."""
    now = clock.now()
    if not storage.setup_link_is_open(sessions.token_hash(token), now - SETUP_LINK_LIFETIME):
        raise NotFound("setup_link")
    form = forms.Setup()
    if request.method == "POST":
        limits.hit("setup-from", request.remote_addr or "", 60, 3600, now)
    if form.validate_on_submit() and _set_up(form, token):
        flash(_("You are the administrator. Sign in to carry on."), "success")
        return redirect(url_for("security.login"), 303)
    return render_template("account/setup.html", form=form, errors=error_list(form), token=token)


def _set_up(form: forms.Setup, token: str) -> bool:
    try:
        actions.use_setup_link(token, _new_person(form, None), clock.now())
    except Conflict:
        form.email.errors = [_("This address has an account already. Enter another one.")]
        return False
    return True
