"""Ways of sitting, hints, sections, final tests over several pools, and quizzes that only the demo shows."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction as F
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from learnapp.accounts.domain import Actor
from learnapp.authoring.check import check_content
from learnapp.authoring.publish import content_hash, publish_if_changed
from learnapp.kit.db import read
from learnapp.kit.errors import NotFound
from learnapp.quizzes import actions
from learnapp.quizzes.storage import attempts, starting
from learnapp.quizzes.storage.rows import AttemptRow, QuestionVersionRow, QuizRow, QuizVersionRow
from learnapp.quizzes.types import TYPES, with_type
from tests.authoring.small import FILES, write_course
from tests.people import People

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUIZ = FILES["content/quizzes/skin.yaml"]
FINAL = """\
slug: final
final: true
title: {trainee: Final test, patient: Last quiz}
settings: {time_limit_minutes: 30, attempt_limit: 2, keep: last}
pass_percent: {trainee: 80, patient: 70}
sections:
  - {id: know, title: What skin **is**, intro: Two questions.}
  - {id: own, title: Everything together, intro: ""}
objectives:
  - {id: O1, text: Put it together}
blueprint:
  trainee: &
"""
ROWS = """\
    - {pool: together, objective: O1, draw: 1, section: own}
    - {quiz: skin, pool: layers, objective: O1, draw: 1, section: know}
    - {quiz: skin, pool: open, objective: O2, draw: 1, section: know}
"""
OWN = """\
  - id: own-{n}
    type: choice
    pool: together
    objective: O1
    tracks: [trainee, patient]
    claims: [F-001]
    lesson: skin
    section: layers
    stem: Everything number {n}
    options:
      - {{id: right, text: This one, reason: It is., right: true}}
      - {{id: wrong, text: That one, reason: It is not.}}
      - {{id: other, text: Another, reason: Neither.}}
"""
FINAL = (
    FINAL.replace("  trainee: &\n", f"  trainee:\n{ROWS}  patient:\n{ROWS}")
    + "items:\n" + OWN.format(n=1) + OWN.format(n=2)
)  # fmt: skip
DEMO = """\
slug: all-types
title: All question types
settings:
  {kind: practice, behaviour: interactive, penalty: 1/4, certainty: {trainee: marks, patient: ask}, order: fixed}
pass_percent: 50
objectives:
  - {id: O1, text: See every type}
blueprint:
  - {pool: read, objective: O1, draw: 1}
items:
  - id: some-words
    type: information
    pool: read
    objective: O1
    tracks: [trainee, patient]
    claims: [F-001]
    stem: Read this
    text: Skin has layers.
