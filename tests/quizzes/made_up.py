"""Small made-up quizzes for tests, published through the same door as the real ones, with markers in every key."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from learnapp.kit.db import write
from learnapp.quizzes.storage.publishing import publish_question, publish_quiz
from learnapp.quizzes.types import type_named

# Stands in every reason, explanation and right answer's key: none of it may reach a page too early.
MARKER = "zkeyz"
TRACKS = ("trainee", "patient")
Json = dict[str, Any]


def choice(n: int) -> Json:
    """A single choice whose option b is right."""
    return {
        "v": 1,
        "options": [
            {"id": key, "text": f"Option {key} of {n}", "reason": f"{MARKER}-reason-{key}-{n}", "right": key == "b"}
            for key in "abc"
        ],
    }


def multiple(n: int) -> Json:
    """A choose-all whose options a and c are right."""
    options = [
        {"id": key, "text": f"Part {key} of {n}", "reason": f"{MARKER}-reason-{key}-{n}", "right": key in "ac"}
        for key in "abcd"
    ]
    return {"v": 1, "options": options, "scoring": "balanced"}


def numeric(n: int) -> Json:
    """A number: 48271, which stands nowhere else."""
    answers = [{"value": 48271, "tolerance": {"kind": "absolute", "amount": 0}}]
    return {
        "v": 1, "answers": answers, "unit": "days", "reason": f"{MARKER}-right-{n}", "otherwise": f"{MARKER}-other-{n}",
    }  # fmt: skip


def true_false(n: int) -> Json:
    """A statement that is true."""
    return {"v": 1, "answer": True, "reasons": {"true": f"{MARKER}-true-{n}", "false": f"{MARKER}-false-{n}"}}


def ordering(n: int) -> Json:
    """Four lines, right in the order k, d, w, f."""
    items = [{"id": key, "text": f"Line {key} of {n}", "reason": f"{MARKER}-place-{key}-{n}"} for key in "kdwf"]
    return {"v": 1, "items": items, "scoring": "relative_to_correct"}


def matching(n: int) -> Json:
    """Two pairs: north takes x, south takes y; z stays over."""
    choices = [{"id": key, "text": f"Choice {key} of {n}"} for key in "xyz"]
    pairs = [
        {"id": key, "text": f"Side {key} of {n}", "choice": choice, "reason": f"{MARKER}-pair-{key}-{n}"}
        for key, choice in (("north", "x"), ("south", "y"))
    ]
    return {"v": 1, "choices": choices, "pairs": pairs, "choose": "Choose one", "scoring": "pairs"}


def categorise(n: int) -> Json:
    """Two cards: hot belongs in box p, cold in box q; box o stays empty."""
    boxes = [{"id": key, "text": f"Box {key} of {n}"} for key in "opq"]
    cards = [
        {"id": key, "text": f"Card {key} of {n}", "box": box, "reason": f"{MARKER}-card-{key}-{n}"}
        for key, box in (("hot", "p"), ("cold", "q"))
    ]
    return {"v": 1, "boxes": boxes, "cards": cards, "scoring": "pairs"}


def claim(n: int) -> Json:
    """A statement that deserves grade B."""
    reasons = {letter: f"{MARKER}-grade-{letter}-{n}" for letter in "ABCD"}
    return {"v": 1, "asks": "grade", "statement": f"Statement of {n}", "grade": "B", "reasons": reasons}


def hotspot(n: int) -> Json:
    """Three places, the one at the right edge of the only area is right: hub."""
    points = [
        {"id": key, "name": f"Place {key} of {n}", "x": 100 + 200 * at, "y": 300, "reason": f"{MARKER}-spot-{key}-{n}"}
        for at, key in enumerate(("rim", "hub", "gap"))
    ]
    areas = [{"shape": "rect", "coords": [250, 250, 50, 100], "value": 1}]
    return {"v": 1, "picture": picture(n), "points": points, "areas": areas, "scoring": "one"}


def label_image(n: int) -> Json:
    """Two parts: high is named u, low is named v; w stays over."""
    labels = [{"id": key, "text": f"Name {key} of {n}"} for key in "uvw"]
    parts = [
        {"id": key, "x": 300, "y": y, "label": label, "reason": f"{MARKER}-part-{key}-{n}"}
        for key, y, label in (("high", 100, "u"), ("low", 500, "v"))
    ]
    return {
        "v": 1, "picture": picture(n), "parts": parts, "labels": labels, "choose": "Choose a name", "scoring": "pairs",
    }  # fmt: skip


def picture(n: int) -> Json:
    """A picture that exists."""
    return {"name": "skin-section", "width": 800, "height": 600, "alt": f"Picture of {n}"}


def short_text(n: int) -> Json:
    """A word to type: the right one stands nowhere else."""
    answers = [{"text": f"{MARKER} word"}]
    return {"v": 1, "answers": answers, "reason": f"{MARKER}-word-{n}", "otherwise": f"{MARKER}-others-{n}"}


def cloze(n: int) -> Json:
    """Three gaps: a word, a choice whose option m is right, and the number 48271."""
    options = [
        {"id": key, "text": f"Part {key} of {n}", "reason": f"{MARKER}-gap-{key}-{n}", "right": key == "m"}
        for key in "lm"
    ]
    gaps: list[Json] = [
        {"id": "thing", "kind": "text", **short_text(n)},
        {"id": "piece", "kind": "choice", "options": options, "choose": "Choose a part"},
        {"id": "many", "kind": "number", **numeric(n)},
    ]
    for gap in gaps:
        gap.pop("v", None)
    return {"v": 1, "text": f"First [[thing]] of {n}, then [[piece]], then [[many]].", "gaps": gaps}


def free_text(n: int) -> Json:
    """A question for own words, which a person marks."""
    return {
        "v": 1, "limit": 60, "model": f"{MARKER}-model-{n}", "guide": f"{MARKER}-guide-{n}",
        "reason": f"{MARKER}-good-{n}",
    }  # fmt: skip


def information(n: int) -> Json:
    """A text to read."""
    return {"v": 1, "text": f"Text to read of {n}"}


def case(n: int) -> Json:
    """Two linked steps: yes is locked before then is asked; the right answers are true and b."""
    yes = {"id": "yes", "type": "true_false", "stem": f"First step of {n}", "then": f"{MARKER}-next-{n}"}
    then = {"id": "then", "type": "choice", "stem": f"{MARKER}-later-{n}"}
    return {"v": 1, "steps": [true_false(n) | yes, choice(n) | then]}


MAKERS = {
    "choice": choice, "multiple": multiple, "numeric": numeric, "true_false": true_false, "ordering": ordering,
    "matching": matching, "categorise": categorise, "claim": claim, "hotspot": hotspot,
    "label_image": label_image, "free_text": free_text, "information": information, "case": case,
    "short_text": short_text, "cloze": cloze,
}  # fmt: skip
RIGHT: Mapping[str, Any] = {
    "choice": {"choice": "b"},
    "multiple": {"choices": ["a", "c"]},
    "numeric": {"text": "48271"},
    "true_false": {"choice": "true"},
    "ordering": {"places": {"k": 1, "d": 2, "w": 3, "f": 4}},
    "matching": {"pairs": {"north": "x", "south": "y"}},
    "categorise": {"cards": {"hot": "p", "cold": "q"}},
    "claim": {"choice": "b"},
    "hotspot": {"points": ["hub"]},
    "label_image": {"parts": {"high": "u", "low": "v"}},
    "free_text": {"text": "In my own words"},
    "short_text": {"text": f"{MARKER} word"},
    "cloze": {"gaps": {"thing": f"{MARKER} word", "piece": "m", "many": "48271"}},
    "case": {"steps": {"yes": {"choice": "true"}, "then": {"choice": "b"}}, "locked": ["yes"]},
}
WRONG: Mapping[str, Any] = {
    "choice": {"choice": "a"},
    "multiple": {"choices": ["b"]},
    "numeric": {"text": "3"},
    "true_false": {"choice": "false"},
    "ordering": {"places": {"k": 4, "d": 3, "w": 2, "f": 1}},
    "matching": {"pairs": {"north": "z", "south": "x"}},
    "categorise": {"cards": {"hot": "o", "cold": "p"}},
    "claim": {"choice": "d"},
    "hotspot": {"points": ["rim"]},
    "label_image": {"parts": {"high": "w", "low": "u"}},
    "free_text": {"text": "No idea"},
    "short_text": {"text": "something"},
    "cloze": {"gaps": {"thing": "something", "piece": "l", "many": "3"}},
    "case": {"steps": {"yes": {"choice": "false"}, "then": {"choice": "a"}}, "locked": ["yes"]},
}


def _hash(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()


def publish_one(
    session: Any, quiz: str, n: int, kind_name: str, track: str, now: datetime, critical: bool, wording: str,
    hints: list[Json],
) -> int:  # fmt: skip
    """Publish one question; return its version's id."""
    kind = type_named(kind_name)
    data = MAKERS[kind_name](n)
    assert kind.check_data(data) == []
    item = kind.parse(data)
    shown = {
        "v": 1, "key": f"{quiz}/q{n}", "stem": f"Question number {n} of {quiz}{wording}",
        "story": f"Story of {n}" if "story" in kind.needs else None,
        "lesson": "healing", "section": f"part-{n}", "hints": len(hints), **kind.public(item),
    }  # fmt: skip
    keyed = {
        "v": 1, "explanation": f"{MARKER}-explanation-{n}", "general_feedback": f"{MARKER}-general-{n}",
        "hints": hints, "item": kind.dump(item),
    }  # fmt: skip
    return publish_question(
        session, key=f"{quiz}/q{n}", track=track, content_hash=_hash(quiz, n, kind_name, wording), type=kind_name,
        objective=f"O{1 + n % 2}", critical=critical, weight=int(kind.marked), claims=["F-001"], shown=shown,
        keyed=keyed, now=now,
    )  # fmt: skip


