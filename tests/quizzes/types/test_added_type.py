"""Adding a type as docs/add-a-question-type.md says: its files are written to disk and pass the contract."""

import ast
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from learnapp.config import ROOT
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import TYPES, type_named, with_type
from tests.quizzes.types import test_contract, test_templates
from tests.quizzes.types.examples import FOLDER

PAGE = (ROOT / "docs" / "add-a-question-type.md").read_text("utf-8")
BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = {"rules.py", "forms.py", "__init__.py", "answer.html", "review.html", "examples.yaml"}
NAME = "slider_demo"
FORBIDDEN = {"flask", "sqlalchemy", "wtforms", "flask_sqlalchemy", "flask_babel", "werkzeug", "jinja2"}
CHECKS = [name for name in dir(test_contract.Contract) if name.startswith("test_")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's files in a package of their own: added/types/slider_demo."""
    place = tmp_path_factory.mktemp("package") / "added" / "types" / NAME
    place.mkdir(parents=True)
    for parent in (place.parent, place.parent.parent):
        (parent / "__init__.py").write_text('"""A package of types that are not in the house."""\n')
    for name, text in BLOCK.findall(PAGE):
        (place / name).write_text(text, "utf-8")
    return place


@pytest.fixture(scope="module")
def kind(folder: Path) -> Iterator[QuestionType]:
    """The type, registered for as long as these tests run."""
    sys.path.insert(0, str(folder.parents[2]))
    try:
        added: QuestionType = importlib.import_module(f"added.types.{NAME}").TYPE
        with with_type(added):
            yield added
    finally:
        sys.path.remove(str(folder.parents[2]))
        for name in [name for name in sys.modules if name.partition(".")[0] == "added"]:
            del sys.modules[name]
    assert NAME not in TYPES


@pytest.fixture(scope="module")
def examples(folder: Path) -> Mapping[str, Any]:
    """What the type's examples.yaml says."""
    found: Mapping[str, Any] = YAML(typ="safe").load((folder / "examples.yaml").read_text("utf-8"))
    return found


def test_the_page_holds_every_file_of_a_type() -> None:
    assert [name for name, _ in BLOCK.findall(PAGE)] == list(dict.fromkeys(name for name, _ in BLOCK.findall(PAGE)))
    assert {name for name, _ in BLOCK.findall(PAGE)} == FILES
    for name in set(TYPES) - {NAME}:
        assert {path.name for path in (FOLDER / name).iterdir()} >= FILES, f"{name} lacks a file that the page names"


def test_contributing_leads_to_the_page() -> None:
    assert "docs/add-a-question-type.md" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_it_is_registered(kind: QuestionType) -> None:
    assert type_named(NAME) is kind
    assert str(kind.label) == "Scale"


@pytest.mark.parametrize("check", CHECKS)
def test_it_keeps_the_contract(kind: QuestionType, examples: Mapping[str, Any], check: str) -> None:
    for example in examples["items"]:
        getattr(test_contract.Contract(), check)(kind, example)


def test_its_examples_come_to_what_they_say(kind: QuestionType, examples: Mapping[str, Any]) -> None:
    for example in examples["items"]:
        for case in example["answers"]:
            test_contract.check_answer(kind, example["data"], case)
        for case in example["posted"]:
            test_contract.check_form(kind, example["data"], case)
    for bad in examples["bad"]:
        test_contract.check_bad(kind, bad)


@pytest.mark.parametrize("value", test_contract.HOSTILE, ids=lambda value: ascii(value)[:20])
def test_hostile_input_earns_nothing(kind: QuestionType, examples: Mapping[str, Any], value: Any) -> None:
    for example in examples["items"]:
        test_contract.check_hostile(kind, example, value)


def test_its_pages_keep_the_contract(kind: QuestionType, folder: Path, examples: Mapping[str, Any]) -> None:
    render: Callable[..., str] = test_templates.renderer(FOLDER.parent, folder.parents[1])
    for example in examples["items"]:
        test_templates.test_nothing_is_chosen_for_the_learner(render, kind, example)
        for case in example["answers"]:
            test_templates.test_the_page_shows_the_stored_answer_and_no_key(render, kind, example["data"], case)
            test_templates.test_the_review_shows_what_is_allowed(render, kind, example["data"], case)


def test_it_may_be_a_step_of_a_case(kind: QuestionType, examples: Mapping[str, Any]) -> None:
    case, data = TYPES["case"], examples["items"][0]["data"]
    authored = {"steps": [{"id": key, "type": NAME, "stem": f"Step {key}", **data} for key in ("one", "two")]}
    assert case.check_data(authored) == []
    item = case.parse(authored)
    grade = case.grade(item, {"steps": {"one": {"choice": "4"}, "two": {"choice": "3"}}, "locked": []})
    assert str(grade.fraction) == "3/4"
    assert "KEY" not in json.dumps(case.public(item))


def test_its_rules_know_no_framework(folder: Path) -> None:
    tree = ast.parse((folder / "rules.py").read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name.partition(".")[0] for name in imported} & FORBIDDEN


def test_its_code_is_as_clean_as_ours(folder: Path) -> None:
    settings = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    for act in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *act, *settings, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
