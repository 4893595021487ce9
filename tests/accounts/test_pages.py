"""Every page of accounts: words, errors, generic answers, ways back, and GETs that write nothing."""

import pytest
from sqlalchemy import select, update

from learnapp.accounts import actions
from learnapp.accounts.storage import PersonRow
from learnapp.kit import clock
from learnapp.kit.db import db, write
from tests.accounts.conftest import enter, link_in, statements
from tests.people import PASSWORD

PUBLIC_PAGES = ["/account/sign-in", "/account/register", "/account/reset", "/account/confirm", "/account/confirm/abc"]
OWN_PAGES = ["/account/", "/account/password", "/account/verify", "/account/groups"]
NEWCOMER = {
    "name": "Nell New", "email": "Nell.New@Example.org", "password": "four tiny grey needles", "track": "patient",
}  # fmt: skip


def person(app, email):
    with app.app_context():
        return db.session.scalar(select(PersonRow).where(PersonRow.email == email))


def test_pages_are_whole(client, people, sign_in):
    for path in PUBLIC_PAGES:
        assert client.get(path).status_code == 200, path
    own = sign_in(people.ana)
    for path in OWN_PAGES:
        assert own.get(path).status_code == 200, path
        assert own.get(path).headers["Cache-Control"] == "private, no-store"


def test_gets_write_nothing(client, app, people, sign_in, mails):
    with app.app_context():
        token = actions.make_setup_link(clock.now())
    own = sign_in(people.noor)
    paths = [*PUBLIC_PAGES, "/account/reset/abc", f"/account/setup/{token}", "/account/setup/wrong", *OWN_PAGES]
    with statements(app) as seen:
        for path in paths:
            client.get(path)
            own.get(path)
    assert seen
    assert all(statement.startswith("SELECT") for statement in seen), seen


def test_registering_works_at_once_and_asks_to_confirm(client, app, mails):
    response = client.send("/account/register", {**NEWCOMER, "next": "/join/SPRG2345"})
    assert (response.status_code, response.location) == (303, "/account/sign-in?next=/join/SPRG2345")
    assert "We have sent a message to nell.new@example.org" in client.get(response.location).text
    (mail,) = mails()
    assert mail["to"] == "nell.new@example.org"
    assert enter(client, NEWCOMER["email"], NEWCOMER["password"], next="/join/SPRG2345").location == "/join/SPRG2345"
    assert "not confirmed yet" in client.get("/account/").text
    link = link_in(mail, "/account/confirm/")
    assert client.get(link).status_code == 200
    assert person(app, "nell.new@example.org").confirmed_at is None
    assert client.send(link).location == "/account/"
    assert person(app, "nell.new@example.org").confirmed_at is not None
    assert "not confirmed yet" not in client.get("/account/").text


def test_registering_a_known_address_looks_the_same(client, app, people, mails):
    fresh = client.send("/account/register", NEWCOMER)
    first_words = client.get(fresh.location).text
    other = app.test_client()
    known = other.send("/account/register", {**NEWCOMER, "email": people.ana.email})
    second_words = other.get(known.location).text
    assert (known.status_code, known.location) == (fresh.status_code, fresh.location)
    strip = ("nell.new@example.org", "ana@example.org")
    assert without(first_words, strip) == without(second_words, strip)
    assert [mail["about"] for mail in mails()] == ["welcome", "welcome_existing"]
    assert person(app, people.ana.email).name == "Ana Ferreira"


def without(text, words):
    """A page without what differs between browsers: the address typed, and the CSRF tokens."""
    import re

    text = re.sub(r'value="[^"]{60,}"', "", text)
    for word in words:
        text = text.replace(word, "")
    return text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Enter your name"),
        ({"name": "A\u202eB"}, "Enter a name of up to 120 letters"),
        ({"email": "nell"}, "Enter an e-mail address, like name@example.org"),
        ({"email": ""}, "Enter your e-mail address"),
        ({"password": "short"}, "Enter a password of 12 characters or more"),
        ({"password": "password1234"}, "harder to guess"),
        ({"track": "surgeon"}, "Select the track that fits you"),
    ],
)
def test_registering_says_what_to_do(client, change, words):
    response = client.send("/account/register", {**NEWCOMER, **change})
    assert response.status_code == 200
    assert "<title>Error: Create an account" in response.text
    assert words in response.text.split("<h1>")[0]
    assert words in response.text.split("<h1>")[1]
    assert NEWCOMER["password"] not in response.text


def test_a_zero_byte_is_refused(client):
    assert client.send("/account/register", {**NEWCOMER, "email": "nell@example.org\x00"}).status_code == 400


def test_a_missing_track_is_asked_for(client):
    data = {name: value for name, value in NEWCOMER.items() if name != "track"}
    assert "Select the track that fits you" in client.send("/account/register", data).text


def test_wrong_and_unknown_look_the_same(client, people):
    pages = [enter(client, email, "not the password").text for email in (people.ana.email, "nobody@example.org")]
    assert without(pages[0], [people.ana.email]) == without(pages[1], ["nobody@example.org"])
    assert "The e-mail address or the password is not right" in pages[0]
    assert "<title>Error: Sign in" in pages[0]
    empty = enter(client, "", "").text
    assert "Enter your e-mail address" in empty
    assert "Enter your password" in empty