def publish(
    slug: str, kinds: list[str], now: datetime, *, layout: str = "paged", minutes: int | None = None,
    limit: int | None = None, critical: frozenset[int] = frozenset(), spare: int = 0, wording: str = "",
    settings: Json | None = None, hints: list[Json] | None = None,
) -> None:  # fmt: skip
    """Publish a quiz of these types for both tracks; each slot's pool holds `spare` more of its type."""
    with write() as session:
        papers: dict[str, list[Json]] = {}
        for track in TRACKS:
            for n, kind in enumerate(kinds, 1):
                pool = [
                    publish_one(session, slug, n + 100 * extra, kind, track, now, n in critical, wording, hints or [])
                    for extra in range(spare + 1)
                ]
                slot = {"pool": f"p{n}", "objective": f"O{1 + n % 2}", "draw": 1, "questions": pool}
                papers.setdefault(track, []).append(slot)
        publish_quiz(
            session, slug=slug, lesson_slug="healing", position=1, content_hash=_hash(slug, wording, kinds),
            titles=dict.fromkeys(TRACKS, f"{slug} quiz"),
            settings={
                "layout": layout, "time_limit_minutes": minutes, "attempt_limit": dict.fromkeys(TRACKS, limit),
                "pass_percent": {"trainee": 80, "patient": 70}, **(settings or {}),
            },
            objectives={track: {"O1": "Name the stages", "O2": "Give advice"} for track in TRACKS},
            papers=papers, now=now,
        )  # fmt: skip
