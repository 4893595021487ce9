"""Marking by a person: what may be typed, who may mark, what a mark changes, and what no second marker overwrites."""

from datetime import timedelta
from fractions import Fraction as F
from typing import Any

import pytest
from flask import Flask

from learnapp.gradebook import actions as gradebook
from learnapp.gradebook.marking import points_given
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.kit.errors import Conflict, Forbidden, NotFound, Problem
from learnapp.quizzes import actions
from learnapp.quizzes.marks import give_mark
from learnapp.quizzes.storage.attempts import Paper, locked_for_grading, reviewed_attempt
from learnapp.quizzes.storage.marking import Marking, history_of, marks_of
from learnapp.quizzes.storage.rows import GradeRow, MarkingRow
from tests.people import People, Someone
from tests.quizzes.made_up import RIGHT, publish
from tests.security.test_matrix import actor_of
from tests.together import together

GIVEN = {
    "0": F(0), "2": F(1), "1": F(1, 2), "1.5": F(3, 4), "1,5": F(3, 4), " 0.25 ": F(1, 8), "0,2": F(1, 10),
    "2.00": F(1), "1.99": F(199, 200), "0.01": F(1, 200), "001": F(1, 2),
}  # fmt: skip
REFUSED = {
    "": "no_points", "  ": "no_points", "2.01": "too_many_points", "3": "too_many_points", "999999": "too_many_points",
    **dict.fromkeys(("two", "-1", "+1", "1.234", "1e0", "NaN", "1/2", ".5", "1.", "1 5", "１", "\0"), "not_points"),
    "9" * 10**6: "not_points",
}  # fmt: skip


@pytest.mark.parametrize(("text", "fraction"), GIVEN.items())
def test_points_are_read_exactly(text: str, fraction: F):
    assert points_given(text, F(2)) == fraction


@pytest.mark.parametrize(("text", "code"), REFUSED.items(), ids=lambda value: ascii(value)[:12])
def test_what_is_no_mark_is_told(text: str, code: str):
    found = points_given(text, F(2))
    assert isinstance(found, Problem)
    assert (found.code, found.place) == (code, "points")
    assert found.values == ({"weight": F(2)} if code == "too_many_points" else {})


@pytest.mark.parametrize(
    ("text", "weight", "fraction"),
    [
        ("0.67", F(2, 3), F(1)),
        ("0.66", F(2, 3), F(1)),
        ("0.33", F(1, 3), F(1)),
        ("0", F(1, 200), F(0)),
        ("0.5", F(2, 3), F(3, 4)),
    ],
)
def test_points_as_they_are_shown_are_all_of_it(text: str, weight: F, fraction: F):
    assert points_given(text, weight) == fraction


# --- what a mark changes ----------------------------------------------------------------------------------


def sit(someone: Someone, slug: str, **answers: Any) -> str:
    """Sit a quiz: q1, q2, ... are the answers; return the attempt's public id."""
    actor, moment = actor_of(someone), clock.now() - timedelta(hours=2)
    public_id = actions.start(actor, slug, moment, 7)
    for name, answer in answers.items():
        actions.save_answer(actor, public_id, int(name[1:]), 0, answer, None, moment + timedelta(seconds=5))
    actions.submit(actor, public_id, moment + timedelta(minutes=9))
    return public_id


@pytest.fixture
def sat(app: Flask, people: People) -> str:
    """Ana handed in "words": a right choice, two texts, and one left blank (80 percent to pass)."""
    with app.app_context():
        publish("words", ["choice", "free_text", "free_text", "free_text"], clock.now() - timedelta(days=1))
        return sit(people.ana, "words", q1=RIGHT["choice"], q2={"text": "They fade."}, q3={"text": "I do not know"})


def attempt(public_id: str) -> Paper:
    read().expire_all()
    return reviewed_attempt(public_id)


def mark(someone: Someone, public_id: str, position: int, fraction: F, expected: int = 0, comment: str = "") -> None:
    gradebook.mark(actor_of(someone), public_id, position, fraction, comment, expected, clock.now())


def kept(person: Someone) -> list[tuple[Any, ...]]:
    rows = read().query(GradeRow).filter_by(person_id=person.id).all()
    return [(row.score, row.maximum, row.passed) for row in rows]


