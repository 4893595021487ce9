"""What is checked in a quiz as one track sits it."""

from collections import Counter
from collections.abc import Sequence

from .check_questions import check_ask, check_disputed
from .check_texts import check_text
from .course import Course, Quiz
from .faults import Report
from .schema import ItemModel, SlotModel

POOL_FACTOR = 2


def check_quiz(quiz: Quiz, course: Course, report: Report) -> None:
    """Note everything that is wrong with a quiz for one track."""
    path, line = quiz.document.path, quiz.document.line
    lesson = course.lessons.get((quiz.model.lesson, quiz.track))
    if lesson is None:
        text = f"There is no lesson `{quiz.model.lesson}` for the {quiz.track} track."
        report.fault(path, line(("lesson",)), text)
    elif lesson.model.quiz != quiz.model.slug:
        text = f"The lesson names another quiz. Write `quiz: {quiz.model.slug}` in {lesson.document.path}."
        report.fault(path, line(("lesson",)), text)
    check_text(quiz.model.title, path, line(("title",)), course, report)
    _check_ids(quiz, report)
    _check_blueprint(quiz, report)
    for ask in quiz.items:
        check_ask(ask, lesson, course, quiz.track, report)
    check_disputed(quiz.items, course, report)
    _check_items(quiz, course, report)


def _check_ids(quiz: Quiz, report: Report) -> None:
    seen: set[str] = set()
    for ask in quiz.items:
        if ask.model.id in seen:
            text = f"The question id `{ask.model.id}` is used twice. Ids must be unique and never change meaning."
            report.fault(quiz.document.path, ask.document.line(("id",)), text)
        seen.add(ask.model.id)


def _check_blueprint(quiz: Quiz, report: Report) -> None:
    path, line = quiz.document.path, quiz.document.line
    draws: Counter[str] = Counter()
    for slot in quiz.model.blueprint:
        draws[slot.pool] += slot.draw
    for number, slot in enumerate(quiz.model.blueprint):
        have, need = quiz.pools.get(slot.pool, 0), POOL_FACTOR * draws[slot.pool]
        if have < need:
            text = f"The pool `{slot.pool}` has {have} questions for the {quiz.track} track. Write at least {need}."
            report.fault(path, line(("blueprint", number)), text)
        if slot.objective != _objective_of(quiz, slot.pool):
            text = f"The blueprint asks the pool `{slot.pool}` for two different objectives. Keep one for each pool."
            report.fault(path, line(("blueprint", number, "objective")), text)


def _objective_of(quiz: Quiz, pool: str) -> str | None:
    slot = _slot(quiz, pool)
    return slot.objective if slot else None


def _slot(quiz: Quiz, pool: str) -> SlotModel | None:
    return next((slot for slot in quiz.model.blueprint if slot.pool == pool), None)


def _check_items(quiz: Quiz, course: Course, report: Report) -> None:
    path = quiz.document.path
    lesson = course.lessons.get((quiz.model.lesson, quiz.track))
    sections = [section.key for section, _ in lesson.sections] if lesson else []
    for ask in quiz.items:
        item = ask.model
        if not isinstance(item, ItemModel):
            continue
        slot = _slot(quiz, item.pool)
        if slot is None:
            text = f"The blueprint for the {quiz.track} track draws nothing from the pool `{item.pool}`."
            report.fault(path, ask.document.line(("pool",)), text)
        elif slot.objective != item.objective:
            text = f"The pool `{item.pool}` is for {slot.objective}, this question says {item.objective}."
            report.fault(path, ask.document.line(("objective",)), text)
        if sections and item.section not in sections:
            known = ", ".join(sections)
            text = f"The lesson has no section `{item.section}` for the {quiz.track} track. It has: {known}."
            report.fault(path, ask.document.line(("section",)), text)
    _check_critical(quiz, report)


def _check_critical(quiz: Quiz, report: Report) -> None:
    for number, slot in enumerate(quiz.model.blueprint):
        items = [ask.model for ask in quiz.items if isinstance(ask.model, ItemModel)]
        if len({item.critical for item in items if item.pool == slot.pool}) > 1:
            text = f"Some questions of the pool `{slot.pool}` are critical, some not: chance decides who gets one."
            report.warn(quiz.document.path, quiz.document.line(("blueprint", number)), text)


def check_tracks_agree(quizzes: Sequence[Quiz], report: Report) -> None:
    """Note what a quiz must say once for both tracks: its layout and its time limit."""
    first = quizzes[0]
    for name in ("layout", "time_limit_minutes"):
        if len({getattr(quiz.model.settings, name) for quiz in quizzes}) > 1:
            line = first.document.line(("settings", name))
            report.fault(first.document.path, line, f"Write one `{name}` for both tracks.")
