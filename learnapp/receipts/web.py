"""The receipt of an attempt that is over, as a page and as a plain text file."""

from collections.abc import Callable, Sequence
from functools import wraps

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import signed_in
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.i18n import _, _n, when, zone_name
from learnapp.kit.web import emergency_number
from learnapp.quizzes.storage.attempts import Paper
from learnapp.sitting.web.views import certainty_words, current_paper

from .receipt import Line, Receipt, receipt_of

bp = Blueprint("receipts", __name__)


def _of_closed_paper(view: Callable[[Paper, Receipt], ResponseReturnValue]) -> Callable[[str], ResponseReturnValue]:
    """Give a view the actor's attempt that is over, with its receipt; send people with an open one back to it."""

    @wraps(view)
    def closed(attempt_id: str) -> ResponseReturnValue:
        paper = current_paper(attempt_id, clock.now())
        if paper.status == "open":
            return redirect(url_for("quizzes.page", attempt_id=attempt_id), 303)
        return view(paper, receipt_of(read(), paper, secret()))

    return closed


@bp.get("/attempts/<attempt_id>/receipt")
@signed_in
@_of_closed_paper
def page(paper: Paper, found: Receipt) -> ResponseReturnValue:
    """List every stored answer of the actor's own attempt, once it is over."""
    return render_template(
        "receipts/receipt.html", receipt=found, paper=paper, facts=facts(found), sure=sure, saved_words=saved_words
    )


@bp.get("/attempts/<attempt_id>/receipt.txt")
@signed_in
@_of_closed_paper
def file(paper: Paper, found: Receipt) -> ResponseReturnValue:
    """Give the same list as a file."""
    head = [f"{name}: {value}" for name, value in facts(found)]
    return as_file(paper, [current_app.config["SETTINGS"].app_name, heading(paper), "", *head, "", *_answers(found)])


def secret() -> str:
    """Return the key that signs receipts now."""
    return str(current_app.secret_key)


def heading(paper: Paper) -> str:
    """Return what the receipt is of."""
    return _("Receipt: %(quiz)s, try %(n)s", quiz=paper.title, n=paper.number)


def facts(found: Receipt, staff: bool = False) -> list[tuple[str, str]]:
    """Return what is said about the whole attempt, as (name, value); staff: the reader is not its learner."""
    paper = found.paper
    rows = [
        (_("Started"), when(paper.started_at)),
        (_("Handed in"), when(paper.submitted_at) if paper.submitted_at else _("Never")),
        (_("Closed by"), closed_by(paper, _("The learner") if staff else _("You"))),
        (_("Arrived"), _("After the end, within the time allowed for a slow connection")),
        (_("Times are in"), zone_name()),
        (_("Answers saved"), _n("%(num)s time", "%(num)s times", found.saves)),
        (_("Version of the quiz"), str(found.version)),
        (_("Try"), _number(paper)),
        (_("Check code"), found.code or "-"),
    ]
    return [row for row in rows if paper.late_by_latency or row[0] != _("Arrived")]


def _number(paper: Paper) -> str:
    if paper.kind == "practice":
        return _("%(n)s, practice: not counted", n=paper.number)
    return _("%(n)s, preview: not counted", n=paper.number) if paper.kind == "preview" else str(paper.number)


def closed_by(paper: Paper, learner: str) -> str:
    """Say who closed the attempt: its learner, called so, or the clock."""
    if paper.status == "open":
        return "-"
    if paper.status == "abandoned":
        return _("The clock: it was not handed in, so it has no score")
    return learner if paper.closed_by == "learner" else _("The clock: time was over, the saved answers were handed in")


def sure(level: int | None) -> str:
    """Return how sure the learner said they were, "" when they did not say."""
    return str(dict(certainty_words(False)).get(level or 0, ""))


def saved_words(line: Line) -> str:
    """Say when the newest answer of a question was saved, and which one it is."""
    if line.saved_at is None:
        return _("Nothing was saved for this question.")
    words = _("Saved %(time)s, revision %(n)s", time=when(line.saved_at), n=line.revision)
    return f"{words}, {_('accepted although it came after the end')}" if line.late else words


def _answers(found: Receipt) -> list[str]:
    lines = []
    for line in found.lines:
        answer = (line.answer or _("No answer")).replace("\n", "\n   ")
        lines += [f"{line.position}. {line.question}", f"   {answer}", f"   {saved_words(line)}"]
        said = sure(line.certainty)
        lines += [f"   {_('How sure: %(level)s', level=said)}"] if said else []
    return lines


def as_file(paper: Paper, lines: Sequence[str]) -> Response:
    """Return lines as a text file whose name names nobody."""
    text = "\n".join(lines).replace("{emergency}", emergency_number()) + "\n"
    response = Response(text, mimetype="text/plain")
    name = f"receipt-{paper.quiz_slug}-try-{paper.number}.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
