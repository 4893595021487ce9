"""Reading settings: kept in the account or a cookie, a part at a time, and never a way to another site."""

import pytest
from sqlalchemy import select

from learnapp.accounts.storage import PersonRow
from learnapp.kit.db import read
from learnapp.kit.reading import Reading, from_cookie


def test_a_visitor_keeps_them_in_a_cookie(client):
    answer = client.send("/settings", {"text_size": "large", "theme": "dark", "next": "/about/facts"})
    assert (answer.status_code, answer.location) == (303, "/about/facts")
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("reading="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=31536000" in cookie
    page = client.get("/about/facts").get_data(as_text=True)
    assert 'data-size="large" data-theme="dark"' in page


def test_a_form_with_one_setting_leaves_the_others(client):
    client.send("/settings", {"text_size": "large"})
    client.send("/settings", {"track": "trainee"})
    page = client.get("/settings").get_data(as_text=True)
    assert 'data-size="large"' in page
    assert 'value="trainee" checked' in page


def test_somebody_with_an_account_finds_them_everywhere(app, people, sign_in):
    sign_in(people.ana).send("/settings", {"text_size": "largest", "theme": "light", "time_zone": "Europe/Lisbon"})
    page = sign_in(people.ana).get("/about/facts").get_data(as_text=True)
    assert 'data-size="largest" data-theme="light"' in page
    with app.app_context():
        row = read().scalar(select(PersonRow).where(PersonRow.id == people.ana.id))
        assert (row.time_zone, row.track, row.name) == ("Europe/Lisbon", "trainee", "Ana Ferreira")


def test_the_installations_zone_can_be_chosen_again(app, people, sign_in):
    ana = sign_in(people.ana)
    ana.send("/settings", {"time_zone": "Europe/Lisbon"})
    ana.send("/settings", {"time_zone": ""})
    with app.app_context():
        assert read().scalar(select(PersonRow.time_zone).where(PersonRow.id == people.ana.id)) is None


@pytest.mark.parametrize(
    "data", [{"text_size": "huge"}, {"theme": "pink"}, {"track": "doctor"}, {"time_zone": "Mars/Olympus"}]
)
def test_what_we_do_not_offer_is_refused_and_nothing_is_kept(client, data):
    answer = client.send("/settings", data)
    assert answer.status_code == 400
    assert "There is something to put right" in answer.get_data(as_text=True)
    assert not any(value.startswith("reading=") for value in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_never_sends_anybody_to_another_site(client, target: str):
    assert client.send("/settings", {"theme": "dark", "next": target}).location == "/settings"


def test_saving_on_the_page_says_so(client):
    client.send("/settings", {"theme": "dark"})
    assert "Your settings are saved." in client.get("/settings").get_data(as_text=True)


def test_a_form_without_token_changes_nothing(client):
    assert client.post("/settings", data={"theme": "dark"}).status_code == 400


@pytest.mark.parametrize(
    "value", ["", None, "text_size=huge", "x" * 5000, "&" * 5000, "theme=dark;text_size=large", "theme=%00", "=&=&"]
)
def test_a_broken_cookie_is_no_setting(value):
    reading = from_cookie(value)
    assert reading.text_size == ""
    assert reading.theme in {"", "dark"}


def test_the_cookie_reads_back_what_it_wrote():
    reading = Reading("large", "dark", "patient", "America/Argentina/Ushuaia")
    assert from_cookie(reading.as_cookie()) == reading
    assert from_cookie(Reading().as_cookie()) == Reading()


def test_the_whole_page_survives_a_broken_cookie(client):
    client.set_cookie("reading", "theme=dark&text_size=<script>&time_zone=" + "x" * 200)
    page = client.get("/settings").get_data(as_text=True)
    assert 'data-theme="dark"' in page
    assert "data-size" not in page
