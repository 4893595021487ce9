"""The pages where staff decide what becomes of answers after a question changed, and what learners read about it."""

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField

from learnapp.accounts.domain import AUTHOR, TEACH
from learnapp.accounts.guard import may, signed_in, the_actor
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.errors import Conflict, Problem
from learnapp.kit.forms import error_list
from learnapp.kit.i18n import _, _l
from learnapp.quizzes.domain.ruling import NEEDS_KEY, Policy
from learnapp.quizzes.storage.attempts import Paper

from . import actions, questions, showing, storage
from .domain import Decision, worth_a_look
from .questions import Question

bp = Blueprint("corrections", __name__)
MOST = 200  # rows of a table; everything is counted


class DecideForm(FlaskForm):  # type: ignore[misc]
    """A decision after its effect was shown. seen: id of the newest decision that the page knew, 0 for none."""

    policy = HiddenField()
    option = HiddenField()
    about = HiddenField()
    seen = HiddenField()
    reason = TextAreaField(_l("Why?"))
    may_lower = BooleanField(_l("Yes, these learners lose their pass"))

    @property
    def known(self) -> int:
        """The id in `seen`; -1, which is no decision's, for what is no number."""
        sent = str(self.seen.data or "")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 16 else -1


@bp.get("/corrections/")
@may(AUTHOR)
def index() -> str:
    """Show the questions that changed after somebody answered them, and a way to every other one."""
    quiz, track = request.args.get("quiz", ""), request.args.get("track", "")
    chosen = quiz and track
    made = storage.corrections(read())
    return render_template(
        "corrections/index.html",
        changed=showing.split_by_key(questions.changed(read())),
        still_asked=questions.still_asked(read()),
        quizzes=questions.quizzes(read()),
        quiz=quiz,
        track=track,
        listed=questions.questions_of(read(), quiz, track) if chosen else [],
        running=[each for each in made if each.running],
        made=made[:20],
        words=showing.POLICIES,
    )


@bp.get("/corrections/questions/<track>/<path:key>")
@may(AUTHOR)
def question(track: str, key: str) -> str:
    """Show a question's wordings with their keys, what was decided before, and what can be done."""
    return _question(questions.question_named(read(), track, key), _asked(request.args), [])


def _question(asked: Question, decision: dict[str, str], problems: list[tuple[str, str]]) -> str:
    made = storage.corrections(read(), question_id=asked.id)
    return render_template(
        "corrections/question.html",
        question=asked,
        wordings=showing.side_by_side(asked),
        policies=showing.policies(asked, any(each.policy is not Policy.KEEP for each in made)),
        options=showing.options(asked),
        abouts=showing.abouts(asked),
        decision=decision,
        made=made,
        words=showing.POLICIES,
        problems=problems,
    )


def _asked(given: Any) -> dict[str, str]:
    return {name: str(given.get(name) or "") for name in ("policy", "option", "about")}


def _decision(asked: Question, given: dict[str, str], reason: str = "", may_lower: bool = False) -> Decision:
    """Return what a form says. Raises Forbidden("unknown_policy")."""
    policy = actions.refuse_unless_known(given["policy"])
    newest = asked.newest.number
    upto = newest - 1 if policy in NEEDS_KEY or (given["about"] != "all" and asked.earlier) else newest
    return Decision(policy, upto, given["option"] if policy is Policy.OPTION else None, may_lower, reason)


@bp.get("/corrections/effects/<track>/<path:key>")
@may(AUTHOR)
def effect(track: str, key: str) -> ResponseReturnValue:
    """Show what a decision would do, and change nothing."""
    asked, given = questions.question_named(read(), track, key), _asked(request.args)
    if not given["policy"]:
        return _question(asked, given, [("policy", _("Choose what to do"))]), 422
    problems = actions.problems(asked, _decision(asked, given))
    if problems:
        return _question(asked, given, [(each.place, showing.say(each)) for each in problems]), 422
    newest = next(iter(storage.corrections(read(), question_id=asked.id)), None)
    form = DecideForm(formdata=None, data=given | {"seen": str(newest.id if newest else 0)})
    return _effect(asked, given, form, error_list(form))


