"""The authors' commands on questions: grade a file of keys and answers, preview a quiz as one page."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from learnapp.rehearsal.trying import try_file

GOOD = """
- question:
    type: choice
    stem: {trainee: Which one?, patient: Which?}
    options:
      - {id: a, text: A, reason: r, right: true}
      - {id: b, text: {trainee: B, patient: Bee}, reason: r}
  answers: [{choice: a}, {choice: b}, null, {choice: [a]}, nonsense]
- question:
    type: matching
    choose: Choose
    hints: [one, two]
    choices: [{id: x, text: X}, {id: y, text: Y}]
    pairs: [{id: p, text: P, choice: x, reason: r}, {id: q, text: Q, choice: y, reason: r}]
  certainty: 3
  penalty: 1/4
  tries:
    - answer: {pairs: {p: x, q: x}}
    - {answer: {pairs: {p: x, q: y}}, checked: false}
- question: {type: free_text, reason: r, model: m, guide: g}
  answer: {text: Because it heals}
"""
BAD = """
- question: {type: choice, options: [{id: a, text: A, reason: r}, {id: b, text: B}], optoins: 1}
- question: {type: essay}
- answers: []
- question: {type: true_false, answer: true, reasons: {"true": a, "false": b}}
  behaviour: guess
  tries: []
- question: {type: true_false, answer: true, reasons: {"true": a, "false": b}}
  tries: all
"""


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str, name: str = "keys.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return written


def test_every_answer_is_graded_and_explained(app: Flask, write) -> None:
    result = app.test_cli_runner().invoke(args=["questions", "grade", str(write(GOOD))])
    assert result.exit_code == 0, result.output
    assert '1. choice: {"choice": "a"}\n   earns 1 (right), by the rule single\n   - a 1\n' in result.output
    assert "   - b 0: wrong option\n" in result.output
    assert result.output.count("earns 0 (gave up)") == 2
    assert "earns 7/8 = 0.875 (partial), by the rule pairs\n   marks by certainty: 21/8 = 2.625" in result.output
    assert "earns nothing yet (needs grading)" in result.output


def test_json_lines_in_and_out(app: Flask, write) -> None:
    question = {"type": "true_false", "answer": False, "reasons": {"true": "-", "false": "-"}}
    rows = [{"question": question, "answer": {"choice": "false"}}, {"question": question, "answers": [None]}]
    path = write("\n".join([*map(json.dumps, rows), "", "{not json"]), "keys.jsonl")
    result = app.test_cli_runner().invoke(args=["questions", "grade", str(path), "--json"])
    assert result.exit_code == 1
    first, second, fault = result.output.strip().splitlines()
    assert json.loads(first) == {
        "n": 1, "type": "true_false", "answer": {"choice": "false"}, "fraction": "1", "state": "right",
        "rule": "single", "parts": [{"key": "false", "fraction": "1", "why": ""}], "marks": None,
    }  # fmt: skip
    assert json.loads(second)["state"] == "gave_up"
    assert fault == f"{path}:4: This line is not JSON."


def test_every_fault_of_a_file_is_told_with_its_line(write) -> None:
    path = write(BAD)
    tried, report = try_file(path, "trainee")
    assert tried == []
    told = sorted(str(fault).removeprefix(f"{path}:") for fault in report.faults)
    assert [line.split(":")[0] for line in told] == ["2", "2", "2", "3", "4", "6", "9"]
    assert "3: There is no such question type. Use one of: choice, " in "\n".join(told)
    assert "6: There is no such behaviour. Use one of: deferred, " in "\n".join(told)
    assert "9: Write `tries` as a list, the first one first." in told


@pytest.mark.parametrize(("text", "name"), [("a: [", "keys.yaml"), ("", "keys.yaml"), ("[]", "none.jsonl")])
def test_what_is_no_table_is_refused_with_a_sentence(write, text: str, name: str) -> None:
    tried, report = try_file(write(text, name), "trainee")
    assert tried == []
    assert len(report.faults) == 1


def test_a_missing_file_is_said(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["questions", "grade", str(tmp_path / "none.yaml")])
    assert result.exit_code == 1
    assert "This file cannot be read." in result.output


@pytest.mark.parametrize("track", ["trainee", "patient"])
def test_a_quiz_is_one_page_that_stands_alone(app: Flask, tmp_path: Path, track: str) -> None:
    out = tmp_path / "page.html"
    args = ["questions", "preview", "all-types", "--track", track, "--out", str(out)]
    result = app.test_cli_runner().invoke(args=args)
    assert result.exit_code == 0, result.output
    page = out.read_text("utf-8")
    assert "/static/" not in page
    assert 'href="http' not in page
    assert "<style>" in page
    assert "url(data:font/woff2;base64," in page
    assert page.count("Reviewed, after a wrong answer") >= 12
    for name in ("skin-section", "needle-channel"):
        assert (f'href="#pictures-{name}-picture"' in page) == (f'id="pictures-{name}-picture"' in page)


def test_a_final_test_shows_the_questions_that_it_draws_from(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["questions", "preview", "final", "--out", str(tmp_path / "f.html")])
    assert result.exit_code == 0, result.output
    found = re.match(r"(\d+) questions are in", result.output)
    assert found
    assert int(found[1]) >= 30


def test_an_unknown_quiz_is_said(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["questions", "preview", "nothing"])
    assert result.exit_code == 1
    assert "There is no quiz nothing for the trainee track. There are: against-the-clock, all-types, " in result.output
