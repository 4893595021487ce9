"""Other times and tries through the instructor's pages: said before, given, ended; open tries follow at once."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction as F

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from learnapp.accounts.storage import PersonRow
from learnapp.cli import _pass_on_announcements
from learnapp.cohorts import actions as cohorts
from learnapp.cohorts.domain import Override
from learnapp.cohorts.storage import OverrideRow
from learnapp.gradebook.foreseeing import Change, Course, Known, OpenTry, foresee
from learnapp.gradebook.times_given import override_given
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.kit.errors import Problem
from learnapp.kit.outbox import OutboxRow
from learnapp.quizzes import actions
from learnapp.quizzes.storage.rows import AttemptEventRow, AttemptRow
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.conftest import FOUR
from tests.quizzes.made_up import publish
from tests.security.test_matrix import actor_of

SignIn = Callable[[Someone], JudgingClient]
MINUTE = timedelta(minutes=1)
REASON = "zreasonz: she reads slowly"


@pytest.fixture
def course(app: Flask, people: People) -> People:
    """A quiz of 30 minutes and 2 tries, one without limits, and practice, for everybody's course."""
    now = clock.now() - timedelta(days=2)
    with app.app_context():
        publish("timed", FOUR, now, minutes=30, limit=2)
        publish("free", FOUR, now)
        publish("drill", FOUR, now, minutes=10, settings={"kind": "practice"})
    return people


@pytest.fixture
def ines(course: People, sign_in: SignIn) -> JudgingClient:
    """The instructor of Ana's and Ben's group."""
    return sign_in(course.ines)


