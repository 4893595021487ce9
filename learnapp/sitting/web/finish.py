"""The page that lists the answers before handing in, and handing in."""

from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import signed_in, the_actor
from learnapp.kit import clock
from learnapp.kit.errors import Forbidden
from learnapp.quizzes import actions
from learnapp.quizzes.domain.overview import groups
from learnapp.quizzes.storage import attempts
from learnapp.quizzes.storage.attempts import Paper
from learnapp.quizzes.types import type_named

from . import bp
from .views import frame, on_open_paper, places, refused_page


@bp.get("/attempts/<attempt_id>/check")
@signed_in
@on_open_paper
def check(paper: Paper, now: datetime) -> ResponseReturnValue:
    """List what is not answered, what is flagged, and the rest."""
    sorted_out = groups(places(paper))
    said = {slot.position: type_named(slot.type).summary(slot.shown, slot.answer) for slot in paper.slots}
    return render_template("quizzes/check.html", groups=sorted_out, said=said, **frame(paper, now))


@bp.post("/attempts/<attempt_id>/submit")
@signed_in
def submit(attempt_id: str) -> ResponseReturnValue:
    """Hand in; again and again it leads to the same result."""
    try:
        actions.submit(the_actor(), attempt_id, clock.now())
    except Forbidden as refusal:
        return refused_page(attempts.attempt_of(the_actor(), attempt_id), refusal.code)
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
