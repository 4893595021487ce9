"""What is checked in a quiz as one track sits it."""

from collections import Counter
from collections.abc import Sequence

from .check_blueprint import check_blueprint, row_of
from .check_questions import check_ask, check_disputed
from .check_review import check_review
from .check_texts import check_sentences, check_text
from .check_times import TIMES, check_times
from .course import Ask, Course, Quiz
from .faults import Report
from .schema import ItemModel

SHARED = ("layout", "time_limit_minutes", "kind", "behaviour", "penalty", "order", "keep", *TIMES)


def check_quiz(quiz: Quiz, course: Course, report: Report) -> None:
    """Note everything that is wrong with a quiz for one track."""
    _check_place(quiz, course, report)
    _check_settings(quiz, report)
    check_times(quiz, report)
    check_review(quiz, report)
    _check_texts(quiz, course, report)
    _check_ids(quiz, report)
    check_blueprint(quiz, course, report)
    goals = course.own_goals(quiz) if quiz.model.lesson is None or course.lesson_of(quiz) else None
    for ask in quiz.items:
        check_ask(ask, goals, course, quiz.track, report)
    check_disputed(quiz.items, course, report)
    _check_items(quiz, course, report)


def _fault(quiz: Quiz, report: Report, place: tuple[str | int, ...], text: str) -> None:
    report.fault(quiz.document.path, quiz.document.line(place), text)


def _check_place(quiz: Quiz, course: Course, report: Report) -> None:
    """Note a quiz that belongs nowhere, or in two places.

    It is a lesson's quiz, a final test, or stands beside the course: practice, and what only the demo shows.
    """
    model, lesson = quiz.model, course.lesson_of(quiz)
    beside = quiz.demo or model.settings.kind == "practice"
    if model.final and (model.lesson or quiz.demo):
        _fault(quiz, report, ("final",), "A final test belongs to no lesson and to no demo. Take `final` out.")
    if model.lesson is None:
        if not (model.final or beside):
            _fault(quiz, report, (), "Add `lesson`, or `final: true` for a final test over several lessons.")
    elif lesson is None:
        _fault(quiz, report, ("lesson",), f"There is no lesson `{model.lesson}` for the {quiz.track} track.")
    elif lesson.model.quiz != model.slug and not beside:
        text = f"The lesson names another quiz. Write `quiz: {model.slug}` in {lesson.document.path}."
        _fault(quiz, report, ("lesson",), text)
    if model.objectives and model.lesson:
        _fault(quiz, report, ("objectives",), "The lesson has the objectives. Take them out here.")


def _check_settings(quiz: Quiz, report: Report) -> None:
    """Note settings that contradict each other (rules D7, D9)."""
    settings = quiz.model.settings
    practice = settings.kind == "practice"
    if quiz.demo and not practice:
        _fault(quiz, report, ("settings",), "Quizzes of the demo are for looking around: write `kind: practice`.")
    if practice and settings.attempt_limit is not None:
        _fault(quiz, report, ("settings", "attempt_limit"), "Practice is never counted: take `attempt_limit` out.")
    if practice and quiz.model.final:
        _fault(quiz, report, ("settings", "kind"), "A final test is graded: take `kind: practice` out.")
    if quiz.model.final and settings.behaviour != "deferred":
        text = "A final test is graded when it is handed in: write `behaviour: deferred`."
        _fault(quiz, report, ("settings", "behaviour"), text)
    if settings.certainty == "marks" and not (practice and quiz.track == "trainee"):
        text = "Marks by certainty are for practice quizzes of trainees. Write `ask` or `off`."
        _fault(quiz, report, ("settings", "certainty"), text)


def _check_texts(quiz: Quiz, course: Course, report: Report) -> None:
    model = quiz.model
    texts: list[tuple[tuple[str | int, ...], str]] = [(("title",), model.title)]
    texts += [(("objectives", n, "text"), goal.text) for n, goal in enumerate(model.objectives)]
    for number, part in enumerate(model.sections):
        texts += [(("sections", number, "title"), part.title), (("sections", number, "intro"), part.intro)]
    for place, text in texts:
        path, line = quiz.document.path, quiz.document.line(place)
        check_text(text, path, line, course, report)
        if quiz.track == "patient":
            check_sentences(text, path, line, report)


def _check_ids(quiz: Quiz, report: Report) -> None:
    seen: set[str] = set()
    for ask in quiz.items:
        if ask.model.id in seen:
            text = f"The question id `{ask.model.id}` is used twice. Ids must be unique and never change meaning."
            report.fault(quiz.document.path, ask.document.line(("id",)), text)
        seen.add(ask.model.id)
    for name, entries in (("objectives", quiz.model.objectives), ("sections", quiz.model.sections)):
        for key, times in Counter(entry.id for entry in entries).items():
            if times > 1:
                _fault(quiz, report, (name,), f"The id `{key}` is used twice in `{name}`. Give each its own.")


def _check_items(quiz: Quiz, course: Course, report: Report) -> None:
    path = quiz.document.path
    for ask in quiz.items:
        item = ask.model
        if not isinstance(item, ItemModel):
            continue
        slot = row_of(quiz, item.pool)
        if slot is None:
            text = f"The blueprint for the {quiz.track} track draws nothing from the pool `{item.pool}`."
            report.fault(path, ask.document.line(("pool",)), text)
        elif slot.objective != item.objective:
            text = f"The pool `{item.pool}` is for {slot.objective}, this question says {item.objective}."
            report.fault(path, ask.document.line(("objective",)), text)
        _check_section(quiz, ask, item, course, report)


def _check_section(quiz: Quiz, ask: Ask, item: ItemModel, course: Course, report: Report) -> None:
    """Note a question that does not say which section teaches it; without a lesson it may leave that out."""
    path, line = quiz.document.path, ask.document.line
    if quiz.model.lesson and item.lesson:
        report.fault(path, line(("lesson",)), "The quiz has its lesson. Take `lesson` out of the question.")
        return
    name = quiz.model.lesson or item.lesson
    lesson = course.lessons.get((name or "", quiz.track))
    if name and not item.section:
        report.fault(path, line(), "Add `section`: the key of the lesson's section that teaches it.")
    elif item.section and not name:
        report.fault(path, line(("section",)), "Add `lesson` to say whose section this is, or take `section` out.")
    elif lesson is None and item.lesson:
        report.fault(path, line(("lesson",)), f"There is no lesson `{item.lesson}` for the {quiz.track} track.")
    elif lesson is not None:
        sections = [section.key for section, _ in lesson.sections]
        if item.section not in sections:
            known = ", ".join(sections)
            text = f"The lesson has no section `{item.section}` for the {quiz.track} track. It has: {known}."
            report.fault(path, line(("section",)), text)


def check_tracks_agree(quizzes: Sequence[Quiz], report: Report) -> None:
    """Note what a quiz must say once for both tracks: everything about how it is sat but certainty and tries."""
    first = quizzes[0]
    for name in SHARED:
        if len({getattr(quiz.model.settings, name) for quiz in quizzes}) > 1:
            _fault(first, report, ("settings", name), f"Write one `{name}` for both tracks.")
    for name in ("lesson", "final"):
        if len({getattr(quiz.model, name) for quiz in quizzes}) > 1:
            _fault(first, report, (name,), f"Write one `{name}` for both tracks.")