@pytest.mark.both_databases
def test_the_score_follows_every_mark(app: Flask, people: People, sat: str):
    with app.app_context():
        paper = attempt(sat)
        assert (paper.score, paper.maximum, paper.provisional, paper.passed) == (1, 4, True, False)
        assert [slot.state for slot in paper.slots] == ["right", "needs_grading", "needs_grading", "gave_up"]
        assert [slot.fraction for slot in paper.slots] == [1, None, None, 0]
        mark(people.ines, sat, 2, F(2, 3), comment="Good, say how long.")
        paper = attempt(sat)
        assert (paper.score, paper.provisional) == (F(5, 3), True)
        mark(people.ines, sat, 3, F(0))
        paper = attempt(sat)
        assert (paper.score, paper.provisional, paper.passed) == (F(5, 3), False, False)
        assert [slot.state for slot in paper.slots] == ["right", "partial", "wrong", "gave_up"]
        assert kept(people.ana) == [(F(5, 3), 4, False)]
        given = marks_of(read(), paper.id)
        assert [(at, held.fraction, held.comment, held.by) for at, held in sorted(given.items())] == [
            (2, F(2, 3), "Good, say how long.", "Ines Duarte"),
            (3, F(0), "", "Ines Duarte"),
        ]


@pytest.mark.both_databases
def test_a_mark_is_changed_by_a_newer_one_and_the_old_one_stays(app: Flask, people: People, sat: str):
    with app.app_context():
        mark(people.ines, sat, 3, F(1, 2))
        first = marks_of(read(), attempt(sat).id)[3]
        mark(people.ines, sat, 2, F(1))
        mark(people.ines, sat, 3, F(1), expected=first.id, comment="After a second look")
        paper = attempt(sat)
        assert (paper.score, paper.provisional) == (3, False)
        assert kept(people.ana) == [(3, 4, False)]
        history = history_of(read(), paper.id)
        assert [(held.position, held.fraction) for held in history] == [(3, F(1, 2)), (2, F(1)), (3, F(1))]
        assert marks_of(read(), paper.id)[3].comment == "After a second look"


@pytest.mark.both_databases
def test_a_second_marker_overwrites_nothing_unseen(app: Flask, people: People, sat: str):
    with app.app_context():
        mark(people.ines, sat, 2, F(1))
        for expected in (0, -1, 10**9):
            with pytest.raises(Conflict) as conflict:
                mark(people.ines, sat, 2, F(0), expected=expected)
            assert conflict.value.code == "marked_meanwhile"
            assert isinstance(conflict.value.values["marking"], Marking)
        assert attempt(sat).slots[1].fraction == 1
        assert read().query(MarkingRow).count() == 1


@pytest.mark.both_databases
def test_a_safety_question_that_a_person_marks_decides_with_the_rest(app: Flask, people: People):
    with app.app_context():
        publish("safe", ["choice"] * 4 + ["free_text"], clock.now() - timedelta(days=1), critical=frozenset({5}))
        answers = {f"q{n}": RIGHT["choice"] for n in range(1, 5)}
        public_id = sit(people.ana, "safe", **answers, q5={"text": "Call the clinic"})
        paper = attempt(public_id)
        assert (paper.passed, paper.safety_missed, paper.provisional) == (False, True, True)
        mark(people.ines, public_id, 5, F(9, 10))
        paper = attempt(public_id)
        assert (paper.passed, paper.safety_missed, paper.provisional) == (False, True, False)
        mark(people.ines, public_id, 5, F(1), expected=marks_of(read(), paper.id)[5].id)
        paper = attempt(public_id)
        assert (paper.passed, paper.safety_missed, paper.score) == (True, False, 5)
        assert kept(people.ana) == [(5, 5, True)]


def test_a_case_with_a_text_is_marked_as_a_whole(app: Flask, people: People, monkeypatch: pytest.MonkeyPatch):
    from tests.quizzes import made_up

    def case(n: int) -> dict[str, Any]:
        say = {"id": "say", "type": "free_text", "stem": "Say it"}
        yes = {"id": "yes", "type": "true_false", "stem": "Is it?"}
        return {"v": 1, "steps": [made_up.free_text(n) | say, made_up.true_false(n) | yes]}

    monkeypatch.setitem(made_up.MAKERS, "case", case)
    with app.app_context():
        publish("told", ["case", "information"], clock.now() - timedelta(days=1))
        answer = {"steps": {"say": {"text": "Calmly"}, "yes": {"choice": "true"}}, "locked": []}
        public_id = sit(people.ana, "told", q1=answer)
        assert attempt(public_id).slots[0].state == "needs_grading"
        mark(people.ines, public_id, 1, F(3, 4))
        assert attempt(public_id).score == F(3, 4)
        assert attempt(public_id).provisional is False
        with pytest.raises(Forbidden, match="marked_by_rule"):
            mark(people.ines, public_id, 2, F(1))


