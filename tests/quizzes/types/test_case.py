"""A case: what is locked stays, what is not open yet is neither shown nor taken, and nothing is told too early."""

import json
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.grading import Part, State
from learnapp.quizzes.domain.review import EVERYTHING, Disclosure
from learnapp.quizzes.types import TYPES, type_named, with_type
from tests.quizzes.types.examples import BASE, EXAMPLES, form
from tests.quizzes.types.test_templates import render

__all__ = ["render"]
CASE = TYPES["case"]
PLAIN, PAUSED, WAITING = (CASE.parse(each["data"]) for each in EXAMPLES["case"]["items"])
SHOWN = CASE.public(PAUSED)
FIRST = {"choice": "true"}
SECOND = {"choice": "call"}
THIRD = {"choices": ["day", "sign"]}
ONE_LOCKED = {"steps": {"first": FIRST}, "locked": ["first"]}
TWO_LOCKED = {"steps": {"first": FIRST, "second": SECOND}, "locked": ["first", "second"]}


def settle(before: Any, after: Any) -> Any:
    return CASE.settle(SHOWN, before, after)


def steps(*locked: str, **answers: Any) -> dict[str, Any]:
    return {"steps": answers, "locked": list(locked)}


SETTLED = [
    (None, None, None),
    (None, {}, None),
    (None, {"unsure": True}, {"unsure": True}),
    (None, steps(first=FIRST), steps(first=FIRST)),
    (None, steps("first", first=FIRST), ONE_LOCKED),
    # steps that are not open yet are dropped, also in the post that locks the one before
    (None, steps(first=FIRST, second=SECOND, third=THIRD), steps(first=FIRST)),
    (None, steps("first", first=FIRST, second=SECOND), ONE_LOCKED),
    (None, steps("first", "second", first=FIRST, second=SECOND, third=THIRD), ONE_LOCKED),
    (None, steps("second", first=FIRST, second=SECOND), steps(first=FIRST)),
    # only a complete answer can be locked
    (None, steps("first"), None),
    (None, steps("first", first={"choice": "maybe"}), steps(first={"choice": "maybe"})),
    (None, steps("first", first={"unsure": True}), steps("first", first={"unsure": True})),
    # a locked step stays as it was, whatever is sent
    (ONE_LOCKED, None, ONE_LOCKED),
    (ONE_LOCKED, {"unsure": True}, ONE_LOCKED),
    (ONE_LOCKED, steps(first={"choice": "false"}), ONE_LOCKED),
    (ONE_LOCKED, steps("first", first={"choice": "false"}), ONE_LOCKED),
    (ONE_LOCKED, steps(second=SECOND), steps("first", first=FIRST, second=SECOND)),
    (ONE_LOCKED, steps("second", second=SECOND), TWO_LOCKED),
    (ONE_LOCKED, steps("second", second=SECOND, third=THIRD), TWO_LOCKED),
    (ONE_LOCKED, steps("second", third=THIRD), ONE_LOCKED),
    (TWO_LOCKED, steps(third=THIRD), steps("first", "second", first=FIRST, second=SECOND, third=THIRD)),
    (TWO_LOCKED, steps(second={"choice": "wait"}, first={"choice": "false"}), TWO_LOCKED),
    (steps("first", first=FIRST, second=SECOND), steps(), ONE_LOCKED),
    # a stored lock without the one before it is none
    (steps("second", first=FIRST, second=SECOND), steps(first={"choice": "false"}), steps(first={"choice": "false"})),
    # other shapes
    (ONE_LOCKED, {"steps": 7, "locked": 7}, ONE_LOCKED),
    (None, {"steps": {"first": "true", "gone": FIRST}, "locked": ["gone", None, 7]}, None),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "stored"), SETTLED, ids=lambda value: json.dumps(value)[:50])
def test_what_is_locked_stays_and_nothing_is_taken_early(before: Any, after: Any, stored: Any) -> None:
    assert settle(before, after) == stored


