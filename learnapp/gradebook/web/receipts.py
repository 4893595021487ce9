"""The receipt of a learner's attempt for staff, as a page and as a text file, and checking a code against it."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from learnapp.accounts.domain import TEACH
from learnapp.accounts.guard import may, the_actor
from learnapp.gradebook.receipts import Question, StaffReceipt, Step, staff_receipt
from learnapp.kit.i18n import _, when
from learnapp.quizzes.domain.scoring import points_text
from learnapp.quizzes.storage.marking import Marking
from learnapp.receipts.receipt import is_code_of
from learnapp.receipts.storage import Act
from learnapp.receipts.web import as_file, facts, heading, saved_words, secret

from . import bp

MOST_LETTERS = 80  # a code has 24, and dashes


@bp.get("/attempts/<public_id>/receipt")
@may(TEACH)
def receipt(public_id: str) -> str:
    """Show everything that is recorded about an attempt, and whether a code that somebody brought belongs to it."""
    found = staff_receipt(the_actor(), public_id, secret())
    said = request.args.get("code", "").strip()[:MOST_LETTERS]
    return render_template(
        "gradebook/receipt.html", found=found, attempt=found.receipt.paper, facts=facts(found.receipt, staff=True),
        said=said, belongs=bool(said) and _belongs(said, found), step_words=step_words, mark_words=mark_words,
        act_words=act_words, saved_words=saved_words,
    )  # fmt: skip


@bp.get("/attempts/<public_id>/receipt.txt")
@may(TEACH)
def receipt_text(public_id: str) -> ResponseReturnValue:
    """Give the same list as a file."""
    found = staff_receipt(the_actor(), public_id, secret())
    paper = found.receipt.paper
    lines = [current_app.config["SETTINGS"].app_name, heading(paper), ""]
    lines += [f"{name}: {value}" for name, value in facts(found.receipt, staff=True)]
    lines += ["", *[act_words(act) for act in found.acts]] if found.acts else []
    for one in found.questions:
        lines += ["", f"{one.line.position}. {one.line.question}", f"   {one.line.answer or _('No answer')}"]
        lines += [f"   - {words}" for words in _all_words(one)]
    return as_file(paper, lines)


def _all_words(one: Question) -> list[str]:
    steps = [step_words(step) for step in one.steps] or [_("Nothing was saved for this question.")]
    return [*steps, *[mark_words(mark, one) for mark in one.marks]]


def _belongs(said: str, found: StaffReceipt) -> bool:
    """Say whether a code belongs to the attempt as it is stored now; codes of older secrets count too."""
    if found.receipt.code is None:
        return False
    older = current_app.config["SETTINGS"].secret_key_fallbacks
    return is_code_of(said, found.receipt.paper, found.receipt.version, [secret(), *older])


def step_words(step: Step) -> str:
    """Return one step in words: when, what was done, and the answer."""
    answer = step.answer or _("taken back: no answer")
    time = _("%(time)s (%(num)s s after the start)", time=when(step.recorded_at), num=step.seconds)
    if step.action == "refused":
        words = _("refused, a newer answer was stored (its page knew revision %(n)s): %(answer)s", n=step.revision,
                  answer=answer)  # fmt: skip
    elif step.action == "check":
        words = _("revision %(n)s, checked: %(answer)s", n=step.revision, answer=answer)
    elif step.action == "again":
        words = _("revision %(n)s, opened for another try: %(answer)s", n=step.revision, answer=answer)
    else:
        words = _("revision %(n)s, saved: %(answer)s", n=step.revision, answer=answer)
    late = f" ({_('accepted late by latency')})" if step.late else ""
    return f"{time}: {words}{late}"


def mark_words(mark: Marking, one: Question) -> str:
    """Return one mark that a person gave, in words."""
    words = _(
        "%(time)s: %(points)s of %(weight)s points, given by %(by)s", time=when(mark.recorded_at),
        points=points_text(mark.fraction * one.slot.weight), weight=points_text(one.slot.weight),
        by=mark.by or _("somebody who has left"),
    )  # fmt: skip
    return f"{words}: {' '.join(mark.comment.split())}" if mark.comment else words


def act_words(act: Act) -> str:
    """Return what somebody of the staff did to the attempt, in words."""
    done = {"reopen": _("opened again")}.get(act.event, _("changed"))
    by = act.by or _("somebody who has left")
    return _("%(time)s: %(done)s by %(by)s: %(reason)s", time=when(act.recorded_at), done=done, by=by,
             reason=act.reason)  # fmt: skip
