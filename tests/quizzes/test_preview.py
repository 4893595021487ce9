"""Previews: staff see lessons and quizzes as a learner of a track and group, on a pretended day; nothing counts."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from learnapp.accounts.domain import TEACH, Actor
from learnapp.accounts.storage import PersonRow
from learnapp.cohorts import actions as cohorts
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.kit.errors import Forbidden, NotFound
from learnapp.kit.outbox import OutboxRow
from learnapp.lessons.storage import ReadingRow
from learnapp.quizzes import actions
from learnapp.quizzes.actions import Pretence
from learnapp.quizzes.storage import starting
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, SlotRow, StepRow
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.conftest import FOUR, NOW
from tests.quizzes.made_up import MARKER, RIGHT, publish

SignIn = Callable[[Someone], JudgingClient]
AsActor = Callable[..., Actor]
OPENS, CLOSES = "2099-12-01T08:00:00+00:00", "2099-12-20T08:00:00+00:00"
DURING = datetime(2099, 12, 3, 10, 30, tzinfo=UTC)


@pytest.fixture
def ines(quizzes: People, sign_in: SignIn) -> JudgingClient:
    """The instructor of the first group."""
    return sign_in(quizzes.ines)


@pytest.fixture
def teacher(quizzes: People, actor: AsActor) -> Actor:
    """The same person for actions."""
    return actor(quizzes.ines, grants={TEACH})


@pytest.fixture
def dated(app: Flask, quizzes: People) -> People:
    """A quiz of 30 minutes and one try that is open in December 2099, whose best answers come after it closes."""
    grid = {"just_after": {"right_answer": "no"}, "later": {"right_answer": "no"}, "closed": {"right_answer": "yes"}}
    times = {"opens_at": OPENS, "closes_at": CLOSES}
    with app.app_context():
        publish("dated", FOUR, NOW, minutes=30, limit=1, settings={**times, "review": {"trainee": grid}})
    return quizzes


def words(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def page(client: JudgingClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.status_code
    return response.get_data(as_text=True)


def begin(client: JudgingClient, slug: str, query: str = "track=trainee") -> str:
    """Start a preview through its page; return the attempt's address."""
    response = client.send(f"/teach/preview/quizzes/{slug}?{query}", {})
    assert response.status_code == 303
    return re.match(r"/attempts/[\w-]+", str(response.location))[0]  # type: ignore[index]


def sit(client: JudgingClient, attempt: str) -> str:
    """Answer rightly but the last, and hand in; return the result page."""
    answers: list[object] = ["b", ["a", "c"], "48271", "false"]
    for n, answer in enumerate(answers, 1):
        assert client.send(f"{attempt}/questions/{n}", {"revision": 0, "answer": answer}).status_code == 303
    assert client.send(f"{attempt}/submit", {}).status_code == 303
    return page(client, f"{attempt}/result")


@pytest.mark.both_databases
def test_a_quiz_is_sat_with_a_banner_on_every_page_and_a_way_out(
    app: Flask, dated: People, ines: JudgingClient
) -> None:
    query = f"track=trainee&group={dated.g1}&at=2099-12-03T10:30"
    start = words(page(ines, f"/teach/preview/quizzes/dated?{query}"))
    banner = "Preview: as a trainee of Spring group on 3 December 2099, 10:30. Nothing here counts."
    for part in (banner, "30 minutes", "1 of 1", "Closes 20 December 2099", "Start the preview", "no time limit"):
        assert part in start, part
    attempt = begin(ines, "dated", query)
    for path in ("questions/1", "check"):
        shown = page(ines, f"{attempt}/{path}")
        assert banner in words(shown)
        assert 'role="timer"' not in shown, "a preview has no deadline"
        assert MARKER not in shown
    result = sit(ines, attempt)
    assert banner in words(result)
    assert "Handed in 3 December 2099, 10:3" in words(result)
    for path in (result, page(ines, f"{attempt}/receipt")):
        assert banner in words(path)
        assert f'href="/teach/preview?{html.escape(query)}' in path.replace("%3A", ":")
    assert "/quizzes/dated/attempts" not in result, "trying again would be a real try"
    leaving = ines.send(f"{begin(ines, 'dated', query)}/questions/1", {"revision": 0, "answer": "b", "go": "leave"})
    assert str(leaving.location).startswith("/teach/preview?")


@pytest.mark.both_databases
def test_the_pretended_day_decides_what_is_open_and_what_the_review_tells(dated: People, ines: JudgingClient) -> None:
    early = words(page(ines, "/teach/preview/quizzes/dated?track=trainee&at=2099-11-30T10:30"))
    assert "This quiz opens on 1 December 2099" in early
    assert "Start anyway, as a preview" in early
    late = words(page(ines, "/teach/preview/quizzes/dated?track=trainee&at=2099-12-24T10:30"))
    assert "This quiz closed on 20 December 2099" in late
    during = sit(ines, begin(ines, "dated", "track=trainee&at=2099-12-03T10:30"))
    assert f"{MARKER}-true-4" not in during, "the learner's view: the best answer is kept back until it closes"
    after = sit(ines, begin(ines, "dated", "track=trainee&at=2099-12-24T10:30"))
    assert f"{MARKER}-true-4" in after


