"""The demo: believable, the same every time, entered by one click, and absent where it must be."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from learnapp.accounts.storage import PersonRow
from learnapp.config import BadSetting, load_settings
from learnapp.demo import domain
from learnapp.demo.actions import make_demo_when_absent
from learnapp.kit.db import read
from learnapp.quizzes.storage.rows import AttemptRow, QuizRow, SlotRow
from tests import made
from tests.made import make_app

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _story(app) -> list[tuple[object, ...]]:
    """Return who answered what, when and for how much, without the random ids."""
    with app.app_context():
        rows = read().execute(
            select(
                PersonRow.email,
                AttemptRow.number,
                AttemptRow.started_at,
                AttemptRow.score,
                SlotRow.position,
                SlotRow.answer,
            )
            .join(AttemptRow, AttemptRow.person_id == PersonRow.id)
            .join(SlotRow, SlotRow.attempt_id == AttemptRow.id)
            .order_by(PersonRow.email, AttemptRow.quiz_id, AttemptRow.number, SlotRow.position)
        )
        return [(*row[:5], str(row[5])) for row in rows]


@pytest.fixture
def two_demos(tmp_path: Path, shared_folder: Path):
    import shutil

    apps = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(made.sqlite_file(shared_folder, "school"), folder / "learnapp.db")
        app = make_app(folder, demo=True)
        with app.app_context():
            assert make_demo_when_absent(NOW) is True
        apps.append(app)
    return apps


def test_the_same_people_do_the_same_things_every_time(two_demos):
    one, two = map(_story, two_demos)
    assert one == two
    app = two_demos[0]
    with app.app_context():
        assert make_demo_when_absent(NOW) is False, "a second start makes nobody"
        people = read().scalar(select(func.count()).select_from(PersonRow).where(PersonRow.track.is_not(None)))
        scores = read().execute(select(AttemptRow.passed, func.count()).group_by(AttemptRow.passed)).all()
        finals = read().scalar(
            select(func.count())
            .select_from(AttemptRow)
            .join(QuizRow, QuizRow.id == AttemptRow.quiz_id)
            .where(QuizRow.slug == "final", AttemptRow.status == "submitted")
        )
        span = read().execute(select(func.min(AttemptRow.started_at), func.max(AttemptRow.started_at))).one()
    assert people == 40
    assert finals, "who is through with the lessons has sat the final test"
    assert {passed for passed, _count in scores} == {True, False, None}, "passes, misses and open attempts"
    assert span[0] > NOW - domain.WEEKS
    assert span[1] < NOW
    assert (span[1] - span[0]).days >= 14
    for role, words in (("trainee", "Hello Ana."), ("patient", "Hello Rosa."), ("instructor", "Groups")):
        client = app.test_client()
        response = client.send(f"/demo/{role}")
        assert response.status_code == 303
        assert words in client.get(response.location).get_data(as_text=True)
    assert app.test_client().send("/demo/administrator").status_code == 404
    assert app.test_client().get("/demo/mail").status_code == 200


def test_without_demo_there_is_no_such_route(app):
    assert not any(rule.rule.startswith("/demo") for rule in app.url_map.iter_rules())


@pytest.mark.parametrize("env", [{"HOST": "0.0.0.0"}, {"APP_ENV": "production"}])
def test_the_demo_refuses_to_start_where_others_can_reach_it(tmp_path: Path, env: dict[str, str]):
    with pytest.raises(BadSetting):
        load_settings({"INSTANCE_DIR": str(tmp_path), "DEMO": "1", **env})


def test_the_plan_is_pure():
    everybody = domain.everybody()
    assert len(everybody) == 40
    assert len({person.email for person in everybody}) == 40
    assert domain.answer(everybody[3], "healing", 1, 2) == domain.answer(everybody[3], "healing", 1, 2)
    better = sum(domain.answer(p, "healing", 2, n).kind == "right" for p in everybody for n in range(9))
    assert better >= sum(domain.answer(p, "healing", 1, n).kind == "right" for p in everybody for n in range(9))
    assert replace(everybody[0], habit="guessing").name == everybody[0].name
