"""The start page, the pages about us, our error pages and the probes."""

import re

import pytest


@pytest.mark.parametrize("path", ["/", "/about/facts", "/about/accessibility", "/about/your-data", "/settings"])
def test_pages_are_open_to_everybody(client, path: str):
    assert client.get(path).status_code == 200


def test_the_start_page_shows_the_lessons(school, client):
    page = client.get("/").get_data(as_text=True)
    for slug in ("healing", "collagen", "first-week"):
        assert f'href="/lessons/{slug}"' in page


def test_the_start_page_without_lessons_says_so(client):
    assert "not here yet" in client.get("/").get_data(as_text=True)


def test_a_door_keeps_the_track_and_opens_the_lessons(school, client):
    answer = client.send("/settings", {"track": "trainee", "next": "/lessons/"})
    assert (answer.status_code, answer.location) == (303, "/lessons/")
    assert "Controlled wound healing" in client.get("/").get_data(as_text=True)


def test_the_demo_is_offered_only_where_it_is_on(client):
    assert "Look around as" not in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/about/nothing", "/about/", "/nowhere", "/about/../settings.html"])
def test_what_does_not_exist_is_told_in_words(client, path: str):
    response = client.get(path)
    assert response.status_code == 404
    assert "This page is not here" in response.get_data(as_text=True)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_every_error_page_says_what_to_do(app, status: int):
    from tests.judge import judge_page

    with app.test_request_context("/somewhere"):
        page = app.jinja_env.get_template(f"errors/{status}.html")
        words: dict[str, object] = {}
        app.update_template_context(words)
        text = page.render(**words, error="http", seconds=90)
    judge_page(text)
    assert not re.search(rf">[^<]*\b{status}\b", text), "the code is jargon"


def test_the_error_page_needs_no_database(app, client, monkeypatch):
    def away(*_args, **_values):
        from sqlalchemy.exc import OperationalError

        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr("learnapp.site.web.lesson_cards", away)
    monkeypatch.setattr("learnapp.site.words.current_actor", away)
    response = client.get("/")
    assert response.status_code == 503
    assert "answers that were saved before this are safe" in response.get_data(as_text=True).lower()
    assert response.headers["Retry-After"]


def test_navigation_shows_only_what_this_person_has(sign_in, people, client):
    def nav(who) -> list[str]:
        page = who.get("/about/facts").get_data(as_text=True)
        main = page[page.index('<nav class="main"') : page.index("</nav>")]
        return re.findall(r">([^<>]+)</a>", main)

    assert nav(client) == ["Lessons", "Our facts"]
    assert nav(sign_in(people.ana)) == ["Today", "Learn"]
    assert nav(sign_in(people.ines)) == ["Groups", "Learn"]


def test_the_page_of_the_navigation_is_marked(client):
    page = client.get("/about/facts").get_data(as_text=True)
    assert page.count('aria-current="page"') == 2, "once in the header, once in the bar of small screens"
    assert 'aria-current="page"' not in client.get("/about/your-data").get_data(as_text=True)


def test_old_icon_address_leads_to_the_mark(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert re.fullmatch(r"/static/icons\.[0-9a-f]{12}\.svg", response.location)