"""


def course(root: Path, final: str = FINAL) -> Path:
    """Write the small course with a final test."""
    write_course(root)
    (root / "content/quizzes/final.yaml").write_text(final)
    return root


def faults(root: Path) -> list[str]:
    _course, report = check_content(root)
    return [str(fault) for fault in sorted(report.faults)]


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def ana(people: People, track: str = "trainee") -> Actor:
    return Actor(people.ana.id, "ana", "Ana", "ana@example.org", True, track, None, "", "", frozenset(), 0)


def with_demo(root: Path, text: str = DEMO, name: str = "all-types") -> Path:
    course(root)
    (root / "content/demo").mkdir()
    (root / f"content/demo/{name}.yaml").write_text(text)
    return root


def test_a_final_test_and_a_demo_quiz_have_no_fault(tmp_path: Path):
    assert faults(with_demo(tmp_path)) == []


# what stands in final.yaml, what is written instead, words of the fault; it is told at the place of the change
FINAL_FAULTS = [
    ("final: true\n", "", "Add `lesson`, or `final: true`"),
    ("final: true", "final: true\nlesson: skin", "belongs to no lesson"),
    ("keep: last", "keep: best", "must be one of"),
    ("keep: last", "penalty: 2/3", "must be one of"),
    ("keep: last", "penalty: 0.3333", "must be one of"),
    ("keep: last", "behaviour: immediate", "write `behaviour: deferred`"),
    ("keep: last", "certainty: marks", "for practice quizzes of trainees"),
    ("attempt_limit: 2, keep: last", "kind: practice", "A final test is graded"),
    ("quiz: skin, pool: layers", "quiz: gone, pool: layers", "There is no quiz `gone` for the trainee track"),
    ("quiz: skin, pool: layers", "quiz: final, pool: layers", "the quiz itself"),
    ("quiz: skin, pool: layers", "quiz: skin, pool: nowhere", "The quiz `skin` has no pool `nowhere`"),
    ("layers, objective: O1, draw: 1", "layers, objective: O1, draw: 2", "has 2 questions for the trainee track"),
    ("layers, objective: O1, draw: 1", "layers, objective: O2, draw: 1", "the pool `layers` is for O1"),
    ("draw: 1, section: know", "draw: 1, section: where", "There is no section `where`"),
    ("{id: own, title", "{id: know, title", "`know` is used twice in `sections`"),
    ("title: Everything together", "title: <i>All</i>", "Take the HTML out"),
    ("{id: O1, text", "{id: O2, text", "There is no objective O1 for this track"),
    ("    lesson: skin\n", "", "Add `lesson` to say whose section this is"),
    ("lesson: skin", "lesson: gone", "There is no lesson `gone`"),
    ("section: layers", "section: gone", "no section `gone`"),
    ("    section: layers\n", "", "Add `section`"),
]


@pytest.mark.parametrize(("old", "new", "words"), FINAL_FAULTS, ids=lambda value: value[:50])
def test_faults_of_a_final_test(tmp_path: Path, old: str, new: str, words: str):
    assert old in FINAL
    found = faults(course(tmp_path, FINAL.replace(old, new, 1)))
    assert any("quizzes/final.yaml" in fault and words in fault for fault in found), found


def test_a_final_test_keeps_every_safety_pool(tmp_path: Path):
    without = FINAL.replace("    - {quiz: skin, pool: open, objective: O2, draw: 1, section: know}\n", "")
    root = course(tmp_path, without)
    assert faults(root) == []
    safe = QUIZ.replace("pool: open\n    objective: O2", "pool: open\n    critical: true\n    objective: O2")
    (root / "content/quizzes/skin.yaml").write_text(safe)
    found = faults(root)
    assert found
    assert all("The safety pool `open` of the quiz `skin` is left out" in fault for fault in found)


DEMO_FAULTS = [
    ("kind: practice, ", "", "write `kind: practice`"),
    ("{trainee: marks, patient: ask}", "marks", "for practice quizzes of trainees"),
    ("order: fixed", "attempt_limit: 3", "take `attempt_limit` out"),
    ("order: fixed", "order: {trainee: fixed, patient: shuffled}", "Write one `order` for both tracks"),
    ("slug: all-types", "slug: all-types\nfinal: true", "belongs to no lesson and to no demo"),
    ("    text: Skin", "    critical: true\n    text: Skin", "so it cannot be critical"),
    ("    text: Skin", "    hints: [Look]\n    text: Skin", "take its hints out"),
    ("draw: 1", "draw: 2", "Write at least 2"),
    ("slug: all-types", "slug: skin", "The file is called all-types"),
]


@pytest.mark.parametrize(("old", "new", "words"), DEMO_FAULTS, ids=lambda value: value[:50])
def test_faults_of_practice(tmp_path: Path, old: str, new: str, words: str):
    assert old in DEMO
    found = faults(with_demo(tmp_path, DEMO.replace(old, new, 1)))
    assert any("demo/all-types.yaml" in fault and words in fault for fault in found), found


def test_a_lessons_quiz_draws_from_its_own_pools_and_names_no_objectives(tmp_path: Path):
    quiz = QUIZ.replace("{pool: open,", "{quiz: other, pool: open,", 1)
    quiz = quiz.replace("title: Skin quiz", "title: Skin quiz\nobjectives: [{id: O1, text: No}]")
    quiz = quiz.replace("    section: layers\n", "", 1).replace(
        "    section: layers", "    lesson: skin\n    section: layers", 1
    )
    found = faults(write_course(tmp_path, skin_yaml=quiz))
    for words in (
        "Only a quiz without a lesson",
        "The lesson has the objectives",
        "Add `section`",
        "Take `lesson` out",
    ):
        assert any(words in fault for fault in found), words


def test_a_demo_quiz_may_not_hide_a_quiz_of_the_course(tmp_path: Path):
    root = with_demo(tmp_path, DEMO.replace("slug: all-types", "slug: skin"), "skin")
    assert any("Choose another name" in fault for fault in faults(root))


@pytest.mark.parametrize(("name", "words"), [("all-types", "There is no quiz"), ("final", "not for this lesson")])
def test_a_lesson_names_a_quiz_of_its_own(tmp_path: Path, name: str, words: str):
    root = with_demo(tmp_path)
    lesson = FILES["content/lessons/skin.md"].replace("quiz: skin", f"quiz: {name}")
    (root / "content/lessons/skin.md").write_text(lesson)
    assert any("lessons/skin.md" in fault and words in fault for fault in faults(root))


# what follows the stem of a question, words of the fault
QUESTION_FAULTS = [
    ("hints: [{text: Look, clear: true}]", "has no parts that a hint could clear"),
    ("hints: [{text: Look, clean: true}]", "There is no field `clean`"),
    ("hints: [a, b, c, d, e, f]", "at most 5"),
    ("hints: [<b>Look</b>]", "Take the HTML out"),
    ("general_feedback: See _this_.", "slanted letters"),
    ("general_feedback: 3", "Write text for `general_feedback`"),
]


@pytest.mark.parametrize(("line", "words"), QUESTION_FAULTS)
def test_faults_of_the_common_fields(tmp_path: Path, line: str, words: str):
    stem = "    stem: {trainee: Which one of q-1"
    quiz = QUIZ.replace(stem, f"    {line}\n{stem}", 1)
    found = faults(write_course(tmp_path, skin_yaml=quiz))
    at = f"content/quizzes/skin.yaml:{line_of(quiz, line)}:"
    assert any(fault.startswith(at) and words in fault for fault in found), found


def test_a_type_says_what_it_needs_and_is_checked_inside(tmp_path: Path):
    choice = TYPES["choice"]
    needy = replace(choice, name="needy", needs=frozenset({"story"}), fields=choice.fields | {"steps", "picture"})
    extra = (
        "    picture: {name: gone, width: 3, height: 2}\n"
        "    steps: [{claims: [F-001, F-999], misconception: M-77, misconceptions: {A: M-78}}]\n"
    )
    quiz = QUIZ.replace("type: choice", "type: needy", 1).replace(
        "    section: layers\n", f"    section: layers\n{extra}", 1
    )
    with with_type(needy):
        found = faults(write_course(tmp_path, skin_yaml=quiz))
    told = (
        "needs `story`",
        "no claim F-999",
        "no misconception M-77",
        "no misconception M-78",
        "no picture static/pictures/gone",
    )
    for words in told:
        assert any(words in fault for fault in found), (words, found)


@pytest.mark.parametrize(
    ("drawing", "words"),
    [
        ('<svg viewBox="0 0 3 2"><symbol id="picture" viewBox="0 0 3 2"/></svg>', None),
        ('<svg viewBox="0 0 3 3"><symbol viewBox="0 0 3 2" id="picture"/></svg>', "The <svg> of"),
        ('<svg viewBox="0 0 3 2"><symbol id="picture" viewBox="0 0 1 1"/></svg>', 'The <symbol id="picture"> of'),
        ('<svg viewBox="0 0 3 2"><symbol id="other" viewBox="0 0 3 2"/></svg>', 'The <symbol id="picture"> of'),
    ],
)
def test_a_picture_has_the_size_that_is_written(tmp_path: Path, drawing: str, words: str | None):
    choice = TYPES["choice"]
    quiz = QUIZ.replace("type: choice", "type: shown", 1)
    picture = "    picture: {name: layers, width: 3, height: 2}\n"
    quiz = quiz.replace("    section: layers\n", f"    section: layers\n{picture}", 1)
    (tmp_path / "static/pictures").mkdir(parents=True)
    (tmp_path / "static/pictures/layers.svg").write_text(drawing)
    with with_type(replace(choice, name="shown", fields=choice.fields | {"picture"})):
        found = [fault for fault in faults(write_course(tmp_path, skin_yaml=quiz)) if "pictures" in fault]
    assert len(found) == (1 if words else 0)
    assert words is None or words in found[0]


# --- publishing -------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_final_test_draws_the_published_questions_of_other_quizzes(app: Flask, people: People, tmp_path: Path):
    with app.app_context():
        publish_if_changed(NOW, course(tmp_path / "c"))
        quiz = starting.quiz_now(read(), "final", people.ana.id)
        rows = quiz.papers["trainee"]
        assert [(row["pool"], row["objective"], row["section"]) for row in rows] == [
            ("skin/layers", "skin:O1", "know"), ("skin/open", "skin:O2", "know"), ("together", "O1", "own"),
        ]  # fmt: skip
        skin = starting.quiz_now(read(), "skin", people.ana.id).papers["trainee"]
        assert [row["questions"] for row in rows[:2]] == [row["questions"] for row in skin], "no copies"
        assert quiz.objectives["trainee"] == {
            "O1": "Put it together", "skin:O1": "Name the layers", "skin:O2": "Say what is open",
        }  # fmt: skip
        assert quiz.sections is not None
        assert quiz.sections["patient"]["know"] == {
            "title": "What skin <strong>is</strong>", "intro": "Two questions.",
        }  # fmt: skip
        terms = quiz.terms("patient")
        assert (quiz.lesson_slug, terms.minutes, terms.attempt_limit, quiz.keep) == ("", 30, 2, "last")
        paper = attempts.attempt_of(ana(people), actions.start(ana(people), "final", NOW, 3))
        assert [slot.objective for slot in paper.slots][2] == "O1"
        assert {slot.objective for slot in paper.slots[:2]} == {"skin:O1", "skin:O2"}
        assert paper.slots[2].shown["lesson"] == "skin"
        assert paper.slots[2].shown["key"].startswith("final/own-")
        assert [offer.slug for offer in starting.offers(read(), "trainee")] == ["final"]
        assert starting.offers(read(), "patient")[0] == starting.Offer("final", "Last quiz", "final", 3, 30)


@pytest.mark.both_databases
def test_what_is_written_is_what_is_stored(app: Flask, people: People, tmp_path: Path):
    hints = "[Look, {text: Look **again**, count: true}]"
    more = f"    general_feedback: Skin has **sheets**.\n    hints: {hints}\n    stem: {{"
    with app.app_context():
        publish_if_changed(NOW, write_course(tmp_path / "c", skin_yaml=QUIZ.replace("    stem: {", more, 1)))
        question = read().scalars(select(QuestionVersionRow).order_by(QuestionVersionRow.id)).first()
        assert question is not None
        assert question.shown["hints"] == 2
        assert question.keyed["general_feedback"] == "Skin has <strong>sheets</strong>."
        assert question.keyed["hints"] == [
            {"text": "Look", "clear": False, "count": False},
            {"text": "Look <strong>again</strong>", "clear": False, "count": True},
        ]
        assert "sheets" not in str(question.shown)
        quiz = starting.quiz_now(read(), "skin", people.ana.id)
        assert (quiz.kind, quiz.behaviour, quiz.penalty, quiz.certainty("trainee"), quiz.shuffled, quiz.keep) == (
            "graded", "deferred", F(1, 3), "off", True, "highest",
        )  # fmt: skip


@pytest.mark.both_databases
def test_quizzes_of_the_demo_are_there_only_where_it_runs(app: Flask, people: People, tmp_path: Path):
    root = with_demo(tmp_path / "c")
    plain = app.config["SETTINGS"]
    assert content_hash(root, demo=True) != content_hash(root)
    with app.app_context():
        publish_if_changed(NOW, root)
        assert read().scalar(select(QuizRow.id).where(QuizRow.slug == "all-types")) is None
        app.config["SETTINGS"] = replace(plain, demo=True)
        published = publish_if_changed(NOW, root)
        assert published is not None
        assert published.quizzes == ("all-types",)
        assert [offer.kind for offer in starting.offers(read(), "patient")] == ["final", "demo"]
        weight, key = (
            read()
            .execute(
                select(QuestionVersionRow.weight, QuestionVersionRow.shown).where(
                    QuestionVersionRow.type == "information"
                )
            )
            .first()
        )  # type: ignore[misc]
        assert (weight, key["key"], key["lesson"]) == (0, "all-types/some-words", "")
        paper = attempts.attempt_of(ana(people), actions.start(ana(people), "all-types", NOW, 1))
        row = read().get_one(AttemptRow, paper.id)
        assert (row.kind, row.behaviour, row.penalty, row.certainty) == ("practice", "interactive", F(1, 4), "marks")
        assert publish_if_changed(LATER, root) is None
        app.config["SETTINGS"] = plain
        publish_if_changed(LATER, root)
        assert read().scalar(select(QuizRow.version_id).where(QuizRow.slug == "all-types")) is None
        actions.submit(ana(people), paper.public_id, LATER)
        with pytest.raises(NotFound):
            actions.start(ana(people), "all-types", LATER, 1)
        assert len(read().scalars(select(QuizVersionRow.id)).all()) == 3
