"""Sitting a quiz through its pages, without script."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes.storage.publishing import hide_other_quizzes
from learnapp.quizzes.storage.rows import AttemptRow, StepRow
from tests.judge import JudgingClient
from tests.people import People, Someone
from tests.quizzes.conftest import FOUR
from tests.quizzes.made_up import MARKER, publish

SignIn = Callable[[Someone], JudgingClient]


@pytest.fixture
def ana(quizzes: People, sign_in: SignIn) -> JudgingClient:
    """Ana's browser."""
    return sign_in(quizzes.ana)


def start(client: JudgingClient, slug: str) -> str:
    """Press the start button; return the attempt's address."""
    token = client.csrf_token(f"/quizzes/{slug}")
    response = client.post(f"/quizzes/{slug}/attempts", data={"csrf_token": token})
    assert response.status_code == 303
    return str(response.headers["Location"])


def test_a_start_form_counts_once(ana: JudgingClient) -> None:
    """The form says what it knew: sent again after the hand-in, it leads to that try and starts none."""
    form = re.search(r'name="after" value="(\d+)"', text(ana, "/quizzes/short"))
    assert form
    assert form[1] == "0"
    token = ana.csrf_token("/quizzes/short")
    once = ana.post("/quizzes/short/attempts", data={"csrf_token": token, "after": "0"}).location
    post(ana, f"{once}/submit", f"{once}/check", {})
    again = ana.post("/quizzes/short/attempts", data={"csrf_token": token, "after": "0"}).location
    assert again == once
    assert ana.get(again).location == f"{once}/result"
    assert 'href="/quizzes/short">Try again' in text(ana, f"{once}/result")
    assert 'name="after" value="1"' in text(ana, "/quizzes/short")


@pytest.mark.parametrize("after", ["", "one", "-1", "-" + "9" * 40, "9" * 40, "9" * 5000, "\u0661"])
def test_an_odd_start_form_starts_one_try(ana: JudgingClient, after: str) -> None:
    for _time in range(2):
        reply = ana.send("/quizzes/short/attempts", {"after": after})
        assert reply.status_code == 303
        assert reply.location.startswith("/attempts/")


def post(client: JudgingClient, path: str, form_page: str, data: dict[str, object]) -> object:
    return client.post(path, data={"csrf_token": client.csrf_token(form_page), **data})


def text(client: JudgingClient, path: str) -> str:
    response = client.get(path, follow_redirects=True)
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_start_page_says_how_it_works(ana: JudgingClient) -> None:
    words = plain(text(ana, "/quizzes/timed"))
    for part in ("Name the stages", "4", "15 minutes", "2 of 2", "80 out of 100", "your 15 minutes begin"):
        assert part in words
    assert "Safety questions are marked" in plain(text(ana, "/quizzes/short"))


def test_without_a_course_one_chooses_first(quizzes: People, sign_in: SignIn) -> None:
    noor = sign_in(quizzes.noor)
    assert "Choose your course first" in text(noor, "/quizzes/short")
    response = noor.post("/quizzes/short/attempts", data={"csrf_token": noor.csrf_token("/quizzes/short")})
    assert response.status_code == 303
    assert response.headers["Location"].endswith("/quizzes/short")


def test_a_stranger_signs_in_first(quizzes: People, client: JudgingClient) -> None:
    response = client.get("/quizzes/short")
    assert response.status_code == 303
    assert "sign-in" in response.headers["Location"]


