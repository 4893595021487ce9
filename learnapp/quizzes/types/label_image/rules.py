"""Name the parts: every numbered point of a picture gets one of the labels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, pairs, paper, pictures
from learnapp.quizzes.domain.grading import is_unsure
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"picture", "parts", "labels", "scoring", "choose"})
TEXTS = ("picture.alt", "choose", "labels[].text", "parts[].where", "parts[].reason")
FIELD = "parts"
AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Label:
    """A name to choose; several parts may share it, or none have it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered point with its right label. where: what can be seen there, for who cannot see it; no name."""

    id: str
    x: float
    y: float
    label: str
    reason: str
    where: str | None = None
    misconception: str | None = None


@dataclass(frozen=True)
class Item:
    """A picture with numbered parts; answers are {"parts": {part id: label id}}. choose: text of the empty option."""

    picture: Mapping[str, Any]
    parts: tuple[Part, ...]
    labels: tuple[Label, ...]
    choose: str
    scoring: str = pairs.PAIRS

    @property
    def key(self) -> dict[str, str]:
        """The right label of every part."""
        return {part.id: part.label for part in self.parts}


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the parts."""
    return authored.tags(data, "parts")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored picture to label: each part's label is one of the labels."""
    problems = list(pictures.picture_problems(data))
    problems += authored.list_problems(data, "labels", AT_LEAST, Label.__slots__)
    problems += authored.list_problems(data, "parts", AT_LEAST, Part.__slots__)
    for field in ("labels", "parts"):
        problems += authored.id_problems(data, field)
    problems += pictures.point_problems(data, "parts")
    known = [label.get("id") for _, label in authored.mappings(data, "labels")]
    for place, label in authored.mappings(data, "labels"):
        problems += authored.text_problems(label, place, text="missing_text")
    for place, part in authored.mappings(data, "parts"):
        problems += authored.text_problems(part, place, reason="missing_reason")
        problems += authored.tag_problems(part, place)
        if part.get("where") is not None:
            problems += authored.text_problems(part, place, where="missing_text")
        if part.get("label") is None or part["label"] not in known:
            problems.append(Problem("key_not_a_label", f"{place}.label"))
    problems += authored.text_problems(data, "", choose="missing_text")
    return problems + list(authored.scoring_problems(data, pairs.RULES))


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(
        picture=dict(data["picture"]),
        parts=tuple(Part(**part) for part in data["parts"]),
        labels=tuple(Label(**label) for label in data["labels"]),
        choose=data["choose"],
        scoring=data.get("scoring", pairs.PAIRS),
    )


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    return {
        "v": authored.VERSION,
        "picture": dict(item.picture),
        "parts": [{name: getattr(part, name) for name in Part.__slots__} for part in item.parts],
        "labels": [{"id": label.id, "text": label.text} for label in item.labels],
        "choose": item.choose,
        "scoring": item.scoring,
    }


def public(item: Item) -> dict[str, Any]:
    """Return picture, points and labels without the key; labels in an order that does not depend on it."""
    texts = {label.id: label.text for label in item.labels}
    return {
        "picture": dict(item.picture),
        "parts": [{"id": part.id, "x": part.x, "y": part.y, "where": part.where} for part in item.parts],
        "labels": [{"id": key, "text": texts[key]} for key in paper.shuffle(texts, 0, "public")],
        "choose": item.choose,
        "scoring": item.scoring,
    }


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of the labels by seed; the numbers keep the author's order."""
    return {"labels": paper.shuffle([label.id for label in item.labels], seed, "labels")}


PAIRING = pairs.Pairing(FIELD, "part_missing")
complete, grade = PAIRING.complete, PAIRING.grade
count_back, keep_right = PAIRING.count_back, PAIRING.keep_right


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return the picture and a row per part with the learner's label, and what the disclosure allows."""
    given = pairs.given(answer, FIELD)
    texts = {label.id: label.text for label in item.labels}
    rows = [
        {"x": part.x, "y": part.y}
        | pairs.row((part.id, part.where or ""), part.reason, item.key, given, texts, allowed)
        for part in item.parts
    ]
    return {"picture": dict(item.picture), "rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    return {FIELD: pairs.sample(item.key, [label.id for label in item.labels], seed, right)}
