"""Flask-Security, kept to its own pages: settings, forms, guards, limits, and one transaction for each request."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import Security, current_user

from learnapp.accounts import guard
from learnapp.accounts.domain import TEACH, relative_path
from learnapp.kit import clock, limits
from learnapp.kit.forms import error_list
from learnapp.kit.limits import Rule

from . import desk, forms, words
from .pages import HOME
from .register import register_view

TEACHING = "/teach/"
PUBLIC = ("login", "logout", "register", "forgot_password", "reset_password", "send_confirmation", "confirm_email")
SIGNED_IN = ("verify", "change_password")
PAGE_FORMS = (
    "login_user_form", "verify_form", "forgot_password_form", "reset_password_form", "change_password_form",
    "send_confirmation_form", "logout_form",
)  # fmt: skip

SETTINGS: dict[str, Any] = {
    "URL_PREFIX": "/account",
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "REGISTER_URL": "/register",
    "RESET_URL": "/reset",
    "CHANGE_URL": "/password",
    "CONFIRM_URL": "/confirm",
    "VERIFY_URL": "/verify",
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "REGISTERABLE": True,
    "CONFIRMABLE": True,
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    # A new account works at once; what an unconfirmed one may not have is a role (accounts.actions).
    "LOGIN_WITHOUT_CONFIRMATION": True,
    "RETURN_GENERIC_RESPONSES": True,
    "API_ENABLED_METHODS": ["session"],
    "POST_LOGIN_VIEW": HOME,
    "POST_LOGOUT_VIEW": "/",
    "POST_CHANGE_VIEW": "accounts.profile",
    "POST_CONFIRM_VIEW": "accounts.profile",
    "POST_VERIFY_VIEW": "accounts.profile",
    "RESET_PASSWORD_WITHIN": timedelta(hours=1),
    "CONFIRM_EMAIL_WITHIN": timedelta(days=2),
    "FRESHNESS": guard.FRESH,
    "FRESHNESS_GRACE_PERIOD": timedelta(0),
    "DATETIME_FACTORY": clock.now,
    "CACHE_CONTROL": {"private": None, "no-store": None},
    "EMAIL_HTML": False,
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "PASSWORD_LENGTH_MIN": 12,
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": True,
    "PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 46 * 1024,
        "argon2__time_cost": 1,
        "argon2__parallelism": 1,
    },
    "PASSWORD_CONFIRM_REQUIRED": False,
    # Only for what is inside signed links (an address, a password's hash), where slowness protects nothing.
    "HASHING_SCHEMES": ["hex_sha256"],
}


def init_security(app: Flask) -> None:
    """Set up Flask-Security for its nine routes under /account, and leave every other request alone."""
    app.config.update({f"SECURITY_{name}": value for name, value in SETTINGS.items()})
    app.config.update({f"SECURITY_MSG_{name}": value for name, value in words.MESSAGES.items()})
    app.config.update({f"SECURITY_{name}": value for name, value in words.SUBJECTS.items()})
    app.config["SESSION_PROTECTION"] = None  # our session table does that work; addresses of phones change
    hooks = (app.before_request_funcs, app.after_request_funcs, app.template_context_processors)
    before: list[list[Any]] = [list(hook.get(None, [])) for hook in hooks]
    security = Security(
        app,
        desk.Datastore(),
        login_form=forms.SignIn,
        verify_form=forms.Again,
        forgot_password_form=forms.Forgot,
        reset_password_form=forms.NewPassword,
        change_password_form=forms.ChangePassword,
        send_confirmation_form=forms.Confirm,
        mail_util_cls=desk.OutboxMail,
        password_util_cls=desk.Passwords,
        render_template=_render,
    )
    # It would load the person, and touch the cookie, on every request of every page.
    for hook, kept in zip(hooks, before, strict=True):
        hook[None] = kept  # type: ignore[index]
    security.i18n_domain = words.Translator()  # type: ignore[assignment]
    security.want_json(lambda _request: False)
    desk.listen(app)
    _take_over_views(app)


def _render(template: str, **context: Any) -> str:
    """Render one of its templates or mails; pages get `form` and, for the summary, `errors`."""
    form = next((value for name, value in context.items() if name in PAGE_FORMS), None)
    if form is None:
        return render_template(template, **context)
    if request.method == "POST" and isinstance(form, forms.SignIn):
        form.own_words()
    errors = sorted(error_list(form), key=lambda error: error[0] != "email")  # as on the page: the address first
    return render_template(template, form=form, errors=errors, **context)


def _take_over_views(app: Flask) -> None:
    views = app.view_functions
    views["security.register"] = register_view
    views["security.confirm_email"] = _confirm_by_button(views["security.confirm_email"])
    views["security.login"] = _start_where_work_is(views["security.login"])
    for mark, names in ((guard.public, PUBLIC), (guard.signed_in, SIGNED_IN)):
        for name in names:
            views[f"security.{name}"] = mark(_fenced(name, views[f"security.{name}"]))


def _fenced(name: str, view: Callable[..., Any]) -> Callable[..., Any]:
    """Return the view with our checks before it, and its changes written after it."""

    @wraps(view)
    def fenced(**values: Any) -> ResponseReturnValue:
        if request.is_json:
            abort(415)
        if any("\0" in value for value in request.values.values()):
            abort(400)
        if any(target and not relative_path(target) for target in request.values.getlist("next")):
            return redirect(request.path, 303) if request.method == "GET" else abort(400)
        actor = guard.current_actor() if name in SIGNED_IN else None
        if actor is not None and not actor.has_password:
            again = name == "verify"
            return render_template("account/no_password.html", again=again, next=request.values.get("next", ""))
        if request.method == "POST":
            limits.hit_all(_rules(name), clock.now())
        response = make_response(view(**values))
        desk.settle()
        if request.method == "POST" and response.status_code == 302:
            response.status_code = 303
        return response

    return fenced


def _rules(name: str) -> list[Rule]:
    """Return what a POST to this page counts; one browser's address may stand for a whole school."""
    browser = request.remote_addr or ""
    address = request.form.get("email", "").strip().lower()[:255]
    quarter, hour = 900, 3600
    if name in SIGNED_IN:
        actor = guard.current_actor()
        return [Rule("password", str(actor.id if actor else browser), 10, quarter)]
    return {
        "login": [Rule("sign-in", f"{address} {browser}", 10, quarter), Rule("sign-in-from", browser, 300, quarter)],
        "register": [Rule("register-from", browser, 60, hour)],
        "forgot_password": [Rule("mail", address, 5, hour), Rule("mail-from", browser, 60, hour)],
        "send_confirmation": [Rule("mail", address, 5, hour), Rule("mail-from", browser, 60, hour)],
        "reset_password": [Rule("reset-from", browser, 60, hour)],
        "confirm_email": [Rule("reset-from", browser, 60, hour)],
    }.get(name, [])


def _confirm_by_button(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for a press of a button first: a GET never writes, and mail scanners open every link."""

    @wraps(view)
    def confirm(token: str) -> ResponseReturnValue:
        if request.method == "POST":
            response: ResponseReturnValue = view(token=token)
            return response
        return render_template("account/confirm.html", token=token)

    return confirm


def _start_where_work_is(view: Callable[..., Any]) -> Callable[..., Any]:
    """Send people who teach to their groups after signing in, when they did not come from a page."""

    @wraps(view)
    def login() -> ResponseReturnValue:
        response: Response = make_response(view())
        if response.status_code == 302 and response.location == HOME and _teaches(current_user):
            response.location = TEACHING
        return response

    return login


def _teaches(person: Any) -> bool:
    return person.confirmed_at is not None and any(TEACH in role.grants.split() for role in person.roles)