def test_one_question_a_page_to_the_result(ana: JudgingClient) -> None:
    attempt = start(ana, "short")
    answers = [{"answer": "b"}, {"answer": ["a", "c"]}, {"answer": "48271"}, {"answer": "unsure"}]
    for n, answer in enumerate(answers, 1):
        here = f"{attempt}/questions/{n}"
        assert f"Question {n} of 4" in text(ana, here)
        response = ana.post(here, data={"csrf_token": ana.csrf_token(here), "revision": 0, **answer})
        assert response.status_code == 303
    assert response.headers["Location"].endswith("/check")
    page = plain(text(ana, f"{attempt}/check"))
    assert "4 questions are answered" in page
    assert "You cannot change answers after this." in page
    response = ana.post(f"{attempt}/submit", data={"csrf_token": ana.csrf_token(f"{attempt}/check")})
    assert response.status_code == 303
    assert response.headers["Location"] == f"{attempt}/result"
    page = text(ana, f"{attempt}/result")
    assert "Not yet: 3 out of 4" in page
    assert "The pass mark is 3.2." in page
    assert ana.get(attempt).headers["Location"].endswith("/result")
    assert ana.get(f"{attempt}/check").status_code == 303


def test_all_on_one_page(ana: JudgingClient) -> None:
    attempt = start(ana, "whole")
    page = text(ana, attempt)
    assert page.count("<fieldset") == 10
    data = {f"q{n}": "b" for n in range(1, 7)} | {"q7": ["a", "c"], "q8": ["a", "c"], "q9": "48271", "q10": "true"}
    data |= {f"revision{n}": "0" for n in range(1, 11)} | {"flag3": "1"}
    response = ana.post(attempt, data={"csrf_token": ana.csrf_token(attempt), **data})
    assert (response.status_code, response.headers["Location"]) == (303, attempt)
    assert "Flagged" in text(ana, f"{attempt}/check")
    ana.post(f"{attempt}/submit", data={"csrf_token": ana.csrf_token(attempt)})
    page = text(ana, f"{attempt}/result")
    assert "You passed: 10 out of 10" in page
    assert f"{MARKER}-reason-b" in page


def test_carry_on_goes_to_the_first_question_without_an_answer(ana: JudgingClient) -> None:
    attempt = start(ana, "short")
    ana.post(f"{attempt}/questions/1", data={"csrf_token": ana.csrf_token(f"{attempt}/questions/1"), "answer": "a"})
    assert ana.get(attempt).headers["Location"].endswith("/questions/2")
    assert "Carry on" in text(ana, "/quizzes/short")
    assert start(ana, "short") == attempt


def test_a_number_that_cannot_be_read_is_said_and_may_stay(ana: JudgingClient, app: Flask) -> None:
    attempt = start(ana, "short")
    here = f"{attempt}/questions/3"
    form = {"csrf_token": ana.csrf_token(here), "revision": "0", "answer": "about two"}
    response = ana.post(here, data=form)
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert 'href="#answer"' in page
    assert 'value="about two"' in page
    assert "<title>Error:" in page
    assert 'name="revision" value="1"' in page
    response = ana.post(here, data={**form, "revision": "1", "go": "anyway"})
    assert response.headers["Location"].endswith("/questions/4")
    with app.app_context():
        assert read().query(StepRow).count() == 1


def test_an_impossible_answer_is_not_stored(ana: JudgingClient, app: Flask) -> None:
    attempt = start(ana, "short")
    here = f"{attempt}/questions/1"
    response = ana.post(here, data={"csrf_token": ana.csrf_token(here), "revision": "0", "answer": "zzz"})
    assert response.status_code == 400
    with app.app_context():
        assert read().query(StepRow).count() == 0


def test_two_tabs_cannot_overwrite_silently(ana: JudgingClient) -> None:
    attempt = start(ana, "short")
    here = f"{attempt}/questions/1"
    token = ana.csrf_token(here)
    assert ana.post(here, data={"csrf_token": token, "revision": "0", "answer": "a"}).status_code == 303
    response = ana.post(here, data={"csrf_token": token, "revision": "0", "answer": "c"})
    assert response.status_code == 409
    page = response.get_data(as_text=True)
    assert "Option a" in page
    assert "Option c" in page
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert (hidden["revision"], hidden["answer"]) == ("1", "c")
    assert ana.post(here, data=hidden).status_code == 303
    assert 'value="c" checked' in text(ana, here)


