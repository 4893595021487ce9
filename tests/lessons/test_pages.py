"""The list of lessons and a lesson's page: what they show to whom, and at what cost."""

import re
from typing import Any

import html5lib
import pytest
from flask import Flask

from learnapp.evidence.storage import fact
from learnapp.lessons.storage import lesson_for
from tests.judge import JudgingClient
from tests.people import People
from tests.together import together

SLUGS = ("healing", "collagen", "first-week")
TRACKS = ("trainee", "patient")


def _text(client: JudgingClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.get_data(as_text=True)


@pytest.mark.parametrize("track", TRACKS)
@pytest.mark.parametrize("slug", SLUGS)
def test_anybody_reads_every_lesson(school: Flask, client: JudgingClient, slug: str, track: str):
    page = _text(client, f"/lessons/{slug}?track={track}")
    assert "not yet reviewed by a clinician" in page
    assert "<sup>" in page
    assert "By the end you can" in page
    assert "sprite:" not in page
    assert f"/quizzes/{slug}" in page
    with school.app_context():
        lesson = lesson_for(slug, track)
    assert lesson
    for section in lesson.sections:
        assert f'id="{section.key}"' in page


def test_a_page_without_sources_in_the_list_that_were_not_read(school: Flask, client: JudgingClient):
    for slug in SLUGS:
        codes = set(re.findall(r'href="/facts/(F-\d{3})"', _text(client, f"/lessons/{slug}")))
        assert codes
        with school.app_context():
            assert not any(fact(code).checking for code in codes)  # type: ignore[union-attr]


def test_what_is_not_there_answers_404(school: Flask, client: JudgingClient):
    _text(client, "/lessons/nothing", 404)
    assert client.send("/lessons/nothing/sections/1/done").status_code == 404
    assert client.send("/lessons/healing/checks/99").status_code == 404
    assert client.get("/lessons/healing/checks/1").status_code == 405


def test_the_wording_follows_the_address_then_the_account_then_the_cookie(
    school: Flask, client: JudgingClient, people: People, sign_in: Any
):
    assert "How skin mends" in _text(client, "/lessons/healing")
    assert "Controlled wound healing" in _text(client, "/lessons/healing?track=trainee")
    assert "How skin mends" in _text(client, "/lessons/healing?track=nobody")
    client.send("/settings", {"track": "trainee"})
    assert "Controlled wound healing" in _text(client, "/lessons/healing")
    assert "Controlled wound healing" in _text(sign_in(people.ana), "/lessons/healing")
    assert "How skin mends" in _text(sign_in(people.cleo), "/lessons/healing")
    assert "How skin mends" in _text(sign_in(people.ana), "/lessons/healing?track=patient")


def test_the_list_says_how_far_a_learner_is(school: Flask, people: People, sign_in: Any, client: JudgingClient):
    ana = sign_in(people.ana)
    assert _text(ana, "/lessons/").count("Not started") == 3
    ana.send("/lessons/healing/sections/1/done")
    ana.send("/lessons/healing/sections/3/done")
    page = _text(ana, "/lessons/")
    assert re.search(r"2 of \d parts", page)
    assert page.count("Not started") == 2
    assert "Not started" not in _text(client, "/lessons/")


def test_next_part_keeps_the_place_and_goes_on(school: Flask, people: People, sign_in: Any):
    ana = sign_in(people.ana)
    with school.app_context():
        keys = [section.key for section in lesson_for("healing", "trainee").sections]  # type: ignore[union-attr]
    for number, anchor in enumerate([*keys[1:], "end"], 1):
        response = ana.send(f"/lessons/healing/sections/{number}/done")
        assert response.status_code == 303
        assert response.headers["Location"] == f"/lessons/healing#{anchor}"
    page = _text(ana, "/lessons/healing")
    assert f"{len(keys)} of {len(keys)} parts read" in page
    assert page.count("(read)") == 2 * len(keys)
    assert ana.send(f"/lessons/healing/sections/{len(keys) + 1}/done").status_code == 404
    assert ana.send("/lessons/healing/sections/0/done").status_code == 404


def test_without_an_account_next_part_stores_nothing(school: Flask, client: JudgingClient, statements: Any):
    assert "/sections/" not in _text(client, "/lessons/healing")
    with statements() as seen:
        response = client.send("/lessons/healing/sections/1/done?track=trainee")
    assert response.status_code == 303
    assert "#" in response.headers["Location"]
    assert not [statement for statement in seen if statement.startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize("track", TRACKS)
@pytest.mark.parametrize("slug", SLUGS)
def test_every_check_answers_every_option_and_stores_nothing(
    school: Flask, client: JudgingClient, statements: Any, slug: str, track: str
):
    with school.app_context():
        lesson = lesson_for(slug, track)
    assert lesson
    assert 2 <= len(lesson.checks) <= 4
    page = _text(client, f"/lessons/{slug}?track={track}")
    asked = 0
    for number in lesson.checks:
        verdicts = []
        values = re.findall(rf'name="c{number}" value="([^"]+)"', page)
        for value in values:
            with statements() as seen:
                response = client.send(f"/lessons/{slug}/checks/{number}?track={track}", {f"c{number}": value})
            told = response.get_data(as_text=True)
            assert response.status_code == 200
            assert not [one for one in seen if one.startswith(("INSERT", "UPDATE", "DELETE"))]
            verdicts.append("Yes, that is right." in told)
            assert f'id="check-{number}-said"' in told
        assert sum(verdicts) <= 1
        assert verdicts or lesson.checks[number]["type"] not in {"choice", "true_false"}
        asked += sum(verdicts)
    assert asked >= 2


def test_a_check_tells_the_reason_of_what_was_chosen(school: Flask, client: JudgingClient):
    with school.app_context():
        lesson = lesson_for("collagen", "patient")
    assert lesson
    number, stored = next((n, check) for n, check in lesson.checks.items() if check["type"] == "choice")
    wrong = next(option for option in stored["keyed"]["item"]["options"] if not option["right"])
    page = client.send(f"/lessons/collagen/checks/{number}", {f"c{number}": wrong["id"]}).get_data(as_text=True)
    assert "Not this one." in page
    assert "You can try again." in page
    plain = "".join(html5lib.parseFragment(page, namespaceHTMLElements=False).itertext())
    assert "".join(html5lib.parseFragment(wrong["reason"], namespaceHTMLElements=False).itertext()) in plain


def test_an_empty_or_foreign_answer_to_a_check_is_told(school: Flask, client: JudgingClient):
    for answer in ({}, {"c1": "nothing-like-it"}, {"c1": ["true", "false"]}):
        page = client.send("/lessons/healing/checks/1", answer).get_data(as_text=True)
        assert 'class="emsg"' in page
        assert "Yes, that is right." not in page


def test_an_unanswered_page_gives_no_reason_away(school: Flask, client: JudgingClient):
    for slug in SLUGS:
        page = _text(client, f"/lessons/{slug}")
        with school.app_context():
            lesson = lesson_for(slug, "patient")
        assert lesson
        for check in lesson.checks.values():
            for option in check["keyed"]["item"].get("options", []):
                assert option["reason"] not in page


def test_care_cards_carry_the_clinic_of_the_group_or_no_number(
    school: Flask, people: People, sign_in: Any, client: JudgingClient
):
    page = _text(sign_in(people.cleo), "/lessons/first-week")
    assert "Rivers Clinic" in page
    assert "tel:02079460018" in page
    page = _text(client, "/lessons/first-week")
    assert "tel:" not in page
    assert "your local emergency number" in page
    assert "tel:" not in _text(sign_in(people.ana), "/lessons/first-week")


def test_the_cost_of_a_page_is_fixed(
    school: Flask, people: People, sign_in: Any, client: JudgingClient, statements: Any
):
    ana = sign_in(people.ana)
    paths = {"/lessons/": 3, "/lessons/healing": 4, "/lessons/first-week": 4}
    for _round in range(2):
        for path, limit in paths.items():
            with statements() as seen:
                ana.get(path)
            assert len(seen) <= limit, seen
        for number in range(1, 4):
            ana.send(f"/lessons/healing/sections/{number}/done")
    for path, limit in {"/lessons/": 2, "/lessons/healing": 2, "/facts/F-013": 2}.items():
        with statements() as seen:
            client.get(path)
        assert len(seen) <= limit, seen


@pytest.mark.both_databases
def test_two_tabs_mark_a_part_once(school: Flask, people: People):
    from sqlalchemy import select

    from learnapp.kit import clock
    from learnapp.kit.db import db, read
    from learnapp.lessons.actions import mark_done
    from learnapp.lessons.storage import ReadingRow
    from tests.lessons.conftest import as_actor

    def mark(_number: int) -> None:
        with school.app_context():
            mark_done(as_actor(people.ana), "healing", 2, clock.now())
            db.session.remove()

    together(6, mark)
    with school.app_context():
        rows = read().scalars(select(ReadingRow)).all()
        first = rows[0].done_at
        assert len(rows) == 1
        mark_done(as_actor(people.ana), "healing", 2, clock.now())
        assert read().scalars(select(ReadingRow.done_at)).all() == [first]
        mark_done(as_actor(people.ben, None), "healing", 1, clock.now())
        assert len(read().scalars(select(ReadingRow)).all()) == 2
