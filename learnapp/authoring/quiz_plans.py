"""A checked quiz as what publishing writes: its settings, its questions rendered, and the rows of its blueprint."""

from datetime import datetime
from typing import Any

from learnapp.quizzes.storage.publishing import BESIDE
from learnapp.quizzes.types import TYPES

from .check_texts import plain
from .check_times import TIMES
from .course import Course, Quiz
from .inline import inline
from .render import question_json
from .review_model import stored
from .schema import ItemModel

Json = dict[str, Any]
ONCE = ("layout", "time_limit_minutes", "kind", "behaviour", "penalty", "order", "keep")
GRACE = 60 * 24  # minutes, where a quiz with a grace does not say how long it is
BY_TRACK = ("attempt_limit", "certainty")


def quiz_plan(course: Course, by_track: list[Quiz]) -> Json:
    """Return everything that is published of a quiz, from what each of its tracks sees."""
    first = by_track[0]
    return {
        "slug": first.model.slug,
        "lesson_slug": first.model.lesson or "",
        "position": _position(course, first),
        "titles": {quiz.track: plain(quiz.model.title) for quiz in by_track},
        "settings": _settings(by_track),
        "objectives": {quiz.track: {key: plain(text) for key, text in course.goals(quiz).items()} for quiz in by_track},
        "sections": {quiz.track: _sections(quiz) for quiz in by_track},
        "questions": {quiz.track: _questions(course, quiz) for quiz in by_track},
        "blueprint": {quiz.track: _blueprint(quiz) for quiz in by_track},
    }


def _position(course: Course, quiz: Quiz) -> int:
    lesson = course.lesson_of(quiz)
    if lesson is not None and course.home_of(quiz) == lesson.model.slug:
        return lesson.model.position
    return BESIDE + (2 if quiz.demo else 0 if quiz.model.final else 1)


def _settings(by_track: list[Quiz]) -> Json:
    first = by_track[0]
    shared = {name: getattr(first.model.settings, name) for name in ONCE}
    differing = {name: {quiz.track: getattr(quiz.model.settings, name) for quiz in by_track} for name in BY_TRACK}
    marks = {quiz.track: quiz.model.pass_percent for quiz in by_track}
    return {
        **shared,
        **_times(first),
        **_review(by_track),
        **differing,
        "pass_percent": marks,
        "final": first.model.final,
        "demo": first.demo,
    }


def _times(quiz: Quiz) -> Json:
    """Return the settings of opening, closing, waits and the deadline that the quiz has.

    What it leaves out is no setting. Moments are text with their offset, since settings are JSON.
    """
    settings = quiz.model.settings
    given = {name: getattr(settings, name) for name in TIMES}
    if settings.deadline_policy == "grace":
        given["grace_minutes"] = settings.grace_minutes or GRACE
    stored = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}
    return {name: value for name, value in stored.items() if value not in (None, False, "auto_submit")}


def _review(by_track: list[Quiz]) -> Json:
    """Return the review policy by track, as far as it is written; a quiz that writes none has no such setting."""
    written = {quiz.track: stored(quiz.model.settings.review) for quiz in by_track}
    return {"review": written} if any(written.values()) else {}


def _sections(quiz: Quiz) -> Json:
    return {part.id: {"title": inline(part.title), "intro": inline(part.intro)} for part in quiz.model.sections}


def _blueprint(quiz: Quiz) -> list[Json]:
    """Return the rows section by section, in the order of the sections; first what stands in none."""
    places = {part.id: number for number, part in enumerate(quiz.model.sections)}
    rows = sorted(quiz.model.blueprint, key=lambda slot: places.get(slot.section or "", -1))
    return [{**slot.model_dump(), "objective": slot.goal} for slot in rows]


def _questions(course: Course, quiz: Quiz) -> list[Json]:
    plans = []
    home = course.home_of(quiz)
    for ask in quiz.items:
        item = ask.model
        if isinstance(item, ItemModel):
            lesson = quiz.model.lesson or item.lesson or ""
            body = question_json(ask, lesson, item.section, lambda _key: False, home)
            weight = item.weight if TYPES[item.type].marked else 0
            facts = {"type": item.type, "objective": item.objective, "critical": item.critical, "weight": weight}
            body |= {**facts, "key": body["shown"]["key"], "track": quiz.track, "claims": list(item.claims)}
            plans.append({"pool": item.pool, "row": body})
    return plans
