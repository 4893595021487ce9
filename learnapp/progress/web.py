"""The page "Today": carry on, the course, the scores, what is known."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import signed_in, the_actor
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes.domain.scoring import points_text
from learnapp.quizzes.storage.starting import offers

from . import domain, storage

bp = Blueprint("progress", __name__)


@bp.get("/progress")
@signed_in
def today() -> ResponseReturnValue:
    """Show the signed-in learner where they stand; without a track, ask for one first."""
    actor = the_actor()
    if actor.track is None:
        return render_template("progress/choose.html")
    now = clock.now()
    sat = storage.sat_of(actor)
    tries = storage.tries_of(sat.standings, now)
    lessons = storage.lessons_of(actor, actor.track)
    entries = domain.course(lessons, tries)
    others = domain.beside([(one.slug, one.title, one.kind) for one in offers(read(), actor.track)], tries)
    texts = storage.goal_texts(actor.track)
    marks = storage.goal_marks(actor.id, storage.hidden_goals(sat.standings, now))
    step = domain.next_step(entries, others)
    return render_template(
        "progress/today.html",
        entries=entries,
        others=others,
        step=step,
        waiting=[one for one in sat.open if one.public_id != step.resumes],
        now=now,
        share=domain.share_done(entries, others),
        read_count=sum(entry.lesson.state == "read" for entry in entries),
        tries=[one for one in tries if one.status != "open"],
        titles=sat.titles
        | {entry.lesson.quiz_slug: entry.lesson.title for entry in entries}
        | {other.slug: other.title for other in others},
        goals=[(slug, domain.goals(texts.get(slug, {}), marks.get(slug, {}))) for slug in texts],
        points_text=points_text,
    )
