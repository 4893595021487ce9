"""Publishing is one transaction, changes nothing twice, and never touches what was published before."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from learnapp.accounts.domain import Actor
from learnapp.authoring.publish import FaultyContent, publish_if_changed
from learnapp.config import ROOT
from learnapp.evidence.storage import ClaimRow, SourceRow, fact, published_hash
from learnapp.kit.db import read
from learnapp.kit.errors import NotFound
from learnapp.lessons.storage import LessonPageRow, LessonRow, LessonVersionRow, lesson_cards, lesson_for
from learnapp.quizzes.actions import start, submit
from learnapp.quizzes.storage.attempts import reviewed_attempt
from learnapp.quizzes.storage.rows import QuestionRow, QuestionVersionRow, QuizVersionRow
from tests.authoring.small import FILES, write_course
from tests.people import People

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUIZ = FILES["content/quizzes/skin.yaml"]
LESSON = FILES["content/lessons/skin.md"]


def _count(row: type) -> int:
    return read().scalar(select(func.count()).select_from(row)) or 0


def _questions() -> dict[tuple[str, str, int], str]:
    rows = read().execute(
        select(QuestionRow.key, QuestionRow.track, QuestionVersionRow.number, QuestionVersionRow.content_hash).join(
            QuestionVersionRow, QuestionVersionRow.question_id == QuestionRow.id
        )
    )
    return {(key, track, number): content_hash for key, track, number, content_hash in rows}


@pytest.mark.both_databases
def test_publishing_writes_everything_once(app: Flask, tmp_path: Path):
    root = write_course(tmp_path / "course")
    with app.app_context():
        published = publish_if_changed(NOW, root)
        assert published
        assert published.lessons == ("skin",)
        assert published.quizzes == ("skin",)
        counts = [_count(row) for row in (ClaimRow, SourceRow, LessonPageRow, QuestionVersionRow, QuizVersionRow)]
        assert counts == [5, 3, 2, 8, 1]
        before = _questions()
        assert publish_if_changed(LATER, root) is None
        assert _questions() == before
        assert _count(LessonVersionRow) == 1


@pytest.mark.both_databases
def test_a_touched_file_without_a_change_makes_no_version(app: Flask, tmp_path: Path):
    root = write_course(tmp_path / "course")
    with app.app_context():
        publish_if_changed(NOW, root)
        first = published_hash()
        write_course(root, skin_yaml=f"# a remark\n{QUIZ}", skin_md=LESSON)
        published = publish_if_changed(LATER, root)
        assert published is not None
        assert not published.lessons
        assert not published.quizzes
        assert published_hash() != first
        assert (_count(LessonVersionRow), _count(QuizVersionRow), _count(QuestionVersionRow)) == (1, 1, 8)


@pytest.mark.both_databases
def test_a_changed_question_gets_a_version_and_the_old_one_stays(app: Flask, tmp_path: Path):
    root = write_course(tmp_path / "course")
    with app.app_context():
        publish_if_changed(NOW, root)
        before = _questions()
        papers = read().scalar(select(QuizVersionRow.papers))
        write_course(root, skin_yaml=QUIZ.replace("patient: Which one of q-1", "patient: Which one of these"))
        published = publish_if_changed(LATER, root)
        assert published
        assert published.quizzes == ("skin",)
        assert not published.lessons
        after = _questions()
        assert before.items() <= after.items()
        assert set(after) - set(before) == {("skin/q-1", "patient", 2)}
        versions = read().scalars(select(QuizVersionRow).order_by(QuizVersionRow.number)).all()
        assert [version.number for version in versions] == [1, 2]
        assert versions[0].papers == papers
        assert versions[0].published_at == NOW
        old, new = versions[0].papers["patient"][0]["questions"], versions[1].papers["patient"][0]["questions"]
        assert len(old) == len(new) == 2
        assert len(set(old) & set(new)) == 1
        assert versions[0].papers["trainee"] == versions[1].papers["trainee"]


def test_a_changed_lesson_gets_a_version_and_the_old_page_stays(app: Flask, tmp_path: Path):
    root = write_course(tmp_path / "course")
    with app.app_context():
        publish_if_changed(NOW, root)
        old = lesson_for("skin", "patient")
        write_course(root, skin_md=LESSON.replace("Look at the days.", "Look at each day."))
        published = publish_if_changed(LATER, root)
        assert published
        assert published.lessons == ("skin",)
        assert not published.quizzes
        new = lesson_for("skin", "patient")
        assert old
        assert new
        assert old.body != new.body
        kept = read().scalars(select(LessonPageRow.sections).where(LessonPageRow.track == "patient")).all()
        assert old.body in kept
        assert len(kept) == 2


def test_a_change_that_is_taken_back_does_not_lose_its_number(app: Flask, tmp_path: Path):
    root = write_course(tmp_path / "course")
    with app.app_context():
        publish_if_changed(NOW, root)
        for text in (LESSON.replace("Look at the days.", "Look again."), LESSON):
            write_course(root, skin_md=text)
            publish_if_changed(LATER, root)
        numbers = read().scalars(select(LessonVersionRow.number).order_by(LessonVersionRow.number)).all()
        shown = read().scalar(select(LessonRow.version_id))
        assert numbers == [1, 2, 3]
        assert read().get(LessonVersionRow, shown).number == 3  # type: ignore[union-attr]


def test_faulty_content_is_refused_whole(app: Flask, tmp_path: Path):
    root = write_course(tmp_path / "course", skin_yaml=QUIZ.replace("section: layers", "section: gone"))
    with app.app_context():
        with pytest.raises(FaultyContent) as refused:
            publish_if_changed(NOW, root)
        assert "content/quizzes/skin.yaml:" in str(refused.value)
        assert "nothing was published" in str(refused.value)
        assert not lesson_cards("patient")
        assert _count(ClaimRow) == 0
        assert published_hash() is None


def test_a_lesson_taken_out_disappears_and_a_changed_claim_is_shown(app: Flask, tmp_path: Path):
    root = write_course(tmp_path / "course")
    with app.app_context():
        publish_if_changed(NOW, root)
        claims = FILES["content/evidence/claims.yaml"].replace("Skin has layers.", "Skin has three layers.")
        write_course(root, claims_yaml=claims)
        for path in ("content/lessons/skin.md", "content/quizzes/skin.yaml"):
            (root / path).unlink()
        publish_if_changed(LATER, root)
        assert not lesson_cards("patient")
        assert lesson_for("skin", "patient") is None
        found = fact("F-001")
        assert found
        assert found.text == "Skin has three layers."
        assert found.lessons == ()
        assert _count(LessonPageRow) == 2
        assert _count(QuestionVersionRow) == 8


def test_a_quiz_taken_out_cannot_be_started_until_it_is_back(app: Flask, people: People, tmp_path: Path):
    root = write_course(tmp_path / "course")
    ana = Actor(people.ana.id, "ana", "Ana", "ana@example.org", True, "trainee", None, "", "", frozenset(), 0)
    with app.app_context():
        publish_if_changed(NOW, root)
        opened = start(ana, "skin", NOW, 1)
        for path in ("content/lessons/skin.md", "content/quizzes/skin.yaml"):
            (root / path).unlink()
        publish_if_changed(LATER, root)
        assert reviewed_attempt(opened).slots, "a running attempt keeps its paper"
        submit(ana, opened, LATER)
        with pytest.raises(NotFound):
            start(ana, "skin", LATER, 1)
        write_course(root)
        publish_if_changed(LATER, root)
        assert start(ana, "skin", LATER, 1) != opened
        assert _count(QuestionVersionRow) == 8, "back as it was: no new version"


def test_a_web_worker_never_imports_what_publishing_needs(tmp_path: Path):
    code = (
        "import sys; from learnapp import create_app; app = create_app(); app.test_client().get('/lessons/'); "
        "print([name for name in ('pydantic', 'ruamel.yaml', 'markdown_it', 'nh3') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "k" * 40, "PATH": "/usr/bin"},
    )  # fmt: skip
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr


def test_the_two_commands(app: Flask):
    runner = app.test_cli_runner()
    checked = runner.invoke(args=["content", "check"])
    assert checked.exit_code == 0
    assert "0 to put right" in checked.output
    first = runner.invoke(args=["content", "publish"])
    assert "New versions of lessons: collagen, first-week, healing." in first.output
    again = runner.invoke(args=["content", "publish"])
    assert again.output == "Nothing has changed: no new version was made.\n"
