"""One attempt of a learner: every answer, and the marks that a person gives."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from learnapp.accounts.domain import TEACH
from learnapp.accounts.guard import may, the_actor
from learnapp.cohorts.domain import REASON
from learnapp.gradebook import actions, holding, reviewing
from learnapp.gradebook.marking import points_given
from learnapp.kit import clock
from learnapp.kit.errors import Conflict, Forbidden, Problem
from learnapp.kit.forms import error_list
from learnapp.kit.i18n import _, _l
from learnapp.quizzes.domain.attempt import Status
from learnapp.quizzes.domain.scoring import points_text
from learnapp.quizzes.marks import COMMENT
from learnapp.quizzes.storage.attempts import Paper

from . import bp


class MarkForm(FlaskForm):  # type: ignore[misc]
    """A mark for one answer. newest: the id of the mark that the page showed, 0 for none."""

    points = StringField(_l("Points"))
    comment = TextAreaField(
        _l("Comment for the learner"), [Length(max=COMMENT, message=_l("Shorten the comment to 2000 characters"))]
    )
    newest = HiddenField()

    @property
    def expected(self) -> int:
        """The id in `newest`; -1, which is no mark's, for what is no number."""
        sent = str(self.newest.data or "0")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 16 else -1


class ReopenForm(FlaskForm):  # type: ignore[misc]
    """Why an abandoned try is given back."""

    reason = TextAreaField(
        _l("Why do you open it again?"),
        [
            DataRequired(_l("Enter why: it stands beside the try")),
            Length(max=REASON, message=_l("Shorten the reason to 500 characters")),
        ],
    )


@bp.get("/attempts/<public_id>")
@may(TEACH)
def attempt(public_id: str) -> str:
    """Show one attempt of a learner of the actor's: every answer, its points, and when it was saved."""
    return _attempt_page(reviewing.attempt_page(the_actor(), public_id), {})


def _attempt_page(page: dict[str, Any], typed: dict[int, MarkForm], reopening: ReopenForm | None = None) -> str:
    """Show an attempt; typed, reopening: forms that came back with something to put right."""
    forms = {
        one.slot.position: typed.get(one.slot.position) or _mark_form(one) for one in page["slots"] if one.by_person
    }
    problems = [line for form in (*typed.values(), *([reopening] if reopening else ())) for line in error_list(form)]
    return render_template(
        "gradebook/attempt.html", **page, forms=forms, problems=problems, typed=typed, points_text=points_text,
        events=holding.events_of(page["attempt"].id), back=_giving_back(page["attempt"], reopening),
    )  # fmt: skip


def _giving_back(paper: Paper, typed: ReopenForm | None) -> dict[str, Any] | None:
    """Return the form that gives an abandoned try back, and until when it could go on; None for any other."""
    if paper.status != Status.ABANDONED:
        return None
    until = paper.deadline
    return {"form": typed or ReopenForm(formdata=None), "until": until, "left": until is None or clock.now() <= until}


def _mark_form(one: reviewing.ReviewedSlot) -> MarkForm:
    """Return the form for an answer's mark, with the mark that it has."""
    held = one.marking
    values = {"points": points_text(held.fraction * one.slot.weight), "comment": held.comment} if held else {}
    newest = str(held.id) if held else "0"
    return MarkForm(formdata=None, prefix=_prefix(one.slot.position), data={**values, "newest": newest})


def _prefix(position: int) -> str:
    return f"mark{position}-"


@bp.post("/attempts/<public_id>/marks/<int:position>")
@may(TEACH)
def mark(public_id: str, position: int) -> ResponseReturnValue:
    """Give one answer its points, unless somebody else did so since the page was shown."""
    page = reviewing.attempt_page(the_actor(), public_id)
    weight = page["attempt"].slot(position).weight
    if not any(one.by_person for one in page["slots"] if one.slot.position == position):
        raise Forbidden("marked_by_rule")
    form = MarkForm(prefix=_prefix(position))
    valid = form.validate()
    given = points_given(str(form.points.data or ""), weight)
    if isinstance(given, Problem):
        form.points.errors = [*form.points.errors, _words(given)]
        return _attempt_page(page, {position: form}), 422
    if not valid:
        return _attempt_page(page, {position: form}), 422
    try:
        comment = str(form.comment.data or "").replace("\r\n", "\n").strip()
        actions.mark(the_actor(), public_id, position, given, comment, form.expected, clock.now())
    except Conflict:
        return _marked_meanwhile(public_id, position, form), 409
    return redirect(url_for("teach.attempt", public_id=public_id, _anchor=f"q{position}"), 303)


def _words(problem: Problem) -> str:
    if problem.code == "too_many_points":
        return _("Enter at most %(points)s points", points=points_text(problem.values["weight"]))
    if problem.code == "no_points":
        return _("Enter the points")
    return _("Enter the points as a number like 1.5")


def _marked_meanwhile(public_id: str, position: int, form: MarkForm) -> str:
    """Show the attempt with the newer mark, and keep what was typed for a second look."""
    page = reviewing.attempt_page(the_actor(), public_id)
    newest = next(one.marking for one in page["slots"] if one.slot.position == position)
    form.newest.data = str(newest.id) if newest else "0"
    form.points.errors = [
        _("Somebody marked this answer meanwhile. Look at that mark, then save yours if you still want to")
    ]
    return _attempt_page(page, {position: form})


@bp.post("/attempts/<public_id>/reopen")
@may(TEACH)
def reopen(public_id: str) -> ResponseReturnValue:
    """Give a learner an abandoned try back; when that was done already, only show it."""
    page = reviewing.attempt_page(the_actor(), public_id)
    form = ReopenForm()
    if page["attempt"].status == Status.ABANDONED and not form.validate():
        return _attempt_page(page, {}, form), 422
    try:
        actions.reopen(the_actor(), public_id, str(form.reason.data or "").strip(), clock.now())
    except Forbidden as refusal:
        if refusal.code != "not_abandoned":
            raise
    except Conflict:
        form.reason.errors = [_("The learner has begun another try. It must be handed in first")]
        return _attempt_page(page, {}, form), 409
    return redirect(url_for("teach.attempt", public_id=public_id), 303)
