"""The join page says who will see what; joining and leaving work without script; strangers learn nothing."""

from tests.accounts.conftest import statements

TOLD = ("your name", "your scores", "each answer that you gave", "Other learners in the group see nothing of you")


def test_anybody_may_read_the_join_page(client, people):
    page = client.get(f"/join/{people.g2_code}")
    assert page.status_code == 200
    for words in ("Join Rivers Clinic", "Ivo Petrov", "RVRS-2345", "patients", *TOLD):
        assert words in page.text
    assert f"/account/register?next=/join/{people.g2_code}" in page.text
    assert f"/account/sign-in?next=/join/{people.g2_code}" in page.text
    assert "Cleo" not in page.text


def test_joining_and_leaving(people, sign_in):
    client = sign_in(people.noor)
    path = f"/join/{people.g1_code}"
    for words in TOLD:
        assert words in client.get(path).text
    assert client.send(path).location == path
    assert "You are in this group" in client.get(path).text
    assert client.send(path).status_code == 303
    mine = client.get("/account/groups").text
    assert "Spring group" in mine
    assert "Ines Duarte" in mine
    assert client.send(f"/account/groups/{people.g1}/leave").location == "/account/groups"
    assert "You are in no group" in client.get("/account/groups").text
    assert client.send(f"/account/groups/{people.g1}/leave").status_code == 404


def test_a_code_is_read_as_it_is_typed(client, people):
    code = people.g1_code
    assert client.get(f"/join/{code[:4].lower()}-{code[4:]}").status_code == 200
    for wrong in ("AAAAAAAA", "x", "%00", "AAAAAAA%00", "%F0%9F%8C%B1"):
        assert client.get(f"/join/{wrong}").status_code in {400, 404}


def test_joining_needs_an_account(client, people):
    response = client.send(f"/join/{people.g1_code}", headers={"Referer": f"http://localhost/join/{people.g1_code}"})
    assert (response.status_code, response.location) == (303, f"/account/sign-in?next=/join/{people.g1_code}")


def test_instructors_see_that_they_teach_it(people, sign_in):
    client = sign_in(people.ines)
    assert "You teach this group" in client.get(f"/join/{people.g1_code}").text
    assert "You teach this group" in client.get("/account/groups").text


def test_other_peoples_groups_are_not_there(people, sign_in):
    client = sign_in(people.ana)
    for group in (people.g2, "nothing"):
        assert client.send(f"/account/groups/{group}/leave").status_code == 404


def test_many_joins_are_slowed_down(people, sign_in):
    client = sign_in(people.noor)
    token = client.csrf_token()
    answers = [
        client.post(f"/join/{people.g1_code}", data={"csrf_token": token}).status_code for _try in range(21)
    ]  # fmt: skip
    assert answers == [303] * 20 + [429]


def test_gets_write_nothing_and_ask_little(app, people, sign_in):
    client = sign_in(people.ana)
    with statements(app) as seen:
        client.get(f"/join/{people.g1_code}")
        client.get("/account/groups")
    assert all(statement.startswith("SELECT") for statement in seen), seen
    assert len(seen) <= 9
