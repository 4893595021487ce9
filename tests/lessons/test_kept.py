"""A lesson's article is kept for many readers: nothing of one reader may reach another."""

import re
from collections.abc import Callable

from flask import Flask

from learnapp.cohorts.storage import CohortRow
from learnapp.kit.db import write
from learnapp.lessons.web import TOKEN_GOES_HERE
from tests.judge import JudgingClient
from tests.people import People, Someone

SignIn = Callable[[Someone], JudgingClient]


def _tokens(page: str) -> set[str]:
    return set(re.findall(r'name="csrf_token" value="([^"]*)"', page))


def test_each_reader_gets_their_own_token(
    school: Flask, people: People, sign_in: SignIn, client: JudgingClient
) -> None:
    readers = [sign_in(people.ana), sign_in(people.ben), sign_in(people.ana), client]
    pages = [reader.get("/lessons/healing?track=trainee").get_data(as_text=True) for reader in readers]
    assert not any(TOKEN_GOES_HERE in page for page in pages)
    assert [len(_tokens(page)) for page in pages] == [1, 1, 1, 1]
    assert len(set.union(*map(_tokens, pages))) == len(readers)
    assert [("/sections/1/done" in page) for page in pages] == [True, True, True, False]
    for reader, page in zip(readers, pages, strict=True):
        answer = {"csrf_token": _tokens(page).pop(), "c1": "nothing"}
        assert reader.post("/lessons/healing/checks/1?track=trainee", data=answer).status_code == 200


def test_each_patient_sees_their_own_clinic(
    school: Flask, people: People, sign_in: SignIn, client: JudgingClient
) -> None:
    cleo = sign_in(people.cleo)
    for number in ("020 7946 0018", "020 7946 0999"):
        with school.app_context(), write() as session:
            session.query(CohortRow).filter_by(public_id=people.g2).update({"place_phone": number})
        assert f"tel:{number.replace(' ', '')}" in cleo.get("/lessons/first-week").get_data(as_text=True)
    assert "tel:" not in client.get("/lessons/first-week").get_data(as_text=True)
    assert "tel:" not in sign_in(people.noor).get("/lessons/first-week").get_data(as_text=True)
