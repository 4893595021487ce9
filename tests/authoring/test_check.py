"""The check finds each fault, with file and line, all at once."""

from pathlib import Path

import pytest

from learnapp.authoring.check import check_content
from learnapp.authoring.faults import Report
from learnapp.config import ROOT
from tests.authoring.small import FILES, write_course

LESSON = "content/lessons/skin.md"
QUIZ = "content/quizzes/skin.yaml"
CLAIMS = "content/evidence/claims.yaml"
FIGURE = "content/figures/days.yaml"


def _report(root: Path, path: str, old: str, new: str) -> tuple[Report, int]:
    """Check the course with one change; return the report and the line of the change."""
    text = FILES[path]
    assert old in text, f"{path} does not hold {old!r}"
    start = text.index(old)
    write_course(root)
    (root / path).write_text(text[:start] + new + text[start + len(old) :])
    _course, report = check_content(root)
    return report, text[:start].count("\n") + 1


def test_the_small_course_has_no_fault(tmp_path: Path):
    _course, report = check_content(write_course(tmp_path))
    assert sorted(map(str, report.faults)) == []


def test_our_own_content_has_no_fault():
    _course, report = check_content(ROOT)
    assert sorted(map(str, report.faults)) == []


# path, what stands there, what is written instead, lines below the change, words of the fault
FAULTS = [
    (QUIZ, "claims: [F-001]", "claims: [F-999]", 0, "There is no claim F-999"),
    (QUIZ, "claims: [F-001]", "claims: [F-002]", 0, "F-002 is for trainees only"),
    (QUIZ, "claims: [F-001]", "claims: [F-003]", 0, "may not be tested"),
    (QUIZ, "claims: [F-001]", "claims: [F-004]", 0, "add `key_is`"),
    (QUIZ, "    claims: [F-001]\n", "", -5, "Add `claims`"),
    (QUIZ, "    objective: O1\n    tracks", "    tracks", -3, "Add `objective`"),
    (QUIZ, "    objective: O1\n    tracks", "    objective: O9\n    tracks", 0, "no objective O9"),
    (QUIZ, "    objective: O1\n    tracks", "    objective: O2\n    tracks", 0, "is for O1, this question says O2"),
    (QUIZ, "pool: layers\n", "pool: nowhere\n", 0, "draws nothing from the pool `nowhere`"),
    (QUIZ, "section: layers", "section: gone", 0, "no section `gone`"),
    (QUIZ, "type: choice", "type: guess", 0, "no question type `guess`"),
    (QUIZ, "reason: It is., right: true", "right: true", 0, "Add the reason"),
    (QUIZ, "reason: It is not., m", "reason: It is not., right: true, m", 0, "Exactly one may be"),
    (QUIZ, "reason: It is., right: true", "reason: It is.", -1, "No option is right"),
    (QUIZ, "{id: other,", "{id: unsure,", 0, "taken by “I am not sure”"),
    (QUIZ, "{id: other,", "{id: wrong,", 0, "used twice in this question"),
    (QUIZ, "misconception: M-01", "misconception: M-99", 0, "no misconception M-99"),
    (QUIZ, "id: q-2", "id: q-1", 0, "`q-1` is used twice"),
    (QUIZ, "    section: layers\n", "    section: layers\n    colour: red\n", 1, "no field `colour`"),
    (QUIZ, "tracks: [trainee, patient]", "tracks: [trainee, surgeon]", 0, "There is no track `surgeon`"),
    (QUIZ, "layers, objective: O1, draw: 1", "layers, objective: O1, draw: 2", 0, "Write at least 4"),
    (QUIZ, "stem: {trainee: Which one of q-1 (trainee), p", "stem: {p", 0, "Add the wording for `trainee`"),
    (QUIZ, "slug: skin", "slug: other", 0, "The file is called skin"),
    (QUIZ, "lesson: skin", "lesson: gone", 0, "There is no lesson `gone`"),
    (QUIZ, "layout: paged", "layout: spiral", 0, "must be one of"),
    (QUIZ, "    stem: {trainee", "    stem: &a {trainee", 0, "anchors"),
    (QUIZ, "title: Skin quiz", "title: <b>Skin</b>", 0, "Take the HTML out"),
    (QUIZ, "title: Skin quiz", "title: Skin quiz\ntitle: Again", 1, "is here twice"),
    (QUIZ, "settings: {layout: paged}", "settings: {layout: paged", 1, "This is not YAML"),
    (QUIZ, "text: This one,", "text: 'This one [F-001]',", 0, "citations stand only in"),
    (LESSON, "is one [F-001].", "is one.", 0, "End this with its claims"),
    (LESSON, "is one [F-001].", "is one [F-999].", 0, "There is no claim F-999"),
    (LESSON, "is one [F-001].", "is one [F-002].", 0, "F-002 is for trainees only"),
    (LESSON, "- wash your hands [F-001]", "- wash your hands", 0, "End this with its claims"),
    (LESSON, "](word:dermis)", "](word:gone)", 0, "There is no word `gone`"),
    (LESSON, "](word:dermis)", "](https://x.example)", 0, "Links go only to words"),
    (LESSON, "words: [dermis]", "words: []", 23, "Add `dermis` to `words`"),
    (LESSON, "words: [dermis]", "words: [dermis, gone]", 0, "There is no word `gone`"),
    (LESSON, "::: figure days", "::: figure gone", 0, "no file content/figures/gone.yaml"),
    (LESSON, "::: check check-open", "::: check gone", 0, "no check `gone`"),
    (LESSON, "- do not rub", "- never rub", 0, "Begin this item with “do not”"),
    (LESSON, "- do not rub [F-001]\n", "", -2, "Write 2 to 5"),
    (LESSON, "::: care ask", "::: care today", -6, "Add a `::: care ask` card"),
    (LESSON, "::: care ask", "::: care later", 0, "Say which care card"),
    (LESSON, "::: differ", "::: warning", 0, "There is no block `warning`"),
    (LESSON, "{#help}", "{#rules}", 0, "`rules` is used twice"),
    (LESSON, "{#help}", "{#sources}", 0, "is taken by the page"),
    (LESSON, "{#help}", "", 0, "Write the section as"),
    (LESSON, "{#help}", "{#help colour=red}", 0, "After the key write only"),
    (LESSON, "Look at the days.", "Look at <i>the</i> days.", 0, "Take the HTML out"),
    (LESSON, "Look at the days.", "![x](y) days.", 0, "Show pictures as a figure block"),
    (LESSON, "Look at the days.", "1. the days.", 0, "Numbered lists are not used"),
    (LESSON, "Look at the days.", "Look at _the_ days.", 0, "slanted letters"),
    (LESSON, "::: check check-open\n:::\n", "::: check check-open\n", 0, "is never closed"),
    (LESSON, "{id: O2, text: Say", "{id: O1, text: Say", -2, "O1 is here twice"),
    (LESSON, "text: Several, reason: It has layers., ", "text: Several, ", 0, "Add the reason"),
    (LESSON, "checked_on: 2026-11-23", "checked_on: last week", 0, "Write `checked_on` as a date"),
    (LESSON, "picture: dermis", "picture: cat", 0, "must be one of"),
    (LESSON, "minutes: 5", "minuts: 5", 0, "Did you mean `minutes`?"),
    (LESSON, "quiz: skin", "quiz: gone", 0, "There is no quiz `gone`"),
    (CLAIMS, "sources: [READ-TWO]", "sources: [GONE]", 0, "There is no source GONE"),
    (CLAIMS, "grade: B", "grade: E", 0, "must be one of"),
    (CLAIMS, "  bracket: textbook\n", "", -4, "needs its `bracket`"),
    (CLAIMS, "ask: false", "ask: no", 0, "Write true or false for `ask`"),
    (FIGURE, "alt: Three curves\n", "", -5, "Add `alt`"),
    (FIGURE, "claims: [F-001]", "claims: [F-999]", 0, "There is no claim F-999"),
]


