"""What is checked in a lesson as one track reads it."""

import re
from collections import Counter
from collections.abc import Sequence

from learnapp.lessons import reading_age
from learnapp.lessons.text import CITATION, CITED_END, Box, Insert, Piece, Section, pieces

from .check_questions import check_ask, check_disputed
from .check_texts import check_sentences, check_text, linked_words, plain
from .course import Course, Lesson
from .faults import Report
from .files import places

SECTIONS, SECTION_WORDS, CHECKS, KEY_POINTS, LIST_ITEMS, ITEM_WORDS = (4, 6), (60, 160), (2, 4), 3, (2, 5), 12
PATIENT_GRADE = 6
SAYS_DIFFER = re.compile(r"agree|differ|settled|not clear|dispute|conflict|nobody knows|open question", re.I)
# Anchors that the page itself needs.
RESERVED_KEYS = {"end", "goals", "main", "sources", "words"}


def check_lesson(lesson: Lesson, course: Course, report: Report) -> None:
    """Note everything that is wrong with a lesson for one track."""
    _check_head(lesson, course, report)
    _check_sections(lesson, report)
    _check_boxes(lesson, report)
    _check_inserts(lesson, course, report)
    for piece, _ in pieces(lesson.blocks):
        _check_piece(lesson, piece, course, report)
    _check_contested(lesson, course, report)
    _check_care(lesson, course, report)
    for ask in lesson.checks.values():
        check_ask(ask, lesson.objectives, course, lesson.track, report)
    check_disputed(lesson.checks.values(), course, report)
    if lesson.track == "patient":
        _check_reading(lesson, report)


def _fault(lesson: Lesson, line: int, text: str, report: Report) -> None:
    report.fault(lesson.document.path, line, text)


def _warn(lesson: Lesson, line: int, text: str, report: Report) -> None:
    report.warn(lesson.document.path, line, text)


