"""What the review policy keeps back stays back on every page of the learner: result, Today, the page before a quiz."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from learnapp.kit import clock
from learnapp.kit.db import write
from learnapp.quizzes import actions
from learnapp.quizzes.domain.review import Switch
from learnapp.quizzes.storage.publishing import hide_other_quizzes
from learnapp.quizzes.storage.rows import QuizRow, QuizVersionRow
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.made_up import MARKER, RIGHT, WRONG, publish
from tests.security.test_matrix import actor_of
from tests.sitting.test_pages import plain, start, text

SignIn = Callable[[Someone], JudgingClient]
MINUTE = timedelta(minutes=1)
KINDS = ["choice", "multiple"]
AFTER = ("just_after", "later", "closed")
SCORE = re.compile(r"\b(0|1|2|0\.5|1\.5) (out )?of 2\b")
VERDICT = re.compile(r"Passed|You passed|Not yet|Secure|Look again|worth another look|Every answer is right")


def grid(*phases: str, **cells: Any) -> dict[str, Any]:
    """Return a written policy for both tracks: these cells in these phases."""
    return dict.fromkeys(("trainee", "patient"), dict.fromkeys(phases or AFTER, cells))


def set_quiz(app: Flask, slug: str, **settings: Any) -> None:
    """Change settings of the newest version, as publishing another one would."""
    with app.app_context(), write() as session:
        known = select(QuizVersionRow).join(QuizRow, QuizRow.version_id == QuizVersionRow.id)
        row = session.scalars(known.where(QuizRow.slug == slug)).one()
        values = {"settings": {**row.settings, **settings}}
        session.execute(update(QuizVersionRow).where(QuizVersionRow.id == row.id).values(**values))


def sit(
    app: Flask, someone: Someone, slug: str, answers: Any, ago: timedelta = 3 * MINUTE, track: str = "trainee"
) -> str:
    """Sit a quiz through the actions, handed in so long ago; return the attempt's address."""
    actor, now = actor_of(someone, track), clock.now() - ago
    with app.app_context():
        attempt = actions.start(actor, slug, now - MINUTE, 1)
        for n, kind in enumerate(KINDS, 1):
            actions.save_answer(actor, attempt, n, 0, answers[kind], None, now - MINUTE)
        actions.submit(actor, attempt, now)
    return f"/attempts/{attempt}"


@pytest.fixture
def pair(app: Flask, people: People) -> People:
    """A quiz "pair" of two questions, and "spare" of the same size."""
    with app.app_context():
        publish("pair", KINDS, clock.now() - 60 * MINUTE)
    return people


def words_of(client: JudgingClient, path: str) -> str:
    return plain(text(client, path))


@pytest.mark.parametrize("answers", [RIGHT, WRONG])
def test_marks_off_show_only_the_maximum(app: Flask, pair: People, sign_in: SignIn, answers: Any) -> None:
    attempt, ana = sit(app, pair.ana, "pair", answers), sign_in(pair.ana)
    assert SCORE.search(words_of(ana, f"{attempt}/result?show=all"))
    set_quiz(app, "pair", review=grid(marks="no"))
    for path in (f"{attempt}/result", f"{attempt}/result?show=all", "/quizzes/pair", "/progress"):
        assert not SCORE.search(words_of(ana, path)), path
    page = words_of(ana, f"{attempt}/result?show=all")
    assert ("You passed" in page) == (answers is RIGHT)
    assert "You do not see your score here." in page
    assert "Question 1 · 1 point" in page
    assert "By goal" not in page
    assert "This try counts" not in words_of(ana, "/quizzes/pair")
    assert "Out of 2" in words_of(ana, "/quizzes/pair")


@pytest.mark.parametrize("answers", [RIGHT, WRONG])
def test_a_hidden_result_is_told_nowhere(app: Flask, pair: People, sign_in: SignIn, answers: Any) -> None:
    attempt, ana = sit(app, pair.ana, "pair", answers), sign_in(pair.ana)
    assert VERDICT.search(words_of(ana, f"{attempt}/result"))
    hidden = dict.fromkeys(("marks", "overall_feedback", "right_wrong"), "no")
    set_quiz(app, "pair", review=grid(**hidden))
    for path in (f"{attempt}/result", f"{attempt}/result?show=all", "/quizzes/pair", "/progress"):
        page = words_of(ana, path)
        assert not VERDICT.search(page), (path, VERDICT.search(page))
        assert not SCORE.search(page), path
    page = text(ana, f"{attempt}/result")
    assert "Option b of 1" in page, "their own answers are shown"
    assert MARKER not in page
    for thing in ("your score", "whether you passed", "which answers are right"):
        assert f"You do not see {thing} here." in page


