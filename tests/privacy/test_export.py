"""The copy of everything: whole, one's own, safe to open, and silent about what a quiz does not show yet."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from learnapp.accounts.storage import PersonRow
from learnapp.cohorts.storage import OverrideRow
from learnapp.corrections.storage import CorrectionEntryRow, CorrectionRow
from learnapp.gradebook import actions as gradebook
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.kit.errors import TooMany
from learnapp.kit.personal import Kept
from learnapp.lessons.storage import LessonRow, ReadingRow
from learnapp.privacy import actions, export
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.storage.rows import (
    AttemptEventRow,
    AttemptRow,
    QuestionVersionRow,
    QuizVersionRow,
    SlotRow,
    StaleSaveRow,
)
from tests.people import People
from tests.quizzes.made_up import MAKERS, MARKER, RIGHT, publish
from tests.security.test_matrix import actor_of

KINDS = list(MAKERS)
STRICT = {phase: {"marks": "no", "right_wrong": "no", "overall_feedback": "no"} for phase in ("just_after", "later")}


def unzip(stream: Any) -> dict[str, bytes]:
    with stream, zipfile.ZipFile(stream) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def copy(app: Flask, someone: Any) -> tuple[dict[str, Any], dict[str, bytes]]:
    with app.app_context():
        found = unzip(actions.copy_of(someone.email, clock.now()))
    return json.loads(found["your-data.json"]), found


def sit(someone: Any, slug: str, *, hand_in: bool = True) -> str:
    actor, moment = actor_of(someone), clock.now() - timedelta(hours=2)
    attempt = quizzes.start(actor, slug, moment, 7)
    with write() as session:
        rows = select(SlotRow.position, QuestionVersionRow.type).join(
            QuestionVersionRow, QuestionVersionRow.id == SlotRow.question_version_id
        )
        rows = rows.join(AttemptRow, AttemptRow.id == SlotRow.attempt_id).where(AttemptRow.public_id == attempt)
        places = session.execute(rows).all()
    for position, kind in places:
        if kind in RIGHT and MARKER not in str(RIGHT[kind]):
            quizzes.save_answer(actor, attempt, position, 0, RIGHT[kind], True, moment + timedelta(seconds=9), None)
    if hand_in:
        quizzes.submit(actor, attempt, moment + timedelta(minutes=9))
    return attempt


@pytest.fixture
def full(app: Flask, people: People) -> str:
    """Ana with something in every list: a graded attempt with all that teachers can add to it, and reading."""
    now = clock.now() - timedelta(hours=3)
    with app.app_context():
        publish("words", ["choice", "free_text"], now)
        attempt = sit(people.ana, "words")
        teacher = actor_of(people.ines)
        gradebook.mark(_teaching(teacher), attempt, 2, Fraction(1, 3), "=Well said", 0, clock.now())
        with write() as session:
            row = session.scalars(select(AttemptRow).where(AttemptRow.public_id == attempt)).one()
            slot = session.scalars(select(SlotRow).where(SlotRow.attempt_id == row.id, SlotRow.position == 1)).one()
            about = {"actor_id": people.ines.id, "recorded_at": now}
            session.add(AttemptEventRow(attempt_id=row.id, event="reopen", reason="The network was down", **about))
            stale = {"actor_id": people.ana.id, "recorded_at": now}
            session.add(StaleSaveRow(slot_id=slot.id, expected=0, answer={"choice": "c"}, **stale))
            ids = {"person_id": people.ana.id, "made_by": people.ines.id, "made_at": now}
            session.add(OverrideRow(reason="@Needs time", extra_minutes=15, time_factor=Fraction(3, 2), **ids))
            lesson = LessonRow(slug="healing", position=1)
            version = session.scalars(select(QuestionVersionRow)).first()
            made = CorrectionRow(
                question_id=version.question_id, version_id=version.id, policy="option", option="a", status="done",
                reason="Option a is right too", made_at=now, actor_id=people.ines.id,
            )  # fmt: skip
            session.add_all((lesson, made))
            session.flush()
            session.add(ReadingRow(person_id=people.ana.id, lesson_id=lesson.id, section_key="part-1", done_at=now))
            whole = {name: Fraction(2) for name in ("score_before", "score_after", "maximum_before", "maximum_after")}
            session.add(
                CorrectionEntryRow(
                    correction_id=made.id, attempt_id=row.id, position=1, applied=True, fraction_before=Fraction(1),
                    fraction_after=Fraction(1), passed_before=True, passed_after=True, recorded_at=now, **whole,
                )
            )  # fmt: skip
    return attempt


def _teaching(actor: Any) -> Any:
    from dataclasses import replace

    return replace(actor, grants=frozenset({"teach"}))


@pytest.mark.both_databases
def test_everything_is_in_it(app: Flask, people: People, full: str):
    data, files = copy(app, people.ana)
    (account,) = data["account"]
    assert (account["email"], account["name"], account["has_password"]) == (people.ana.email, people.ana.name, True)
    (attempt,) = data["attempts"]
    assert (attempt["attempt"], attempt["points"], attempt["points_possible"]) == (full, 1.33, 2)
    first, second = data["answers"]
    assert (first["answer"], first["points"], first["result"]) == ({"choice": "b"}, 1, "right")
    assert (second["answer_in_words"], second["points"]) == ("In my own words", 0.33)
    assert [step["version"] for step in data["answer_history"]] == [1, 1]
    assert data["refused_answers"][0]["answer"] == {"choice": "c"}
    assert (data["teachers_marks"][0]["comment"], data["teachers_marks"][0]["points"]) == ("=Well said", 0.33)
    assert data["teachers_changes"][0]["reason"] == "The network was down"
    assert (data["own_times"][0]["reason"], data["own_times"][0]["time_factor"]) == ("@Needs time", 1.5)
    assert data["score_corrections"][0]["score_after"] == 2
    assert (data["reading"][0]["lesson"], data["groups"][0]["group"]) == ("healing", "Spring group")
    assert set(files) == {
        "README.txt",
        "your-data.json",
        *(f"{name}.csv" for name in data if isinstance(data[name], list)),
    }


def test_every_key_is_explained(app: Flask, people: People, full: str):
    data, files = copy(app, people.ana)
    readme = files["README.txt"].decode()
    for name, records in data.items():
        if isinstance(records, list):
            assert f"{name}.csv - " in readme
            assert records or name in {
                "groups_made",
                "times_given",
                "marks_given",
                "corrections_made",
                "mail_waiting",
                "sign_ins",
            }
            for key in records[0] if records else ():
                assert f"  {key}: " in readme.split(f"{name}.csv - ")[1].split("\r\n\r\n")[0], (name, key)
    assert {"format", "site", "made_at"} < set(data)


def test_the_lists_of_an_instructor_name_no_learner(app: Flask, people: People, full: str):
    data, files = copy(app, people.ines)
    assert [len(data[name]) for name in ("groups_made", "times_given", "marks_given", "corrections_made")] == [
        1,
        1,
        2,
        1,
    ]
    said = b"".join(files.values())
    for secret in (people.ana.name, people.ana.public_id, "Well said", "Needs time", "The network was down", full):
        assert secret.encode() not in said


def test_nobody_elses_name_is_in_it(app: Flask, people: People, full: str):
    said = b"".join(copy(app, people.ana)[1].values()).decode()
    for other in (people.ben, people.cleo, people.ines, people.ivo, people.mia):
        assert other.name not in said
        assert other.email not in said
        assert other.public_id not in said
    with app.app_context():
        person = read().get_one(PersonRow, people.ana.id)
        assert person.password not in said
        assert person.fs_uniquifier not in said


@pytest.mark.both_databases
def test_no_key_is_in_it_before_its_moment(app: Flask, people: People):
    now = clock.now() - timedelta(hours=3)
    with app.app_context():
        publish("all", KINDS, now, limit=5)
        sit(people.ana, "all", hand_in=False)
    data, files = copy(app, people.ana)
    assert MARKER.encode() not in b"".join(files.values())
    assert (
        {answer["points"] for answer in data["answers"]} == {answer["result"] for answer in data["answers"]} == {None}
    )
    with app.app_context():
        quizzes.submit(actor_of(people.ana), data["attempts"][0]["attempt"], clock.now())
    data, files = copy(app, people.ana)
    assert MARKER.encode() not in b"".join(files.values())
    assert data["answers"][0]["result"]


def test_marks_that_a_quiz_withholds_are_not_in_it(app: Flask, people: People):
    now = clock.now() - timedelta(hours=3)
    with app.app_context():
        publish("strict", ["choice", "free_text"], now, settings={"review": {"trainee": STRICT}})
        attempt = sit(people.ana, "strict")
        gradebook.mark(
            _teaching(actor_of(people.ines)), attempt, 2, Fraction(1), "The best answer is x", 0, clock.now()
        )
    data, files = copy(app, people.ana)
    (one,) = data["attempts"]
    assert (one["points"], one["passed"], one["points_possible"]) == (None, None, 2)
    assert [(kept["points"], kept["passed"]) for kept in data["kept_scores"]] == [(None, None)]
    assert all(answer["points"] is None and answer["result"] is None for answer in data["answers"])
    assert [mark["comment"] for mark in data["teachers_marks"]] == [None]
    assert b"The best answer" not in b"".join(files.values())
    assert data["answers"][0]["answer"] == {"choice": "b"}


def test_a_correction_that_spared_a_pass_does_not_tell_it(app: Flask, people: People, full: str):
    with app.app_context(), write() as session:
        session.execute(update(CorrectionEntryRow).values(applied=False))
        version = session.scalars(select(QuizVersionRow)).one()
        version.settings = {**version.settings, "review": {"trainee": STRICT}}
    (entry,) = copy(app, people.ana)[0]["score_corrections"]
    assert (entry["applied"], entry["passed_before"], entry["score_before"]) == (None, None, None)


def test_cells_are_safe_and_numbers_stay_numbers(app: Flask, people: People, full: str):
    with app.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == people.ana.id).values(name="=HYPERLINK(1)"))
    _data, files = copy(app, people.ana)
    assert files["account.csv"].startswith(b"\xef\xbb\xbf")
    (account,) = rows(files, "account")
    assert account["name"] == "'=HYPERLINK(1)"
    assert rows(files, "own_times")[0]["reason"] == "'@Needs time"
    assert (
        rows(files, "teachers_marks")[0] | {"comment": "'=Well said", "points": "0.33"}
        == rows(files, "teachers_marks")[0]
    )


def rows(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig"))))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_becomes_a_formula(start: str):
    kept = Kept("x", "X", {"a": "A", "b": "B"}, lambda: [{"a": f"{start}1", "b": -1}])
    line = "".join(export.csv_lines(kept)).splitlines()[-1] if start != "\r" else "".join(export.csv_lines(kept))
    assert f"'{start}" in line
    assert ",-1" in line


def test_a_long_copy_is_bounded_and_leaves_no_file(app: Flask, people: People, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(export, "IN_MEMORY", 1000)
    many = Kept("many", "Many", {"n": "N"}, lambda: ({"n": str(n) * 20} for n in range(20_000)))
    with app.app_context(), export.zipped([many], "Site", clock.now()) as stream:
        assert stream._rolled
        found = unzip(stream)
    assert len(json.loads(found["your-data.json"])["many"]) == 20_000
    assert not list((tmp_path / "scratch").iterdir())


def test_it_is_limited(app: Flask, people: People):
    with app.app_context():
        for _time in range(actions.COPIES):
            actions.copy_own(actor_of(people.ana), clock.now()).close()
        with pytest.raises(TooMany):
            actions.copy_own(actor_of(people.ana), clock.now())


def test_the_command_writes_a_file_for_one_reader(app: Flask, people: People, tmp_path: Path):
    path = tmp_path / "copy.zip"
    runner = app.test_cli_runner()
    assert runner.invoke(args=["people", "copy", people.ana.email, str(path)]).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert people.ana.email.encode() in unzip(path.open("rb"))["your-data.json"]
    assert runner.invoke(args=["people", "copy", "nobody@example.org", str(path)]).exit_code == 1
