"""The house stays as docs/house.md draws it: tree, sizes, first sentences, nothing left half done."""

import ast
import io
import re
import statistics
import subprocess
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "learnapp"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *PACKAGE.rglob("*.html")])
ROOMS = (
    "accounts", "authoring", "cohorts", "corrections", "demo", "evidence", "gradebook", "lessons", "privacy",
    "progress", "receipts", "rehearsal", "site", "sitting", "upkeep",
)  # fmt: skip
MODULE_LINES, TEMPLATE_LINES, FUNCTION_LINES, FUNCTION_MEDIAN = 400, 120, 40, 10
# Lines of code in a room, without blank lines, comments and docstrings (decision 0005); the rules of grading are
# counted apart (decision 0013), and so are the question types.
ROOM_LINES = {"quizzes": 3000}
APART = {"quizzes": {"types", "domain"}}


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _code_lines(path: Path) -> int:
    """Count the lines that hold code: no blank line, comment or docstring."""
    text = path.read_text()
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            held.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            held -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(held)


def _functions() -> list[tuple[str, int]]:
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((f"{path.relative_to(ROOT)}:{node.name}", size))
    return found


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def test_modules_are_small_and_say_what_they_are():
    for path in MODULES:
        assert _lines(path) <= MODULE_LINES, f"{path} has more than {MODULE_LINES} lines"
        if path.read_text().strip():
            assert ast.get_docstring(ast.parse(path.read_text())), f"{path} opens without a sentence"


def test_functions_are_short():
    functions = _functions()
    long = [f"{name} ({size})" for name, size in functions if size > FUNCTION_LINES]
    assert not long, f"functions over {FUNCTION_LINES} lines: {long}"
    assert statistics.median(size for _, size in functions) <= FUNCTION_MEDIAN


@pytest.mark.parametrize("room", [*ROOMS, "quizzes"])
def test_rooms_are_small_and_have_a_readme(room: str):
    folder = PACKAGE / room
    apart = APART.get(room, set())
    total = sum(_code_lines(p) for p in folder.rglob("*.py") if not apart & set(p.relative_to(folder).parts))
    assert total <= ROOM_LINES.get(room, 2000), f"{room} has {total} lines of code"
    assert _lines(folder / "README.md") < 20


def test_the_rules_of_grading_are_no_larger_than_a_room():
    total = sum(_code_lines(p) for p in (PACKAGE / "quizzes" / "domain").rglob("*.py"))
    assert total <= 2000, f"quizzes/domain has {total} lines of code"


def test_templates_are_small():
    for path in TEMPLATES:
        assert _lines(path) <= TEMPLATE_LINES, f"{path} has more than {TEMPLATE_LINES} lines"


def test_no_template_carries_inline_code_or_style():
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\bsrc=)", text), path


def test_the_tree_in_docs_is_the_tree():
    drawn = (ROOT / "docs" / "house.md").read_text()
    for folder in sorted(p for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"):
        assert f"{folder.name}/" in drawn, f"docs/house.md does not show learnapp/{folder.name}/"
    for folder in ("content", "migrations", "static", "templates", "tests", "bench", "docs"):
        assert f"{folder}/" in drawn
        assert (ROOT / folder).is_dir()


def test_nothing_is_left_half_done():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b|mark\.(skip|xfail)|pytest\.(skip|xfail)\(")
    for path in [*MODULES, *TEMPLATES, *(ROOT / "tests").rglob("*.py")]:
        if path != Path(__file__):
            assert not words.search(path.read_text()), path


def test_no_foreign_address_is_named():
    hosts = re.compile("pypi" + r"\.org|pythonhosted|npmjs|deb\.debian")
    for path in _tracked():
        if path.suffix in {".py", ".md", ".txt", ".in", ".toml", ".html", ".css", ".js", ""} and path != Path(__file__):
            assert not hosts.search(path.read_text(errors="ignore")), path


def test_views_hold_no_query():
    for path in MODULES:
        if path.name == "web.py" or path.parent.name == "web":
            text = path.read_text()
            assert "db.session" not in text, f"{path} reaches into the session"
            assert not re.search(r"\bselect\(", text), f"{path} holds a query"


def test_nothing_outside_a_type_branches_on_its_name():
    names = {p.name for p in (PACKAGE / "quizzes" / "types").iterdir() if p.is_dir() and p.name != "__pycache__"}
    pattern = re.compile(r"""(==|!=|\bin\b|case)\s*[\[({]?\s*["'](""" + "|".join(sorted(names)) + r""")["']""")
    for path in MODULES:
        if "types" not in path.parts:
            assert not pattern.search(path.read_text()), f"{path} branches on a question type's name"
