"""The whole content in memory, once per track: what the checks look at and what publishing renders."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from learnapp.accounts.domain import TRACKS
from learnapp.lessons.text import Block, Section, parse_body, split_front_matter

from .faults import Report
from .files import Document, Place, for_track, is_by_track, parse_yaml, places, read_text, read_yaml
from .schema import (
    AskModel,
    ClaimModel,
    ItemModel,
    LessonModel,
    MisconceptionModel,
    Model,
    QuizModel,
    SlotModel,
    SourceModel,
    TimelineModel,
    TrackModel,
    WordModel,
    validated,
)

EVIDENCE = "content/evidence/"
DEMO = "content/demo/"
M = TypeVar("M", bound=Model)
Page = TypeVar("Page")


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

    @property
    def demo(self) -> bool:
        """Whether it is published only where the demo runs."""
        return self.document.path.startswith(DEMO)

    def pool(self, name: str) -> list[ItemModel]:
        """Return the questions of a pool that could be read."""
        items = [ask.model for ask in self.items if isinstance(ask.model, ItemModel)]
        return [item for item in items if item.pool == name]


@dataclass(frozen=True)
class Figure:
    """A figure as one track sees it."""

    model: TimelineModel
    document: Document


@dataclass(frozen=True)
class Course:
    """Everything under content/. Lessons, quizzes and figures are keyed by (name, track).

    root: the project's folder, for what content names outside of it (static/pictures).
    """

    root: Path
    claims: Entries[ClaimModel]
    sources: Entries[SourceModel]
    misconceptions: Entries[MisconceptionModel]
    words: Entries[WordModel]
    lessons: Mapping[tuple[str, str], Lesson]
    quizzes: Mapping[tuple[str, str], Quiz]
    figures: Mapping[tuple[str, str], Figure]

    def lesson_of(self, quiz: Quiz) -> Lesson | None:
        """Return the lesson that a quiz names, None when it names none that exists for its track."""
        return self.lessons.get((quiz.model.lesson or "", quiz.track))

    def home_of(self, quiz: Quiz) -> str:
        """Return the first half of the keys of a quiz's questions: its lesson when it is that lesson's quiz."""
        lesson = self.lesson_of(quiz)
        own = lesson is not None and lesson.model.quiz == quiz.model.slug
        return lesson.model.slug if lesson and own else quiz.model.slug

    def source(self, quiz: Quiz, slot: SlotModel) -> Quiz | None:
        """Return the quiz whose pool a row of the blueprint draws from, None when there is no such quiz."""
        return self.quizzes.get((slot.quiz, quiz.track)) if slot.quiz else quiz

    def own_goals(self, quiz: Quiz) -> dict[str, str]:
        """Return the objectives of a quiz's own questions: its lesson's, else those written in its file."""
        lesson = self.lesson_of(quiz)
        return lesson.objectives if lesson else {goal.id: goal.text for goal in quiz.model.objectives}

    def goals(self, quiz: Quiz) -> dict[str, str]:
        """Return all objectives that a quiz asks for; those of other quizzes as "healing:O1"."""
        found = self.own_goals(quiz)
        for slot in quiz.model.blueprint:
            source = self.source(quiz, slot)
            if source is not None and source is not quiz:
                found[slot.goal] = self.own_goals(source).get(slot.objective, "")
        return found


def load_course(root: Path, report: Report) -> Course:
    """Read everything under `root`/content; what cannot be used is left out and noted in the report."""
    _entries(root, "content/tracks.yaml", TrackModel, report)
    return Course(
        root=root,
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
        fault = partial(report.fault, path)
        halves = split_front_matter(read_text(root, path, report) or "", fault)
        if halves is None:
            continue
        head, body, body_line = halves
        sections = parse_body(body, body_line, fault)
        for track, local in _each_track(parse_yaml(head, path, report, first_line=2), report):
            checks = {ask.model.id: ask for ask in _asks(local, "checks", AskModel, report)}
            seen = tuple((section, section.blocks_for(track)) for section in sections if track in section.titles)
            model = _named(LessonModel, local, "slug", report)
            if model:
                found[model.slug, track] = Lesson(track, model, local, seen, checks)
    return found


def _quizzes(root: Path, report: Report) -> dict[tuple[str, str], Quiz]:
    found: dict[tuple[str, str], Quiz] = {}
    for path in [*_paths(root, "quizzes", ".yaml"), *_paths(root, "demo", ".yaml")]:
        for track, local in _each_track(read_yaml(root, path, report), report):
            items = _asks(local, "items", ItemModel, report)
            model = _named(QuizModel, local, "slug", report)
            if model:
                pools = Counter(str(entry.get("pool")) for entry in model.items if isinstance(entry, dict))
                if (model.slug, track) in found:
                    report.fault(path, 1, "A quiz of this name is in content/quizzes. Choose another name.")
                found[model.slug, track] = Quiz(track, model, local, tuple(items), pools)
    return found


def _figures(root: Path, report: Report) -> dict[tuple[str, str], Figure]:
    found: dict[tuple[str, str], Figure] = {}
    for path in _paths(root, "figures", ".yaml"):
        for track, local in _each_track(read_yaml(root, path, report), report):
            model = _named(TimelineModel, local, "name", report)
            if model:
                found[model.name, track] = Figure(model, local)
    return found


def _asks(document: Document, name: str, model: type[AskModel], report: Report) -> list[Ask]:
    asks = []
    entries = document.data.get(name)
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        part = document.part((name, number))
        if not isinstance(entry, dict):
            report.fault(document.path, part.line(), "Write the question as fields: id, type, stem and so on.")
        elif ask := validated(model, part, report):
            asks.append(Ask(ask, part))
    return asks


def _named(model: type[M], document: Document, field: str, report: Report) -> M | None:
    """Return the file as this model; its name must be the file's."""
    found = validated(model, document, report)
    stem = Path(document.path).stem
    if found is not None and getattr(found, field) != stem:
        report.fault(document.path, document.line((field,)), f"The file is called {stem}: write `{stem}` here too.")
    return found


def _each_track(document: Document | None, report: Report) -> Iterator[tuple[str, Document]]:
    """Yield what each track sees of a file, for the tracks that it is written for."""
    if document is None:
        return
    if not isinstance(document.data, dict):
        report.fault(document.path, document.line(), "Write this as fields with values.")
        return
    for place, value in places(document.data, "tracks"):
        _check_tracks(document, place, value, report)
    for track in _own_tracks(document.data):
        yield track, for_track(document, track, report)


def _own_tracks(data: Mapping[str, Any]) -> list[str]:
    """Return the tracks that a file is written for: those it names, those of its blueprint, else all."""
    own = data.get("tracks")
    if own is None and is_by_track(data.get("blueprint")):
        own = data["blueprint"]
    return [track for track in TRACKS if not isinstance(own, list | dict) or track in own]


def _check_tracks(document: Document, place: Place, value: Any, report: Report) -> None:
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        if entry not in TRACKS:
            report.fault(document.path, document.line(place), f"There is no track `{entry}`: {', '.join(TRACKS)}.")
    if not entries:
        report.fault(document.path, document.line(place), "Name at least one track.")


def by_name(pages: Mapping[tuple[str, str], Page]) -> dict[str, list[Page]]:
    """Return the lessons, quizzes or figures by name, each with its tracks in their order."""
    found: dict[str, list[Page]] = {}
    for (name, _track), page in sorted(pages.items(), key=lambda pair: (pair[0][0], TRACKS.index(pair[0][1]))):
        found.setdefault(name, []).append(page)
    return found