ANSWERS = {
    "first": st.sampled_from([None, {}, FIRST, {"choice": "false"}, {"unsure": True}, {"choice": 7}]),
    "second": st.sampled_from([None, SECOND, {"choice": "wait"}, {"choice": "gone"}]),
    "third": st.sampled_from([None, THIRD, {"choices": ["star"]}]),
}
POSTS = st.builds(
    lambda answers, locked: {"steps": {k: v for k, v in answers.items() if v is not None}, "locked": locked},
    st.fixed_dictionaries(ANSWERS),
    st.lists(st.sampled_from(["first", "second", "third", "read", "gone"]), max_size=3),
)


@given(st.lists(POSTS, max_size=6))
def test_no_row_of_posts_opens_a_step_before_its_time(posts: list[Any]) -> None:
    stored: Any = None
    for post in posts:
        before = stored
        stored = settle(before, post)
        assert settle(before, stored) == stored
        old, new = (before or {"steps": {}, "locked": []}), (stored or {"steps": {}, "locked": []})
        assert new["locked"][: len(old["locked"])] == old["locked"]
        assert len(new["locked"]) <= len(old["locked"]) + 1
        assert all(new["steps"].get(key) == old["steps"].get(key) for key in old["locked"])
        assert "second" not in new["steps"] or "first" in old["locked"]
        assert "third" not in new["steps"] or "second" in old["locked"]
        assert set(CASE.told(PAUSED, stored)) == set(new["locked"])


def test_only_a_locked_step_tells_what_happened_next() -> None:
    first, second = "THEN she waits a day.", "THEN the clinic sees her."
    assert not CASE.unfolds(SHOWN, None)
    assert not CASE.unfolds(SHOWN, steps(first=FIRST))
    assert CASE.unfolds(SHOWN, ONE_LOCKED)
    assert CASE.told(PAUSED, None) == CASE.told(PAUSED, steps(first=FIRST)) == {}
    assert CASE.told(PAUSED, ONE_LOCKED) == {"first": first}
    assert CASE.told(PAUSED, TWO_LOCKED) == {"first": first, "second": second}
    assert "THEN" in json.dumps(CASE.dump(PAUSED))
    assert [step["pause"] for step in SHOWN["steps"]] == [False, True, True, False]


def test_a_review_tells_what_happened_next_where_it_was_earned() -> None:
    def then(answer: Any, allowed: Disclosure) -> list[Any]:
        return [row.get("then") for row in CASE.reveal(PAUSED, answer, CASE.arrange(PAUSED, 1), allowed)["rows"]]

    first, second = "THEN she waits a day.", "THEN the clinic sees her."
    assert then(None, Disclosure(correctness=True, own_reason=True, key=True)) == [None] * 4
    assert then(ONE_LOCKED, Disclosure()) == [None, first, None, None]
    assert then(None, EVERYTHING) == [None, first, second, None]


def test_a_review_holds_a_review_of_every_step() -> None:
    order = CASE.arrange(PAUSED, 1)
    order["steps"]["third"] = {"options": ["star", "sign", "day"]}
    revealed = CASE.reveal(PAUSED, ONE_LOCKED, order, EVERYTHING)
    assert (revealed["unsure"], revealed["blank"]) == (False, False)
    assert [row["id"] for row in revealed["rows"]] == ["read", "first", "second", "third"]
    assert [row["state"] for row in revealed["rows"]] == ["information", "right", "gave_up", "gave_up"]
    first = revealed["rows"][1]
    assert first["stem"] == "Redness on day 1 is expected."
    assert first["template"] == "types/true_false/review.html"
    assert first["revealed"] == TYPES["true_false"].reveal(PAUSED.steps[1].item, FIRST, {}, EVERYTHING)
    assert first["shown"] == {}
    assert revealed["rows"][0]["shown"] == {"text": "The cheek is red."}
    third = revealed["rows"][3]["revealed"]["rows"]
    assert [row["id"] for row in third] == ["star", "sign", "day"]
    assert "state" not in CASE.reveal(PAUSED, None, order, Disclosure())["rows"][0]
    assert CASE.reveal(PAUSED, {"unsure": True}, order, Disclosure())["unsure"] is True
    assert CASE.reveal(PAUSED, {"unsure": True}, order, Disclosure())["blank"] is False
    assert CASE.reveal(PAUSED, None, order, Disclosure())["blank"] is True