def words(page: str) -> str:
    """Return what a page says, without its tags."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def page(client: JudgingClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return words(response.get_data(as_text=True))


def give(client: JudgingClient, people: People, step: str = "give", **fields: str) -> tuple[int, str]:
    """Send the form; return the status and what the page says."""
    path = f"/teach/cohorts/{people.g1}/times"
    response = client.send(path, {"reason": REASON, "step": step, **fields})
    return response.status_code, words(response.get_data(as_text=True))


def started(app: Flask, someone: Someone, slug: str = "timed", ago: timedelta = 5 * MINUTE) -> str:
    with app.app_context():
        return actions.start(actor_of(someone), slug, clock.now() - ago, 1)


def row(app: Flask, attempt: str) -> AttemptRow:
    with app.app_context():
        found: AttemptRow = read().scalars(select(AttemptRow).where(AttemptRow.public_id == attempt)).one()
        return found


def override_id(app: Flask) -> str:
    with app.app_context():
        return str(read().scalar(select(OverrideRow.public_id).order_by(OverrideRow.id.desc())))


@pytest.mark.both_databases
def test_more_time_is_said_before_given_at_once_and_shown_to_the_learner(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    attempt = started(app, course.ana)
    before = row(app, attempt)
    fields = {"who": course.ana.public_id, "quiz": "timed", "extra_minutes": "15"}
    status, said = give(ines, course, "", **fields)
    assert status == 200
    for part in ("Nothing is saved yet", "1 open try ends later", "45 minutes: 30 and 15 on top", "now 30 minutes"):
        assert part in said, said
    assert row(app, attempt).deadline == before.deadline, "nothing was saved by looking"
    assert give(ines, course, **fields)[0] == 303
    after = row(app, attempt)
    assert (after.deadline, after.extra_minutes) == (before.deadline + 15 * MINUTE, 15)
    ana = sign_in(course.ana)
    start_page = page(ana, "/quizzes/timed")
    assert "45 minutes: 30 and your 15" in start_page
    assert REASON not in start_page
    held = page(ines, f"/teach/cohorts/{course.g1}/times")
    for part in ("Ana Ferreira", "timed quiz", "15 minutes more", REASON, "Ines Duarte"):
        assert part in held, held


@pytest.mark.both_databases
def test_a_page_left_open_learns_the_new_end_with_its_next_save(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    attempt, ana = started(app, course.ana), sign_in(course.ana)
    token = {"X-CSRFToken": ana.csrf_token(), "Accept": "application/json"}

    def ends(revision: int, answer: str) -> datetime:
        body = {"revision": revision, "fields": {"answer": [answer]}}
        reply = ana.put(f"/attempts/{attempt}/answers/1", json=body, headers=token).get_json()
        return datetime.fromisoformat(reply["deadline"])

    first = ends(0, "a")
    give(ines, course, quiz="timed", extra_minutes="15")
    assert ends(1, "b") == first + 15 * MINUTE
    ines.send(f"/teach/cohorts/{course.g1}/times/{override_id(app)}/end", {})
    assert ends(2, "c") == first


@pytest.mark.both_databases
def test_ones_own_goes_before_the_groups_and_that_before_the_quizs(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    ana, ben = sign_in(course.ana), sign_in(course.ben)
    give(ines, course, quiz="timed", time_factor="1,5", extra_attempts="1")
    for client in (ana, ben):
        assert "45 minutes: 30 and your 15" in page(client, "/quizzes/timed")
        assert "3 of 3: 2 and your 1" in page(client, "/quizzes/timed")
    status, said = give(ines, course, "", who=course.ben.public_id, extra_minutes="5")
    assert status == 200
    assert "35 minutes: 30 and 5 on top (now 45 minutes: 30 and 15 on top)" in said
    assert "Nothing changes in free quiz." in said
    give(ines, course, who=course.ben.public_id, extra_minutes="5")
    assert "35 minutes: 30 and your 5" in page(ben, "/quizzes/timed")
    assert "45 minutes: 30 and your 15" in page(ana, "/quizzes/timed")
    _status, said = give(ines, course, "", quiz="timed", extra_minutes="60")
    assert "Nothing changes for Ben O'Shea: what they have already goes first." in said
    assert "Ana Ferreira, Sam Gone , timed quiz" in said


@pytest.mark.both_databases
def test_of_two_groups_the_more_generous_counts(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    with app.app_context():
        cohorts.join(actor_of(course.ana), course.g2_code, clock.now())
        with write() as session:
            session.execute(update(PersonRow).where(PersonRow.id == course.ana.id).values(track="trainee"))
    give(ines, course, quiz="timed", extra_minutes="10")
    ivo = sign_in(course.ivo)
    other = {"reason": REASON, "step": "give", "quiz": "timed", "extra_minutes": "20", "attempt_limit": "0"}
    assert ivo.send(f"/teach/cohorts/{course.g2}/times", other).status_code == 303
    said = page(sign_in(course.ana), "/quizzes/timed")
    assert "50 minutes: 30 and your 20" in said
    assert "As many as you like" in said


def announced(app: Flask) -> None:
    """Let the worker pass on what was announced."""
    with app.app_context():
        _pass_on_announcements(clock.now())


@pytest.mark.both_databases
def test_an_open_try_follows_who_joins_or_leaves_a_group(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    assert give(ines, course, quiz="timed", extra_minutes="15")[0] == 303
    attempt = started(app, course.ana)
    longer = row(app, attempt).deadline
    ana = sign_in(course.ana)
    for _twice in range(2):
        ana.send(f"/account/groups/{course.g1}/leave", {})
        announced(app)
        assert row(app, attempt).deadline == longer - 15 * MINUTE
        assert ana.send(f"/join/{course.g1_code}", {}).status_code == 303
        announced(app)
        assert row(app, attempt).deadline == longer
    with app.app_context():
        jobs = read().scalars(select(OutboxRow).where(OutboxRow.kind == cohorts.MEMBERSHIP_JOB)).all()
        assert [(job.payload, job.done_at is not None, job.last_error) for job in jobs] == [({}, True, None)] * 4


def test_an_announcement_that_fails_holds_up_no_other(
    app: Flask, course: People, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    told: list[str] = []

    def follow(person: str) -> int:
        told.append(person)
        if person == course.ana.public_id:
            raise RuntimeError
        return 0

    monkeypatch.setattr(actions, "follow_membership", follow)
    for someone in (course.ana, course.ben):
        sign_in(someone).send(f"/account/groups/{course.g1}/leave", {})
    announced(app)
    assert told == [course.ana.public_id, course.ben.public_id]
    with app.app_context():
        jobs = read().scalars(select(OutboxRow).where(OutboxRow.kind == cohorts.MEMBERSHIP_JOB)).all()
        assert {job.last_error for job in jobs if job.done_at is None} == {"RuntimeError"}
        assert sum(job.done_at is not None for job in jobs) == 1


def test_whoever_is_gone_is_followed_nowhere(app: Flask) -> None:
    with app.app_context():
        assert actions.follow_membership("nobody") == 0


@pytest.mark.both_databases
def test_ones_own_goes_along_to_other_groups_where_it_is_seen_and_holds_in_none(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    assert give(ines, course, who=course.ana.public_id, extra_minutes="15")[0] == 303
    ana, ivo = sign_in(course.ana), sign_in(course.ivo)
    theirs = "45 minutes: 30 and your 15"
    assert theirs in page(ana, "/quizzes/timed")
    ana.send(f"/account/groups/{course.g1}/leave", {})
    assert theirs not in page(ana, "/quizzes/timed"), "nobody sees it"
    assert "Ana Ferreira" not in page(ines, f"/teach/cohorts/{course.g1}/times"), "who left is not seen any more"
    ana.send(f"/join/{course.g2_code}", {})
    with app.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == course.ana.id).values(track="trainee"))
    assert theirs in page(ana, "/quizzes/timed")
    times = f"/teach/cohorts/{course.g2}/times"
    for part in ("Ana Ferreira", "15 minutes more", "Ines Duarte"):
        assert part in page(ivo, times)
    assert ivo.send(f"{times}/{override_id(app)}/end", {}).status_code == 303
    assert theirs not in page(ana, "/quizzes/timed")


def test_an_earlier_closing_of_ones_own_is_said_to_open_the_answers(course: People, ines: JudgingClient) -> None:
    early = "The answers open for this learner when their own quiz closes, perhaps before others have finished."
    own = {"who": course.ana.public_id, "quiz": "free"}
    assert give(ines, course, quiz="free", closes_at="2099-06-02T17:30")[0] == 303
    for closes_at, is_said in (("2099-06-01T17:30", True), ("2099-06-03T17:30", False), ("2099-06-02T17:30", False)):
        assert (early in give(ines, course, "", **own, closes_at=closes_at)[1]) is is_said
    assert early not in give(ines, course, "", **own, extra_minutes="5")[1]
    assert early not in give(ines, course, "", quiz="free", closes_at="2099-06-01T17:30")[1]
    # Compared with the group, not with what the learner has had of their own so far.
    assert give(ines, course, **own, closes_at="2099-05-01T17:30")[0] == 303
    assert early in give(ines, course, "", **own, closes_at="2099-05-30T17:30")[1]


@pytest.mark.both_databases
def test_ending_says_what_happens_and_takes_the_time_back(app: Flask, course: People, ines: JudgingClient) -> None:
    attempt = started(app, course.ana, ago=40 * MINUTE)  # its own 30 minutes are over
    give(ines, course, who=course.ana.public_id, extra_minutes="30")
    longer = row(app, attempt)
    path = f"/teach/cohorts/{course.g1}/times/{override_id(app)}/end"
    said = page(ines, path)
    assert "The time of 1 open try is over at once" in said
    assert "30 minutes (now 60 minutes: 30 and 30 on top)" in said
    assert row(app, attempt).deadline == longer.deadline
    for _again in range(2):
        assert ines.send(path, {}).status_code == 303
    assert row(app, attempt).deadline == longer.deadline - 30 * MINUTE
    with app.app_context():
        assert read().scalar(select(func.count()).where(OverrideRow.ended_at.is_not(None))) == 1
    assert "It was ended on" in page(ines, path)
    assert "Everybody has the times and tries of the quizzes" in page(ines, f"/teach/cohorts/{course.g1}/times")


@pytest.mark.both_databases
def test_an_opening_and_a_closing_are_those_of_the_teachers_clock(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    with app.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == course.ines.id).values(time_zone="America/New_York"))
    assert "In your time zone, America/New_York" in page(ines, f"/teach/cohorts/{course.g1}/times")
    dates = {"opens_at": "2099-06-01T09:00", "closes_at": "2099-06-02T17:30", "quiz": "free"}
    assert give(ines, course, **dates)[0] == 303
    with app.app_context():
        made = read().scalars(select(OverrideRow)).one()
        assert made.opens_at == datetime(2099, 6, 1, 13, 0, tzinfo=UTC)
        assert made.closes_at == datetime(2099, 6, 2, 21, 30, tzinfo=UTC)
    assert "This quiz opens on 1 June 2099" in page(sign_in(course.ana), "/quizzes/free")


FAULTS = [
    ({}, "Enter at least one time or number of tries that differs"),
    ({"extra_minutes": "a few"}, "Enter a whole number, such as 15"),
    ({"extra_minutes": "-5"}, "Enter a whole number, such as 15"),
    ({"extra_minutes": "10081"}, "Enter at most 10080 minutes"),
    ({"limit_minutes": "99999"}, "Enter at most 10080 minutes"),
    ({"time_factor": "half"}, "Enter a number such as 1.5"),
    ({"time_factor": "0,5"}, "Enter a number from 1 to 10"),
    ({"time_factor": "11"}, "Enter a number from 1 to 10"),
    ({"extra_attempts": "101"}, "Enter at most 100 tries"),
    ({"attempt_limit": "101"}, "Enter at most 100 tries"),
    ({"opens_at": "soon"}, "Enter a date and a time"),
    ({"opens_at": "0001-01-01T00:00"}, "Enter a year from 2000 to 2100"),
    ({"closes_at": "2027-03-28T01:30"}, "that night the clocks go from 00:59 to 02:00"),
    ({"opens_at": "2027-05-02T10:00", "closes_at": "2027-05-02T09:00"}, "a closing that comes after the opening"),
    ({"extra_minutes": "5", "reason": " "}, "Enter why"),
    ({"extra_minutes": "5", "reason": "x" * 501}, "Shorten the reason to 500"),
]


@pytest.mark.parametrize(("fields", "sentence"), FAULTS, ids=lambda value: str(value)[:50])
def test_what_is_wrong_is_said_and_everything_typed_stays(
    app: Flask, course: People, ines: JudgingClient, fields: dict[str, str], sentence: str
) -> None:
    with app.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == course.ines.id).values(time_zone="Europe/London"))
    data = {"who": course.ben.public_id, "quiz": "timed", "reason": REASON, "step": "give", **fields}
    response = ines.send(f"/teach/cohorts/{course.g1}/times", data)
    shown = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "<title>Error:" in shown
    assert sentence in words(shown)
    for name, value in data.items():
        if name != "step":
            assert html.escape(value.strip()) in shown, name
    with app.app_context():
        assert read().scalar(select(func.count()).select_from(OverrideRow)) == 0


def test_going_back_from_the_check_keeps_what_was_typed(course: People, ines: JudgingClient) -> None:
    data = {"who": course.ben.public_id, "extra_minutes": "17", "reason": REASON, "step": "change"}
    response = ines.send(f"/teach/cohorts/{course.g1}/times", data)
    shown = response.get_data(as_text=True)
    assert response.status_code == 200
    assert 'value="17"' in shown
    assert f'<option value="{course.ben.public_id}" selected>' in shown


def test_the_group_and_the_learner_lead_to_the_form(course: People, ines: JudgingClient) -> None:
    group = ines.get(f"/teach/cohorts/{course.g1}").get_data(as_text=True)
    assert f'href="/teach/cohorts/{course.g1}/times"' in group
    learner = ines.get(f"/teach/cohorts/{course.g1}/learners/{course.ana.public_id}").get_data(as_text=True)
    link = f"/teach/cohorts/{course.g1}/times?who={course.ana.public_id}"
    assert f'href="{link}"' in learner
    form = ines.get(link).get_data(as_text=True)
    assert f'<option value="{course.ana.public_id}" selected>' in form


@pytest.mark.parametrize("fields", [{"who": "{cleo}"}, {"who": "nobody"}, {"quiz": "gone"}])
def test_only_ones_own_learners_and_quizzes_exist(course: People, ines: JudgingClient, fields: dict[str, str]) -> None:
    sent = {name: value.format(cleo=course.cleo.public_id) for name, value in fields.items()}
    assert give(ines, course, extra_minutes="5", **sent)[0] == 404


def test_another_groups_override_does_not_exist(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    give(ines, course, extra_minutes="5")
    ivo, ben = sign_in(course.ivo), sign_in(course.ben)
    mine = f"/teach/cohorts/{course.g1}/times"
    through_another = f"/teach/cohorts/{course.g2}/times/{override_id(app)}/end"
    for client, status in ((ivo, 404), (ben, 403)):
        assert client.get(mine).status_code == status
        assert client.send(mine, {"extra_minutes": "5", "reason": "x", "step": "give"}).status_code == status
        assert client.send(f"{mine}/{override_id(app)}/end", {}).status_code == status
    assert ivo.get(through_another).status_code == 404
    assert ivo.send(through_another, {}).status_code == 404
    with app.app_context():
        assert read().scalar(select(func.count()).where(OverrideRow.ended_at.is_not(None))) == 0


def _abandoned(app: Flask, someone: Someone, ago: timedelta) -> str:
    """Make a try of 30 minutes that was given up at its deadline; return its public id."""
    with app.app_context():
        publish("strict", FOUR, clock.now() - timedelta(days=2), minutes=30, settings={"deadline_policy": "abandon"})
        attempt = actions.start(actor_of(someone), "strict", clock.now() - ago, 1)
        actions.save_answer(actor_of(someone), attempt, 1, 0, {"choice": "b"}, None, clock.now() - ago)
        assert actions.finish_if_overdue(attempt, clock.now(), "worker")
    assert row(app, attempt).status == "abandoned"
    return attempt


@pytest.mark.both_databases
def test_an_abandoned_try_is_given_back_with_a_reason(
    app: Flask, course: People, ines: JudgingClient, sign_in: SignIn
) -> None:
    attempt = _abandoned(app, course.ana, 40 * MINUTE)
    path = f"/teach/attempts/{attempt}"
    assert "No time is left: if you open it again, it is handed in at once" in page(ines, path)
    give(ines, course, who=course.ana.public_id, quiz="strict", extra_minutes="60")
    assert "There is time left. If you open it again, Ana Ferreira can carry on until" in page(ines, path)
    refused = ines.send(f"{path}/reopen", {"reason": " "})
    assert refused.status_code == 422
    assert "Enter why" in refused.get_data(as_text=True)
    for _again in range(2):  # a second press is harmless
        assert ines.send(f"{path}/reopen", {"reason": REASON}).status_code == 303
    said = page(ines, path)
    assert "Opened again by Ines Duarte, " in said
    assert REASON in said
    with app.app_context():
        assert read().scalar(select(func.count()).select_from(AttemptEventRow)) == 1
    ana = sign_in(course.ana)
    assert row(app, attempt).status == "open"
    question = page(ana, f"/attempts/{attempt}/questions/1")
    assert "Question 1 of 4" in question
    assert REASON not in question


@pytest.mark.both_databases
def test_without_time_left_it_is_handed_in_as_of_its_deadline(app: Flask, course: People, ines: JudgingClient) -> None:
    attempt = _abandoned(app, course.ana, 40 * MINUTE)
    assert ines.send(f"/teach/attempts/{attempt}/reopen", {"reason": REASON}).status_code == 303
    found = row(app, attempt)
    assert (found.status, found.score, found.submitted_at) == ("submitted", 1, found.deadline)


@pytest.mark.both_databases
def test_a_try_is_not_given_back_beside_an_open_one(app: Flask, course: People, ines: JudgingClient) -> None:
    attempt = _abandoned(app, course.ana, 40 * MINUTE)
    started(app, course.ana, "strict", MINUTE)
    refused = ines.send(f"/teach/attempts/{attempt}/reopen", {"reason": REASON})
    assert refused.status_code == 409
    assert "The learner has begun another try" in words(refused.get_data(as_text=True))
    assert row(app, attempt).status == "abandoned"


def test_only_the_teacher_of_the_learner_gives_a_try_back(app: Flask, course: People, sign_in: SignIn) -> None:
    attempt = _abandoned(app, course.ana, 40 * MINUTE)
    for someone, status in ((course.ivo, 404), (course.ana, 403)):
        assert sign_in(someone).send(f"/teach/attempts/{attempt}/reopen", {"reason": "x"}).status_code == status
    assert row(app, attempt).status == "abandoned"


# The pure parts.

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SETTINGS = {"time_limit_minutes": 30, "closes_at": "2026-12-01T12:40:00+00:00", "attempt_limit": {"trainee": 2}}
TIMED, FREE = Course(1, "timed", "Timed", SETTINGS), Course(2, "free", "Free", {})


def _try(started_at: datetime, deadline: datetime | None) -> OpenTry:
    return OpenTry(7, 1, "trainee", started_at, deadline, SETTINGS)


def _given(**values: object) -> Change:
    return Change(gives=Known("", None, Override(True, False, **values)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "way", "after"),
    [
        (_given(extra_minutes=15), "later", NOON + 45 * MINUTE),
        (_given(limit_minutes=20), "earlier", NOON + 20 * MINUTE),
        (_given(limit_minutes=5), "over", NOON + 5 * MINUTE),
        (_given(closes_at=NOON + 60 * MINUTE, limit_minutes=0), "later", NOON + 60 * MINUTE),
        (_given(extra_attempts=1), None, None),
    ],
)
def test_how_an_open_try_moves(change: Change, way: str | None, after: datetime | None) -> None:
    now = NOON + 10 * MINUTE
    effect = foresee({7: "Ana"}, [TIMED], "trainee", {}, [_try(NOON, NOON + 30 * MINUTE)], change, now)
    assert [(move.way, move.after) for move in effect.moves] == ([(way, after)] if way else [])


def test_a_try_that_nothing_ends_any_more() -> None:
    free = OpenTry(7, 2, "trainee", NOON, NOON + 30 * MINUTE, {"time_limit_minutes": 30})
    effect = foresee({7: "Ana"}, [FREE], "trainee", {}, [free], _given(limit_minutes=0), NOON)
    assert [(move.way, move.after) for move in effect.moves] == [("never", None)]


def test_what_changes_stands_together_and_what_does_not_is_named() -> None:
    held = {8: [Known("own", 1, Override(True, True, extra_minutes=1))]}
    change = Change(gives=Known("", None, Override(False, False, extra_minutes=15)))
    effect = foresee({7: "Ana", 8: "Ben"}, [TIMED, FREE], "trainee", held, [], change, NOON)
    assert [(line.names, line.quizzes, line.everybody) for line in effect.lines] == [(("Ana",), ("Timed",), False)]
    assert (effect.same, effect.kept) == (("Free",), ("Ben",))
    ending = foresee({8: "Ben"}, [TIMED], "trainee", held, [], Change(ends="own"), NOON)
    assert [(line.before.extra, line.after.extra) for line in ending.lines] == [(1, 0)]


@pytest.mark.parametrize(
    ("text", "factor"), [("1.25", F(5, 4)), ("1,5", F(3, 2)), ("2", F(2)), (" 1.3333 ", F("1.3333"))]
)
def test_a_factor_takes_a_point_or_a_comma(text: str, factor: F) -> None:
    override, problems = override_given({"time_factor": text}, "why", True, True, "UTC")
    assert (override.time_factor, problems) == (factor, [])


def test_each_problem_stands_at_its_field() -> None:
    typed = {"limit_minutes": "20000", "extra_minutes": "3", "attempt_limit": "x", "opens_at": "2026-12-01T10:00:30"}
    override, problems = override_given(typed, "", False, True, "UTC")
    assert override.opens_at == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert [(one.code, one.place) for one in problems] == [
        ("not_whole", "attempt_limit"), ("minutes_range", "limit_minutes"), ("reason_needed", "reason"),
    ]  # fmt: skip
    assert Problem("nothing_changed", "extra_minutes") in override_given({}, "why", True, True, "UTC")[1]
