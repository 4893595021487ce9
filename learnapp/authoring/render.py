"""Lessons and questions as the JSON that is stored: HTML rendered once, one page for each track."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from learnapp.evidence.domain import citable, common_grade, short_reference
from learnapp.kit.i18n import _
from learnapp.lessons.text import Block, Box, Insert, Piece, Prose
from learnapp.quizzes.types import TYPES

from .check_texts import plain
from .course import Ask, Course, Lesson
from .figures import figure_html
from .inline import Link, inline

BOXES = "lessons/published/boxes.html"
Json = dict[str, Any]


@dataclass
class References:
    """What one page has cited and linked so far; claims with sources are numbered in the order of their first use."""

    course: Course
    words: Sequence[str] = ()
    claims: dict[str, None] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    linked: dict[str, None] = field(default_factory=dict)

    def cite(self, codes: Sequence[str]) -> str:
        """Return citations as links to the page's list of sources; what was not read is said to be so.

        One number stands for one claim with all its sources: the grade belongs to the claim, and a
        sentence does not drown in numbers.
        """
        self.claims |= dict.fromkeys(codes)
        sourced = [code for code in codes if shown_sources(self.course, code)]
        numbers = [self.numbers.setdefault(code, len(self.numbers) + 1) for code in sourced]
        links = " ".join(_source_link(number) for number in sorted(numbers))
        checking = len(sourced) < len(codes)
        return (f"<sup>{links}</sup>" if links else "") + (_checking() if checking else "")

    def link(self, key: str) -> bool:
        """Say whether the page explains this word, and remember that it must."""
        known = key in self.words
        if known:
            self.linked[key] = None
        return known


def shown_sources(course: Course, code: str) -> list[str]:
    """Return the sources that may be shown for a claim: only those that were read, none for a memory claim."""
    claim = course.claims.by_key[code]
    if claim.basis == "memory":
        return []
    found = {key: course.sources.by_key[key] for key in claim.sources}
    return [key for key, source in found.items() if citable(source.read, source.kind)]


def _source_link(number: int) -> str:
    label = escape(_("Source %(number)s", number=number))
    return f'<a href="#src{number}" aria-label="{label}">{number}</a>'


def _checking() -> str:
    return f' <span class="checking">({escape(_("source being checked"))})</span>'


def _boxes() -> Any:
    return current_app.jinja_env.get_template(BOXES).module


def _piece(piece: Piece, refs: References) -> Markup:
    return Markup(inline(piece.text, refs.cite, refs.link))  # noqa: S704 - sanitised by inline()


def _prose(prose: Prose, refs: References) -> Markup:
    rendered = [_piece(piece, refs) for piece in prose.pieces]
    if prose.is_list:
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(item) for item in rendered))
    return Markup("<p>{}</p>").format(rendered[0])


def _items(box: Box, refs: References) -> list[Markup]:
    return [_piece(piece, refs) for prose in box.body for piece in prose.pieces]


def _box(box: Box, number: int, refs: References) -> str:
    """Return a box that is not a care card: key, do, dont, differ or note."""
    boxes = _boxes()
    if box.kind in ("do", "dont"):
        return str(boxes.rules(box.kind, f"{box.kind}-{number}", _items(box, refs)))
    if box.kind == "key":
        return str(boxes.key(_items(box, refs)))
    body = Markup("").join(_prose(prose, refs) for prose in box.body)
    return str(boxes.note(box.kind, body))


@dataclass
class _Page:
    """Renders the blocks of one lesson for one track, in reading order."""

    lesson: Lesson
    refs: References
    checks: dict[str, Json] = field(default_factory=dict)
    boxes: int = 0
    figures: int = 0
    noted: bool = False  # this section has its margin note

    def blocks(self, section: str, blocks: Sequence[Block]) -> list[Json]:
        rendered: list[Json] = []
        self.noted = False
        for paired, run in groupby(blocks, key=_is_rule):
            parts = [part for block in run for part in self._block(section, block)]
            if paired:
                html = "".join(part["html"] for part in parts)
                parts = [{"kind": "html", "html": f'<div class="dodont">{html}</div>'}]
            rendered += parts
        return list(_joined(rendered))

    def _block(self, section: str, block: Block) -> list[Json]:
        if isinstance(block, Prose):
            return [{"kind": "html", "html": self._prose(block)}]
        if isinstance(block, Insert):
            return self._insert(section, block)
        if block.kind == "care":
            items = Markup("").join(Markup("<li>{}</li>").format(item) for item in _items(block, self.refs))
            return [{"kind": "care", "care": block.which, "html": str(items)}]
        self.boxes += 1
        return [{"kind": "html", "html": _box(block, self.boxes, self.refs)}]

    def _prose(self, prose: Prose) -> str:
        """Return a paragraph or list; the first new word of a section is explained in the margin beside it."""
        before = len(self.refs.linked)
        html = str(_prose(prose, self.refs))
        new = list(self.refs.linked)[before:]
        if not new or self.noted:
            return html
        self.noted = True
        word = self.refs.course.words.by_key[new[0]]
        return str(_boxes().margin(word.word, word.say, Markup(inline(word.plain)))) + html  # noqa: S704

    def _insert(self, section: str, insert: Insert) -> list[Json]:
        if insert.kind == "figure":
            self.figures += 1
            figure = self.refs.course.figures[insert.name, self.lesson.track]
            html = figure_html(figure.model, self.figures, self.refs.cite, self.refs.link)
            return [{"kind": "figure", "html": html}]
        ask = self.lesson.checks.get(insert.name)
        if ask is None:  # written for the other track
            return []
        number = len(self.checks) + 1
        question = question_json(ask, self.lesson.model.slug, section, self.refs.link)
        order = _arrangement(ask, question)
        self.checks[str(number)] = {"id": ask.model.id, "type": ask.model.type, "arrangement": order, **question}
        return [{"kind": "check", "n": number}]


def _is_rule(block: Block) -> bool:
    return isinstance(block, Box) and block.kind in ("do", "dont")


def _joined(blocks: list[Json]) -> Iterable[Json]:
    """Yield the blocks with neighbouring plain HTML made one."""
    for is_html, run in groupby(blocks, key=lambda block: block["kind"] == "html"):
        if is_html:
            yield {"kind": "html", "html": "".join(block["html"] for block in run)}
        else:
            yield from run


def lesson_page(lesson: Lesson, course: Course) -> Json:
    """Return head, sections, tail and checks of one lesson for one track, as `lesson_page` stores them."""
    refs = References(course, lesson.model.words)
    page = _Page(lesson, refs)
    sections = [
        {"key": section.key, "title": section.titles[lesson.track], "blocks": page.blocks(section.key, blocks)}
        for section, blocks in lesson.sections
    ]
    return {
        "head": _head(lesson, refs),
        "sections": sections,
        "tail": {"words": _words(refs, lesson.track), "sources": _sources(refs)},
        "checks": page.checks,
    }


def _head(lesson: Lesson, refs: References) -> Json:
    model = lesson.model
    return {
        "title": model.title,
        "lead": model.lead,
        "number": model.number,
        "minutes": model.minutes,
        "checked_on": model.checked_on.isoformat(),
        "reviewed_by": list(model.reviewed_by),
        "picture": model.picture,
        "grade": _grade(refs, refs.claims),
        "objectives": [{"id": goal.id, "text": plain(goal.text)} for goal in model.objectives],
        "sections": [{"key": section.key, "title": section.titles[lesson.track]} for section, _ in lesson.sections],
        "quiz": model.quiz,
    }


def _grade(refs: References, codes: Iterable[str]) -> Json:
    claims = [refs.course.claims.by_key[code] for code in codes]
    grade, bracket = common_grade((claim.grade, claim.bracket) for claim in claims if claim.basis != "memory")
    return {"grade": grade, "bracket": bracket}


def _words(refs: References, track: str) -> list[Json]:
    entries = [(key, refs.course.words.by_key[key]) for key in refs.linked]
    entries.sort(key=lambda entry: entry[1].word.lower())
    return [_word(key, entry.model_dump(), track) for key, entry in entries]


def _word(key: str, entry: Json, track: str) -> Json:
    more = entry["professional"] if track == "trainee" else ""
    return {
        "key": key,
        "word": entry["word"],
        "say": entry["say"],
        "plain": inline(entry["plain"]),
        "more": inline(more),
    }


def _sources(refs: References) -> list[Json]:
    return [_claim_sources(refs, code, number) for code, number in refs.numbers.items()]


def _claim_sources(refs: References, code: str, number: int) -> Json:
    claim = refs.course.claims.by_key[code]
    found = [refs.course.sources.by_key[key] for key in shown_sources(refs.course, code)]
    short = [short_reference(one.authors, one.title, one.year) for one in found]
    return {"n": number, "claim": code, "grade": claim.grade, "bracket": claim.bracket, "references": short}


def question_json(ask: Ask, lesson: str, section: str | None, link: Link, home: str | None = None) -> Json:
    """Return `shown` (may reach a page) and `keyed` (only grading and review) of a question.

    lesson, section: what teaches it, "" and None when nothing does. home: the first half of its key; the
    lesson by default.
    """
    kind = TYPES[ask.model.type]

    def change(text: Any, _place: str) -> Any:
        return inline(text, link=link) if isinstance(text, str) else text

    def said(text: str | None) -> str:
        return inline(text, link=link) if text else ""

    item = kind.parse(kind.map_texts({"v": 1, **ask.model.own_fields}, change))
    shown = {
        **kind.public(item),
        "v": 1,
        "key": f"{home or lesson}/{ask.model.id}",
        "stem": inline(ask.model.stem, link=link),
        "story": inline(ask.model.story, link=link) if ask.model.story else None,
        "lesson": lesson,
        "section": section,
        "hints": len(ask.model.hints),
    }
    keyed = {
        "v": 1,
        "explanation": said(ask.model.explanation),
        "general_feedback": said(ask.model.general_feedback),
        "hints": [{"text": said(hint.text), "clear": hint.clear, "count": hint.count} for hint in ask.model.hints],
        "item": kind.dump(item),
    }
    return {"shown": shown, "keyed": keyed}


def _arrangement(ask: Ask, question: Json) -> Json:
    """Return one fixed order for a check: shuffled by its key, so that the right option is not always first."""
    kind = TYPES[ask.model.type]
    seed = int(sha256(question["shown"]["key"].encode()).hexdigest()[:8], 16)
    return kind.arrange(kind.parse(question["keyed"]["item"]), seed)
