"""The body of a lesson file: sections, boxes and paragraphs with their lines; a narrow Markdown, read strictly."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from learnapp.accounts.domain import TRACKS

Fault = Callable[[int, str], None]  # (line, what to do)
BOXES = ("key", "do", "dont", "care", "differ", "note")
INSERTS = ("figure", "check")
CARE = ("ask", "today", "emergency")
FENCE = re.compile(r"^(:{3,})\s*(.*?)\s*$")
HEADING = re.compile(r"^##\s+(?P<title>.*?)\s*\{#(?P<key>[a-z0-9]+(?:-[a-z0-9]+)*)(?P<rest>[^}]*)\}\s*$")
ATTRIBUTE = re.compile(r"""\s+(\w+)=(?:"([^"]*)"|([^\s"]+))""")
CITATION = re.compile(r"\s*\[(-|F-\d{3}(?:\s*,\s*F-\d{3})*)\]")
CITED_END = re.compile(r"\[(-|F-\d{3}(?:\s*,\s*F-\d{3})*)\][.!?:]?$")
FOREIGN = (
    (re.compile(r"^#"), "Start a section with `## Title {#key}`; other headings are not used."),
    (re.compile(r"^(\*|\+)\s"), "Start a list item with `- `."),
    (re.compile(r"^\d+[.)]\s"), "Numbered lists are not used here: write `- ` items or sentences."),
    (re.compile(r"^>|^\||^```|^~~~|^(---+|\*\*\*+)$"), "Quotes, tables, code and rules are not used in lessons."),
)


@dataclass(frozen=True)
class Piece:
    """A paragraph or a list item in its Markdown, and the line on which it begins."""

    text: str
    line: int

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims cited anywhere in it, in order, each once."""
        return cited(self.text)


@dataclass(frozen=True)
class Prose:
    """One paragraph, or one list."""

    pieces: tuple[Piece, ...]
    is_list: bool = False


@dataclass(frozen=True)
class Box:
    """A block with its own look: a key point, do, dont, a care card (`which` says which), differ or note."""

    kind: str
    which: str
    line: int
    body: tuple[Prose, ...] = ()


@dataclass(frozen=True)
class Insert:
    """The place of a figure or of an inline check."""

    kind: str
    name: str
    line: int


Block = Prose | Box | Insert


@dataclass(frozen=True)
class Section:
    """A section: its key, its title by track, and its blocks, each for one track or (None) for both."""

    key: str
    titles: dict[str, str]
    line: int
    blocks: tuple[tuple[str | None, Block], ...] = ()

    def blocks_for(self, track: str) -> tuple[Block, ...]:
        """Return what one track reads."""
        return tuple(block for only, block in self.blocks if only in (None, track))


def cited(text: str) -> tuple[str, ...]:
    """Return the claim codes cited in a text, in order, each once."""
    codes = [code for found in CITATION.finditer(text) for code in re.findall(r"F-\d{3}", found[1])]
    return tuple(dict.fromkeys(codes))


def pieces(blocks: Sequence[Block]) -> Iterator[tuple[Piece, Box | None]]:
    """Yield every paragraph and list item, with the box around it."""
    for block in blocks:
        box = block if isinstance(block, Box) else None
        for prose in box.body if box else (block,):
            if isinstance(prose, Prose):
                yield from ((piece, box) for piece in prose.pieces)


@dataclass
class _Open:
    """A block that has begun: its words, its colons, its line and what it holds so far."""

    name: str
    argument: str
    colons: int
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)