@pytest.mark.both_databases
def test_the_groups_times_hold_and_not_those_of_the_person(app: Flask, dated: People, ines: JudgingClient) -> None:
    give = {"reason": "x", "step": "give", "quiz": "dated", "extra_minutes": "15", "closes_at": "2099-12-30T08:00"}
    assert ines.send(f"/teach/cohorts/{dated.g1}/times", give).status_code == 303
    path = "/teach/preview/quizzes/dated?track=trainee&at=2099-12-24T10:30"
    with_group = words(page(ines, f"{path}&group={dated.g1}"))
    assert "45 minutes: 30 and your 15" in with_group
    assert "Start the preview" in with_group
    assert "This quiz closed" in words(page(ines, path))
    attempt = begin(ines, "dated", f"track=trainee&at=2099-12-24T10:30&group={dated.g1}")
    assert "45 minutes: 30 and your 15" in words(page(ines, f"{attempt}/questions/1"))
    assert f"{MARKER}-true-4" not in sit(ines, attempt), "for the group it has not closed"


@pytest.mark.both_databases
def test_nothing_of_it_counts_anywhere(
    app: Flask, dated: People, ines: JudgingClient, actor: AsActor, sign_in: SignIn
) -> None:
    with app.app_context():  # she teaches, and learns in another group herself
        cohorts.join(actor(dated.ines), dated.g2_code, clock.now())
        publish("essay", ["free_text"], NOW)
        with write() as session:
            session.execute(update(PersonRow).where(PersonRow.id == dated.ines.id).values(track="trainee"))
            before = session.scalar(select(func.count()).select_from(OutboxRow))
    attempt = begin(ines, "short")
    sit(ines, attempt)
    begin(ines, "whole")
    essay = begin(ines, "essay")
    for path, data in (("questions/1", {"revision": 0, "answer": "In my own words"}), ("submit", {})):
        assert ines.send(f"{essay}/{path}", data).status_code == 303
    with app.app_context():
        quiz = starting.quiz_now(read(), "short", dated.ines.id)
        assert (quiz.used, quiz.last_number, quiz.open_id, quiz.passed, quiz.known) == (0, 0, None, False, False)
        assert read().scalar(select(func.count()).select_from(GradeRow)) == 0
        assert read().scalar(select(func.count()).select_from(OutboxRow)) == before
        drawn = [pool["questions"] for pool in quiz.papers["trainee"]]
        met = starting.before(read(), dated.ines.id, quiz, [one for pool in drawn for one in pool])
        assert not met.seen
        assert actions.finish_overdue(clock.now() + timedelta(days=9)) == 0
    assert "short quiz" not in words(page(ines, "/progress")).replace("Start", "")
    assert "Your tries" not in page(ines, "/quizzes/short")
    ivo = sign_in(dated.ivo)
    board = page(ivo, f"/teach/cohorts/{dated.g2}")
    assert attempt.rpartition("/")[2] not in board
    assert essay.rpartition("/")[2] not in board, "nobody is asked to mark a preview"
    assert attempt.rpartition("/")[2] not in page(ivo, f"/teach/cohorts/{dated.g2}/learners/{dated.ines.public_id}")
    assert "Try" not in ivo.get(f"/teach/cohorts/{dated.g2}/scores.csv").get_data(as_text=True)


@pytest.mark.both_databases
def test_nobody_else_sees_it(dated: People, ines: JudgingClient, sign_in: SignIn, app: Flask, actor: AsActor) -> None:
    with app.app_context():
        cohorts.join(actor(dated.ines), dated.g2_code, clock.now())
    attempt = begin(ines, "short")
    name = attempt.rpartition("/")[2]
    for someone in (dated.ana, dated.ivo, dated.mia):
        assert sign_in(someone).get(f"{attempt}/questions/1").status_code == 404
    ivo = sign_in(dated.ivo)  # she learns in his group, and still it is hers alone
    assert ivo.get(f"/teach/attempts/{name}").status_code == 404
    assert ivo.send(f"/teach/attempts/{name}/reopen", {"reason": "x"}).status_code == 404
    assert ivo.send(f"/teach/attempts/{name}/marks/1", {"mark1-points": "1"}).status_code == 404
    assert sign_in(dated.ana).get("/teach/preview").status_code == 403


@pytest.mark.both_databases
def test_there_is_one_preview_of_a_quiz_beside_a_real_try(app: Flask, quizzes: People, teacher: Actor) -> None:
    with app.app_context():
        now = clock.now()
        real = actions.start(teacher, "short", now, 1)
        first = actions.preview(teacher, "short", Pretence("trainee", DURING), now, 2)
        actions.save_answer(teacher, first, 1, 0, RIGHT["choice"], None, now)
        second = actions.preview(teacher, "short", Pretence("patient", DURING), now, 3)
        assert actions.start(teacher, "short", now, 4) == real
        kinds = read().execute(select(AttemptRow.public_id, AttemptRow.kind, AttemptRow.number, AttemptRow.deadline))
        assert sorted(map(tuple, kinds)) == sorted([(real, "graded", 1, None), (second, "preview", 0, None)])
        assert read().scalar(select(func.count()).select_from(StepRow)) == 0, "the older one went with its answers"
        assert read().scalar(select(func.count()).select_from(SlotRow)) == 2 * len(FOUR)


