"""Sort cards into boxes: every card belongs in one of two to four boxes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, pairs, paper
from learnapp.quizzes.domain.grading import is_unsure
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"boxes", "cards", "scoring"})
TEXTS = ("boxes[].text", "cards[].text", "cards[].reason")
FIELD = "cards"  # of a stored answer
AT_LEAST = 2
MOST_BOXES = 4
CARD = ("id", "text", "box", "reason", "misconception")


@dataclass(frozen=True, slots=True)
class Box:
    """One box; it may end up with several cards, or with none. text: inline HTML."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One card with the box it belongs in. text, reason (why there): inline HTML."""

    id: str
    text: str
    box: str
    reason: str
    misconception: str | None = None


@dataclass(frozen=True)
class Item:
    """A sorting question; answers are {"cards": {card id: box id}}. The boxes keep the author's order."""

    boxes: tuple[Box, ...]
    cards: tuple[Card, ...]
    scoring: str = pairs.PAIRS

    @property
    def key(self) -> dict[str, str]:
        """The right box of each card."""
        return {card.id: card.box for card in self.cards}


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the cards."""
    return authored.tags(data, "cards")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of authored cards and boxes: two to four boxes, and each card's box is one of them."""
    problems = list(authored.list_problems(data, "boxes", AT_LEAST, ("id", "text")))
    problems += authored.list_problems(data, "cards", AT_LEAST, CARD)
    for field in ("boxes", "cards"):
        problems += authored.id_problems(data, field)
    boxes = authored.mappings(data, "boxes")
    if len(boxes) > MOST_BOXES:
        problems.append(Problem("too_many", "boxes", {"at_most": MOST_BOXES}))
    for place, box in boxes:
        problems += authored.text_problems(box, place, text="missing_text")
    known = [box.get("id") for _, box in boxes]
    for place, card in authored.mappings(data, "cards"):
        problems += authored.text_problems(card, place, text="missing_text", reason="missing_reason")
        problems += authored.tag_problems(card, place)
        if card.get("box") is None or card["box"] not in known:
            problems.append(Problem("key_not_a_box", f"{place}.box"))
    return problems + list(authored.scoring_problems(data, pairs.RULES))


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    boxes = tuple(Box(each["id"], each["text"]) for each in data["boxes"])
    cards = tuple(
        Card(each["id"], each["text"], each["box"], each["reason"], each.get("misconception")) for each in data["cards"]
    )
    return Item(boxes, cards, data.get("scoring", pairs.PAIRS))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    return {
        "v": authored.VERSION,
        "boxes": [{"id": box.id, "text": box.text} for box in item.boxes],
        "cards": [{name: getattr(card, name) for name in CARD} for card in item.cards],
        "scoring": item.scoring,
    }


def public(item: Item) -> dict[str, Any]:
    """Return boxes as authored, and cards without their key in an order that does not depend on it."""
    texts = {card.id: card.text for card in item.cards}
    return {
        "boxes": [{"id": box.id, "text": box.text} for box in item.boxes],
        "cards": [{"id": key, "text": texts[key]} for key in paper.shuffle(texts, 0, "public")],
        "scoring": item.scoring,
    }


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of the cards by seed; the boxes keep theirs, which often says "now, later, not yet"."""
    return {"cards": paper.shuffle([card.id for card in item.cards], seed, "cards")}


PAIRING = pairs.Pairing(FIELD, "card_missing")
complete, grade = PAIRING.complete, PAIRING.grade
count_back, keep_right = PAIRING.count_back, PAIRING.keep_right


def reveal(
    item: Item, answer: Mapping[str, Any] | None, arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return a row per card as arranged, with the learner's box and what the disclosure allows of key and reasons."""
    given = pairs.given(answer, FIELD)
    texts = {box.id: box.text for box in item.boxes}
    cards = {card.id: card for card in item.cards}
    shown = [cards[key] for key in arrangement["cards"] if key in cards]
    rows = [pairs.row((card.id, card.text), card.reason, item.key, given, texts, allowed) for card in shown]
    return {"rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    return {FIELD: pairs.sample(item.key, [box.id for box in item.boxes], seed, right)}
