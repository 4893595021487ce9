"""Who is asking, and which routes they may call: every view carries exactly one of these marks."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

from flask import g, has_request_context, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learnapp.kit import clock, sessions
from learnapp.kit.errors import Forbidden

from .domain import Actor, relative_path
from .storage import actor_of_session

FRESH = timedelta(minutes=15)  # after which what matters asks for the password again (ASVS 7.5.3)
QUERY_SIGNS = "/:@!$&'()*+,;=~?%"
View = TypeVar("View", bound=Callable[..., Any])


def current_actor() -> Actor | None:
    """Return who is signed in, or None; one statement, on the first call of a request only.

    Somebody without our cookie costs no statement at all.
    """
    if not has_request_context():
        return None
    if "actor" not in g:
        token = sessions.token_in_cookie()
        g.actor = actor_of_session(sessions.token_hash(token), clock.now()) if token else None
    return cast("Actor | None", g.actor)


def the_actor() -> Actor:
    """Return who is signed in, on a page that only signed-in people reach."""
    actor = current_actor()
    if actor is None:
        raise RuntimeError("the_actor() was asked for on a page that is open to everybody")
    return actor


def public(view: View) -> View:
    """Mark a view that anybody may call."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Mark a view for people with an account; others are sent to sign in and come back."""
    return _guarded(view, "signed_in", None)


def may(grant: str) -> Callable[[View], View]:
    """Mark a view for people one of whose roles carries `grant`; others get 403."""
    return lambda view: _guarded(view, grant, grant)


def is_fresh() -> bool:
    """Say whether the person of this browser has shown a moment ago that it is them."""
    return sessions.signed_in_within(FRESH, clock.now())


def fresh(view: View) -> View:
    """Mark a view for signed-in people that matters so much that who came in a while ago does so again first."""

    @wraps(view)
    def checked(*args: Any, **values: Any) -> Any:
        if is_fresh():
            return view(*args, **values)
        return redirect(url_for("security.verify", next=_way_back()), 303)

    return signed_in(cast(View, checked))


def _guarded(view: View, mark: str, grant: str | None) -> View:
    @wraps(view)
    def guarded(*args: Any, **values: Any) -> Any:
        actor = current_actor()
        if actor is None:
            return ask_to_sign_in()
        if grant is not None and not actor.may(grant):
            raise Forbidden("grant_needed", grant=grant)
        return view(*args, **values)

    guarded.guard = mark  # type: ignore[attr-defined]
    return cast(View, guarded)


def ask_to_sign_in() -> ResponseReturnValue:
    """Answer 401 to a script, and send a person to the sign-in page, from which they come back here."""
    if request.is_json or request.method == "PUT" or request.accept_mimetypes.best == "application/json":
        return jsonify(error="sign_in", sign_in=url_for("security.login")), 401
    return redirect(url_for("security.login", next=_way_back()), 303)


def this_page() -> str:
    """Return the path and query of this request as they stand in the address bar, safe to put into a page."""
    path = quote(request.path, safe="/:@!$&'()*+,;=~")
    return f"{path}?{quote(request.query_string, safe=QUERY_SIGNS)}" if request.query_string else path


def _way_back() -> str | None:
    """Return the page to come back to: this one, or for a form the page that it stood on."""
    if request.method in {"GET", "HEAD"}:
        return relative_path(this_page())
    referrer = urlsplit(request.referrer or "")
    return relative_path(referrer.path) if referrer.netloc == request.host else None