def _effect(asked: Question, given: dict[str, str], form: DecideForm, problems: list[tuple[str, str]]) -> str:
    decision = _decision(asked, given, may_lower=bool(form.may_lower.data))
    run = actions.dry_run(asked, decision)
    names = questions.taught_by(read(), the_actor())
    attempts = {one.facts.public_id: one for one, _effect in run.effects}
    shown = worth_a_look([each for _one, each in run.effects])
    rows = [showing.effect_row(attempts[each.public_id].facts, each, names) for each in shown[:MOST]]
    return render_template(
        "corrections/effect.html",
        question=asked,
        policy=decision.policy,
        asked_on=asked.asked_on(decision.policy, decision.upto),
        words=showing.POLICIES,
        option=showing.options(asked).get(given["option"]) if decision.option else None,
        counts=run.counts,
        reasons=showing.PROBLEMS,
        rows=rows,
        more=max(0, len(shown) - MOST),
        form=form,
        given=given,
        problems=problems,
        teaches=the_actor().may(TEACH),
    )


@bp.post("/corrections/decisions/<track>/<path:key>")
@may(AUTHOR)
def decide(track: str, key: str) -> ResponseReturnValue:
    """Decide, and begin to carry it out; the worker does what a request would take too long for."""
    asked, form = questions.question_named(read(), track, key), DecideForm()
    given = _asked(form.data)
    decision = _decision(asked, given, str(form.reason.data or ""), bool(form.may_lower.data))
    try:
        public_id, problems = actions.decide(the_actor(), track, key, decision, form.known, clock.now())
    except Conflict as conflict:
        said = Problem(conflict.code, "main", conflict.values)
        return _effect(asked, given, form, [("main", showing.say(said))]), 409
    if problems:
        return _refused(asked, given, form, problems), 422
    actions.carry_on(public_id, clock.now())
    return redirect(url_for("corrections.log", public_id=public_id), 303)


def _refused(asked: Question, given: dict[str, str], form: DecideForm, problems: list[Problem]) -> str:
    """Show what to put right: where the reason is typed, or where the decision is chosen."""
    if any(each.place != "reason" for each in problems):
        return _question(asked, given, [(each.place, showing.say(each)) for each in problems])
    form.reason.errors = [showing.say(each) for each in problems]
    return _effect(asked, given, form, [("reason", str(form.reason.errors[0]))])


@bp.get("/corrections/<public_id>")
@may(AUTHOR)
def log(public_id: str) -> str:
    """Show one decision: who, when, why, and what it did to each attempt."""
    made = storage.correction(read(), public_id)
    entries = storage.entries(read(), made.id)
    names = questions.taught_by(read(), the_actor())
    shown = sorted((each for each in entries if each.changed or not each.applied), key=lambda each: not each.left)
    asked = questions.question_named(read(), made.track, made.key)
    missed = actions.not_reached(made)
    return render_template(
        "corrections/log.html",
        made=made,
        question=asked,
        asked_on=asked.asked_on(made.policy, made.number),
        words=showing.POLICIES,
        option=showing.options(asked).get(made.option or "") if made.option else None,
        rows=[showing.entry_row(each, names) for each in shown[:MOST]],
        more=max(0, len(shown) - MOST),
        done=len(entries),
        changed=sum(each.changed and each.applied for each in entries),
        left=sum(each.left for each in entries),
        impossible=sum(not each.applied and not each.changed for each in entries),
        to_do=actions.left_to_do(made),
        missed=len(missed),
        missed_rows=[showing.missed_row(each.facts, names) for each in missed[:MOST]],
        teaches=the_actor().may(TEACH),
    )


@bp.post("/corrections/<public_id>/carry-on")
@may(AUTHOR)
def carry_on(public_id: str) -> ResponseReturnValue:
    """Do the next attempts of a decision that is not carried out yet."""
    actions.carry_on(public_id, clock.now())
    return redirect(url_for("corrections.log", public_id=public_id), 303)


@bp.post("/corrections/<public_id>/stop")
@may(AUTHOR)
def stop(public_id: str) -> ResponseReturnValue:
    """Try what is left once more, and end the decision when nothing of it can be done."""
    actions.stop(public_id, clock.now())
    return redirect(url_for("corrections.log", public_id=public_id), 303)


@bp.post("/attempts/<attempt_id>/correction/seen")
@signed_in
def seen(attempt_id: str) -> ResponseReturnValue:
    """Note that the learner has read about their changed score; the notice on the result page stays."""
    actions.see(the_actor(), attempt_id)
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


def notices(paper: Paper) -> list[storage.Entry]:
    """Return what corrections changed in an attempt, the earliest first; no statement for one without any."""
    if not paper.corrected:
        return []
    return [each for each in storage.entries_of_attempt(read(), paper.id) if each.applied and each.changed]


def init_room(app: Flask) -> None:
    """Let the result page, of a lower room, say what was corrected."""
    app.jinja_env.globals.update(
        corrections_of=notices, change_words=showing.change_words, ruling_words=showing.ruling_words
    )