def test_a_stale_whole_page_saves_the_rest(ana: JudgingClient) -> None:
    attempt = start(ana, "whole")
    token = ana.csrf_token(attempt)
    ana.post(attempt, data={"csrf_token": token, "revision1": "0", "q1": "a"})
    data = {"csrf_token": token, "revision1": "0", "q1": "c", "revision2": "0", "q2": "b"}
    response = ana.post(attempt, data=data)
    assert response.status_code == 409
    page = text(ana, attempt)
    assert 'id="q1" name="q1"' in page or 'name="q1"' in page
    assert re.search(r'name="q1" value="a" checked', page)
    assert re.search(r'name="q2" value="b" checked', page)


def test_handing_in_twice_leads_to_the_same_place(ana: JudgingClient, app: Flask) -> None:
    attempt = start(ana, "short")
    token = ana.csrf_token(f"{attempt}/check")
    replies = [ana.post(f"{attempt}/submit", data={"csrf_token": token}) for _time in range(3)]
    assert {(reply.status_code, reply.headers["Location"], reply.data) for reply in replies} == {
        (303, f"{attempt}/result", replies[0].data)
    }


def test_a_closed_try_says_so(ana: JudgingClient) -> None:
    attempt = start(ana, "short")
    token = ana.csrf_token(f"{attempt}/check")
    ana.post(f"{attempt}/submit", data={"csrf_token": token})
    response = ana.post(f"{attempt}/questions/1", data={"csrf_token": token, "revision": "0", "answer": "b"})
    assert response.status_code == 403
    assert "handed in already" in response.get_data(as_text=True)


def test_what_is_not_yours_is_not_there(ana: JudgingClient, quizzes: People, sign_in: SignIn) -> None:
    attempt = start(ana, "short")
    ben = sign_in(quizzes.ben)
    token = ben.csrf_token("/quizzes/short")
    for path in ("", "/questions/1", "/check", "/result"):
        assert ben.get(attempt + path).status_code == 404
    for path in ("", "/questions/1", "/submit"):
        assert ben.post(attempt + path, data={"csrf_token": token, "answer": "b"}).status_code == 404
    assert ana.get(f"{attempt}/questions/9").status_code == 404
    assert ana.get("/attempts/nothing").status_code == 404
    assert ana.get("/quizzes/nothing").status_code == 404


def _move_start(app: Flask, minutes: float) -> None:
    """Let the attempt have started, and its deadline fall, this much earlier."""
    from learnapp.kit.db import write

    with app.app_context(), write() as session:
        for attempt in session.query(AttemptRow):
            attempt.started_at -= timedelta(minutes=minutes)
            if attempt.deadline:
                attempt.deadline -= timedelta(minutes=minutes)


def test_the_page_shows_the_end_as_clock_time(ana: JudgingClient) -> None:
    attempt = start(ana, "timed")
    page = text(ana, attempt)
    ends = clock.now() + timedelta(minutes=15)
    assert re.search(r"Until \d\d:\d\d \(UTC\)", page)
    assert ends.strftime("%Y-%m-%dT%H") in page or "data-deadline" in page


def test_time_is_up_within_the_allowance(ana: JudgingClient, app: Flask) -> None:
    attempt = start(ana, "timed")
    token = ana.csrf_token(f"{attempt}/questions/1")
    _move_start(app, 15.1)
    assert "Time is up" in text(ana, attempt)
    response = ana.post(f"{attempt}/questions/1", data={"csrf_token": token, "revision": "0", "answer": "b"})
    assert response.status_code == 303, "within 30 seconds it still counts"
    ana.post(f"{attempt}/submit", data={"csrf_token": token})
    assert "right as the time ended" in text(ana, f"{attempt}/result")


def test_the_next_reader_hands_in_what_is_overdue(ana: JudgingClient, app: Flask) -> None:
    attempt = start(ana, "timed")
    here = f"{attempt}/questions/1"
    token = ana.csrf_token(here)
    ana.post(here, data={"csrf_token": token, "revision": "0", "answer": "b"})
    _move_start(app, 16)
    page = text(ana, attempt)
    assert "Time is up. We handed in your answers." in page
    assert "Not yet: 1 out of 4" in page
    response = ana.post(here, data={"csrf_token": token, "revision": "1", "answer": "a"})
    assert response.status_code == 403


