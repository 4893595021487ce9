"""Pages for instructors: groups, a group's scores, one learner, one attempt, and the CSV."""

import re
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from learnapp.accounts.domain import TEACH
from learnapp.accounts.guard import may, the_actor
from learnapp.cohorts import actions as cohorts
from learnapp.cohorts.storage import cohort_for_teacher
from learnapp.kit import clock
from learnapp.kit.errors import Conflict, Forbidden, NotFound, Problem
from learnapp.kit.forms import choices, error_list
from learnapp.kit.i18n import _, _l
from learnapp.quizzes.domain.scoring import percent_text, points_text
from learnapp.quizzes.marks import COMMENT

from . import actions, domain, export, reviewing, storage
from .marking import points_given

bp = Blueprint("teach", __name__, url_prefix="/teach")
MOST = 6
MOST_WAITING = 20
SORTS = ("name", "active", "lessons", "average")
QUIZ_COLUMN = re.compile(r"q\d{1,3}", re.ASCII)


class CohortForm(FlaskForm):  # type: ignore[misc]
    """What a new group needs."""

    name = StringField(_l("Name of the group"), [DataRequired(_l("Enter a name for the group")), Length(max=120)])
    track = RadioField(
        _l("Who is in it?"),
        [InputRequired(_l("Select trainees or patients"))],
        choices=choices(
            [("trainee", _l("Trainees, who learn to treat")), ("patient", _l("Patients, who prepare for treatment"))]
        ),
    )
    place_name = StringField(_l("Clinic or school"), [Length(max=120)])
    place_phone = StringField(_l("Phone of the clinic or school"), [Length(max=40)])


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


@bp.get("/")
@may(TEACH)
def index() -> str:
    """Show the actor's groups and the form for a new one."""
    return _index(CohortForm())


def _index(form: CohortForm) -> str:
    problems = [(form[name].id, errors[0]) for name, errors in form.errors.items() if name in form.data]
    return render_template(
        "gradebook/index.html", cohorts=storage.cohorts_of(the_actor()), form=form, problems=problems
    )


@bp.post("/")
@may(TEACH)
def create() -> ResponseReturnValue:
    """Make a group with the actor as its instructor."""
    form = CohortForm()
    if not form.validate_on_submit():
        return _index(form), 422
    values = {name: str(form[name].data or "").strip() for name in ("name", "track", "place_name", "place_phone")}
    public_id = cohorts.create(the_actor(), **values, now=clock.now())
    return redirect(url_for("teach.cohort", public_id=public_id), 303)


def _view() -> str:
    asked = request.args.get("show", "best")
    return asked if asked in domain.VIEWS else "best"


def _sort() -> str:
    asked = request.args.get("sort", "average")
    name = asked.removeprefix("-")
    return asked if name in SORTS or QUIZ_COLUMN.fullmatch(name) else "average"


def _board(public_id: str, view: str) -> tuple[Any, list[domain.Quiz], list[domain.Row], list[domain.Try]]:
    """Load a group of the actor's with its quizzes, rows and tries."""
    cohort = cohort_for_teacher(the_actor(), public_id)
    quizzes = storage.quizzes_of(cohort.track)
    learners = storage.learners_of(cohort.id, cohort.track)
    tries = storage.tries_of([learner.id for learner in learners])
    return cohort, quizzes, domain.table(learners, quizzes, tries, view), tries


@bp.get("/cohorts/<public_id>")
@may(TEACH)
def cohort(public_id: str) -> str:
    """Show who has done what in one group."""
    view, sort, find = _view(), _sort(), request.args.get("find", "").strip()[:80]
    group, quizzes, rows, tries = _board(public_id, view)
    needs = domain.needs([row.learner for row in rows], quizzes, tries, clock.now())
    shown = [row for row in rows if find.casefold() in row.learner.name.casefold()]
    return render_template(
        "gradebook/cohort.html",
        cohort=group,
        quizzes=quizzes,
        rows=domain.sort_rows(shown, sort.removeprefix("-"), sort.startswith("-")),
        averages=domain.column_averages(rows, len(quizzes)),
        facts=domain.facts(rows, len(needs)),
        needs=needs,
        most=MOST,
        waiting=storage.waiting_of([row.learner.id for row in rows]),
        most_waiting=MOST_WAITING,
        views=[("best", _("Best score")), ("first", _("First try")), ("tries", _("Tries"))],
        view=view,
        sort=sort,
        find=find,
        nobody=not rows,
        join_url=url_for("cohorts.join", code=group.join_code, _external=True),
        percent_text=percent_text,
    )


@bp.get("/cohorts/<public_id>/scores.csv")
@may(TEACH)
def scores_csv(public_id: str) -> Response:
    """Give the best scores of one group as a file."""
    group, quizzes, rows, _tries = _board(public_id, "best")
    rows = domain.sort_rows(rows, "name", False)
    response = Response(export.csv_lines(rows, quizzes), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="scores-{group.join_code}.csv"'
    return response


@bp.get("/cohorts/<public_id>/learners/<person>")
@may(TEACH)
def learner(public_id: str, person: str) -> str:
    """Show one learner of the group: what they know, and every try."""
    group, quizzes, rows, tries = _board(public_id, "best")
    row = next((row for row in rows if row.learner.public_id == person), None)
    if row is None:
        raise NotFound("learner")
    mine = [one for one in tries if one.person_id == row.learner.id]
    return render_template(
        "gradebook/learner.html",
        cohort=group,
        row=row,
        quizzes=quizzes,
        titles={quiz.id: quiz.title for quiz in quizzes},
        tries=mine[::-1],
        goals=reviewing.goals(row.learner.id, quizzes, group.track),
        percent_text=percent_text,
        points_text=points_text,
    )


@bp.get("/attempts/<public_id>")
@may(TEACH)
def attempt(public_id: str) -> str:
    """Show one attempt of a learner of the actor's: every answer, its points, and when it was saved."""
    return _attempt_page(reviewing.attempt_page(the_actor(), public_id), {})


def _attempt_page(page: dict[str, Any], typed: dict[int, MarkForm]) -> str:
    """Show an attempt; typed: forms that came back with something to put right."""
    forms = {
        one.slot.position: typed.get(one.slot.position) or _mark_form(one) for one in page["slots"] if one.by_person
    }
    problems = [line for form in typed.values() for line in error_list(form)]
    return render_template(
        "gradebook/attempt.html", **page, forms=forms, problems=problems, typed=typed, points_text=points_text
    )


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