def test_parts_say_how_each_step_was_judged() -> None:
    grade = CASE.grade(PAUSED, steps(first=FIRST, second={"choice": "wait"}, third={"choices": ["day"]}))
    assert grade.parts == (
        Part("read", F(0), "information"), Part("first", F(1), ""), Part("second", F(0), "wrong"),
        Part("third", F(1, 2), "partial"),
    )  # fmt: skip
    assert (grade.fraction, grade.state, grade.rule) == (F(1, 2), State.PARTIAL, "weighted_steps")
    waiting = CASE.grade(WAITING, steps(say={"text": "hm"}, peel={"choice": "false"}))
    assert waiting.parts == (Part("say", F(0), "needs_grading"), Part("peel", F(1), ""))
    assert (waiting.fraction, waiting.rule) == (None, "weighted_steps")
    for answer, state in ((None, State.GAVE_UP), ({"unsure": True}, State.UNSURE)):
        grade = CASE.grade(PLAIN, answer)
        assert (grade.state, grade.fraction, grade.parts, grade.rule) == (state, 0, (), "weighted_steps")
    unsure = CASE.grade(PLAIN, steps(phone={"unsure": True}))
    assert (unsure.parts, unsure.rule) == ((), "weighted_steps")
    assert CASE.grade(PLAIN, steps(gone={"choice": "pus"})).rule == "weighted_steps"


def test_each_step_is_shuffled_by_a_seed_of_its_own() -> None:
    twin = {"type": "choice", "stem": "s", "options": EXAMPLES["choice"]["items"][0]["data"]["options"]}
    item = CASE.parse({"steps": [{"id": "one", **twin}, {"id": "two", **twin}]})
    orders = [CASE.arrange(item, seed)["steps"] for seed in range(20)]
    assert any(order["one"] != order["two"] for order in orders)
    assert orders == [CASE.arrange(item, seed)["steps"] for seed in range(20)]
    assert list(orders[0]) == ["one", "two"]


def test_a_case_may_have_five_steps_and_stores_what_is_not_said() -> None:
    step = {"type": "true_false", "stem": "s", "answer": True, "reasons": {"true": "r", "false": "r"}}
    data = {"steps": [{"id": f"s{n}", **step} for n in range(5)]}
    assert CASE.check_data(data) == []
    assert CASE.check_data({"steps": (*data["steps"],)}) == []
    [stored, *_] = CASE.dump(CASE.parse(data))["steps"]
    assert stored == {
        "v": 1, "id": "s0", "type": "true_false", "stem": "s", "weight": "1", "answer": True,
        "reasons": {"true": "r", "false": "r"}, "misconception": None,
    }  # fmt: skip
    assert CASE.check_data({"steps": data["steps"][:1]}) == [Problem("too_few", "steps", {"at_least": 2})]
    six = {"steps": [{"id": f"s{n}", **step} for n in range(6)]}
    assert CASE.check_data(six) == [Problem("too_many", "steps", {"at_most": 5})]


def test_texts_are_changed_with_their_places() -> None:
    places: list[str] = []

    def note(text: Any, place: str) -> Any:
        places.append(place)
        return text

    data = EXAMPLES["case"]["items"][1]["data"]
    assert CASE.map_texts(data, note) == data
    assert "steps[1].reasons.true" in places
    assert "steps[2].options[1].reason" in places
    assert {"steps[0].text", "steps[1].stem", "steps[1].then", "steps[3].stem"} <= set(places)
    odd = {"steps": [7, {"type": "case", "stem": "s", "steps": []}, {"type": "gone", "then": "t"}], "more": 1}
    places.clear()
    assert CASE.map_texts(odd, note) == odd
    assert places == ["steps[1].stem", "steps[2].then"]


# --- the page ---------------------------------------------------------------------------------------------


def field_of(stored: Any, item: Any = PAUSED) -> Any:
    field = CASE.field(CASE.public(item), CASE.arrange(item, 1), BASE)
    field.process(None, data=stored)
    return field


def page(render: Any, stored: Any, fields: Any = None, **values: Any) -> str:
    field = field_of(stored)
    if fields is not None:
        field.process(form(fields))
    told = CASE.told(PAUSED, stored)
    html: str = render(CASE.answer_template, field=field, shown=SHOWN, base=BASE, told=told, **values)
    return html


