"""What is checked in every question, of a quiz or inside a lesson."""

import re
from collections.abc import Iterable
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.lessons.text import CITATION
from learnapp.quizzes.types import TYPES

from .check_texts import check_sentences, check_text
from .course import Ask, Course, Lesson
from .faults import Report
from .files import Place, places

STEP = re.compile(r"([A-Za-z_][\w-]*)|\[(\d+)\]|\[\"?([^\]\"]*)\"?\]")
COMMON_TEXTS = ("stem", "story", "explanation")


def check_ask(ask: Ask, lesson: Lesson | None, course: Course, track: str, report: Report) -> None:
    """Note everything that is wrong with one question as one track sees it."""
    _check_claims(ask, course, track, report)
    _check_objective(ask, lesson, report)
    _check_type(ask, report)
    _check_tags(ask, course, report)
    _check_words(ask, course, track, report)


def _fault(ask: Ask, report: Report, place: Place, text: str) -> None:
    report.fault(ask.document.path, ask.document.line(place), text)


def _check_claims(ask: Ask, course: Course, track: str, report: Report) -> None:
    for number, code in enumerate(ask.model.claims):
        claim, place = course.claims.by_key.get(code), ("claims", number)
        if claim is None:
            _fault(ask, report, place, f"There is no claim {code}. Look it up in content/evidence/claims.yaml.")
            continue
        if claim.audience not in ("both", track):
            text = f"{code} is for {claim.audience}s only. Use another claim for the {track} track."
            _fault(ask, report, place, text)
        if claim.basis == "memory":
            _fault(ask, report, place, f"{code} was not read (basis: memory), so it may not be tested.")
        if claim.grade == "D" and ask.model.key_is is None:
            text = f"{code} is contested (grade D). Ask for what is unsettled or for the safe rule, and add `key_is`."
            _fault(ask, report, place, text)


def check_disputed(asks: Iterable[Ask], course: Course, report: Report) -> None:
    """Note, once in a file, each claim on whose details sources disagree and that is tested without `key_is`."""
    seen: set[str] = set()
    for ask in asks:
        for number, code in enumerate(ask.model.claims):
            claim = course.claims.by_key.get(code)
            disputed = claim is not None and claim.grade != "D" and "disagree" in claim.caution.lower()
            if disputed and ask.model.key_is is None and code not in seen:
                seen.add(code)
                text = f"Sources disagree on {code} (see its caution). No key may rest on that point without `key_is`."
                report.warn(ask.document.path, ask.document.line(("claims", number)), text)


def _check_objective(ask: Ask, lesson: Lesson | None, report: Report) -> None:
    if lesson is not None and ask.model.objective not in lesson.objectives:
        known = ", ".join(lesson.objectives)
        text = f"The lesson has no objective {ask.model.objective} for this track. It has: {known}."
        _fault(ask, report, ("objective",), text)


def _check_type(ask: Ask, report: Report) -> None:
    kind = TYPES.get(ask.model.type)
    if kind is None:
        _fault(ask, report, ("type",), f"There is no question type `{ask.model.type}`. Use one of: {', '.join(TYPES)}.")
        return
    for name in sorted(set(ask.model.own_fields) - kind.fields):
        _fault(ask, report, (name,), f"A question of type {kind.name} has no field `{name}`. Take it out.")
    data: dict[str, Any] = {"v": 1, **ask.model.own_fields}
    for problem in kind.check_data(data):
        _fault(ask, report, place_of(problem), problem_words(problem))


def place_of(problem: Problem) -> Place:
    """Return the place of a problem ("options[2].reason") as steps into the data."""
    steps: list[str | int] = []
    for name, number, key in STEP.findall(problem.place):
        steps.append(int(number) if number else name or key)
    return tuple(steps)


def problem_words(problem: Problem) -> str:
    """Return what to do about a problem that a question type found."""
    words = PROBLEMS.get(problem.code, problem.code.replace("_", " ").capitalize() + ".")
    return words.format(**problem.values)


def _check_tags(ask: Ask, course: Course, report: Report) -> None:
    for place, value in places(ask.model.own_fields, "misconception"):
        if value not in course.misconceptions.by_key:
            text = f"There is no misconception {value}. Look it up in content/evidence/misconceptions.yaml."
            _fault(ask, report, place, text)


def _check_words(ask: Ask, course: Course, track: str, report: Report) -> None:
    def check(text: Any, place: str) -> Any:
        if isinstance(text, str):
            where = place_of(Problem("", place))
            check_text(text, ask.document.path, ask.document.line(where), course, report)
            if CITATION.search(text):
                _fault(ask, report, where, "Name claims in `claims`; citations stand only in a lesson's paragraphs.")
            if track == "patient":
                check_sentences(text, ask.document.path, ask.document.line(where), report)
        return text

    for name in COMMON_TEXTS:
        check(getattr(ask.model, name), name)
    kind = TYPES.get(ask.model.type)
    if kind is not None:
        kind.map_texts(ask.model.own_fields, check)


PROBLEMS = {
    "bad_fraction": "Write the share of the points as a number from 0 to 1, like 0.5.",
    "bad_id": "Give this an `id` of small letters, digits and hyphens, like `new-tissue`.",
    "bad_misconception": "Write the code of a misconception, like M-05.",
    "bad_tolerance": "Write the tolerance as a number, 0 or more.",
    "duplicate_id": "The id `{id}` is used twice in this question. Give each its own.",
    "empty_range": "Write where this range begins (`from`) and ends (`to`), the smaller number first.",
    "key_not_a_choice": "The key is not one of the `choices`. Write the id of a choice.",
    "missing_reason": "Add the reason: say why this is right or wrong.",
    "missing_text": "Add the text.",
    "no_right_answer": "Give at least one right answer with its `value`.",
    "no_right_option": "No option is right. Write `right: true` on the right one.",
    "no_wrong_option": "Every option is right. Add at least one wrong option.",
    "not_a_mapping": "Write this entry as fields with values.",
    "not_a_number": "Write a number here.",
    "not_true_or_false": "Write true or false as the answer.",
    "not_yes_or_no": "Write true or false for `right`.",
    "reserved_id": "The id `{id}` is taken by “I am not sure”, which every question gets. Take it out.",
    "second_right_option": "A second option is marked as right. Exactly one may be.",
    "too_few": "Write at least {at_least} here.",
    "unknown_field": "There is no field `{field}` here. Check the spelling or take it out.",
    "unknown_scoring": "There is no such way of scoring. Use one of: {known}.",
    "unknown_tolerance": "There is no such tolerance. Use one of: {known}.",
}
