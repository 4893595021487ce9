"""Opening, closing, waits and the deadline in quiz files: what is stored, and every sentence about what is wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from learnapp.authoring.check_times import TIMES
from learnapp.authoring.publish import publish_if_changed
from learnapp.kit.db import read
from learnapp.quizzes.domain.times import Terms
from learnapp.quizzes.storage.rows import QuizRow, QuizVersionRow
from learnapp.quizzes.storage.terms import deadline_columns, terms_of
from tests.authoring.test_quizzes import DEMO, FINAL, course, faults, line_of, with_demo

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ALL = (
    "opens_at: 2026-12-01T08:00+01:00, closes_at: 2026-12-15 20:00 Europe/London, waits: [60, 1440], "
    "stop_once_passed: true, deadline_policy: grace, grace_minutes: 90"
)


def _settings_of(app: Flask, root: Path, slug: str = "final") -> dict[str, object]:
    with app.app_context():
        publish_if_changed(NOW, root)
        version = select(QuizVersionRow.settings).join(QuizRow, QuizRow.version_id == QuizVersionRow.id)
        found: dict[str, object] = read().scalars(version.where(QuizRow.slug == slug)).one()
        return found


def test_times_are_stored_as_the_engine_reads_them(app: Flask, tmp_path: Path) -> None:
    settings = _settings_of(app, course(tmp_path, FINAL.replace("keep: last", ALL)))
    opens, closes = datetime(2026, 12, 1, 7, tzinfo=UTC), datetime(2026, 12, 15, 20, tzinfo=UTC)
    assert terms_of(settings, "trainee") == Terms(
        opens_at=opens, closes_at=closes, limit=30, attempt_limit=2, waits=(60, 1440), stop_once_passed=True
    )
    columns = deadline_columns(settings, terms_of(settings, "trainee"), NOW)
    assert (columns["deadline_policy"], columns["grace_minutes"]) == ("grace", 90)


def test_a_grace_lasts_a_day_unless_the_file_says_otherwise(app: Flask, tmp_path: Path) -> None:
    settings = _settings_of(app, course(tmp_path, FINAL.replace("keep: last", "deadline_policy: grace")))
    assert settings["grace_minutes"] == 1440


def test_a_quiz_that_says_nothing_about_times_is_published_as_before(app: Flask, tmp_path: Path) -> None:
    settings = _settings_of(app, course(tmp_path))
    assert not set(TIMES) & set(settings)


FAULTS = [
    ("opens_at: soon", "Write a date with its time and its zone, like 2026-12-01T08:00+01:00"),
    ("opens_at: 5", "Write a date with its time and its zone"),
    ("opens_at: 2026-12-01", "Add the time and the zone"),
    ("opens_at: 2026-12-01T08:00:00", "Add the zone"),
    ("opens_at: 2026-12-01 08:00 Europe/Atlantis", "Write a date with its time and its zone"),
    ("opens_at: 2026-13-01 08:00 Europe/London", "Write a date with its time and its zone"),
    ("opens_at: 2026-13-01T08:00:00Z", "There is no such date"),
    ("opens_at: 2026-03-29 01:30 Europe/London", "the clocks go from 00:59 to 02:00"),
    ("opens_at: 1926-12-01T08:00Z", "Write a year from 2000 to 2100"),
    ("opens_at: 2026-12-02T08:00Z, closes_at: 2026-12-02 08:00 UTC", "would close before it opens"),
    ("waits: 60", "Write `waits` as two numbers of minutes"),
    ("waits: [60]", "Write `waits` as two numbers of minutes"),
    ("waits: [60, true]", "Write `waits` as two numbers of minutes"),
    ("waits: [60, -1]", "must be at least 0"),
    ("stop_once_passed: often", "Write true or false for `stop_once_passed`"),
    ("deadline_policy: forgive", "must be one of"),
    ("grace_minutes: 60", "belongs to `deadline_policy: grace`"),
    ("deadline_policy: grace, grace_minutes: 0", "must be at least 1"),
]


@pytest.mark.parametrize(("new", "words"), FAULTS, ids=lambda value: value[:50])
def test_faults_of_times_are_told_with_their_line(tmp_path: Path, new: str, words: str) -> None:
    text = FINAL.replace("keep: last", new)
    found = faults(course(tmp_path, text))
    place = f"content/quizzes/final.yaml:{line_of(text, new)}:"
    assert [fault for fault in found if fault.startswith(place) and words in fault], found
    assert all(" input " not in fault.casefold() for fault in found), found  # no words of the schema's library


@pytest.mark.parametrize("new", ["waits: [0, 60]", "stop_once_passed: true", "deadline_policy: abandon"])
def test_what_makes_no_sense_in_practice_is_told(tmp_path: Path, new: str) -> None:
    found = faults(with_demo(tmp_path, DEMO.replace("kind: practice,", f"kind: practice, {new},")))
    assert any(f"take `{new.partition(':')[0]}` out" in fault for fault in found), found


def test_practice_may_open_and_close(tmp_path: Path) -> None:
    dates = "kind: practice, opens_at: 2026-12-01T08:00Z, closes_at: 2026-12-20T08:00Z,"
    assert faults(with_demo(tmp_path, DEMO.replace("kind: practice,", dates))) == []


def test_both_tracks_have_the_same_times(tmp_path: Path) -> None:
    by_track = "opens_at: {trainee: 2026-12-01T08:00Z, patient: 2026-12-02T08:00Z}"
    found = faults(course(tmp_path, FINAL.replace("keep: last", by_track)))
    assert any("Write one `opens_at` for both tracks" in fault for fault in found), found
