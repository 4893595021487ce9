"""What a screen reader is told about every question type, asked and reviewed: Chromium's accessibility tree.

trees.yaml holds the trees as they must be, one of an answered question that is still open and one of its review. They
are of the made-up quiz, so changing content changes none. To write them anew after a change that is meant, run the
tests with WRITE_TREES=1, and read what changed.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from learnapp.quizzes.types import type_named
from tests.browser.asking import KINDS, TYPED, Sitting, sit
from tests.browser.conftest import Site, opened
from tests.browser.trees import controls, outline
from tests.quizzes import made_up

FILE = Path(__file__).with_name("trees.yaml")
WRITE = os.environ.get("WRITE_TREES")
TREES: dict[str, dict[str, str]] = YAML(typ="safe").load(FILE) or {} if FILE.exists() else {}
LOCKED: dict[str, Any] = {"steps": {"yes": {"choice": "true"}, "then": {"choice": "a"}}, "locked": ["yes"]}
SURE = ("A guess", "Fairly sure", "Very sure")
ANSWERS = {**made_up.WRONG, "case": LOCKED}


@pytest.fixture(scope="module")
def asked(typed: Site, browser: Browser) -> Iterator[tuple[Page, Sitting]]:
    """An open paper on which everything is answered, not right."""
    with opened(browser, typed) as page:
        yield page, _answered(page, typed, "asked")


@pytest.fixture(scope="module")
def reviewed(typed: Site, browser: Browser) -> Iterator[tuple[Page, Sitting]]:
    """The result of such a paper."""
    with opened(browser, typed) as page:
        sitting = _answered(page, typed, "reviewed")
        page.goto(sitting.hand_in())
        yield page, sitting


def _answered(page: Page, typed: Site, name: str) -> Sitting:
    sitting = sit(typed, name, TYPED)
    sitting.sign_in(page.context)
    place = {kind: places[0] for kind, places in sitting.places.items()}
    sitting.save({place["case"]: LOCKED | {"steps": {"yes": LOCKED["steps"]["yes"]}}})
    sitting.save({place[kind]: answer for kind, answer in ANSWERS.items()})
    return sitting


def _compare(kind: str, mode: str, tree: str) -> None:
    if WRITE:
        TREES.setdefault(kind, {})[mode] = tree
        _write()
    assert tree == TREES.get(kind, {}).get(mode, "").rstrip("\n"), f"the tree of {kind}, {mode}"


def _write() -> None:
    writer = YAML()
    writer.width = 4000
    texts = {
        kind: {mode: LiteralScalarString(tree.rstrip() + "\n") for mode, tree in sorted(TREES[kind].items())}
        for kind in sorted(TREES)
    }
    writer.dump(texts, FILE)


@pytest.mark.parametrize("kind", KINDS)
def test_asked(kind: str, asked: tuple[Page, Sitting]):
    """Every control has a role, a name of its own and its state; the group carries the question, and its hint."""
    page, sitting = asked
    n = sitting.places[kind][0]
    page.goto(f"{sitting.url}/questions/{n}")
    tree = outline(page, "[data-slot]")
    named = controls(tree)
    assert len(set(named)) == len(named), "two controls of one group sound alike"
    assert not [line for line in tree.splitlines() if '""' in line.split(" = ")[0]], "something has no name"
    if type_named(kind).marked:
        assert f'group "Question number {n} of {TYPED}" (' in tree
    own, _group, sure = tree.partition('\ngroup "How sure are you?')
    if sitting.paper.slot(n).shown.get("waits"):
        assert not sure, "what a person marks is not asked how sure one is"
    elif type_named(kind).marked:
        assert re.findall(r"radio .* chosen", sure) == [f'radio "{SURE[n % 3]}" chosen'], "how sure, as it was stored"
    _compare(kind, "asked", own)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if type_named(kind).marked])
def test_reviewed(kind: str, reviewed: tuple[Page, Sitting]):
    """Your answer, the best one and each reason are words, not colours alone."""
    page, sitting = reviewed
    tree = outline(page, f"#question-{sitting.places[kind][0]}")
    assert made_up.MARKER in tree, "the reasons"
    assert "Best answer" in tree or "In its place" in tree or kind == "ordering"
    _compare(kind, "reviewed", tree)