def test_an_account_without_a_password_opens_with_none(app, client, people, sign_in):
    """The demo's people have no password: nothing that is typed fits, and nothing breaks."""
    with app.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == people.ana.id).values(password=None))
    assert "is not right" in enter(client, people.ana.email, "anything at all").text
    own = sign_in(people.ana)
    for path in ("/account/password", "/account/verify"):
        assert "There is no password here" in own.get(path).text
        typed = own.send(path, {"password": "", "new_password": "four tiny grey needles"})
        assert "There is no password here" in typed.text
    assert person(app, people.ana.email).password is None


def test_entering_the_password_again(client, people):
    enter(client, people.ana.email)
    path = "/account/verify?next=/account/groups"
    assert "This is not your password" in client.send(path, {"password": "wrong", "next": "/account/groups"}).text
    right = client.send(path, {"password": PASSWORD, "next": "/account/groups"})
    assert (right.status_code, right.location) == (303, "/account/groups")


def test_changing_to_a_weak_or_wrong_password(client, people):
    enter(client, people.ana.email)
    good = "five long green needles"
    for data, words in (
        ({"password": "wrong", "new_password": good}, "This is not your password"),
        ({"password": "", "new_password": good}, "Enter your password"),
        ({"password": PASSWORD, "new_password": "short"}, "12 characters or more"),
        ({"password": PASSWORD, "new_password": "ana@example.org"}, "harder to guess"),
        ({"password": PASSWORD, "new_password": PASSWORD}, "different from the old one"),
    ):
        page = client.send("/account/password", data)
        assert page.status_code == 200
        assert words in page.text
        assert "<title>Error: Change your password" in page.text


def test_forgotten_password_and_confirmation_look_the_same(client, app, people, mails):
    with app.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == people.noor.id).values(confirmed_at=None))
    for path in ("/account/reset", "/account/confirm"):
        known = client.send(path, {"email": people.noor.email}).text
        unknown = client.send(path, {"email": "nobody@example.org"}).text
        assert without(known, [people.noor.email]) == without(unknown, ["nobody@example.org"])
    assert [mail["to"] for mail in mails()] == [people.noor.email] * 2


def test_links_in_mail_never_follow_the_host_header(client, people, mails):
    client.send("/account/reset", {"email": people.ana.email}, headers={"Host": "evil.example"})
    client.send("/account/register", NEWCOMER, headers={"Host": "evil.example"})
    for mail in mails():
        assert "evil.example" not in mail["body"]
    client.send("/account/reset", {"email": people.ana.email})
    assert "http://127.0.0.1:5000/account/reset/" in mails()[-1]["body"]


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "http://localhost/x"])
def test_no_way_to_another_site(client, people, target):
    for path in ("/account/sign-in", "/account/register"):
        response = client.get(path, query_string={"next": target})
        assert (response.status_code, response.location) == (303, path)
    assert enter(client, people.ana.email, next=target).status_code == 400
    assert client.send("/account/register", {**NEWCOMER, "next": target}).status_code == 400
    enter(client, people.ana.email)
    refused = client.send("/account/sign-out", {"next": target})
    assert refused.status_code == 400


def test_signed_in_people_need_no_sign_in(people, sign_in):
    client = sign_in(people.ana)
    assert client.get("/account/sign-in").location == "/progress"
    assert client.get("/account/register", query_string={"next": "/lessons/"}).location == "/lessons/"


def test_json_is_no_way_in(client, people):
    token = client.csrf_token()
    for body in ({"email": "a"}, [1], 5):
        response = client.post("/account/sign-in", json=body, headers={"X-CSRFToken": token})
        assert response.status_code == 415


def test_forms_without_token_are_refused(client, people):
    assert client.post("/account/sign-in", data={"email": "a@example.org", "password": "b"}).status_code == 400
    assert client.post("/account/sign-out").status_code == 400


def test_absent_ways_in(app):
    rules = " ".join(rule.rule for rule in app.url_map.iter_rules())
    for word in ("tf-", "us-", "wan-", "oauth", "login", "fs-static", "magic", "token", "change-email"):
        assert f"/{word}" not in rules.replace("<token>", "")


def test_profile(app, people, sign_in):
    client = sign_in(people.ana)
    data = {"name": "Ana F.", "track": "patient", "time_zone": "Europe/Lisbon"}
    assert client.send("/account/", data).location == "/account/"
    page = client.get("/account/").text
    assert "Your account is saved" in page
    assert '<option value="Europe/Lisbon" selected>Europe/Lisbon</option>' in page
    row = person(app, people.ana.email)
    assert (row.name, row.track, row.time_zone) == ("Ana F.", "patient", "Europe/Lisbon")
    bad = client.send("/account/", {"name": "", "track": "patient", "time_zone": "Mars/Base"})
    assert bad.status_code == 200
    assert "Enter your name" in bad.text
    assert "Select a time zone from the list" in bad.text
    assert person(app, people.ana.email).name == "Ana F."
    client.send("/account/", {**data, "time_zone": ""})
    assert person(app, people.ana.email).time_zone is None


def test_too_many_tries_say_when_to_come_back(client, people):
    for _try in range(10):
        assert enter(client, people.ana.email, "wrong").status_code == 200
    refused = enter(client, people.ana.email, "wrong")
    assert refused.status_code == 429
    assert 800 < int(refused.headers["Retry-After"]) <= 900
    assert enter(client, people.ben.email, "wrong").status_code == 200
