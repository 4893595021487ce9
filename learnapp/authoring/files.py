"""Reading authored files: YAML 1.2 as plain data that remembers the line of every value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from learnapp.accounts.domain import TRACKS

from .faults import Report

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """The data of one file (or of one track of it), with the line on which each place begins."""

    path: str
    data: Any
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line(self, place: Place = ()) -> int:
        """Return the line of this place, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def part(self, place: Place) -> "Document":
        """Return the part of the document at this place as a document of its own."""
        data = self.data
        for step in place:
            data = data[step]
        lines = {key[len(place) :]: line for key, line in self.lines.items() if key[: len(place)] == place}
        return Document(self.path, data, lines)


class _Reader:
    """Walks the nodes of one YAML text; keys are always text, values follow YAML 1.2."""

    def __init__(self, path: str, first_line: int, report: Report) -> None:
        self.path, self.first_line, self.report = path, first_line, report
        self.yaml = YAML(typ="safe", pure=True)
        self.lines: dict[Place, int] = {}

    def read(self, text: str) -> Any:
        node = self.yaml.compose(text)
        self.lines[()] = self.first_line
        return None if node is None else self._value(node, ())

    def _value(self, node: Node, place: Place) -> Any:
        if node.anchor:
            self._fault(node, "Write the text out here: anchors (&name) and aliases (*name) are not used.")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self._item(child, (*place, n)) for n, child in enumerate(node.value)]
        try:
            return self.yaml.constructor.construct_object(node)
        except ValueError:  # what looks like a date and is none, such as 2026-02-30
            self._fault(node, "There is no such date or time. Look at a calendar.")
            return None

    def _item(self, node: Node, place: Place) -> Any:
        self.lines[place] = self._line(node)
        return self._value(node, place)

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self._fault(key, f"`{name}` is here twice. Keep one of them.")
            self.lines[*place, name] = self._line(key)
            found[name] = self._value(value, (*place, name))
        return found

    def _line(self, node: Node) -> int:
        return int(node.start_mark.line) + self.first_line

    def _fault(self, node: Node, text: str) -> None:
        self.report.fault(self.path, self._line(node), text)


def parse_yaml(text: str, path: str, report: Report, first_line: int = 1) -> Document | None:
    """Return the data of a YAML 1.2 text, or None after noting why it cannot be read."""
    reader = _Reader(path, first_line, report)
    try:
        return Document(path, reader.read(text), reader.lines)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        report.fault(path, line, f"This is not YAML: {error.problem or error.context}. Check quotes and indents.")
    except YAMLError as error:
        report.fault(path, first_line, f"This is not YAML: {str(error).splitlines()[0]}.")
    return None


def read_text(root: Path, path: str, report: Report) -> str | None:
    """Return the text of a file under the project's folder, or None after noting why not."""
    try:
        return (root / path).read_text(encoding="utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        report.fault(path, 1, "This file is missing.")
    except UnicodeDecodeError:
        report.fault(path, 1, "Save this file as UTF-8 text.")
    return None


def read_yaml(root: Path, path: str, report: Report) -> Document | None:
    """Return the data of a YAML file, or None after noting why it cannot be read."""
    text = read_text(root, path, report)
    return None if text is None else parse_yaml(text, path, report)


def is_by_track(value: Any) -> bool:
    """Say whether a value is written once for each track: {trainee: ..., patient: ...}."""
    return isinstance(value, dict) and bool(value) and set(value) <= set(TRACKS)


class _Chooser:
    """Keeps what one track sees, and moves the lines along with it."""

    def __init__(self, document: Document, track: str) -> None:
        self.document, self.track = document, track
        self.lines: dict[Place, int] = {}
        self.missing: list[Place] = []

    def choose(self, value: Any, old: Place, new: Place) -> Any:
        self.lines[new] = self.document.line(old)
        if is_by_track(value):
            if self.track not in value:
                self.missing.append(old)
                return None
            return self.choose(value[self.track], (*old, self.track), new)
        if isinstance(value, dict):
            return {key: self.choose(child, (*old, key), (*new, key)) for key, child in value.items()}
        if isinstance(value, list):
            kept = [(n, child) for n, child in enumerate(value) if _is_for(child, self.track)]
            return [self.choose(child, (*old, n), (*new, m)) for m, (n, child) in enumerate(kept)]
        return value


def _is_for(entry: Any, track: str) -> bool:
    tracks = entry.get("tracks") if isinstance(entry, dict) else None
    return not isinstance(tracks, list) or track in tracks


def for_track(document: Document, track: str, report: Report) -> Document:
    """Return what one track sees: its wording of every text, and only list entries whose `tracks` hold it.

    Notes a fault wherever a text is written for the other track only.
    """
    chooser = _Chooser(document, track)
    data = chooser.choose(document.data, (), ())
    for place in chooser.missing:
        report.fault(document.path, document.line(place), f"Add the wording for `{track}` here.")
    return Document(document.path, data, chooser.lines)


def places(value: Any, name: str, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield every place in the data whose key is `name`, with its value."""
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        if key == name:
            yield (*place, key), child
        yield from places(child, name, (*place, key))
