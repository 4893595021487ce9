"""What the pages of an open attempt share: loading it for the actor, its questions as templates see them, its clock."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import the_actor, this_page
from learnapp.kit import clock
from learnapp.kit.i18n import _
from learnapp.quizzes import actions
from learnapp.quizzes.answer_field import AnswerField
from learnapp.quizzes.domain.attempt import is_over, is_overdue
from learnapp.quizzes.domain.certainty import Mode
from learnapp.quizzes.domain.overview import Overview, Place, overview
from learnapp.quizzes.domain.scoring import points_text
from learnapp.quizzes.domain.tries import Behaviour, Phase, tries_allowed
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.storage import attempts
from learnapp.quizzes.storage.attempts import Paper, Slot
from learnapp.quizzes.types import type_named

from .feedback import NOTHING, Told, told


def iso(moment: datetime | None) -> str | None:
    """Return a moment for scripts: "2026-03-12T10:58:00.000Z"."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


@dataclasses.dataclass
class Question:
    """One question of an open paper as its template sees it; `base` is the name of its form fields."""

    slot: Slot
    kind: QuestionType
    base: str
    field: AnswerField
    revision: int
    flagged: bool
    certainty: int | None = None
    told: Told = NOTHING
    errors: list[str] = dataclasses.field(default_factory=list)

    @property
    def open(self) -> bool:
        """Say whether it takes an answer now; otherwise its last answer is shown as it was judged."""
        return self.slot.phase == Phase.OPEN

    @property
    def may_check(self) -> bool:
        """Say whether its answer can be judged at once, where the paper has checks: by a machine, and not locked."""
        return self.open and self.kind.marked and not self.slot.shown.get("waits")

    def opens_section(self, paper: Paper) -> bool:
        """Say whether it is the first question of its section on this paper."""
        first = next((slot for slot in paper.slots if slot.section == self.slot.section), None)
        return first is not None and first.position == self.slot.position

    @property
    def suffix(self) -> str:
        """Return what is added to "flag" and "revision" when all questions stand on one page."""
        return self.base.removeprefix("q") if self.base != "answer" else ""

    @property
    def hint(self) -> str:
        """Return what to do, how it is scored, and the points."""
        if not self.kind.marked:
            return str(self.kind.hint(self.slot.shown))
        points = _("%(points)s points", points=points_text(self.slot.weight))
        return f"{self.kind.hint(self.slot.shown)} {_('1 point') if self.slot.weight == 1 else points}."


def question_view(slot: Slot, base: str) -> Question:
    """Return a question with its stored answer."""
    kind = type_named(slot.type)
    answer_field = kind.field(slot.shown, slot.arrangement, base)
    answer_field.process(None, data=slot.answer)
    return Question(slot, kind, base, answer_field, slot.revision, slot.flagged, slot.certainty)


def fill_told(paper: Paper, views: Sequence[Question]) -> None:
    """Give each question what it may tell by now; keys are read only for those that have earned it."""
    tells = told(paper, [view.slot for view in views])
    for view in views:
        view.told = tells.get(view.slot.position, NOTHING)


def current_paper(attempt_id: str, now: datetime) -> Paper:
    """Return the actor's attempt; when its time is over the reader hands it in first (rules D10)."""
    paper = attempts.attempt_of(the_actor(), attempt_id)
    if is_overdue(paper.attempt, now):
        actions.finish_if_overdue(attempt_id, now, "reader")
        paper = attempts.attempt_of(the_actor(), attempt_id)
    return paper


def on_open_paper(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Give a page the actor's open attempt and the time; send people with a closed one to its result."""

    @wraps(view)
    def opened(attempt_id: str, **values: Any) -> ResponseReturnValue:
        now = clock.now()
        paper = current_paper(attempt_id, now)
        if paper.status != "open":
            return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
        if is_over(paper.attempt, now):
            return render_template("quizzes/time_up.html", **frame(paper, now))
        return view(paper, now, **values)

    return opened


def counts(paper: Paper) -> Overview:
    """Return how many questions are answered, flagged and to do."""
    return overview(places(paper))


def places(paper: Paper) -> list[Place]:
    """Return the questions that count as answered or not; a page that is only read is no question."""
    marked = [slot for slot in paper.slots if type_named(slot.type).marked]
    return [Place(slot.position, slot.answered, slot.flagged) for slot in marked]


def frame(paper: Paper, now: datetime) -> dict[str, Any]:
    """Return what every page around an open paper needs."""
    return {
        "paper": paper,
        "counts": counts(paper),
        "to_read": {slot.position for slot in paper.slots if not type_named(slot.type).marked},
        "server_time": iso(now),
        "deadline": iso(paper.deadline),
        "sign_in": url_for("security.login", next=this_page()),
        "checks": tries_allowed(Behaviour(paper.behaviour), 0) != 0,
        "levels": certainty_words(paper.certainty == Mode.MARKS) if paper.certainty != Mode.OFF else (),
    }


def certainty_words(with_shares: bool) -> list[tuple[int, str]]:
    """Return the three levels and what they are called; with_shares: where marks go by them (rules A8)."""
    if with_shares:
        return [
            (1, _("A guess: less than 2 in 3")),
            (2, _("Fairly sure: 2 in 3 or more")),
            (3, _("Very sure: 4 in 5 or more")),
        ]
    return [(1, _("A guess")), (2, _("Fairly sure")), (3, _("Very sure"))]


def refused_page(paper: Paper, code: str) -> ResponseReturnValue:
    """Say in words why nothing was saved: the attempt is handed in or abandoned, or its time is over."""
    if attempts.attempt_of(the_actor(), paper.public_id).status == "abandoned":  # perhaps by this very request
        code = "abandoned"
    return render_template("quizzes/closed.html", paper=paper, code=code), 403