def test_only_staff_preview_and_only_what_there_is(app: Flask, quizzes: People, teacher: Actor, actor: AsActor) -> None:
    with app.app_context():
        with pytest.raises(Forbidden):
            actions.preview(actor(quizzes.ana), "short", Pretence("trainee", DURING), NOW, 1)
        with pytest.raises(NotFound):
            actions.preview(teacher, "gone", Pretence("trainee", DURING), NOW, 1)


def test_a_timed_quiz_does_not_end_in_a_preview(app: Flask, quizzes: People, teacher: Actor) -> None:
    with app.app_context():
        now = clock.now()
        attempt = actions.preview(teacher, "timed", Pretence("trainee", DURING), now - timedelta(hours=3), 1)
        saved = actions.save_answer(teacher, attempt, 1, 0, RIGHT["choice"], None, now)
        assert (saved.deadline, actions.finish_if_overdue(attempt, now, "worker")) == (None, False)


def test_a_practice_quiz_previews_as_practice(app: Flask, quizzes: People, ines: JudgingClient) -> None:
    with app.app_context():
        publish("drill", FOUR, NOW, settings={"kind": "practice"})
    assert "Practice: 3 out of 4" in words(sit(ines, begin(ines, "drill")))


@pytest.mark.usefixtures("school")
class TestLessons:
    """Lessons of the real course."""

    @pytest.mark.both_databases
    def test_a_lesson_is_read_as_the_group_reads_it(self, app: Flask, people: People, sign_in: SignIn) -> None:
        ivo = sign_in(people.ivo)
        path = f"/teach/preview/lessons/first-week?track=patient&group={people.g2}&at=2026-12-03T10:30"
        shown = page(ivo, path)
        assert "Preview: as a patient of Rivers Clinic on 3 December 2026, 10:30. Nothing here counts." in words(shown)
        assert "020 7946 0018" in shown
        assert "/lessons/first-week/sections/" not in shown, "there is nothing that marks a part as read"
        assert re.search(r'href="/teach/preview/quizzes/first-week\?', shown)
        assert re.search(r'href="/teach/preview/lessons/[\w-]+\?', shown), "the next lesson stays in the preview"
        other = page(ivo, "/teach/preview/lessons/first-week?track=trainee")
        assert "020 7946 0018" not in other
        check = re.search(r'action="(/teach/preview/lessons/first-week/checks/1\?[^"#]+)', shown)
        assert check is not None
        answered = ivo.send(html.unescape(check[1]), {"c1": "unsure"})
        assert answered.status_code == 200
        assert "Preview: as a patient of Rivers Clinic" in words(answered.get_data(as_text=True))
        with app.app_context():
            assert read().scalar(select(func.count()).select_from(ReadingRow)) == 0

    def test_what_there_is_not(self, people: People, sign_in: SignIn) -> None:
        ivo = sign_in(people.ivo)
        for path in (
            "lessons/gone?track=patient", "lessons/first-week?track=surgeon", "quizzes/gone?track=patient",
            f"lessons/first-week?group={people.g1}", f"quizzes/first-week?group={people.g1}",
        ):  # fmt: skip
            page(ivo, f"/teach/preview/{path}", 404)
        assert ivo.send("/teach/preview/lessons/first-week/checks/99?track=patient", {}).status_code == 404

    def test_choosing_leads_to_everything(self, people: People, sign_in: SignIn) -> None:
        ines = sign_in(people.ines)
        link = f"/teach/preview?track=trainee&amp;group={people.g1}"
        assert f'href="{link}"' in page(ines, f"/teach/cohorts/{people.g1}")
        assert 'href="/teach/preview?track=' in page(ines, "/lessons/")
        assert "/teach/preview" not in page(sign_in(people.ana), "/lessons/")
        shown = page(ines, html.unescape(link) + "&at=2026-12-03T10:30")
        assert "Spring group" in shown
        assert "What a trainee sees" in words(shown)
        for found in set(re.findall(r'href="(/teach/preview/[^"]+)"', shown)):
            page(ines, html.unescape(found))

    @pytest.mark.parametrize("at", ["soon", "0001-01-01T10:00", "2026-13-01T10:00"])
    def test_an_unreadable_moment_is_said(self, people: People, sign_in: SignIn, at: str) -> None:
        ines = sign_in(people.ines)
        for path in ("", "/quizzes/healing", "/lessons/healing"):
            shown = page(ines, f"/teach/preview{path}?track=trainee&at={at}", 422)
            assert "<title>Error:" in shown
            assert f'value="{at}"' in shown
        assert ines.send(f"/teach/preview/quizzes/healing?at={at}", {}).status_code == 422
