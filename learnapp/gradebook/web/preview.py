"""Looking at lessons and quizzes as a learner: of which track and group, and on which day; nothing of it counts."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.domain import TEACH, TRACKS
from learnapp.accounts.guard import may, the_actor
from learnapp.cohorts.storage import Cohort, cohort_for_teacher
from learnapp.gradebook import holding, storage
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.errors import NotFound, Problem
from learnapp.kit.i18n import _, zone_name
from learnapp.kit.limits import Rule
from learnapp.kit.moments import shown, wall_moment
from learnapp.lessons.storage import lesson_cards
from learnapp.lessons.web import previewed
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.actions import Pretence
from learnapp.quizzes.actions.previewing import pretended
from learnapp.quizzes.storage import starting
from learnapp.sitting.web.start import HOUR, SEED_BITS, STARTS, facts

from . import bp


@dataclass(frozen=True, slots=True)
class View:
    """As whom somebody looks, read from the address of a page. problem: why its moment is none."""

    track: str
    group: Cohort | None
    at: datetime
    typed: str
    problem: Problem | None

    @property
    def asked(self) -> dict[str, Any]:
        """Return what addresses of the same view carry."""
        return {"track": self.track, "group": self.group.public_id if self.group else None, "at": self.typed or None}

    @property
    def pretence(self) -> Pretence:
        """Return the view as actions take it."""
        return Pretence(self.track, self.at, self.group.id if self.group else None)

    def seen(self, slug: str = "") -> dict[str, Any]:
        """Return what the banner says, and the addresses of the same view. slug: of the lesson that is shown."""
        return {
            "track": self.track,
            "at": self.at,
            "group": self.group.name if self.group else None,
            "out": url_for("teach.preview", **self.asked),
            "lesson": lambda to: url_for("teach.preview_lesson", slug=to, **self.asked),
            "quiz": lambda to: url_for("teach.preview_quiz", slug=to, **self.asked),
            "check": lambda n: url_for(
                "teach.preview_check", slug=slug, number=n, **self.asked, _anchor=f"check-{n}-said"
            ),
        }


def _view() -> View:
    """Read the view from the address; NotFound for a group that the actor does not teach."""
    asked, typed = request.args.get("group"), request.args.get("at", "")[:40].strip()
    group = cohort_for_teacher(the_actor(), asked) if asked else None
    track = request.args.get("track", group.track if group else TRACKS[0])
    if track not in TRACKS:
        raise NotFound("track")
    found = wall_moment(typed, zone_name()) if typed else clock.now()
    if isinstance(found, Problem):
        return View(track, group, clock.now(), typed, found)
    return View(track, group, found, typed, None)


@bp.get("/preview")
@may(TEACH)
def preview() -> ResponseReturnValue:
    """Choose as whom to look, and at what."""
    view = _view()
    return _chooser(view), 422 if view.problem else 200


def _chooser(view: View) -> str:
    return render_template(
        "gradebook/preview.html", view=view, seen=view.seen(), error=_words(view.problem),
        groups=storage.cohorts_of(the_actor()), now=shown(view.at, zone_name()),
        lessons=lesson_cards(view.track), courses=holding.courses_of(view.track),
    )  # fmt: skip


def _words(problem: Problem | None) -> str:
    if problem is None:
        return ""
    if problem.code == "moment_skipped":
        return _("Enter another time: that night the clocks go from %(last)s to %(next)s", **problem.values)
    if problem.code == "moment_far":
        return _("Enter a year from %(first)s to %(last)s", **problem.values)
    return _("Enter a date and a time")


@bp.get("/preview/quizzes/<slug>")
@may(TEACH)
def preview_quiz(slug: str) -> ResponseReturnValue:
    """Show the page before a quiz as the learner finds it on that day."""
    view, actor = _view(), the_actor()
    if view.problem:
        return _chooser(view), 422
    quiz = pretended(read(), starting.quiz_now(read(), slug, actor.id), view.pretence)
    begin = url_for("teach.start_preview", slug=slug, **view.asked)
    words = facts(actor, view.track, quiz, view.at)
    return render_template("quizzes/start.html", quiz=quiz, preview=view.seen(), preview_start=begin, **words)


@bp.post("/preview/quizzes/<slug>")
@may(TEACH)
def start_preview(slug: str) -> ResponseReturnValue:
    """Start a preview of a quiz; an older one of the same quiz is deleted."""
    view, actor = _view(), the_actor()
    if view.problem:
        return _chooser(view), 422
    rate = Rule("start", str(actor.id), STARTS, HOUR)
    attempt = quizzes.preview(actor, slug, view.pretence, clock.now(), secrets.randbits(SEED_BITS), rate)
    return redirect(url_for("quizzes.page", attempt_id=attempt), 303)


@bp.get("/preview/lessons/<slug>")
@may(TEACH)
def preview_lesson(slug: str) -> ResponseReturnValue:
    """Show a lesson as the learner reads it, with the contact of their group; nothing is marked as read."""
    return _lesson(slug, None)


@bp.post("/preview/lessons/<slug>/checks/<int(max=999):number>")
@may(TEACH)
def preview_check(slug: str, number: int) -> ResponseReturnValue:
    """Say what is right or wrong about an answer to a lesson's check; nothing is stored."""
    return _lesson(slug, number)


def _lesson(slug: str, answered: int | None) -> ResponseReturnValue:
    view = _view()
    if view.problem:
        return _chooser(view), 422
    group = view.group
    contact = (group.place_name, group.place_phone) if group and group.place_name else None
    return previewed(slug, view.track, contact, view.seen(slug), answered)
