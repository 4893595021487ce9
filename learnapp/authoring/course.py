"""The whole content in memory, once per track: what the checks look at and what publishing renders."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from learnapp.accounts.domain import TRACKS

from .faults import Report
from .files import Document, Place, for_track, parse_yaml, places, read_text, read_yaml
from .lesson_text import Block, Section, parse_body, split_front_matter
from .schema import (
    AskModel,
    ClaimModel,
    ItemModel,
    LessonModel,
    MisconceptionModel,
    Model,
    QuizModel,
    SourceModel,
    TimelineModel,
    TrackModel,
    WordModel,
    validated,
)

EVIDENCE = "content/evidence/"
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Entries(Generic[M]):
    """The entries of one keyed file, and the document that knows their lines."""

    document: Document
    by_key: Mapping[str, M]

    def line(self, *place: str | int) -> int:
        """Return the line of an entry or of a place in it."""
        return self.document.line(place)


@dataclass(frozen=True)
class Ask:
    """A question as one track sees it; `document` is its own part of the file."""

    model: AskModel
    document: Document


@dataclass(frozen=True)
class Lesson:
    """A lesson as one track sees it; `checks` are its inline questions by id."""

    track: str
    model: LessonModel
    document: Document
    sections: tuple[tuple[Section, tuple[Block, ...]], ...]
    checks: Mapping[str, Ask]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks of all sections, in reading order."""
        return tuple(block for _, blocks in self.sections for block in blocks)

    @property
    def objectives(self) -> dict[str, str]:
        """The lesson's objectives by id."""
        return {objective.id: objective.text for objective in self.model.objectives}


@dataclass(frozen=True)
class Quiz:
    """A quiz as one track sees it; `pools` counts the questions written for each pool."""

    track: str
    model: QuizModel
    document: Document
    items: tuple[Ask, ...]
    pools: Mapping[str, int]


@dataclass(frozen=True)
class Figure:
    """A figure as one track sees it."""

    model: TimelineModel
    document: Document


@dataclass(frozen=True)
class Course:
    """Everything under content/. Lessons, quizzes and figures are keyed by (name, track)."""

    claims: Entries[ClaimModel]
    sources: Entries[SourceModel]
    misconceptions: Entries[MisconceptionModel]
    words: Entries[WordModel]
    lessons: Mapping[tuple[str, str], Lesson]
    quizzes: Mapping[tuple[str, str], Quiz]
    figures: Mapping[tuple[str, str], Figure]


def load_course(root: Path, report: Report) -> Course:
    """Read everything under `root`/content; what cannot be used is left out and noted in the report."""
    _entries(root, "content/tracks.yaml", TrackModel, report)
    return Course(
        claims=_entries(root, EVIDENCE + "claims.yaml", ClaimModel, report),
        sources=_entries(root, EVIDENCE + "sources.yaml", SourceModel, report),
        misconceptions=_entries(root, EVIDENCE + "misconceptions.yaml", MisconceptionModel, report),
        words=_entries(root, "content/glossary.yaml", WordModel, report),
        lessons=_lessons(root, report),
        quizzes=_quizzes(root, report),
        figures=_figures(root, report),
    )


def _entries(root: Path, path: str, model: type[M], report: Report) -> Entries[M]:
    document = read_yaml(root, path, report) or Document(path, {})
    if not isinstance(document.data, dict):
        report.fault(path, 1, "Write this file as keys, each with its fields.")
        return Entries(Document(path, {}), {})
    found = {key: validated(model, document, report, (key,)) for key in document.data}
    return Entries(document, {key: entry for key, entry in found.items() if entry is not None})


def _paths(root: Path, folder: str, ending: str) -> list[str]:
    return sorted(f"content/{folder}/{path.name}" for path in (root / "content" / folder).glob(f"*{ending}"))