def test_right_and_wrong_look_alike_while_hidden(app: Flask, pair: People, sign_in: SignIn) -> None:
    """Two learners with different answers get the same page but for the answers: nothing else tells them apart."""
    hidden = dict.fromkeys(("marks", "overall_feedback", "right_wrong"), "no")
    set_quiz(app, "pair", review=grid(**hidden))
    shapes = []
    for someone, answers in ((pair.ana, RIGHT), (pair.ben, WRONG)):
        attempt = sit(app, someone, "pair", answers)
        page = text(sign_in(someone), f"{attempt}/result")
        page = re.sub(r"(Your answer|mine|Option|Part)\b", "", page.replace(attempt, "/attempts/A"))
        shapes.append((len(re.findall(r"<article", page)), set(re.findall(r'class="(tag[^"]*)"', page)),
                       set(re.findall(r"<h1>(.*?)</h1>", page))))  # fmt: skip
    assert shapes[0] == shapes[1]


def test_with_the_attempt_off_a_plain_page_says_when_it_can_be_seen(app: Flask, pair: People, sign_in: SignIn) -> None:
    attempt, ana = sit(app, pair.ana, "pair", WRONG), sign_in(pair.ana)
    opens = clock.now() + timedelta(days=2)
    set_quiz(app, "pair", review=grid(**{switch: {"from": opens.isoformat()} for switch in Switch}))
    for query in ("", "?show=all"):
        page = text(ana, f"{attempt}/result{query}")
        assert "<article" not in page
        assert "Option" not in page
        assert re.search(r"You see your answers from .*UTC\)|You see your answers from .*\(\w+/\w+\)", plain(page))
        assert "Receipt of your answers" in page
    set_quiz(app, "pair", review=grid(**{switch: {"from": clock.now().isoformat()} for switch in Switch}))
    assert f"{MARKER}-explanation-1" in text(ana, f"{attempt}/result?show=all")


@pytest.mark.parametrize("phase", AFTER)
def test_each_phase_has_its_own_row(app: Flask, pair: People, sign_in: SignIn, phase: str) -> None:
    attempt = sit(app, pair.ana, "pair", WRONG, ago=MINUTE if phase == "just_after" else 3 * MINUTE)
    closes = clock.now() - MINUTE / 2 if phase == "closed" else clock.now() + 60 * MINUTE
    set_quiz(app, "pair", closes_at=closes.isoformat(), review=grid(phase, right_answer="yes", general_feedback="yes"))
    page = text(sign_in(pair.ana), f"{attempt}/result?show=all")
    assert f"{MARKER}-explanation-1" in page
    assert f"{MARKER}-reason-b-1" in page
    others = [other for other in AFTER if other != phase]
    set_quiz(app, "pair", review=grid(*others, right_answer="yes", general_feedback="yes"))
    page = text(sign_in(pair.ana), f"{attempt}/result?show=all")
    assert f"{MARKER}-explanation" not in page
    assert f"{MARKER}-reason-b-1" not in page


def test_after_the_last_attempt(app: Flask, pair: People, sign_in: SignIn) -> None:
    set_quiz(app, "pair", attempt_limit={"trainee": 2, "patient": 2}, review=grid(right_answer="after_last_attempt"))
    first, ana = sit(app, pair.ana, "pair", WRONG), sign_in(pair.ana)
    assert "You see the best answer to each question after your last try." in text(ana, f"{first}/result")
    second = start(ana, "pair")
    assert "Best answer" not in text(ana, f"{first}/result?show=all"), "the last try is not over while it is open"
    ana.post(f"{second}/submit", data={"csrf_token": ana.csrf_token(f"{second}/check")})
    assert "Best answer" in text(ana, f"{first}/result?show=all")


def test_what_an_open_try_asks_stays_hidden_whatever_the_grid_says(app: Flask, pair: People, sign_in: SignIn) -> None:
    everything = dict.fromkeys(Switch, "yes")
    set_quiz(app, "pair", review=grid("during", *AFTER, **{**everything, "overall_feedback": "no"}))
    older = sit(app, pair.cleo, "pair", WRONG, track="patient")
    cleo = sign_in(pair.cleo)
    assert MARKER in text(cleo, f"{older}/result?show=all")
    newer = start(cleo, "pair")
    for attempt in (older, newer):
        for path in (f"{attempt}/result?show=all", f"{attempt}/questions/1", f"{attempt}/receipt", attempt):
            assert MARKER not in text(cleo, path), path


