"""The templates of all question types: valid HTML, the right controls, no key before its time."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import html5lib
import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from learnapp.config import ROOT
from learnapp.quizzes.domain.review import EVERYTHING, Disclosure
from learnapp.quizzes.types import TYPES
from tests.quizzes.types.examples import BASE, EXAMPLES, FOLDER, cases, form, items, parts_of, shown_field

ITEMS = list(items())
ANSWERS = [case for case in cases("answers") if "none" not in (case[-1]["answer"] or {}).values()]


@pytest.fixture(scope="module")
def render() -> Callable[..., str]:
    return renderer(FOLDER.parent)


def renderer(*folders: Path) -> Callable[..., str]:
    """Return a function that renders a template, judged as HTML; folders: where a folder `types` is."""
    loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), *map(FileSystemLoader, folders)])
    env = Environment(
        loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True
    )
    env.install_gettext_callables(lambda text: text, lambda one, many, n: one if n == 1 else many, newstyle=True)  # type: ignore[attr-defined]
    env.globals["asset"] = lambda name: f"/static/{name}"

    def rendered(template: str, **values: Any) -> str:
        html = env.get_template(template).render(**values)
        page = (
            f"<!doctype html><html lang=en><title>t</title><form><fieldset><legend>q</legend>{html}</fieldset></form>"
        )
        html5lib.HTMLParser(strict=True).parse(page)
        assert " style=" not in html
        assert "undefined" not in html.lower()
        return html

    return rendered


def offers_unsure(kind: Any) -> bool:
    """Say whether a type offers "I am not sure" as one tick for the whole question."""
    return bool(EXAMPLES.get(kind.name, {}).get("unsure", True))


def controls(html: str) -> list[str]:
    return re.findall(r'(?:name)="([^"]+)"', html)


@pytest.mark.parametrize(("kind", "data", "case"), ANSWERS, ids=lambda value: getattr(value, "name", ""))
def test_the_page_shows_the_stored_answer_and_no_key(render: Any, kind: Any, data: Any, case: Any) -> None:
    item = kind.parse(data)
    field = shown_field(kind, data)
    field.process(None, data=case["answer"])
    html = render(kind.answer_template, field=field, shown=kind.public(item), base=BASE)
    assert "KEY" not in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert ids[:1] == ([BASE] if kind.marked else [])
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' for="([^"]+)"', html)) <= set(ids)
    shows = any(sign in html for sign in ("checked", "selected", 'value="', "<textarea"))
    assert shows or case["answer"] is None or not kind.marked
    if "unsure" in (case["answer"] or {}) and offers_unsure(kind):
        assert re.search(r'(name="q1.unsure" value="1"|name="q1" value="unsure") checked', html)


@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=lambda value: getattr(value, "name", ""))
def test_nothing_is_chosen_for_the_learner(render: Any, kind: Any, example: Any) -> None:
    item = kind.parse(example["data"])
    html = render(kind.answer_template, field=shown_field(kind, example["data"]), shown=kind.public(item), base=BASE)
    assert not re.search(r" (checked|selected)[ >]", html)
    assert "I am not sure" in html or not offers_unsure(kind)
    parts = parts_of(example, kind)
    assert {name.removeprefix(BASE) for name in controls(html)} <= {*parts, *(f"{part}.unsure" for part in parts)}


@pytest.mark.parametrize(("kind", "data", "case"), ANSWERS, ids=lambda value: getattr(value, "name", ""))
def test_the_review_shows_what_is_allowed(render: Any, kind: Any, data: Any, case: Any) -> None:
    item = kind.parse(data)
    arrangement = kind.arrange(item, 3)
    pages = {}
    for allowed in (Disclosure(), Disclosure(correctness=True, own_reason=True), EVERYTHING):
        revealed = json.loads(json.dumps(kind.reveal(item, case["answer"], arrangement, allowed)))
        pages[allowed] = render(kind.review_template, revealed=revealed)
    assert "KEY" not in pages[Disclosure()]
    assert "Best answer" not in pages[Disclosure()]
    assert "Best answer" not in pages[Disclosure(correctness=True, own_reason=True)]
    assert ("KEY" in pages[EVERYTHING]) is kind.marked
    if not kind.marked:
        assert len(set(pages.values())) == 1
    elif case["answer"] is None:
        assert all("You left this empty" in page for page in pages.values())
    elif "unsure" in case["answer"]:
        assert all("I am not sure" in page for page in pages.values())


def test_typed_text_is_never_markup(render: Any) -> None:
    kind = TYPES["numeric"]
    item = kind.parse(next(example["data"] for each, example in ITEMS if each is kind))
    answer = {"text": '"><script>alert(1)</script>'}
    field = kind.field(kind.public(item), {}, BASE)
    field.process(None, data=answer)
    for html in (
        render(kind.answer_template, field=field, shown=kind.public(item), base=BASE, described_by="h1"),
        render(kind.review_template, revealed=kind.reveal(item, answer, {}, EVERYTHING)),
    ):
        assert "<script" not in html


def test_an_unreadable_number_is_marked_for_readers(render: Any) -> None:
    kind = TYPES["numeric"]
    item = kind.parse(next(example["data"] for each, example in ITEMS if each is kind))
    field = kind.field(kind.public(item), {}, BASE)
    field.process(form({"": ["five"]}))
    html = render(kind.answer_template, field=field, shown=kind.public(item), base=BASE, described_by="h1 e1")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="h1 e1"' in html
    assert 'value="five"' in html
