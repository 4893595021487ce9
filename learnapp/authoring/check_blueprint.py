"""What is checked in a quiz's blueprint: its pools, here or in other quizzes, and its sections."""

from collections import Counter

from .course import Course, Quiz
from .faults import Report
from .schema import SlotModel

POOL_FACTOR = 2


def check_blueprint(quiz: Quiz, course: Course, report: Report) -> None:
    """Note everything that is wrong with the blueprint of a quiz for one track."""
    draws: Counter[tuple[str | None, str]] = Counter()
    for slot in quiz.model.blueprint:
        draws[slot.quiz, slot.pool] += slot.draw
    for number, slot in enumerate(quiz.model.blueprint):
        source = _source(quiz, number, slot, course, report)
        if source is not None:
            _check_size(quiz, number, source, slot, draws[slot.quiz, slot.pool], report)
            _check_objective(quiz, number, source, slot, report)
            _check_mixed(quiz, number, source, slot, report)
    _check_sections(quiz, report)
    _check_all_critical(quiz, course, report)


def row_of(quiz: Quiz, pool: str) -> SlotModel | None:
    """Return the first row that draws from one of the quiz's own pools, None when none does."""
    return next((slot for slot in quiz.model.blueprint if slot.pool == pool and slot.quiz is None), None)


def _fault(quiz: Quiz, report: Report, number: int, name: str, text: str) -> None:
    report.fault(quiz.document.path, quiz.document.line(("blueprint", number, name)), text)


def _source(quiz: Quiz, number: int, slot: SlotModel, course: Course, report: Report) -> Quiz | None:
    """Return the quiz that a row draws from, or None after noting that it cannot."""
    if slot.quiz == quiz.model.slug:
        _fault(quiz, report, number, "quiz", "This is the quiz itself: take `quiz` out of this row.")
        return None
    if slot.quiz and quiz.model.lesson:
        text = "Only a quiz without a lesson, like a final test, draws from other quizzes. Take `quiz` out."
        _fault(quiz, report, number, "quiz", text)
        return None
    source = course.source(quiz, slot)
    if source is None or (source.demo and not quiz.demo):
        _fault(quiz, report, number, "quiz", f"There is no quiz `{slot.quiz}` for the {quiz.track} track.")
        return None
    return source


def _check_size(quiz: Quiz, number: int, source: Quiz, slot: SlotModel, drawn: int, report: Report) -> None:
    """Note a pool that is too small; a demo shows each question once, so there the draw is enough."""
    have, need = source.pools.get(slot.pool, 0), drawn * (1 if quiz.demo else POOL_FACTOR)
    if slot.quiz and not have:
        _fault(quiz, report, number, "pool", f"The quiz `{slot.quiz}` has no pool `{slot.pool}`.")
    elif have < need:
        text = f"The pool `{slot.pool}` has {have} questions for the {quiz.track} track. Write at least {need}."
        _fault(quiz, report, number, "pool", text)


def _check_objective(quiz: Quiz, number: int, source: Quiz, slot: SlotModel, report: Report) -> None:
    first = row_of(source, slot.pool)
    if first is None or first.objective == slot.objective:
        return
    if source is quiz:
        text = f"The blueprint asks the pool `{slot.pool}` for two different objectives. Keep one for each pool."
    else:
        text = f"In the quiz `{slot.quiz}` the pool `{slot.pool}` is for {first.objective}. Write that here."
    _fault(quiz, report, number, "objective", text)


def _check_mixed(quiz: Quiz, number: int, source: Quiz, slot: SlotModel, report: Report) -> None:
    if source is quiz and len({item.critical for item in source.pool(slot.pool)}) > 1:
        text = f"Some questions of the pool `{slot.pool}` are critical, some not: chance decides who gets one."
        report.warn(quiz.document.path, quiz.document.line(("blueprint", number)), text)


def _check_sections(quiz: Quiz, report: Report) -> None:
    known = {part.id for part in quiz.model.sections}
    for number, slot in enumerate(quiz.model.blueprint):
        if slot.section and slot.section not in known:
            text = f"There is no section `{slot.section}` in `sections` of this quiz. Add it there."
            _fault(quiz, report, number, "section", text)
    used = {slot.section for slot in quiz.model.blueprint}
    for number, part in enumerate(quiz.model.sections):
        if part.id not in used:
            line = quiz.document.line(("sections", number))
            text = f"No row of the blueprint for the {quiz.track} track stands in the section `{part.id}`."
            report.fault(quiz.document.path, line, text)


def _check_all_critical(quiz: Quiz, course: Course, report: Report) -> None:
    """Note safety pools that a final test leaves out, of the quizzes that it draws from."""
    if not quiz.model.final:
        return
    drawn = {(slot.quiz, slot.pool) for slot in quiz.model.blueprint}
    for name in dict.fromkeys(slot.quiz for slot in quiz.model.blueprint if slot.quiz):
        source = course.quizzes.get((name, quiz.track))
        for slot in source.model.blueprint if source else ():
            safety = source is not None and any(item.critical for item in source.pool(slot.pool))
            if safety and (name, slot.pool) not in drawn:
                text = f"The safety pool `{slot.pool}` of the quiz `{name}` is left out. Draw from it too."
                report.fault(quiz.document.path, quiz.document.line(("blueprint",)), text)
