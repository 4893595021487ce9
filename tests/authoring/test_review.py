"""The review policy in quiz files: what is stored, and every sentence about what is wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from learnapp.authoring.review_model import ReviewModel, RowModel
from learnapp.quizzes.disclosing import policy
from learnapp.quizzes.domain.review import OPENLY, TRAINEES, Phase, Switch, Value
from tests.authoring.test_quizzes import DEMO, FINAL, course, faults, line_of, with_demo
from tests.authoring.test_times import _settings_of as settings_of

GRID = (
    "review: {just_after: {marks: no}, later: {marks: {from: 2026-12-01T08:00+01:00}, "
    "right_answer: {trainee: after_last_attempt, patient: no}}}"
)


def test_a_grid_is_stored_by_track_as_far_as_it_is_written(app: Flask, tmp_path: Path) -> None:
    settings = settings_of(app, course(tmp_path, FINAL.replace("keep: last", GRID)))
    moment = datetime(2026, 12, 1, 7, tzinfo=UTC)
    rows = {"just_after": {"marks": "no"}, "later": {"marks": {"from": moment.isoformat()}}}
    trainee, patient = (
        {**rows, "later": {**rows["later"], "right_answer": value}} for value in ("after_last_attempt", "no")
    )
    assert settings["review"] == {"trainee": trainee, "patient": patient}
    changed = {(Phase.JUST_AFTER, Switch.MARKS): Value.NO, (Phase.LATER, Switch.MARKS): moment}
    for track, default, value in (("trainee", TRAINEES, Value.AFTER_LAST_ATTEMPT), ("patient", OPENLY, Value.NO)):
        wanted = {**default.cells, **changed, (Phase.LATER, Switch.RIGHT_ANSWER): value}
        assert policy(settings, track).cells == wanted


def test_a_quiz_that_writes_no_grid_has_none(app: Flask, tmp_path: Path) -> None:
    settings = settings_of(app, course(tmp_path))
    assert "review" not in settings
    assert policy(settings, "trainee") is TRAINEES
    assert policy(settings, "patient") is OPENLY


FAULTS = [
    ("review: everything", "Write `review` as fields with values"),
    ("review: {after: {marks: no}}", "There is no field `after` here"),
    ("review: {later: {mark: no}}", "There is no field `mark` here"),
    ("review: {later: {marks: maybe}}", "Write one of yes, no, once_passed, after_last_attempt, passed_or_last, or"),
    ("review: {later: {marks: true}}", "Write one of yes, no"),
    ("review: {later: {marks: null}}", "Write one of yes, no"),
    ("review: {later: {marks: {until: 2026-12-01T08:00Z}}}", "Write one of yes, no"),
    ("review: {later: {marks: {from: 2026-12-01}}}", "Add the time and the zone"),
    ("review: {later: {marks: {from: soon}}}", "Write a date with its time and its zone"),
    ("review: {later: {attempt: no, right_wrong: yes}}", "`right_wrong` shows nothing without `attempt`"),
    ("review: {later: {attempt: no, general_feedback: once_passed}}", "`general_feedback` shows nothing without"),
    ("review: {closed: {right_wrong: no, right_answer: yes}}", "`right_answer` shows nothing without `right_wrong`"),
    ("review: {later: {right_wrong: no, option_feedback: yes}}", "`option_feedback` shows nothing without"),
    ("review: {during: {attempt: no}}", "take `attempt` out of `during`"),
    ("review: {during: {overall_feedback: yes}}", "take `overall_feedback` out of `during`"),
    ("stop_once_passed: true, review: {later: {overall_feedback: no}}", "`stop_once_passed` tells who has passed"),
]


@pytest.mark.parametrize(("new", "words"), FAULTS, ids=lambda value: value[:60])
def test_faults_of_a_grid_are_told_with_their_line(tmp_path: Path, new: str, words: str) -> None:
    text = FINAL.replace("keep: last", new)
    found = faults(course(tmp_path, text))
    place = f"content/quizzes/final.yaml:{line_of(text, new)}:"
    assert [fault for fault in found if fault.startswith(place) and words in fault], found
    assert len(set(found)) <= 2, found


def test_a_fault_of_a_cell_has_the_cell_s_line(tmp_path: Path) -> None:
    old = "settings: {time_limit_minutes: 30, attempt_limit: 2, keep: last}"
    new = "settings:\n  review:\n    later:\n      attempt: no\n      right_answer: yes"
    text = FINAL.replace(old, new)
    found = faults(course(tmp_path, text))
    assert any(fault.startswith(f"content/quizzes/final.yaml:{line_of(text, 'right_answer')}:") for fault in found)


def test_without_a_limit_there_is_no_last_attempt(tmp_path: Path) -> None:
    grid = "review: {later: {right_answer: after_last_attempt}}"
    found = faults(course(tmp_path, FINAL.replace("attempt_limit: 2, keep: last", grid)))
    assert any("Without `attempt_limit` there is no last attempt" in fault for fault in found), found
    assert faults(course(tmp_path / "two", FINAL.replace("keep: last", grid))) == []


def test_a_check_cannot_keep_right_and_wrong_to_itself(tmp_path: Path) -> None:
    grid = "kind: practice, review: {during: {right_wrong: no}},"
    found = faults(with_demo(tmp_path, DEMO.replace("kind: practice,", grid)))
    assert any("A check says whether the answer is right" in fault for fault in found), found


def test_every_phase_and_switch_of_the_rules_can_be_written():
    assert list(ReviewModel.model_fields) == [str(phase) for phase in Phase]
    assert list(RowModel.model_fields) == [str(switch) for switch in Switch]