def test_a_late_form_is_told_so(ana: JudgingClient, app: Flask) -> None:
    attempt = start(ana, "timed")
    here = f"{attempt}/questions/1"
    token = ana.csrf_token(here)
    _move_start(app, 16)
    response = ana.post(here, data={"csrf_token": token, "revision": "0", "answer": "b"})
    assert response.status_code == 403
    assert "came after that" in response.get_data(as_text=True)


def test_all_tries_used(ana: JudgingClient) -> None:
    for _time in range(2):
        attempt = start(ana, "timed")
        ana.post(f"{attempt}/submit", data={"csrf_token": ana.csrf_token(f"{attempt}/check")})
    assert "You have used all 2 tries." in text(ana, "/quizzes/timed")
    page = text(ana, f"{attempt}/result")
    assert "Try again" not in page
    assert f"{MARKER}-explanation" in page, "after the last try everything may be read"


def test_leaving_saves(ana: JudgingClient) -> None:
    attempt = start(ana, "short")
    here = f"{attempt}/questions/1"
    data = {"csrf_token": ana.csrf_token(here), "revision": "0", "answer": "b", "go": "leave", "flag": "1"}
    assert ana.post(here, data=data).headers["Location"].endswith("/quizzes/short")
    page = text(ana, here)
    assert 'value="b" checked' in page
    assert "1 answered, 1 flagged, 3 to go" in page


def test_odd_input_is_never_a_500(ana: JudgingClient) -> None:
    attempt = start(ana, "whole")
    token = ana.csrf_token(attempt)
    odd = [{"revision1": value, "q1": "b"} for value in ("x", "99999999999999999999", "-1", "")]
    for data in [*odd, {"q1": "b"}, {"revision1": "0"}]:
        assert ana.post(attempt, data={"csrf_token": token, **data}).status_code in {303, 409}
    assert ana.get(f"{attempt}/questions/0").status_code == 404
    assert ana.get(f"{attempt}/result", query_string={"show": "\x00"}).status_code in {303, 404}


def test_kinds_of_questions_all_have_pages(app: Flask, ana: JudgingClient) -> None:
    with app.app_context():
        publish("four", FOUR, clock.now(), layout="single")
    assert "Save draft" in text(ana, start(ana, "four"))


@pytest.mark.both_databases
def test_no_way_leads_to_a_quiz_that_was_taken_away(app: Flask, ana: JudgingClient) -> None:
    paged, single = start(ana, "short"), start(ana, "whole")
    with app.app_context(), write() as session:
        hide_other_quizzes(session, ["timed"])
    assert ana.get("/quizzes/short").status_code == 404
    form = f"{paged}/questions/1"
    left = post(ana, form, form, {"answer": "b", "revision": "0", "go": "leave"})
    assert (left.status_code, left.location) == (303, "/progress")
    assert post(ana, single, single, {"q1": "b", "revision1": "0", "go": "leave"}).location == "/progress"
    assert 'class="linkbtn" href="/progress"' in text(ana, f"{paged}/check")

    post(ana, f"{paged}/submit", f"{paged}/check", {})
    for page in (text(ana, f"{paged}/result"), text(ana, f"{paged}/receipt")):
        assert "/quizzes/short" not in page
        assert "short quiz" in page
        assert 'href="/progress"' in page
    result = text(ana, f"{paged}/result")
    assert "Try again" not in result
    assert "Tries left" not in result
    assert "Go to Today" in result


def test_who_changed_tracks_leaves_to_today(ana: JudgingClient) -> None:
    path = start(ana, "short")
    form = f"{path}/questions/1"
    assert post(ana, form, form, {"revision": "0", "go": "leave"}).location == "/quizzes/short"
    post(ana, "/settings", "/settings", {"track": "patient"})
    assert post(ana, form, form, {"revision": "0", "go": "leave"}).location == "/progress"