def _lessons(root: Path, report: Report) -> dict[tuple[str, str], Lesson]:
    found: dict[tuple[str, str], Lesson] = {}
    for path in _paths(root, "lessons", ".md"):
        text = read_text(root, path, report)
        halves = split_front_matter(text, path, report) if text is not None else None
        if halves is None:
            continue
        head, body, body_line = halves
        document = parse_yaml(head, path, report, first_line=2)
        sections = parse_body(body, path, body_line, report)
        for track in _tracks(document, report):
            lesson = _lesson(for_track(document, track, report), sections, track, report) if document else None
            if lesson:
                found[lesson.model.slug, track] = lesson
    return found


def _lesson(document: Document, sections: tuple[Section, ...], track: str, report: Report) -> Lesson | None:
    model = validated(LessonModel, document, report)
    data = document.data if isinstance(document.data, dict) else {}
    checks = _asks(document, "checks", data.get("checks"), AskModel, report)
    if model is None:
        return None
    _same_name(document, model.slug, report)
    seen = tuple((section, section.blocks_for(track)) for section in sections if track in section.titles)
    return Lesson(track, model, document, seen, {ask.model.id: ask for ask in checks})


def _asks(document: Document, name: str, entries: Any, model: type[AskModel], report: Report) -> list[Ask]:
    asks = []
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        part = document.part((name, number))
        ask = validated(model, part, report) if isinstance(entry, dict) else None
        if ask is not None:
            asks.append(Ask(ask, part))
        elif not isinstance(entry, dict):
            report.fault(document.path, part.line(), "Write the question as fields: id, type, stem and so on.")
    return asks


def _quizzes(root: Path, report: Report) -> dict[tuple[str, str], Quiz]:
    found: dict[tuple[str, str], Quiz] = {}
    for path in _paths(root, "quizzes", ".yaml"):
        document = read_yaml(root, path, report)
        for track in _tracks(document, report):
            quiz = _quiz(for_track(document, track, report), track, report) if document else None
            if quiz:
                found[quiz.model.slug, track] = quiz
    return found


def _quiz(document: Document, track: str, report: Report) -> Quiz | None:
    model = validated(QuizModel, document, report)
    data = document.data if isinstance(document.data, dict) else {}
    items = _asks(document, "items", data.get("items"), ItemModel, report)
    if model is None:
        return None
    _same_name(document, model.slug, report)
    pools = Counter(str(entry.get("pool")) for entry in model.items if isinstance(entry, dict))
    return Quiz(track, model, document, tuple(items), pools)


def _figures(root: Path, report: Report) -> dict[tuple[str, str], Figure]:
    found: dict[tuple[str, str], Figure] = {}
    for path in _paths(root, "figures", ".yaml"):
        document = read_yaml(root, path, report)
        for track in _tracks(document, report):
            local = for_track(document, track, report) if document else Document(path, {})
            model = validated(TimelineModel, local, report)
            if model:
                _same_name(local, model.name, report)
                found[model.name, track] = Figure(model, local)
    return found


def _tracks(document: Document | None, report: Report) -> list[str]:
    """Return the tracks a file is written for, after noting every `tracks` that names none or an unknown one."""
    if document is None:
        return []
    for place, value in places(document.data, "tracks"):
        _check_tracks(document, place, value, report)
    data = document.data if isinstance(document.data, dict) else {}
    own = data.get("tracks") or _blueprint_tracks(data)
    return [track for track in TRACKS if not isinstance(own, list) or track in own]


def _blueprint_tracks(data: Mapping[str, Any]) -> list[str] | None:
    blueprint = data.get("blueprint")
    return [track for track in TRACKS if track in blueprint] if isinstance(blueprint, dict) else None


def _check_tracks(document: Document, place: Place, value: Any, report: Report) -> None:
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        if entry not in TRACKS:
            report.fault(document.path, document.line(place), f"There is no track `{entry}`: {', '.join(TRACKS)}.")
    if not entries:
        report.fault(document.path, document.line(place), "Name at least one track.")


def _same_name(document: Document, name: str, report: Report) -> None:
    stem = Path(document.path).stem
    if name != stem:
        place: Place = ("name",) if "name" in document.data else ("slug",)
        report.fault(document.path, document.line(place), f"The file is called {stem}: write `{stem}` here too.")