def _check(client: JudgingClient, attempt: str, n: int, answer: Any) -> str:
    page = f"{attempt}/questions/{n}"
    data = {"csrf_token": client.csrf_token(page), "revision": "0", "answer": answer, "go": "judge"}
    assert client.post(page, data=data).status_code == 303
    return text(client, page)


@pytest.mark.parametrize("track", ["ana", "cleo"])
def test_a_check_goes_by_the_row_of_open_tries(app: Flask, pair: People, sign_in: SignIn, track: str) -> None:
    set_quiz(app, "pair", behaviour="immediate")
    client = sign_in(getattr(pair, track))
    attempt = start(client, "pair")
    page = _check(client, attempt, 1, "a")
    assert "Not this one." in page
    assert f"{MARKER}-reason-a-1" in page
    assert (f"{MARKER}-explanation-1" in page) == (track == "cleo")
    set_quiz(app, "pair", review=grid("during", option_feedback="no", general_feedback="no", right_answer="no"))
    page = text(client, f"{attempt}/questions/1")
    assert "Not this one." in page
    assert MARKER not in page
    set_quiz(app, "pair", review=grid("during", right_wrong="no"))
    for page in (text(client, f"{attempt}/questions/1"), _check(client, attempt, 2, ["a", "c"])):
        assert "This answer is checked." in page
        assert not re.search(r"Not this one|that is right|Partly right|Best answer|Right\b", plain(page))


def test_a_check_may_tell_more_to_who_has_passed(app: Flask, pair: People, sign_in: SignIn) -> None:
    shown = dict.fromkeys(("right_answer", "general_feedback"), "once_passed")
    set_quiz(app, "pair", behaviour="immediate", review=grid("during", **shown))
    ana = sign_in(pair.ana)
    attempt = start(ana, "pair")
    assert f"{MARKER}-explanation-1" not in _check(ana, attempt, 1, "a")
    ana.post(f"{attempt}/submit", data={"csrf_token": ana.csrf_token(f"{attempt}/check")})
    sit(app, pair.ana, "pair", RIGHT, ago=timedelta())
    attempt = start(ana, "pair")
    assert f"{MARKER}-explanation-1" in _check(ana, attempt, 1, "a")


def test_the_newest_grid_holds_for_old_tries_and_a_removed_quiz_keeps_its_own(
    app: Flask, pair: People, sign_in: SignIn
) -> None:
    attempt, ana = sit(app, pair.ana, "pair", WRONG), sign_in(pair.ana)
    with app.app_context():
        publish("pair", KINDS, clock.now(), wording=" again", settings={"review": grid(marks="no")})
    assert not SCORE.search(words_of(ana, f"{attempt}/result"))
    with app.app_context(), write() as session:
        hide_other_quizzes(session, [])
    for path in (f"{attempt}/result", "/progress", f"{attempt}/receipt"):
        assert ana.get(path).status_code == 200, path
    assert SCORE.search(words_of(ana, f"{attempt}/result")), "no newest version: its own grid holds"


def test_staff_see_everything_whatever_the_grid_says(app: Flask, pair: People, sign_in: SignIn) -> None:
    attempt = sit(app, pair.ana, "pair", WRONG)
    set_quiz(app, "pair", review=grid("during", *AFTER, **dict.fromkeys(Switch, "no")))
    page = text(sign_in(pair.ines), f"/teach{attempt}")
    assert "Best answer" in page
    assert f"{MARKER}-reason-b-1" in page
    assert "Not yet" in page


def test_a_passed_quiz_whose_result_is_hidden_counts_for_nothing_on_today(
    app: Flask, pair: People, sign_in: SignIn
) -> None:
    sit(app, pair.ana, "pair", RIGHT)
    set_quiz(app, "pair", review=grid(overall_feedback="no"))
    page = words_of(sign_in(pair.ana), "/progress")
    assert "Not told yet" in page
    assert not re.search(r"Passed|Not yet", page)


def test_the_default_hides_no_score(app: Flask, pair: People, sign_in: SignIn) -> None:
    """The short way for quizzes that write no grid tells what the grid of our defaults would tell."""
    sit(app, pair.ana, "pair", WRONG)
    ana = sign_in(pair.ana)
    short = [text(ana, path) for path in ("/progress", "/quizzes/pair")]
    yes = {phase: {str(switch): "yes" for switch in (Switch.MARKS, Switch.OVERALL_FEEDBACK)} for phase in AFTER}
    set_quiz(app, "pair", review={"trainee": yes})
    token = re.compile(r'name="csrf_token"[^>]*')
    assert [token.sub("", text(ana, path)) for path in ("/progress", "/quizzes/pair")] == [
        token.sub("", page) for page in short
    ]