def test_what_a_rule_graded_takes_no_mark(app: Flask, people: People, sat: str):
    with app.app_context():
        for position in (1, 4):  # a choice; a text that was left blank
            with pytest.raises(Forbidden, match="marked_by_rule"):
                mark(people.ines, sat, position, F(1))
        for fraction in (F(-1, 100), F(101, 100)):
            with pytest.raises(Forbidden, match="mark_out_of_range"):
                mark(people.ines, sat, 2, fraction)
        with pytest.raises(Forbidden, match="comment_too_long"):
            mark(people.ines, sat, 2, F(1), comment="x" * 2001)
        with pytest.raises(NotFound):
            mark(people.ines, sat, 5, F(1))
        assert read().query(MarkingRow).count() == 0


def test_an_open_attempt_takes_no_mark(app: Flask, people: People, sat: str):
    with app.app_context():
        ana, now = actor_of(people.ana), clock.now()
        opened = actions.start(ana, "words", now, 1)
        actions.save_answer(ana, opened, 2, 0, {"text": "Not yet"}, None, now)
        with pytest.raises(Forbidden, match="not_handed_in"):
            mark(people.ines, opened, 2, F(1))
        with write() as session, pytest.raises(Forbidden, match="not_handed_in"):
            give_mark(session, locked_for_grading(session, opened), 2, F(1), "", actor_of(people.ines), 0, now)


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "ivo", "mia", "noor"])
def test_only_an_instructor_of_the_learner_marks(app: Flask, people: People, sat: str, who: str):
    with app.app_context():
        with pytest.raises(NotFound):
            mark(getattr(people, who), sat, 2, F(1))
        assert read().query(MarkingRow).count() == 0


# --- the pages --------------------------------------------------------------------------------------------


def form(position: int, **values: str) -> dict[str, str]:
    return {f"mark{position}-{name}": value for name, value in values.items()}


@pytest.mark.both_databases
def test_an_instructor_marks_on_the_attempts_page(app: Flask, people: People, sat: str, sign_in):
    client = sign_in(people.ines)
    group = client.get(f"/teach/cohorts/{people.g1}").get_data(as_text=True)
    assert "Answers that wait for a mark" in group
    assert f"/teach/attempts/{sat}#q2" in group
    assert "so far: an answer waits for a mark" in group or "words quiz" not in group
    page = client.get(f"/teach/attempts/{sat}").get_data(as_text=True)
    assert "1 of 4 so far" in page
    assert "Waits for a mark" in page
    assert page.count("Save the mark") == 2
    assert "Your teacher will mark this." not in page, "that is said to learners"
    sent = form(2, points="0,75", comment="Well said.\r\nMore on <b>day 3</b>.", newest="0")
    response = client.send(f"/teach/attempts/{sat}/marks/2", sent)
    assert (response.status_code, response.location.endswith(f"/teach/attempts/{sat}#q2")) == (303, True)
    page = client.get(f"/teach/attempts/{sat}").get_data(as_text=True)
    assert "Marked 0.75 of 1 by Ines Duarte" in page
    assert "Well said.\nMore on &lt;b&gt;day 3&lt;/b&gt;." in page
    assert "1.75 of 4 so far" in page
    client.send(f"/teach/attempts/{sat}/marks/3", form(3, points="1", newest="0"))
    page = client.get(f"/teach/attempts/{sat}").get_data(as_text=True)
    assert "2.75 of 4</dd>" in page
    assert "Answers that wait" not in client.get(f"/teach/cohorts/{people.g1}").get_data(as_text=True)


def test_a_stale_form_shows_the_newer_mark_and_keeps_what_was_typed(app: Flask, people: People, sat: str, sign_in):
    client = sign_in(people.ines)
    url = f"/teach/attempts/{sat}/marks/2"
    client.send(url, form(2, points="1", comment="First", newest="0"))
    response = client.send(url, form(2, points="0.5", comment="Second", newest="0"))
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "<title>Error:" in page
    assert "Somebody marked this answer meanwhile" in page
    assert "First" in page
    assert "Second" in page
    assert 'value="0.5"' in page
    with app.app_context():
        newest = marks_of(read(), attempt(sat).id)[2].id
    assert f'name="mark2-newest" value="{newest}"' in page
    assert client.send(url, form(2, points="0.5", comment="Second", newest=str(newest))).status_code == 303
    page = client.get(f"/teach/attempts/{sat}").get_data(as_text=True)
    assert "1 earlier mark" in page
    assert "Marked 0.5 of 1 by Ines Duarte" in page


