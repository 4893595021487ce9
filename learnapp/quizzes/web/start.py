"""The page before a quiz, and its start button."""

import secrets
from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.domain import Actor
from learnapp.accounts.guard import signed_in, the_actor
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.errors import Forbidden, NotFound
from learnapp.kit.limits import Rule
from learnapp.quizzes import actions
from learnapp.quizzes.domain.attempt import LATENCY, tries_left
from learnapp.quizzes.storage import standing, starting
from learnapp.quizzes.storage.starting import QuizNow

from . import bp

SEED_BITS = 31
STARTS = 30  # in an hour, for one person: far more than anybody needs
HOUR = 3600


@bp.get("/quizzes/<slug>")
@signed_in
def start_page(slug: str) -> ResponseReturnValue:
    """Say what the quiz covers and how it works, before the first click counts."""
    actor = the_actor()
    quiz = _quiz(actor, slug, clock.now())
    if actor.track is None:
        return render_template("quizzes/choose_track.html", quiz=quiz)
    if actor.track not in quiz.papers:
        raise NotFound("quiz")
    return render_template("quizzes/start.html", quiz=quiz, **_facts(actor, actor.track, quiz))


def _quiz(actor: Actor, slug: str, now: datetime) -> QuizNow:
    quiz = starting.quiz_now(read(), slug, actor.id)
    if quiz.open_id and quiz.open_deadline and now > quiz.open_deadline + LATENCY:
        actions.finish_if_overdue(quiz.open_id, now, "reader")
        quiz = starting.quiz_now(read(), slug, actor.id)
    return quiz


def _facts(actor: Actor, track: str, quiz: QuizNow) -> dict[str, Any]:
    pools = quiz.papers[track]
    limit = quiz.attempt_limit(track)
    return {
        "title": quiz.titles[track],
        "objectives": list(quiz.objectives.get(track, {}).values()),
        "questions": sum(pool["draw"] for pool in pools),
        "minutes": quiz.time_limit,
        "limit": limit,
        "left": tries_left(quiz.used, limit),
        "pass_percent": quiz.pass_percent(track),
        "sections": _sections(quiz, track),
        "certainty": quiz.certainty(track),
        "safety": starting.any_critical(read(), [id for pool in pools for id in pool["questions"]]),
        "standing": standing.standing(read(), actor.id, quiz.id) if quiz.last_number else None,
    }


def _sections(quiz: QuizNow, track: str) -> list[str]:
    """Return the titles of the quiz's sections, in the order in which they are sat."""
    known = (quiz.sections or {}).get(track, {})
    return [known[key]["title"] for key in dict.fromkeys(pool.get("section") for pool in quiz.papers[track]) if key]


@bp.post("/quizzes/<slug>/attempts")
@signed_in
def start(slug: str) -> ResponseReturnValue:
    """Start an attempt, or resume the open one."""
    actor = the_actor()
    now = clock.now()
    rate = Rule("start", str(actor.id), STARTS, HOUR)
    try:
        attempt_id = actions.start(actor, slug, now, secrets.randbits(SEED_BITS), rate)
    except Forbidden:  # no track chosen or no tries left: the start page says which, in words
        return redirect(url_for("quizzes.start_page", slug=slug), 303)
    return redirect(url_for("quizzes.page", attempt_id=attempt_id), 303)
