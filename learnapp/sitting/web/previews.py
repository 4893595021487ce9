"""A preview on the pages of a quiz: whose eyes it borrows, the moment it pretends, and the way out."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for

from learnapp.accounts.guard import the_actor
from learnapp.cohorts.storage import cohort_taught
from learnapp.kit.db import read
from learnapp.kit.i18n import zone_name
from learnapp.kit.moments import shown
from learnapp.quizzes.storage.attempts import Paper
from learnapp.quizzes.storage.standing import Standing
from learnapp.quizzes.storage.terms import of_cohort

from . import bp


@dataclass(frozen=True, slots=True)
class Seen:
    """What the banner of a preview says. group: None for a learner in no group. out: the address that ends it."""

    track: str
    at: datetime
    group: str | None
    out: str


@bp.app_template_global()
def preview_of(paper: Paper) -> Seen | None:
    """Return what the banner says of a preview, None for every other attempt."""
    if paper.preview_at is None:
        return None
    group = cohort_taught(the_actor(), paper.preview_cohort_id) if paper.preview_cohort_id is not None else None
    at = shown(paper.preview_at, zone_name())
    out = url_for("teach.preview", track=paper.track, group=group.public_id if group else None, at=at)
    return Seen(paper.track, paper.preview_at, group.name if group else None, out)


@bp.app_template_global()
def way_out(paper: Paper) -> str:
    """Return where somebody goes who leaves an open paper: the page before the quiz, Today, or out of the preview."""
    seen = preview_of(paper)
    return seen.out if seen else quiz_page(paper) or url_for("progress.today")


@bp.app_template_global()
def quiz_page(paper: Paper) -> str | None:
    """Return the page before an attempt's quiz; None when it leads nowhere.

    The quiz was taken away, or its learner has changed tracks: then it may not be there for them.
    """
    there = paper.offered and paper.track == the_actor().track
    return url_for("quizzes.start_page", slug=paper.quiz_slug) if there else None


def moment_of(paper: Paper, moment: datetime) -> datetime:
    """Return the moment on the clock of an attempt: a preview's began at the moment that it pretends."""
    return moment if paper.preview_at is None else paper.preview_at + (moment - paper.started_at)


def as_learner(paper: Paper, where: Standing) -> tuple[Paper, Standing]:
    """Return a preview and its standing as the learner would have them: a first try, on the pretended day.

    The result goes by the group's overrides; none of those that staff may have themselves.
    """
    cohort = paper.preview_cohort_id
    overrides = of_cohort(read(), cohort, paper.quiz_id) if cohort is not None else ()
    times: dict[str, Any] = {
        "started_at": moment_of(paper, paper.started_at),
        "submitted_at": moment_of(paper, paper.submitted_at) if paper.submitted_at else None,
    }
    tries = tuple(replace(one, number=1, **times) for one in where.tries)
    kind = str(where.settings.get("kind") or "graded")
    learner = replace(paper, kind=kind, number=1, **times)
    return learner, replace(where, tries=tries, overrides=overrides)