BAD = [
    ({}, "Enter the points<"),
    ({"points": "lots"}, "Enter the points as a number like 1.5"),
    ({"points": "1.01"}, "Enter at most 1 points"),
    ({"points": "<script>"}, "&lt;script&gt;"),
    ({"points": "1", "comment": "x" * 2001}, "Shorten the comment to 2000 characters"),
]


@pytest.mark.parametrize(("values", "words"), BAD, ids=lambda value: str(value)[:20])
def test_a_bad_mark_is_told_what_to_do(people: People, sat: str, sign_in, values: dict[str, str], words: str):
    response = sign_in(people.ines).send(f"/teach/attempts/{sat}/marks/2", form(2, newest="0", **values))
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert words in page
    assert 'class="esum"' in page


@pytest.mark.both_databases
def test_hostile_forms_change_nothing_or_stay_inert(app: Flask, people: People, sat: str, sign_in):
    client = sign_in(people.ines)
    url = f"/teach/attempts/{sat}/marks/2"
    for newest in ("x", "-1", "9" * 400, "１"):
        assert client.send(url, form(2, points="1", newest=newest)).status_code == 409
    assert client.send(f"/teach/attempts/{sat}/marks/99", form(99, points="1")).status_code == 404
    assert client.send(f"/teach/attempts/{sat}/marks/1", form(1, points="1")).status_code == 403
    assert client.send("/teach/attempts/nothing/marks/1", form(1, points="1")).status_code == 404
    assert client.send(url, form(2, points="1", comment="a\0b", newest="0")).status_code == 400
    assert client.send(url, form(2, points="1", comment="\u202e\u0301", newest="0")).status_code == 303
    with app.app_context():
        [held] = marks_of(read(), attempt(sat).id).values()
        assert held.comment == "\u202e\u0301"
        mark(people.ines, sat, 2, F(1), held.id, comment="a\0b")  # a caller that is no form
        assert marks_of(read(), attempt(sat).id)[2].comment == "ab"


def test_the_table_and_the_file_call_a_score_that_may_still_grow_so_far(app: Flask, people: People, sat: str, sign_in):
    client = sign_in(people.ines)
    page = client.get(f"/teach/cohorts/{people.g1}/learners/{people.ana.public_id}").get_data(as_text=True)
    assert "so far" in page
    assert "Waits for a mark" in page
    text = client.get(f"/teach/cohorts/{people.g1}/scores.csv").get_data(as_text=True)
    assert "So far: an answer waits for a mark" in text


@pytest.mark.both_databases
def test_of_two_markers_at_the_same_moment_one_is_told(app: Flask, people: People, sat: str):
    def act(number: int) -> str:
        with app.app_context():
            try:
                mark(people.ines, sat, 2, F(number, 4))
            except Conflict as conflict:
                return conflict.code
            return "marked"

    assert sorted(together(4, act)) == ["marked", *["marked_meanwhile"] * 3]
    with app.app_context():
        paper = attempt(sat)
        [held] = history_of(read(), paper.id)
        assert paper.slots[1].fraction == held.fraction
        assert paper.score == 1 + held.fraction


@pytest.mark.both_databases
def test_marking_every_text_again_gives_the_same_score(app: Flask, people: People, sat: str):
    with app.app_context():
        for position, fraction in ((2, F(1, 3)), (3, F(2, 3))):
            mark(people.ines, sat, position, fraction)
        first = attempt(sat)
        for position, held in marks_of(read(), first.id).items():
            mark(people.ines, sat, position, held.fraction, expected=held.id)
        again = attempt(sat)
        assert (again.score, again.passed, again.provisional) == (first.score, first.passed, first.provisional)
        assert [slot.fraction for slot in again.slots] == [slot.fraction for slot in first.slots]


def test_a_regrade_from_the_steps_keeps_what_people_gave(app: Flask, people: People, sat: str):
    from learnapp.quizzes.outcomes import final_grades

    with app.app_context():
        paper = reviewed_attempt(sat)
        marked = {position: marking.fraction for position, marking in marks_of(read(), paper.id).items()}
        for slot in paper.slots:
            if slot.state == "needs_grading":
                with write() as session:
                    give_mark(
                        session, locked_for_grading(session, sat), slot.position, F(2, 3), "", actor_of(people.ines), 0,
                        clock.now(),
                    )  # fmt: skip
        paper = reviewed_attempt(sat)
        assert not marked
        marked = {position: marking.fraction for position, marking in marks_of(read(), paper.id).items()}
        assert marked
        again = final_grades(paper, {}, marked)
        assert [(one.fraction, str(one.state)) for one in again] == [(s.fraction, s.state) for s in paper.slots]