@pytest.mark.parametrize(("path", "old", "new", "below", "words"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_fault_is_found_with_its_file_and_line(tmp_path: Path, path: str, old: str, new: str, below: int, words: str):
    report, line = _report(tmp_path, path, old, new)
    found = [str(fault) for fault in sorted(report.faults)]
    expected = f"{path}:{line + below}:"
    assert any(fault.startswith(expected) and words in fault for fault in found), f"{expected} {words}: {found}"


def test_all_faults_are_told_at_once(tmp_path: Path):
    quiz = FILES[QUIZ].replace("reason: It is., ", "").replace("section: layers", "section: gone")
    lesson = FILES[LESSON].replace("{#help}", "").replace("[F-002]", "")
    _course, report = check_content(write_course(tmp_path, skin_yaml=quiz, skin_md=lesson))
    assert len({fault.line for fault in report.faults if fault.path == QUIZ}) >= 8
    assert {fault.path for fault in report.faults} == {QUIZ, LESSON}


def test_long_sentences_for_patients_are_warnings(tmp_path: Path):
    long = "Look at the days " + "and days " * 20 + "well. [-]"
    report, line = _report(tmp_path, LESSON, "Look at the days. [-]", long)
    assert not report.faults
    assert any(warning.line == line and "at most 20" in warning.text for warning in report.warnings)


def test_a_contested_claim_without_words_about_it_is_a_warning(tmp_path: Path):
    report, _line = _report(tmp_path, LESSON, "::: differ\nSources do not agree [F-004].\n:::", "It is so [F-004].")
    assert any("F-004 is contested" in warning.text for warning in report.warnings)


def test_a_missing_file_is_a_fault_and_not_a_crash(tmp_path: Path):
    write_course(tmp_path)
    (tmp_path / CLAIMS).unlink()
    _course, report = check_content(tmp_path)
    assert any(fault.path == CLAIMS and "missing" in fault.text for fault in report.faults)


JUNK = ["", "a", "- a\n- b\n", "slug: [\n", "items: 3\n", "\x00", "? [1]\n: 2\n", "slug: !x y\n"]


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("path", sorted(FILES))
def test_junk_is_told_and_never_crashes(tmp_path: Path, path: str, junk: str):
    write_course(tmp_path)
    (tmp_path / path).write_text(junk)
    _course, report = check_content(tmp_path)
    assert report.faults