class _Parser:
    """Reads line by line; `track` is the track box we are in, `box` the box in it."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self.sections: list[Section] = []
        self.blocks: list[tuple[str | None, Block]] = []
        self.text: list[tuple[int, str]] = []
        self.track: _Open | None = None
        self.box: _Open | None = None

    def read(self, lines: Sequence[str], first_line: int) -> list[Section]:
        number = first_line
        for number, line in enumerate(lines, first_line):
            fence = FENCE.match(line)
            if fence:
                self._fence(number, len(fence[1]), fence[2])
            elif line.startswith("## "):
                self._heading(number, line)
            elif self.box:
                self.box.lines.append((number, line))
            else:
                self.text.append((number, line))
        self._end_section()
        return self.sections

    def _fence(self, line: int, colons: int, words: str) -> None:
        if not words:
            self._close(line, colons)
        elif self.box:
            self._fault(line, f"Close the `{self.box.name}` block of line {self.box.line} with `:::` first.")
        else:
            self._open(line, colons, words)

    def _open(self, line: int, colons: int, words: str) -> None:
        name, _, argument = words.partition(" ")
        begun = _Open(name, argument.strip(), colons, line)
        self._flush()
        if name in TRACKS and self.track is None:
            self.track = begun
        elif name in BOXES + INSERTS:
            self.box = begun
        else:
            known = ", ".join((*TRACKS, *BOXES, *INSERTS))
            self._fault(line, f"There is no block `{name}` here. Use one of: {known}.")
            self.box = begun

    def _close(self, line: int, colons: int) -> None:
        if self.box:
            begun, self.box = self.box, None
            self._finish(begun)
        elif self.track:
            self._flush()
            begun, self.track = self.track, None
        else:
            self._fault(line, "This `:::` closes nothing. Take it out, or open a block above.")
            return
        if begun.colons != colons:
            self._fault(line, f"Write {begun.colons} colons to close `{begun.name}` of line {begun.line}.")

    def _finish(self, begun: _Open) -> None:
        if begun.name in INSERTS:
            if any(text.strip() for _, text in begun.lines):
                self._fault(begun.line, f"Leave the `{begun.name}` block empty: its name says what to show.")
            self._put(Insert(begun.name, begun.argument, begun.line))
        elif begun.name in BOXES:
            if begun.name == "care" and begun.argument not in CARE:
                self._fault(begun.line, f"Say which care card: {', '.join(CARE)}.")
            body = tuple(self._prose(begun.lines))
            if not body:
                self._fault(begun.line, f"The `{begun.name}` block is empty. Write in it or take it out.")
            self._put(Box(begun.name, begun.argument, begun.line, body))

    def _put(self, block: Block) -> None:
        self.blocks.append((self.track.name if self.track else None, block))

    def _flush(self) -> None:
        for prose in self._prose(self.text):
            self._put(prose)
        self.text = []

    def _prose(self, lines: Sequence[tuple[int, str]]) -> Iterator[Prose]:
        """Yield paragraphs and lists; a list item may go on in the next lines."""
        group: list[Piece] = []
        is_list = False
        for number, raw in [*lines, (0, "")]:
            text = raw.strip()
            starts_item = text.startswith("- ")
            if group and (not text or (starts_item and not is_list)):
                yield Prose(tuple(group), is_list)
                group = []
            if not text:
                continue
            self._check_foreign(number, text)
            if starts_item or not group:
                is_list = starts_item
                group.append(Piece(text.removeprefix("- "), number))
            else:
                group[-1] = replace(group[-1], text=f"{group[-1].text} {text}")

    def _check_foreign(self, line: int, text: str) -> None:
        for pattern, advice in FOREIGN:
            if pattern.match(text):
                self._fault(line, advice)

    def _heading(self, line: int, text: str) -> None:
        self._end_section()
        found = HEADING.match(text)
        if not found:
            self._fault(line, "Write the section as `## Title {#key}`, with a key of small letters and hyphens.")
            self.sections.append(Section("", {}, line))
            return
        rest = found["rest"]
        given = {name: quoted or plain for name, quoted, plain in ATTRIBUTE.findall(rest)}
        if ATTRIBUTE.sub("", rest).strip() or set(given) - {*TRACKS, "track"}:
            self._fault(line, 'After the key write only patient="Title for patients" or track=trainee.')
        only = given.get("track")
        if only is not None and only not in TRACKS:
            self._fault(line, f"There is no track `{only}`. Write one of: {', '.join(TRACKS)}.")
        titles = {track: str(given.get(track, found["title"])) for track in TRACKS if only in (None, track)}
        self.sections.append(Section(found["key"], titles, line))

    def _end_section(self) -> None:
        for begun in (self.box, self.track):
            if begun:
                self._fault(begun.line, f"The `{begun.name}` block that starts here is never closed. Add `:::`.")
        self._flush()
        self.box = self.track = None
        if self.sections:
            self.sections[-1] = replace(self.sections[-1], blocks=tuple(self.blocks))
        elif self.blocks:
            first = next(iter(pieces([block for _, block in self.blocks])), None)
            self._fault(first[0].line if first else 1, "Begin the lesson with a section: `## Title {#key}`.")
        self.blocks = []


def parse_body(text: str, first_line: int, fault: Fault) -> tuple[Section, ...]:
    """Return the sections of a lesson's body; everything odd in it is told to `fault`, all at once."""
    return tuple(_Parser(fault).read(text.split("\n"), first_line))


def split_front_matter(text: str, fault: Fault) -> tuple[str, str, int] | None:
    """Return the YAML between the two `---` lines, the body, and the line on which the body begins."""
    lines = text.split("\n")
    if lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        fault(1, "Begin the file with the lesson's fields between two lines of `---`.")
        return None
    end = next(n for n, line in enumerate(lines) if n > 0 and line.strip() == "---")
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2
