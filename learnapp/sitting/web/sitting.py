"""Answering: one question a page, or all questions on one page; saving without script."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import signed_in, the_actor
from learnapp.kit import clock
from learnapp.kit.errors import Conflict, Forbidden
from learnapp.quizzes import actions, checks
from learnapp.quizzes.actions import Saved, Stale
from learnapp.quizzes.storage import attempts
from learnapp.quizzes.storage.attempts import Paper
from learnapp.quizzes.types import type_named

from . import bp
from .answers import as_fields, as_save, read_question, was_sent
from .previews import way_out
from .signed_out import keeps_what_was_typed
from .views import Question, counts, fill_told, frame, on_open_paper, places, question_view, refused_page


@bp.get("/attempts/<attempt_id>")
@signed_in
@on_open_paper
def page(paper: Paper, now: datetime) -> ResponseReturnValue:
    """Show all questions on one page, or go to the first one that is not answered."""
    if paper.layout == "single":
        return _single(paper, now, [question_view(slot, f"q{slot.position}") for slot in paper.slots])
    todo = next((place.position for place in places(paper) if not place.answered), None)
    if not any(slot.saved_at for slot in paper.slots):
        todo = 1  # the first page may be one to read, which is never "to do"
    if todo is None:
        return redirect(url_for("quizzes.check", attempt_id=paper.public_id), 303)
    return redirect(url_for("quizzes.question", attempt_id=paper.public_id, n=todo), 303)


@bp.get("/attempts/<attempt_id>/questions/<int(max=999):n>")
@signed_in
@on_open_paper
def question(paper: Paper, now: datetime, n: int) -> ResponseReturnValue:
    """Show one question."""
    return _paged(paper, now, question_view(paper.slot(n), "answer"))


def _single(paper: Paper, now: datetime, questions: Sequence[Question]) -> str:
    fill_told(paper, questions)
    errors = [(each.base, message) for each in questions for message in each.errors]
    return render_template("quizzes/page.html", questions=questions, errors=errors, **frame(paper, now))


def _paged(paper: Paper, now: datetime, view: Question) -> str:
    fill_told(paper, [view])
    errors = [(view.base, message) for message in view.errors]
    return render_template("quizzes/question.html", q=view, errors=errors, **frame(paper, now))


@bp.post("/attempts/<attempt_id>/questions/<int(max=999):n>")
@keeps_what_was_typed
@signed_in
def save_question(attempt_id: str, n: int) -> ResponseReturnValue:
    """Save one question and go on, back, or away; what cannot be read is said first, and may stay (rules D4)."""
    now = clock.now()
    paper = attempts.attempt_of(the_actor(), attempt_id)
    view = read_question(paper.slot(n), "answer")
    if view.field.refused:
        return (_paged(paper, now, view), 400) if paper.status == "open" else refused_page(paper, paper.status)
    if _go() in {"judge", "again"}:
        return _judge(paper, view, _go(), now)
    try:
        save = as_save(view)
        saved = actions.save_answer(
            the_actor(), attempt_id, n, save.expected, save.answer, save.flagged, now, save.certainty
        )
    except Conflict as conflict:
        return stale_page(paper, [conflict.values["stale"]])
    except Forbidden as refusal:
        return refused_page(paper, refusal.code)
    if view.errors and _go() == "next":
        view.revision = saved.revision
        return _paged(paper, now, view), 422
    if view.field.stay:
        return redirect(_same_question(paper, n), 303)
    return redirect(_after_question(paper, n), 303)


def _judge(paper: Paper, view: Question, act: str, now: datetime) -> ResponseReturnValue:
    """Check one answer, or open the question again after a wrong try; what is unfinished is said and costs nothing."""
    save = as_save(view)
    try:
        if act == "again":
            checks.try_again(the_actor(), paper.public_id, save.n, now)
            return redirect(_same_question(paper, save.n), 303)
        checked = checks.check_answer(
            the_actor(), paper.public_id, save.n, save.expected, save.answer, now, save.certainty
        )
    except Conflict as conflict:
        return stale_page(paper, [conflict.values["stale"]])
    except Forbidden as refusal:
        return refused_page(paper, refusal.code)
    if checked.problems:
        view.errors = [str(view.kind.say(problem)) for problem in checked.problems]
        view.revision = checked.revision
        return _page_of(paper, now, view), 422
    return redirect(_same_question(paper, save.n, "feedback"), 303)


def _page_of(paper: Paper, now: datetime, view: Question) -> str:
    if paper.layout != "single":
        return _paged(paper, now, view)
    others = [
        slot for slot in attempts.attempt_of(the_actor(), paper.public_id).slots if slot.position != view.slot.position
    ]
    views = [*(question_view(slot, f"q{slot.position}") for slot in others), view]
    return _single(paper, now, sorted(views, key=lambda each: each.slot.position))


def _go() -> str:
    return request.form.get("go", "next")


def _same_question(paper: Paper, n: int, anchor: str = "more") -> str:
    if paper.layout == "single":
        return url_for("quizzes.page", attempt_id=paper.public_id, _anchor=f"question-{n}")
    return url_for("quizzes.question", attempt_id=paper.public_id, n=n, _anchor=anchor)


def _after_question(paper: Paper, n: int) -> str:
    if _go() == "leave":
        return way_out(paper)
    if paper.layout == "single":
        return url_for("quizzes.page", attempt_id=paper.public_id, _anchor=f"q{n}")
    target = n - 1 if _go() == "prev" else n + 1
    if _go() == "check" or target > len(paper.slots):
        return url_for("quizzes.check", attempt_id=paper.public_id)
    return url_for("quizzes.question", attempt_id=paper.public_id, n=max(1, target))


@bp.post("/attempts/<attempt_id>")
@keeps_what_was_typed
@signed_in
def save_all(attempt_id: str) -> ResponseReturnValue:
    """Save every question that the page sent, in one transaction."""
    now = clock.now()
    paper = attempts.attempt_of(the_actor(), attempt_id)
    questions = [read_question(slot, f"q{slot.position}") for slot in paper.slots]
    sent = [each for each in questions if was_sent(each.base, each.suffix)]
    readable = [as_save(each) for each in sent if not each.field.refused]
    try:
        saved, stale = actions.save_all(the_actor(), attempt_id, readable, now)
    except Forbidden as refusal:
        return refused_page(paper, refusal.code)
    if stale:
        return stale_page(paper, stale)
    act, _dash, number = _go().partition("-")
    if act in {"judge", "again"} and number in {str(each.slot.position) for each in questions}:
        return _judge(paper, _with_revisions(questions, saved)[int(number) - 1], act, now)
    if any(each.errors for each in sent) and _go() != "anyway":
        return _single(paper, now, _with_revisions(questions, saved)), 422
    return redirect(_after_page(paper), 303)


def _with_revisions(questions: Sequence[Question], saved: Sequence[Saved]) -> Sequence[Question]:
    stored = {each.n: each.revision for each in saved}
    for each in questions:
        each.revision = stored.get(each.slot.position, each.slot.revision)
    return questions


def _after_page(paper: Paper) -> str:
    if _go() == "leave":
        return way_out(paper)
    if _go() in {"check", "anyway"}:
        return url_for("quizzes.check", attempt_id=paper.public_id)
    return url_for("quizzes.page", attempt_id=paper.public_id)


def stale_page(paper: Paper, stale: Sequence[Stale]) -> ResponseReturnValue:
    """Show both answers in words and let the learner choose: nothing is overwritten silently (rules D11)."""
    rows = [_stale_row(paper, each) for each in stale]
    return render_template("quizzes/stale.html", paper=paper, rows=rows, counts=counts(paper)), 409


def _stale_row(paper: Paper, stale: Stale) -> dict[str, Any]:
    from_form = as_fields(stale.refused)
    slot = paper.slot(stale.n)
    kind = type_named(slot.type)
    return {
        "n": stale.n,
        "slot": slot,
        "revision": stale.revision,
        "saved_at": stale.saved_at,
        "current": kind.summary(slot.shown, stale.current),
        "refused": kind.summary(slot.shown, stale.refused),
        "fields": [(name, value) for name, values in from_form.items() for value in values],
    }