def test_a_page_shows_steps_one_after_the_other(render: Any) -> None:
    fresh, one, two = page(render, None), page(render, ONE_LOCKED), page(render, TWO_LOCKED)
    assert "Redness on day 1" in fresh
    assert "The cheek is red." in fresh
    assert "pus" not in fresh
    assert "THEN" not in fresh
    assert "Now there is pus" in one
    assert "THEN she waits a day." in one
    assert "star sign" not in one
    assert "star sign" in two
    assert "THEN the clinic sees her." in two
    assert [text.count('name="q1.lock"') for text in (fresh, one, two)] == [1, 1, 0]
    assert 'name="q1.first"' in fresh
    assert 'name="q1.first"' not in one
    assert "Your locked answer:" in one
    assert "<b>True</b>" in one


def test_a_page_shows_what_was_typed_beside_what_is_wrong_with_it(render: Any) -> None:
    html = page(render, None, {".lock": ["first"]})
    assert "Step 1" in html
    assert "finish this answer, then lock it" in html
    assert 'aria-describedby="q1.first-h q1.first-e"' in html
    html = page(render, None, {".first": ["false"]}, level=2)
    assert 'value="false" checked' in html
    assert "<h3" in html
    assert "<h2" in page(render, None)


def test_a_form_is_read_beside_what_is_stored() -> None:
    field = field_of(ONE_LOCKED)
    field.process(form({".second": ["call"]}))
    assert field.data == steps("first", first=FIRST, second=SECOND)
    field.process(form({".first": ["false"], ".second": ["call"], ".lock": ["second"], ".third": ["day"]}))
    assert (field.data, field.stay, field.problems) == (TWO_LOCKED, True, [])
    field.process(form({".second": ["call"], ".lock": ["first"]}))  # pressed twice
    assert (field.data, field.stay, field.problems) == (steps("first", first=FIRST, second=SECOND), True, [])
    field.process(form({}))
    assert (field.data, field.stay) == (ONE_LOCKED, False)
    field = field_of(None)
    field.process(form({".third": ["day"], ".lock": ["first"]}))
    assert (field.data, field.stay) == (None, True)
    assert field.problems == [Problem("lock_unfinished", "first", {"step": 2})]
    field.process(form({".third": ["gone"], ".first": ["true"]}))
    assert (field.data, field.refused) == (None, True)


def test_problems_are_told_with_the_number_of_the_step() -> None:
    field = field_of(None, PLAIN)
    field.process(form({".phone": ["pus"], ".days": ["few"]}))
    [problem] = field.problems
    assert problem == Problem("not_a_number", "days", {"step": 2, "type": "numeric"})
    assert CASE.say(problem).startswith("Step 2: Enter a number")
    assert field.steps[0].errors == ()
    assert len(field.steps[1].errors) == 1
    assert CASE.say(Problem("not_locked", "first", {"step": 2})).startswith("Step 2: lock your answer")
    [first, _last] = CASE.complete(SHOWN, ONE_LOCKED)
    assert first == Problem("not_answered", "second", {"step": 3, "type": "choice"})


def test_the_hint_of_a_step_tells_its_share() -> None:
    first, second = (step.hint for step in field_of(None, PLAIN).steps)
    assert first == "Select one answer. This step gives 33.33% of the points."
    assert second.endswith(". This step gives 66.67% of the points.")
    assert [step.hint for step in field_of(TWO_LOCKED).steps][:2] == [
        "Read this. There is nothing to answer.", "Select one answer.",
    ]  # fmt: skip
    assert "lock" not in CASE.hint(CASE.public(PLAIN))
    assert "locked" in CASE.hint(SHOWN)


# --- the list of types ------------------------------------------------------------------------------------


def test_a_type_can_be_known_for_a_while() -> None:
    from dataclasses import replace

    other = replace(TYPES["choice"], name="other_choice")
    with with_type(other):
        assert type_named("other_choice") is other
        assert CASE.check_data({"steps": [{"id": k, "type": "other_choice", "stem": "s"} for k in "ab"]}) != []
    with pytest.raises(KeyError):
        type_named("other_choice")
    with pytest.raises(ValueError, match="already"), with_type(replace(other, name="choice")):
        pass
    assert type_named("choice") is TYPES["choice"]
