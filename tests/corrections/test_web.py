"""The pages about corrections: who sees what, from the changed question to the decision, and what a learner reads."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from learnapp.accounts import actions as accounts
from learnapp.corrections import actions, storage
from learnapp.corrections.domain import Decision
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.quizzes.domain.ruling import Policy
from tests.quizzes.made_up import publish
from tests.sitting.test_statements import cost, counted

from .conftest import KEY, REASON, Sat, papers, scores, sit

EFFECT = f"/corrections/effects/trainee/{KEY}"
DECIDE = f"/corrections/decisions/trainee/{KEY}"
QUESTION = f"/corrections/questions/trainee/{KEY}"


def text(response) -> str:
    return unescape(response.get_data(as_text=True))


def decision(policy: str = "new_key", seen: str = "0", **more: str) -> dict[str, str]:
    return {"policy": policy, "about": "earlier", "seen": seen, "reason": REASON, **more}


@pytest.mark.both_databases
def test_from_the_changed_question_to_the_log(app: Flask, changed: Sat, sign_in):
    client = sign_in(changed.people.ines)
    index = text(client.get("/corrections/"))
    assert "Another answer is right now" in index
    assert QUESTION in index
    assert "4 tries" in index
    page = text(client.get(QUESTION))
    assert page.index("As it was asked") < page.index("As it is now")
    assert "zkeyz-reason-b-1" in page, "with the key that it had"
    assert "reason-a-1" in page
    assert "You left this empty" not in page, "nobody is asked here"
    assert "Keep all scores" in page
    assert "Take earlier corrections back" not in page
    said = text(client.get(f"{EFFECT}?policy=new_key&about=earlier"))
    assert re.search(r"Would lose their pass</dt><dd>1<", said)
    assert re.search(r"Pass only now</dt><dd>1<", said)
    assert re.search(r"Still open</dt><dd>1<", said)
    assert "would lose the pass" in said
    assert "Ana Ferreira" in said
    assert "4 of 4" in said
    assert "Cleo" not in said, "nothing changes for her"
    with app.app_context():
        assert scores(changed)["ana"] == (4, 4, True), "a look changes nothing"
        read().rollback()
    response = client.send(DECIDE, decision())
    assert response.status_code == 303
    log = text(client.get(response.location))
    assert REASON in log
    assert "Ines Duarte" in log
    assert "left as it was: a pass would be lost" in log
    assert "would be 3 of 4" in log
    assert "There are none. Every question that changed this way has its decision." in text(client.get("/corrections/"))
    page = text(client.get(QUESTION))
    assert "Decided before" in page
    assert "Take earlier corrections back" in page
    with app.app_context():
        assert scores(changed)["ben"] == (4, 4, True)
        assert scores(changed)["ana"] == (4, 4, True)


def test_a_pass_is_lost_only_with_the_tick(app: Flask, changed: Sat, sign_in):
    client = sign_in(changed.people.ines)
    assert client.send(DECIDE, decision(may_lower="y")).status_code == 303
    with app.app_context():
        assert scores(changed)["ana"] == (3, 4, False)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Choose what to do"),
        ("?policy=option&about=earlier", "Choose which answer is right too"),
        ("?policy=option&option=zzz&about=earlier", "Choose which answer is right too"),
        ("?policy=own_key&about=earlier", "this question has not been corrected yet"),
    ],
)
def test_what_is_not_chosen_is_asked_for(changed: Sat, sign_in, query: str, words: str):
    response = sign_in(changed.people.ines).get(EFFECT + query)
    assert response.status_code == 422
    assert words in text(response)
    assert "<title>Error:" in text(response)


@pytest.mark.parametrize("policy", ["", "nonsense", "keep'--", "new_key\0"])
def test_an_unknown_policy_is_refused(app: Flask, changed: Sat, sign_in, policy: str):
    response = sign_in(changed.people.ines).send(DECIDE, decision(policy))
    assert response.status_code in (400, 403)
    with app.app_context():
        assert storage.corrections(read()) == []


def test_a_reason_is_always_asked_for(app: Flask, changed: Sat, sign_in):
    client = sign_in(changed.people.ines)
    for reason, words in (("  ", "Say why."), ("x" * 501, "Shorten the reason to 500 characters")):
        response = client.send(DECIDE, decision(reason=reason))
        assert response.status_code == 422
        assert words in text(response)
    with app.app_context():
        assert storage.corrections(read()) == []


@pytest.mark.both_databases
def test_the_second_of_two_people_is_told(app: Flask, changed: Sat, sign_in):
    with app.app_context():
        accounts.give_role(changed.people.ivo.email, "author")
    ines, ivo = sign_in(changed.people.ines), sign_in(changed.people.ivo)
    assert ines.send(DECIDE, decision("both")).status_code == 303
    again = ines.send(DECIDE, decision("both"))
    assert again.status_code == 303, "the same form sent twice is one decision"
    refused = ivo.send(DECIDE, decision("full_credit"))
    assert refused.status_code == 409
    assert "Ines Duarte has decided about this question since you opened this page" in text(refused)
    assert REASON in text(refused), "what was typed is kept"
    with app.app_context():
        assert len(storage.corrections(read())) == 1
        for seen in ("x", "-1", "9" * 400, "１"):
            assert ivo.send(DECIDE, decision("full_credit", seen)).status_code == 409


def test_names_only_of_ones_own_learners(app: Flask, changed: Sat, sign_in):
    with app.app_context():
        accounts.give_role(changed.people.ivo.email, "author")
    for who, names, others in (("ines", ["Ben O'Shea", "Ana Ferreira"], 1), ("ivo", ["Cleo Mbeki"], 2)):
        client = sign_in(getattr(changed.people, who))
        page = text(client.get(f"{EFFECT}?policy=disregard&about=earlier"))
        for name in ("Ana Ferreira", "Ben O'Shea", "Cleo Mbeki"):
            assert (name in page) == (name in names)
        assert page.count("a learner of another group") == others
        assert page.count("/teach/attempts/") == len(names)
    admin = text(sign_in(changed.people.mia).get(f"{EFFECT}?policy=disregard&about=earlier"))
    assert admin.count("a learner of another group") == 3
    assert "/teach/attempts/" not in admin


@pytest.mark.both_databases
def test_the_learner_is_told_until_they_have_seen_it_and_the_notice_stays(app: Flask, changed: Sat, sign_in):
    ben = sign_in(changed.people.ben)
    result = f"/attempts/{changed.ben}/result"
    with counted(app) as statements:
        ben.get(result)
    before = cost(statements)
    with counted(app) as statements:
        today = text(ben.get("/progress"))
    usual = cost(statements)
    assert "corrected" not in today
    with app.app_context():
        changed.decide(Policy.BOTH)
    today = text(ben.get("/progress"))
    assert f"{result}#corrected-h" in today
    with counted(app) as statements:
        ben.get("/progress")
    assert cost(statements) == usual, "Today asks no more of the database"
    page = text(ben.get(result))
    assert "Your score changed from 3 to 4 of 4 because question 1 was corrected:" in page
    assert REASON in page
    assert "You pass now." in page
    assert "Got it" in page
    with counted(app) as statements:
        ben.get(result)
    assert cost(statements) == (before[0] + 1, 0), "one more, only where something was corrected"
    assert ben.send(f"/attempts/{changed.ben}/correction/seen").status_code == 303
    assert "corrected" not in text(ben.get("/progress"))
    page = text(ben.get(result))
    assert "Your score changed from 3 to 4 of 4" in page
    assert "Got it" not in page
    cleo = text(sign_in(changed.people.cleo).get(f"/attempts/{changed.cleo}/result"))
    assert "Your score changed" not in cleo, "hers did not"


def test_who_takes_a_question_out_says_so_beside_it(app: Flask, changed: Sat, sign_in):
    with app.app_context():
        changed.decide(Policy.DISREGARD)
    page = text(sign_in(changed.people.ben).get(f"/attempts/{changed.ben}/result?show=all"))
    assert "Your score changed from 3 of 4 to 3 of 3" in page
    assert "Question 1 · does not count" in page
    assert "This question was taken out. It does not count." in page
    assert "Every answer is right." in page
    teacher = text(sign_in(changed.people.ines).get(f"/teach/attempts/{changed.ben}"))
    assert "The score changed from 3 of 4 to 3 of 3" in teacher
    assert "3 of 3</dd>" in teacher
    assert QUESTION in teacher
    assert "Got it" not in teacher


def test_an_open_try_shows_nothing_of_a_correction(app: Flask, changed: Sat, sign_in):
    noor = sign_in(changed.people.noor)
    paths = [f"/attempts/{changed.noor}/questions/1", f"/attempts/{changed.noor}/check"]

    def pages() -> list[str]:
        return [
            re.sub(r'name="csrf_token" value="[^"]*"|data-now="[^"]*"|"20[0-9T:.Z-]+"', "", text(noor.get(p)))
            for p in paths
        ]

    before = pages()
    with app.app_context():
        changed.decide(Policy.DISREGARD)
        assert papers(changed)["noor"].slots[0].ruling is not None
    assert pages() == before


def test_a_hostile_reason_stays_inert(app: Flask, changed: Sat, sign_in):
    with app.app_context():
        changed.decide(Policy.BOTH, reason="<script>alert(1)</script>\u202e")
        [made] = storage.corrections(read())
    for client, path in (
        (sign_in(changed.people.ines), f"/corrections/{made.public_id}"),
        (sign_in(changed.people.ines), "/corrections/"),
        (sign_in(changed.people.ben), f"/attempts/{changed.ben}/result"),
    ):
        page = client.get(path).get_data(as_text=True)
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page


def test_a_long_correction_is_begun_by_the_request_and_ended_by_others(app: Flask, changed: Sat, sign_in, monkeypatch):
    monkeypatch.setattr(actions.carry_on, "__defaults__", (1,))
    client = sign_in(changed.people.ines)
    location = client.send(DECIDE, decision("both")).location
    page = text(client.get(location))
    assert "1 of 4 tries" in page
    assert "3 tries are still to do" in page
    assert "Carry on now" in page
    assert "being carried out" in text(client.get("/corrections/"))
    assert client.send(f"{location}/carry-on").status_code == 303
    assert "2 of 4 tries" in text(client.get(location))
    refused = client.send(DECIDE, decision("full_credit", "1"))
    assert refused.status_code == 409
    assert "still being carried out" in text(refused)
    with app.app_context():
        actions.carry_on_all(clock.now(), 100)
    assert "still to do" not in text(client.get(location))


@pytest.mark.both_databases
def test_the_dry_run_asks_the_database_the_same_however_many_answered(app: Flask, changed: Sat, sign_in):
    client = sign_in(changed.people.ines)
    path = f"{EFFECT}?policy=both&about=earlier"

    def asked() -> tuple[int, int]:
        client.get(path)
        with counted(app) as statements:
            client.get(path)
        return cost(statements)

    before = asked()
    with app.app_context():
        for hour in (1, 2):
            for who in (changed.people.ana, changed.people.cleo):
                sit(who, "mixed", [{"choice": "a"}], clock.now() - timedelta(hours=hour, minutes=30))
    assert asked() == before
    assert before[0] <= 14, before


def test_a_decision_about_everybody_or_about_earlier_versions_only(app: Flask, sat: Sat, sign_in):
    """New tries get the newer wording: "earlier" leaves them out, "all" takes them in."""
    with app.app_context():
        publish("mixed", ["choice", "multiple", "numeric", "true_false"], clock.now(), wording=" again")
        newer = sit(sat.people.ana, "mixed", [{"choice": "a"}], clock.now() - timedelta(hours=1))
        read().rollback()
    client = sign_in(sat.people.ines)
    page = text(client.get(QUESTION))
    assert "Those to earlier versions: 4 tries" in page
    assert "Everybody's: 5 tries" in page
    assert "Only the words changed" in text(client.get("/corrections/"))
    for about, tries in (("earlier", 3), ("all", 4)):
        said = text(client.get(f"{EFFECT}?policy=full_credit&about={about}"))
        assert re.search(rf"Tries handed in</dt><dd>{tries}<", said)
    client.send(DECIDE, decision("full_credit") | {"about": "all"})
    with app.app_context():
        from learnapp.quizzes.storage.attempts import reviewed_attempt

        assert reviewed_attempt(newer).score == 1


def test_questions_of_a_quiz_are_listed(changed: Sat, sign_in):
    page = text(sign_in(changed.people.ines).get("/corrections/?quiz=mixed&track=trainee"))
    for n in range(1, 5):
        assert f"/corrections/questions/trainee/mixed/q{n}" in page
    assert sign_in(changed.people.ines).get("/corrections/questions/trainee/mixed/q9").status_code == 404
    assert sign_in(changed.people.ines).get("/corrections/questions/nobody/mixed/q1").status_code == 404


def test_keeping_changes_nothing_and_is_remembered(app: Flask, changed: Sat, sign_in):
    client = sign_in(changed.people.ines)
    assert "Nothing changes. New tries get the new question." in text(client.get(f"{EFFECT}?policy=keep&about=earlier"))
    log = text(client.get(client.send(DECIDE, decision("keep")).location))
    assert "Keep all scores" in log
    assert "What it did" not in log
    assert QUESTION not in text(client.get("/corrections/")).split("Newest decisions")[0]
    with app.app_context():
        [made] = storage.corrections(read())
        assert made.decision == Decision(Policy.KEEP, 1, reason=REASON)