def _twice(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _check_head(lesson: Lesson, course: Course, report: Report) -> None:
    line = lesson.document.line
    for name in _twice([objective.id for objective in lesson.model.objectives]):
        _fault(lesson, line(("objectives",)), f"The objective {name} is here twice for this track.", report)
    for number, word in enumerate(lesson.model.words):
        if word not in course.words.by_key:
            _fault(lesson, line(("words", number)), f"There is no word `{word}` in content/glossary.yaml.", report)
    quiz = lesson.model.quiz
    named = course.quizzes.get((quiz or "", lesson.track))
    if quiz and (named is None or named.demo):
        _fault(lesson, line(("quiz",)), f"There is no quiz `{quiz}` for the {lesson.track} track.", report)
    elif named is not None and named.model.lesson != lesson.model.slug:
        text = f"That quiz is not for this lesson. Write `lesson: {lesson.model.slug}` in {named.document.path}."
        _fault(lesson, line(("quiz",)), text, report)
    for name in ("title", "lead"):
        check_text(getattr(lesson.model, name), lesson.document.path, line((name,)), course, report)
    for number, objective in enumerate(lesson.model.objectives):
        check_text(objective.text, lesson.document.path, line(("objectives", number, "text")), course, report)


def _check_sections(lesson: Lesson, report: Report) -> None:
    few, many = SECTIONS
    sections = [section for section, _ in lesson.sections]
    if not few <= len(sections) <= many:
        text = f"The {lesson.track} track has {len(sections)} sections. Write {few} to {many}."
        _fault(lesson, sections[0].line if sections else 1, text, report)
    for key in _twice([section.key for section in sections]):
        line = next(section.line for section in reversed(sections) if section.key == key)
        _fault(lesson, line, f"The section key `{key}` is used twice for the {lesson.track} track.", report)
    for section in sections:
        if section.key in RESERVED_KEYS:
            _fault(lesson, section.line, f"The key `{section.key}` is taken by the page. Choose another.", report)
    for section, blocks in lesson.sections:
        said = sum(len(reading_age.words(_said(piece))) for piece, box in pieces(blocks) if not _is_list(box))
        _check_length(lesson, section, said, bool(blocks), report)


def _is_list(box: Box | None) -> bool:
    return box is not None and box.kind in ("do", "dont", "care")


def _check_length(lesson: Lesson, section: Section, said: int, filled: bool, report: Report) -> None:
    low, high = SECTION_WORDS
    if not filled:
        _fault(lesson, section.line, f"The section is empty for the {lesson.track} track.", report)
    elif not low <= said <= high:
        text = f"The section has {said} words for the {lesson.track} track. Aim for {low} to {high}."
        _warn(lesson, section.line, text, report)


def _check_boxes(lesson: Lesson, report: Report) -> None:
    boxes = [block for block in lesson.blocks if isinstance(block, Box)]
    keys = [box for box in boxes if box.kind == "key"]
    for box in keys[KEY_POINTS:]:
        _fault(lesson, box.line, f"Keep at most {KEY_POINTS} key points for each track.", report)
    seen: set[str] = set()
    for box in boxes:
        if box.kind == "care" and box.which in seen:
            text = f"Keep one `care {box.which}` card for each track. Move these points to the first."
            _fault(lesson, box.line, text, report)
        if box.kind == "care":
            seen.add(box.which)
        if box.kind in ("do", "dont", "care"):
            _check_list(lesson, box, report)


def _check_list(lesson: Lesson, box: Box, report: Report) -> None:
    items = [piece for prose in box.body for piece in prose.pieces]
    if not all(prose.is_list for prose in box.body):
        _fault(lesson, box.line, f"Write `{box.kind}` as a list: each line begins with `- `.", report)
    low, high = LIST_ITEMS
    if box.kind != "care" and not low <= len(items) <= high:
        _fault(lesson, box.line, f"The list has {len(items)} items. Write {low} to {high}.", report)
    for item in items:
        said = _said(item)
        if box.kind == "dont" and not said.lower().startswith("do not "):
            _fault(lesson, item.line, "Begin this item with “do not”, so that it cannot be misread.", report)
        if box.kind != "care" and len(reading_age.words(said)) > ITEM_WORDS:
            _warn(lesson, item.line, f"Shorten this item: about 9 words, at most {ITEM_WORDS}.", report)


def _check_inserts(lesson: Lesson, course: Course, report: Report) -> None:
    inserts = [block for block in lesson.blocks if isinstance(block, Insert)]
    placed = [insert.name for insert in inserts if insert.kind == "check"]
    for insert in inserts:
        if insert.kind == "figure" and (insert.name, lesson.track) not in course.figures:
            _fault(lesson, insert.line, f"There is no file content/figures/{insert.name}.yaml to show.", report)
        if insert.kind == "check" and not any(insert.name in ids for ids in _check_ids(lesson, course)):
            _fault(lesson, insert.line, f"The fields on top hold no check `{insert.name}`.", report)
    for name, ask in lesson.checks.items():
        if placed.count(name) != 1:
            text = f"Place the check `{name}` exactly once for the {lesson.track} track: `::: check {name}`."
            _fault(lesson, ask.document.line(), text, report)
    ids = [str(value) for _, value in places(lesson.document.data.get("checks", []), "id") if len(_) == 2]
    for name in _twice(ids):
        _fault(lesson, lesson.document.line(("checks",)), f"The check id `{name}` is used twice.", report)
    low, high = CHECKS
    if not low <= len(lesson.checks) <= high:
        text = f"The {lesson.track} track has {len(lesson.checks)} checks. Write {low} to {high}."
        _fault(lesson, lesson.document.line(("checks",)), text, report)


def _check_ids(lesson: Lesson, course: Course) -> list[set[str]]:
    """Return the ids of the lesson's checks in every track: one written for the other track is left out, silently."""
    return [set(other.checks) for (slug, _), other in course.lessons.items() if slug == lesson.model.slug]


def _said(piece: Piece) -> str:
    return plain(CITATION.sub("", piece.text))


def _check_piece(lesson: Lesson, piece: Piece, course: Course, report: Report) -> None:
    if not CITED_END.search(piece.text):
        text = "End this with its claims, like [F-013], or with [-] when it states no fact."
        _fault(lesson, piece.line, text, report)
    check_text(CITATION.sub("", piece.text), lesson.document.path, piece.line, course, report)
    for word in linked_words(piece.text):
        if word in course.words.by_key and word not in lesson.model.words:
            _fault(lesson, piece.line, f"Add `{word}` to `words` on top, so that the lesson explains it.", report)
    for code in piece.claims:
        _check_claim(lesson, piece, code, course, report)
    if lesson.track == "patient":
        check_sentences(_said(piece), lesson.document.path, piece.line, report)


def _check_claim(lesson: Lesson, piece: Piece, code: str, course: Course, report: Report) -> None:
    claim = course.claims.by_key.get(code)
    if claim is None:
        text = f"There is no claim {code}. Look it up in content/evidence/claims.yaml."
        _fault(lesson, piece.line, text, report)
    elif claim.audience not in ("both", lesson.track):
        text = f"{code} is for {claim.audience}s only. Put this in `::: {claim.audience}` or use another claim."
        _fault(lesson, piece.line, text, report)


def _check_contested(lesson: Lesson, course: Course, report: Report) -> None:
    """Ask for words about the disagreement where a contested claim is taught without any on the whole page."""
    first: dict[str, int] = {}
    said: set[str] = set()
    for piece, box in pieces(lesson.blocks):
        for code in piece.claims:
            first.setdefault(code, piece.line)
            if (box and box.kind == "differ") or SAYS_DIFFER.search(piece.text):
                said.add(code)
    for code, line in first.items():
        claim = course.claims.by_key.get(code)
        if claim and claim.grade == "D" and code not in said:
            text = f"{code} is contested (grade D). Say that sources differ, here or in `::: differ`."
            _warn(lesson, line, text, report)


def _check_care(lesson: Lesson, course: Course, report: Report) -> None:
    has_card = any(isinstance(block, Box) and (block.kind, block.which) == ("care", "ask") for block in lesson.blocks)
    if has_card:
        return
    for piece, _ in pieces(lesson.blocks):
        for code in piece.claims:
            claim = course.claims.by_key.get(code)
            if claim is not None and claim.ask:
                text = f"{code} depends on the person. Add a `::: care ask` card for the {lesson.track} track."
                _fault(lesson, piece.line, text, report)
                return


def check_words_used(lessons: Sequence[Lesson], course: Course, report: Report) -> None:
    """Note words that a lesson lists and that no text of it links to, whatever the track."""
    used = {word for lesson in lessons for piece, _ in pieces(lesson.blocks) for word in linked_words(piece.text)}
    lesson = lessons[0]
    for number, word in enumerate(lesson.model.words):
        if word in course.words.by_key and word not in used:
            text = f"No text of the lesson links to `{word}`. Link its first use, [like this](word:{word})."
            _warn(lesson, lesson.document.line(("words", number)), text, report)


def _check_reading(lesson: Lesson, report: Report) -> None:
    for section, blocks in lesson.sections:
        grade = reading_age.grade([_said(piece) for piece, _ in pieces(blocks)])
        if grade > PATIENT_GRADE:
            text = f"Reading grade {grade:.1f} for patients, aim for {PATIENT_GRADE}: shorter sentences, shorter words."
            _warn(lesson, section.line, text, report)
