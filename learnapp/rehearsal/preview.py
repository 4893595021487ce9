"""A quiz as one page that stands alone: every question as it is asked and as it is reviewed, for its authors."""

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flask import current_app, render_template

from learnapp.authoring.course import Ask, Course, Quiz
from learnapp.authoring.render import question_json
from learnapp.kit.web import emergency_number
from learnapp.quizzes.domain.review import EVERYTHING
from learnapp.quizzes.types import type_named

PICTURE = re.compile(r"/static/([\w/-]+)\.[0-9a-f]{12}\.svg#([\w-]+)")
FONT = re.compile(r"url\(([^)]+)\)")
SEED = 1


def quiz_of(course: Course, slug: str, track: str) -> Quiz | None:
    """Return the quiz as this track sees it, or None."""
    return course.quizzes.get((slug, track))


def questions_of(quiz: Quiz, course: Course) -> list[Ask]:
    """Return a quiz's own questions, and those of the pools of other quizzes that it draws from."""
    drawn = {(row.quiz, row.pool) for row in quiz.model.blueprint if row.quiz}
    others = [course.quizzes[slug, quiz.track] for slug in dict.fromkeys(slug for slug, _pool in sorted(drawn))]
    return [*quiz.items, *(ask for one in others for ask in one.items if (one.model.slug, pool_of(ask)) in drawn)]


def pool_of(ask: Ask) -> str:
    """Return the pool that a question was written for."""
    return str(getattr(ask.model, "pool", ""))


def preview_html(quiz: Quiz, asks: Sequence[Ask]) -> str:
    """Return the whole page as HTML that needs no server: styles, fonts and pictures are inside it."""
    with current_app.test_request_context():
        body = render_template(
            "rehearsal/preview.html", quiz=quiz.model, track=quiz.track, questions=list(_questions(quiz, asks))
        )
        body = body.replace("{emergency}", emergency_number())
    files = current_app.extensions["static_files"]
    names, target = files.names, files.target
    used = sorted(set(PICTURE.findall(body)))
    sprites = "".join(_symbol(target / names[f"{name}.svg"], name, part) for name, part in used)
    body = PICTURE.sub(lambda found: f"#{_local(found[1], found[2])}", body)
    css = FONT.sub(lambda found: f"url({_data(target / found[1])})", (target / names["app.css"]).read_text("utf-8"))
    svg = f'<svg width="0" height="0" aria-hidden="true">{sprites}</svg>'
    return body.replace("</head>", f"<style>{css}</style></head>").replace("</body>", f"{svg}</body>")


def _questions(quiz: Quiz, asks: Sequence[Ask]) -> Iterator[dict[str, Any]]:
    for number, ask in enumerate(asks, 1):
        kind = type_named(ask.model.type)
        question = question_json(ask, quiz.model.lesson or "", ask.model.section, lambda _key: False)
        item, shown = kind.parse(question["keyed"]["item"]), question["shown"]
        order, base = kind.arrange(item, SEED), f"q{number}"
        field = kind.field(shown, order, base)
        field.process(None)
        revealed = kind.reveal(item, kind.sample(item, SEED, False) if kind.marked else None, order, EVERYTHING)
        yield {
            "id": ask.model.id, "kind": kind, "shown": shown, "base": base, "field": field, "revealed": revealed,
            "hint": kind.hint(shown), "keyed": question["keyed"], "claims": ask.model.claims,
        }  # fmt: skip


def _local(name: str, part: str) -> str:
    return f"{name.replace('/', '-')}-{part}"


def _symbol(path: Path, name: str, part: str) -> str:
    """Return one symbol (or group) of a sprite under an id of its own."""
    found = re.search(rf'<(symbol|g)\b[^>]*\bid="{part}".*?</\1>', path.read_text("utf-8"), re.DOTALL)
    return found[0].replace(f'id="{part}"', f'id="{_local(name, part)}"', 1) if found else ""


def _data(path: Path) -> str:
    kind = "font/woff2" if path.suffix == ".woff2" else "image/svg+xml"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
