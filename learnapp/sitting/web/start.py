"""The page before a quiz, and its start button."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.domain import Actor
from learnapp.accounts.guard import signed_in, the_actor
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.errors import Forbidden, NotFound
from learnapp.kit.limits import Rule
from learnapp.quizzes import actions
from learnapp.quizzes.disclosing import masked
from learnapp.quizzes.domain.attempt import LATENCY
from learnapp.quizzes.domain.times import Terms, ended_by, may_start, tries_left
from learnapp.quizzes.storage import standing, starting
from learnapp.quizzes.storage.starting import QuizNow

from . import bp

SEED_BITS = 31
STARTS = 30  # in an hour, for one person: far more than anybody needs
HOUR = 3600
MINUTE = timedelta(minutes=1)


@bp.get("/quizzes/<slug>")
@signed_in
def start_page(slug: str) -> ResponseReturnValue:
    """Say what the quiz covers and how it works, before the first click counts."""
    actor = the_actor()
    now = clock.now()
    quiz = _quiz(actor, slug, now)
    if actor.track is None:
        return render_template("quizzes/choose_track.html", quiz=quiz)
    if actor.track not in quiz.papers:
        raise NotFound("quiz")
    return render_template("quizzes/start.html", quiz=quiz, **facts(actor, actor.track, quiz, now))


def _quiz(actor: Actor, slug: str, now: datetime) -> QuizNow:
    quiz = starting.quiz_now(read(), slug, actor.id)
    if quiz.open_id and quiz.open_check_at and now > quiz.open_check_at + LATENCY:
        actions.finish_if_overdue(quiz.open_id, now, "reader")
        quiz = starting.quiz_now(read(), slug, actor.id)
    return quiz


def facts(actor: Actor, track: str, quiz: QuizNow, now: datetime) -> dict[str, Any]:
    """Return what the page before a quiz says to somebody of this track at a moment."""
    pools = quiz.papers[track]
    terms = quiz.terms(track)
    return {
        "title": quiz.titles[track],
        "objectives": list(quiz.objectives.get(track, {}).values()),
        "questions": sum(pool["draw"] for pool in pools),
        "terms": terms,
        "refusal": may_start(terms, quiz.past, now),
        "left": tries_left(quiz.used, terms.attempt_limit),
        "pass_percent": quiz.pass_percent(track),
        "sections": _sections(quiz, track),
        "certainty": quiz.certainty(track),
        "safety": starting.any_critical(read(), [id for pool in pools for id in pool["questions"]]),
        "standing": masked(standing.standing(read(), actor.id, quiz.id), now) if quiz.last_number else None,
        **_end(quiz, terms, now),
    }


def _end(quiz: QuizNow, terms: Terms, now: datetime) -> dict[str, Any]:
    """Return which limit would end an attempt that starts now, when, and what happens then (rules D10)."""
    ends_at = terms.ends(max(now, terms.opens_at or now))
    minutes = int((ends_at - now) / MINUTE) if ends_at else None
    policy, grace = quiz.deadline_policy
    return {
        "ended_by": ended_by(max(now, terms.opens_at or now), terms.minutes, terms.closes_at),
        "minutes_now": minutes,
        "policy": policy,
        "grace": grace,
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
    after = request.form.get("after", type=int)  # missing or no number: a form of an older release
    try:
        attempt_id = actions.start(
            actor, slug, now, secrets.randbits(SEED_BITS), rate, None if after is None else max(0, after)
        )
    except Forbidden:  # no track chosen, closed, no tries left, ...: the start page says which, in words
        return redirect(url_for("quizzes.start_page", slug=slug), 303)
    return redirect(url_for("quizzes.page", attempt_id=attempt_id), 303)
