"""A page of answers that is sent after the sign-in ended: what was typed stays on the page until it is saved."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from learnapp.accounts.guard import current_actor
from learnapp.kit.web import error_response, wants_json

from . import bp

SAVING = {"quizzes.save_question", "quizzes.save_all"}
OUR_OWN = {"csrf_token"}
NAME_SIGNS = 200  # no form of ours has a longer name
NUL = "\0"  # no page may hold it, and no answer does (it is dropped there as well)


def keeps_what_was_typed(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Answer a form of somebody who is not signed in with a page that holds all of it; to stand above `signed_in`."""

    @wraps(view)
    def kept(*args: Any, **values: Any) -> ResponseReturnValue:
        return view(*args, **values) if current_actor() is not None or wants_json() else _page(401)

    return kept


@bp.errorhandler(CSRFError)
def on_old_token(_error: CSRFError) -> ResponseReturnValue:
    """Keep the answers of a form whose token is from before signing in or out; other forms held none."""
    if request.endpoint in SAVING and not wants_json():
        return _page(400)
    return error_response(400, error="csrf")


def _page(status: int) -> ResponseReturnValue:
    sent = ((name.replace(NUL, ""), value.replace(NUL, "")) for name, value in request.form.items(multi=True))
    fields = [(name, value) for name, value in sent if name not in OUR_OWN and len(name) <= NAME_SIGNS]
    # Signing in leads to the question; the answers wait in this tab, so it opens in another one.
    sign_in = url_for("security.login", next=request.path)
    page = render_template("quizzes/signed_out.html", fields=fields, sign_in=sign_in, signed_in=current_actor())
    return page, status
