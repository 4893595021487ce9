"""The result of a submitted attempt, with the review of its answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import signed_in, the_actor
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes import actions, disclosing
from learnapp.quizzes.domain.attempt import is_overdue
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.domain.scoring import Tally, by_objective, points_text, points_to_pass
from learnapp.quizzes.storage import attempts, standing
from learnapp.quizzes.storage.attempts import Paper
from learnapp.quizzes.storage.standing import Standing

from . import bp, previews
from .hidden import best_answers, not_shown
from .review import Reviewed, mark, review
from .sureness import sureness

MINUTE = timedelta(minutes=1)


@bp.get("/attempts/<attempt_id>/result")
@signed_in
def result(attempt_id: str) -> ResponseReturnValue:
    """Show the score, what it means, and the answers."""
    paper = _closed_paper(attempt_id)
    if paper.status == "open":
        return redirect(url_for("quizzes.page", attempt_id=attempt_id), 303)
    if paper.status != "submitted":
        return render_template("quizzes/closed.html", paper=paper, code="abandoned")
    where = standing.standing(read(), paper.person_id, paper.quiz_id, paper.kind)
    now, preview = previews.moment_of(paper, clock.now()), previews.preview_of(paper)
    if preview:
        paper, where = previews.as_learner(paper, where)
    asked = [slot.question_version_id for slot in paper.slots]
    withheld: frozenset[int] = frozenset()
    if where.any_open:  # an open try's questions must not be given away by another one's review
        withheld = standing.asked_now(read(), paper.person_id, paper.public_id, asked)
    tell = disclosing.told_of(paper, where, now)
    words = _words(paper, where, tell, review(paper, where, now, withheld))
    words["not_shown"] = not_shown(paper, where, tell, now)
    words["best_answers"] = best_answers(paper, where, now) if words["some_hidden"] else ""
    shown = disclosing.masked(where, now)
    return render_template(
        "quizzes/result.html", paper=paper, standing=shown, withheld=withheld, tell=tell, preview=preview, **words
    )


def _closed_paper(attempt_id: str) -> Paper:
    paper = attempts.reviewed_attempt_of(the_actor(), attempt_id)
    if is_overdue(paper.attempt, clock.now()):
        actions.finish_if_overdue(attempt_id, clock.now(), "reader")
        paper = attempts.reviewed_attempt_of(the_actor(), attempt_id)
    return paper


def _words(paper: Paper, where: Standing, tell: Disclosure, questions: Sequence[Reviewed]) -> dict[str, Any]:
    """Return what the page says; nothing here may say more than `tell` and each question's own disclosure allow."""
    to_look_at = [each for each in questions if each.missed]
    everything = request.args.get("show") == "all" or not to_look_at
    texts = where.objectives[paper.public_id].get(paper.track, {})
    tallies = by_objective(mark(slot) for slot in paper.slots)
    to_pass = points_to_pass(paper.maximum, paper.pass_percent)
    return {
        "score": points_text(paper.score or Fraction(0)) if tell.marks else None,
        "maximum": points_text(paper.maximum),
        "pass_points": to_pass,
        "pass_text": points_text(to_pass),
        "minutes_used": _minutes(paper, paper.submitted_at),
        "minutes_allowed": _minutes(paper, paper.deadline),
        "goals": [(texts.get(each.objective, each.objective), each, _again(each, questions)) for each in tallies]
        if tell.marks and tell.correctness
        else (),
        "questions": questions if everything else to_look_at,
        "to_look_at": len(to_look_at),
        "asked": len(questions),
        "everything": everything,
        "tries_left": where.tries_left(paper.track),
        "nothing_counts": not paper.maximum and any(slot.state == State.DISREGARDED for slot in paper.slots),
        "waiting": sum(slot.state == State.NEEDS_GRADING for slot in paper.slots),
        "sureness": sureness(paper, questions) if tell.correctness else None,
        "some_hidden": any(not each.allowed.key for each in questions if not each.right),
    }


def _minutes(paper: Paper, end: datetime | None) -> int:
    """Return the whole minutes from the start to this moment, at least 1."""
    return max(1, round(((end or paper.started_at) - paper.started_at) / MINUTE))


def _again(tally: Tally, questions: Sequence[Reviewed]) -> Mapping[str, Any] | None:
    """Return the shown part of the first missed question of a goal: it names the section to read again."""
    counted = (each for each in questions if each.state is not State.DISREGARDED)
    missed = (each for each in counted if each.slot.objective == tally.objective and not each.right)
    first = next(missed, None)
    return first.slot.shown if first else None
