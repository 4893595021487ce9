"""Groups, a group's scores, one learner, and the CSV."""

import re
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from learnapp.accounts.domain import TEACH
from learnapp.accounts.guard import may, the_actor
from learnapp.cohorts import actions as cohorts
from learnapp.cohorts.storage import cohort_for_teacher
from learnapp.gradebook import domain, export, reviewing, storage
from learnapp.kit import clock
from learnapp.kit.errors import NotFound
from learnapp.kit.forms import choices
from learnapp.kit.i18n import _, _l
from learnapp.quizzes.domain.scoring import percent_text, points_text

from . import bp

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


def _board(
    public_id: str, view: str, only: str | None = None, paced: bool = False
) -> tuple[Any, list[domain.Quiz], list[domain.Row], list[domain.Try]]:
    """Load a group of the actor's with its quizzes, rows and tries. only: of one learner (their public id).

    paced: with what it takes to see who was too fast.
    """
    cohort = cohort_for_teacher(the_actor(), public_id)
    quizzes = storage.quizzes_of(cohort.track)
    learners = storage.learners_of(cohort.id, cohort.track, only)
    tries = storage.tries_of([learner.id for learner in learners], paced)
    return cohort, quizzes, domain.table(learners, quizzes, tries, view), tries


@bp.get("/cohorts/<public_id>")
@may(TEACH)
def cohort(public_id: str) -> str:
    """Show who has done what in one group."""
    view, sort, find = _view(), _sort(), request.args.get("find", "").strip()[:80]
    group, quizzes, rows, tries = _board(public_id, view, paced=True)
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
    group, quizzes, rows, tries = _board(public_id, "best", person)
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
