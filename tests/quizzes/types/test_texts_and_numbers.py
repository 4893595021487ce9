"""What typed answers promise beyond the shared contract: reviews, hints, gaps, tries counted back."""

import json
import re
from collections.abc import Callable
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from learnapp.config import ROOT
from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.grading import Grade, Part, State
from learnapp.quizzes.domain.review import EVERYTHING, NOTHING, Disclosure
from learnapp.quizzes.types import TYPES
from tests.quizzes.types.examples import BASE, EXAMPLES, FOLDER, form

OWN = Disclosure(correctness=True, own_reason=True)
KEY = Disclosure(key=True)
NUMERIC, SHORT, CLOZE = (TYPES[name] for name in ("numeric", "short_text", "cloze"))
UNITS, BEFORE, FREE_UNITS = 7, 8, 9  # example items of numeric


def data_of(name: str, at: int = 0) -> Any:
    return EXAMPLES[name]["items"][at]["data"]


def example(name: str, at: int = 0) -> Any:
    return TYPES[name].parse(data_of(name, at))


@pytest.fixture(scope="module")
def env() -> Environment:
    """The templates of the types, in English."""
    loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(FOLDER.parent)])
    env = Environment(loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"], trim_blocks=True)
    env.install_gettext_callables(lambda text: text, lambda one, many, n: one if n == 1 else many, newstyle=True)  # type: ignore[attr-defined]
    env.globals["asset"] = lambda name: name
    return env


@pytest.fixture(scope="module")
def review(env: Environment) -> Callable[..., str]:
    """A function that renders a review as the words on the page."""

    def words(kind: Any, item: Any, answer: Any, allowed: Disclosure = EVERYTHING) -> str:
        revealed = json.loads(json.dumps(kind.reveal(item, answer, kind.arrange(item, 1), allowed)))
        html = env.get_template(kind.review_template).render(revealed=revealed)
        return " ".join(re.sub(r"<[^>]+>", " ", html).split())

    return words


# --- numbers ------------------------------------------------------------------------------------------------


def typed(item: Any, text: str, allowed: Disclosure = OWN) -> Any:
    return NUMERIC.reveal(item, {"text": text}, {}, allowed)["rows"]


def test_a_unit_costs_what_the_author_says_and_the_grade_says_why() -> None:
    item = example("numeric", UNITS)
    assert NUMERIC.grade(item, {"text": "3"}) == Grade(
        F(3, 4), State.PARTIAL, (Part("number", F(3, 4), "unit_missing"),), "tolerance"
    )
    assert NUMERIC.grade(item, {"text": "3 lb"}).parts == (Part("number", F(3, 4), "unit_wrong"),)
    assert NUMERIC.grade(item, {"text": "3 kg"}).parts == (Part("number", F(1), ""),)
    assert NUMERIC.grade(item, {"text": "x"}).parts == (Part("number", F(0), "outside"),)  # taken by the catch-all
    assert NUMERIC.grade(example("numeric"), {"text": "x"}).parts == (Part("number", F(0), "unreadable"),)
    assert NUMERIC.grade(item, {"unsure": True}) == Grade(F(0), State.UNSURE, (), "tolerance")
    assert NUMERIC.grade(item, None) == Grade(F(0), State.GAVE_UP, (), "tolerance")


def test_a_review_tells_what_the_unit_was_worth() -> None:
    item = example("numeric", UNITS)
    said = {"typed": "3", "mine": True, "readable": True, "right": False, "partly": True, "reason": "KEY r"}
    assert typed(item, "3") == [said | {"unit_said": "unit_missing", "earned": "75"}]
    assert typed(item, "3 lb") == [said | {"typed": "3 lb", "unit_said": "unit_wrong", "earned": "75"}]
    full = {"typed": "3000 g", "mine": True, "readable": True, "right": True, "partly": False, "reason": "KEY r"}
    assert typed(item, "3000 g") == [full]
    assert typed(item, "3", NOTHING) == [{"typed": "3", "mine": True, "readable": True}]
    free = example("numeric", FREE_UNITS)
    assert typed(free, "100")[0]["earned"] == "100"
    assert typed(free, "100")[0]["right"] is True


def test_a_wrong_number_gets_the_reason_that_fits_best() -> None:
    item = example("numeric", UNITS)
    reasons = {text: typed(item, text)[0]["reason"] for text in ("4 kg", "5 kg", "3000 kg", "2000", "who knows")}
    assert reasons == {
        "4 kg": "KEY nearly", "5 kg": "KEY anything else", "3000 kg": "KEY grams", "2000": "KEY anything else",
        "who knows": "KEY anything else",
    }  # fmt: skip
    several = example("numeric", 6)
    assert {text: typed(several, text)[0]["reason"] for text in ("1", "2", "10", "3")} == {
        "1": "KEY exactly one", "2": "KEY nearly", "10": "KEY ten", "3": "KEY o",
    }  # fmt: skip
    silent = NUMERIC.parse(data_of("numeric") | {"answers": [{"value": 5}, {"value": 6, "fraction": "1/2"}]})
    assert [typed(silent, text)[0]["reason"] for text in ("5", "6", "1")] == [
        "KEY about five", "KEY not in the range", "KEY far too soon",
    ]  # fmt: skip


def test_the_best_number_is_told_with_its_unit_and_limits() -> None:
    best = {"mine": False, "best": True}
    assert NUMERIC.reveal(example("numeric", UNITS), None, {}, KEY)["rows"] == [best | {"value": "3 kg"}]
    assert NUMERIC.reveal(example("numeric", BEFORE), None, {}, KEY)["rows"] == [
        best | {"value": "€ 70", "low": "€ 69", "high": "€ 71"}
    ]
    odd = NUMERIC.parse(data_of("numeric", UNITS) | {"units": {"g": 1000, "half": 2, "t": "1/1000"}})
    assert NUMERIC.reveal(odd, None, {}, KEY)["rows"][0]["value"] == "0.003 t"
    assert NUMERIC.sample(odd, 1, True) == {"text": "0.003 t"}


def test_a_reason_is_told_once() -> None:
    item = example("numeric", UNITS)
    assert [row.get("reason") for row in typed(item, "3 kg", EVERYTHING)] == ["KEY r", None]
    assert [row.get("reason") for row in typed(item, "4 kg", EVERYTHING)] == ["KEY nearly", "KEY r"]
    assert [row.get("reason") for row in typed(item, "4 kg", KEY)] == [None, None]


@pytest.mark.parametrize(
    ("at", "shown", "hint"),
    [
        (0, {"unit": "days", "near": True},
         "Enter a number in days, like 1.5 or 1,5. A number close to the best one counts too."),
        (UNITS, {"unit": "", "near": False, "typed_unit": "after", "odd": [],
                 "penalty": {"percent": "25", "of": "question"}},
         "Enter a number and then its unit. Write the number like 1.5 or 1,5. "
         "A missing or wrong unit costs a quarter of the question's points."),
        (BEFORE, {"unit": "", "near": True, "typed_unit": "before", "odd": ["Fr."],
                  "penalty": {"percent": "50", "of": "response"}},
         "Enter the unit and then the number, like 1.5 or 1,5. A missing or wrong unit costs half of the points for "
         "the number. A number close to the best one counts too."),
        (FREE_UNITS, {"unit": "", "near": True, "typed_unit": "after", "odd": ["x10^9/l"],
                      "penalty": {"percent": "0", "of": "response"}},
         "Enter a number and then its unit. Write the number like 1.5 or 1,5. A missing or wrong unit costs nothing. "
         "A number close to the best one counts too."),
    ],
)  # fmt: skip
def test_the_hint_says_the_rule_and_not_the_key(at: int, shown: Any, hint: str) -> None:
    assert NUMERIC.public(example("numeric", at)) == shown
    assert NUMERIC.hint(shown) == hint


def test_every_penalty_has_words() -> None:
    def words(share: str, of: str = "question") -> str:
        penalty = {"unit_penalty": {"share": share, "of": of}}
        item = NUMERIC.parse(data_of("numeric", UNITS) | penalty)
        return str(NUMERIC.hint(NUMERIC.public(item))).split("A missing or wrong unit costs ")[1]

    assert words("1") == "all of the question's points."
    assert words("3/4") == "three quarters of the question's points."
    assert words("1/3", "response") == "33 percent of the points for the number."


def test_a_question_that_was_stored_before_units_existed_still_works() -> None:
    field = NUMERIC.field({"unit": "days"}, {}, BASE)
    field.process(form({"": ["5 days"]}))
    assert [problem.code for problem in field.problems] == ["not_a_number"]
    assert NUMERIC.complete({"unit": "days"}, {"text": "5"}) == []
    assert NUMERIC.hint({"unit": "days"}) == "Enter a number in days, like 1.5 or 1,5."
    assert NUMERIC.hint({"unit": ""}) == "Enter a number, like 1.5 or 1,5."


def test_reviews_of_numbers_in_words(review: Any) -> None:
    assert "The number is right, the unit is missing: 75 percent of the points." in review(
        NUMERIC, example("numeric", UNITS), {"text": "3"}, OWN
    )
    before = example("numeric", BEFORE)
    page = review(NUMERIC, before, {"text": "$ 70"}, OWN)
    assert "Partly right" in page
    assert "The number is right, the unit is not: half the points." in page
    free = NUMERIC.parse(data_of("numeric", UNITS) | {"unit_penalty": {"share": 0, "of": "response"}})
    assert "the unit is missing: all the points." in review(NUMERIC, free, {"text": "3"}, OWN)
    dear = NUMERIC.parse(data_of("numeric", UNITS) | {"unit_penalty": {"share": 1, "of": "response"}})
    assert "the unit is missing: no points." in review(NUMERIC, dear, {"text": "3"}, OWN)
    assert "We could not read this as a number." in review(NUMERIC, before, {"text": "70 €"}, NOTHING)
    assert "(from € 69 to € 71 is right)" in review(NUMERIC, before, None)


# --- short texts --------------------------------------------------------------------------------------------


def test_a_text_gets_the_reason_of_the_answer_that_took_it() -> None:
    item = example("short_text")
    told = {
        text: SHORT.reveal(item, {"text": text}, {}, OWN)["rows"]
        for text in ("Melanocyte", "melanocytes", "osteocyte", "macrophage", "cell")
    }
    row = {"mine": True, "right": False, "partly": False, "slip": False}
    assert told == {
        "Melanocyte": [row | {"text": "Melanocyte", "right": True, "reason": "KEY it makes pigment"}],
        "melanocytes": [row | {"text": "melanocytes", "right": True, "reason": "KEY more than one is fine"}],
        "osteocyte": [row | {"text": "osteocyte", "partly": True, "reason": "KEY only the second half"}],
        "macrophage": [row | {"text": "macrophage", "reason": "KEY it cleans up"}],
        "cell": [row | {"text": "cell", "reason": "KEY look at the cells again"}],
    }
    silent = SHORT.parse(data_of("short_text") | {"answers": [{"text": "a"}, {"text": "b", "fraction": "1/2"}]})
    assert SHORT.reveal(silent, {"text": "b"}, {}, OWN)["rows"][0]["reason"] == "KEY look at the cells again"


def test_a_slip_is_told_where_it_earned_something() -> None:
    item = example("short_text", 1)
    assert SHORT.reveal(item, {"text": "Lagners lines"}, {}, OWN)["rows"][0]["slip"] is True
    known = SHORT.parse(data_of("short_text") | {"typos": 1})
    assert SHORT.reveal(known, {"text": "macrophge"}, {}, OWN)["rows"][0]["slip"] is False


def test_the_best_text_is_told_without_its_wildcards() -> None:
    best = {"mine": False, "best": True}
    assert SHORT.reveal(example("short_text"), None, {}, KEY) == {
        "rows": [best | {"text": "melanocyte"}], "unsure": False, "blank": True,
    }  # fmt: skip
    star = example("short_text", 2)
    assert SHORT.reveal(star, {"unsure": True}, {}, EVERYTHING) == {
        "rows": [best | {"text": "A* … gene", "reason": "KEY the star allele"}], "unsure": True, "blank": False,
    }  # fmt: skip
    assert SHORT.sample(star, 1, True) == {"text": "A*  gene"}
    rows = SHORT.reveal(star, {"text": "a* b gene"}, {}, EVERYTHING)["rows"]
    assert [row.get("reason") for row in rows] == ["KEY the star allele", None]


def test_a_grade_of_a_text_says_why() -> None:
    item = example("short_text")
    assert SHORT.grade(item, {"text": "melanocyte"}) == Grade(F(1), State.RIGHT, (Part("text", F(1), ""),), "accepted")
    assert SHORT.grade(item, {"text": "a cyte"}).parts == (Part("text", F(1, 4), "partly"),)
    assert SHORT.grade(item, {"text": "macrophage"}).parts == (Part("text", F(0), "no_match"),)
    assert SHORT.grade(item, {"text": " "}) == Grade(F(0), State.GAVE_UP, (), "accepted")
    assert SHORT.grade(item, {"text": "melanocyte", "unsure": True}).state is State.UNSURE
    assert SHORT.complete({}, {"text": " "}) == [Problem("not_answered")]
    assert SHORT.reveal(item, {"text": " "}, {}, OWN) == {"rows": [], "unsure": False, "blank": True}


def test_the_hint_of_a_text_says_which_differences_count() -> None:
    assert SHORT.public(example("short_text")) == {"limit": 100, "case_sensitive": False, "slips": False}
    assert SHORT.hint(SHORT.public(example("short_text"))) == "Enter a word or a few words."
    assert SHORT.public(example("short_text", 1)) == {"limit": 40, "case_sensitive": True, "slips": True}
    assert SHORT.hint(SHORT.public(example("short_text", 1))) == (
        "Enter a word or a few words. Capital and small letters count. A small slip in spelling is forgiven."
    )


def test_wrong_samples_of_texts_are_believable() -> None:
    item = example("short_text")
    found = {SHORT.sample(item, seed, False)["text"] for seed in range(40)}
    assert "macrophage" in found
    assert "*cyte*" not in found
    assert all(SHORT.grade(item, {"text": text}).fraction < 1 for text in found)


@pytest.mark.parametrize(
    ("limit", "fine"), [(1, True), (500, True), (0, False), (501, False), ("5", False), (True, False)]
)
def test_the_limit_is_a_sensible_number(limit: Any, fine: bool) -> None:
    problems = [] if fine else [Problem("bad_limit", "limit", {"most": 500})]
    assert SHORT.check_data(data_of("short_text") | {"limit": limit}) == problems


@pytest.mark.parametrize(("characters", "fine"), [(40, True), (41, False)])
def test_a_text_is_kept_up_to_its_limit(characters: int, fine: bool) -> None:
    field = SHORT.field({"limit": 40}, {}, BASE)
    field.process(form({"": ["x" * characters]}))
    assert field.data == ({"text": "x" * 40} if fine else None)
    assert field.problems == ([] if fine else [Problem("too_long", values={"limit": 40})])


def test_reviews_of_texts_in_words(review: Any) -> None:
    page = review(SHORT, example("short_text", 1), {"text": "Lagners lines"})
    assert "We read over a small slip in the spelling." in page
    assert "Best answer" in page
    assert "Partly right" in review(SHORT, example("short_text"), {"text": "a cyte"}, OWN)
    assert "&lt;b&gt;" in review(SHORT, example("short_text"), {"text": "<b>"})


# --- gaps ---------------------------------------------------------------------------------------------------

ALL_RIGHT = {"first": "thrombocytes", "days": "4", "job": "tidies"}


def fill(**gaps: str) -> dict[str, Any]:
    return {"gaps": gaps}


def test_gaps_stand_in_the_order_of_the_text() -> None:
    item = example("cloze")
    assert [gap.id for gap in item.gaps] == ["first", "days", "job"]
    shown = CLOZE.public(item)
    assert shown["pieces"] == [
        "First, <strong>",
        " stop</strong> the bleeding. In the next ",
        " white cells ",
        " the area.",
    ]
    assert shown["gaps"] == [
        {"id": "first", "kind": "text", "unit": "", "choose": ""},
        {"id": "days", "kind": "number", "unit": "days", "choose": ""},
        {"id": "job", "kind": "choice", "unit": "", "choose": "Choose a job"},
    ]
    assert sorted(shown["options"], key=str) == [
        {"id": "job.guards", "text": "watch"}, {"id": "job.nourish", "text": "feed"},
        {"id": "job.tidies", "text": "<em>clean up</em>"},
    ]  # fmt: skip
    assert shown["weighted"] is True
    assert CLOZE.hint(shown) == "Fill every gap. Every right gap counts, some count more than others."
    one = CLOZE.public(example("cloze", 1))
    assert (one["pieces"], one["options"], one["weighted"]) == (["", ""], [], False)
    assert CLOZE.hint(one) == "Fill every gap. Every right gap counts."


def test_the_order_of_options_says_nothing() -> None:
    data = data_of("cloze")
    turned = data | {"gaps": [gap | {"options": gap.get("options", [])[::-1]} for gap in data["gaps"][::-1]]}
    assert CLOZE.public(CLOZE.parse(turned)) == CLOZE.public(CLOZE.parse(data))
    orders = {tuple(CLOZE.arrange(example("cloze"), seed)["options"]) for seed in range(60)}
    assert len(orders) == 6


def test_a_grade_of_gaps_says_why() -> None:
    item = example("cloze")
    assert CLOZE.grade(item, fill(first="thrombocyte x", days="many", job="guards")) == Grade(
        F(3, 8),
        State.PARTIAL,
        (Part("first", F(1, 2), "partly"), Part("days", F(0), "unreadable"), Part("job", F(1, 2), "wrong_option")),
        "gaps",
    )
    assert CLOZE.grade(item, fill(days="4")).parts == (
        Part("first", F(0), "blank"), Part("days", F(1), ""), Part("job", F(0), "blank"),
    )  # fmt: skip
    assert CLOZE.grade(item, fill(job="tidies", first="gone", days="7")).parts == (
        Part("first", F(0), "no_match"), Part("days", F(0), "outside"), Part("job", F(1), ""),
    )  # fmt: skip
    assert CLOZE.grade(item, fill(job="gone")).parts[2] == Part("job", F(0), "wrong_option")
    assert CLOZE.grade(item, {"unsure": True}) == Grade(F(0), State.UNSURE, (), "gaps")
    assert CLOZE.grade(item, fill()) == Grade(F(0), State.GAVE_UP, (), "gaps")


@given(
    st.dictionaries(st.sampled_from(["first", "days", "job"]), st.sampled_from(["thrombocytes", "4", "tidies", "x"]))
)
def test_the_mean_of_the_gaps_is_by_weight(gaps: dict[str, str]) -> None:
    right = {key for key, said in gaps.items() if said == ALL_RIGHT[key]}
    weights = {"first": 1, "days": 1, "job": 2}
    assert CLOZE.grade(example("cloze"), {"gaps": gaps}).fraction == F(sum(weights[key] for key in right), 4)


def test_an_author_may_take_points_for_a_choice_and_for_nothing_else() -> None:
    options = [
        {"id": "x", "text": "X", "reason": "r", "right": True},
        {"id": "y", "text": "Y", "reason": "r", "fraction": -1},
    ]
    gap = {"id": "a", "kind": "choice", "choose": "c", "options": options}
    data = {"text": "[[a]] [[b]]", "gaps": [gap, gap | {"id": "b", "weight": "1/2"}]}
    assert CLOZE.check_data(data) == []
    item = CLOZE.parse(data)
    assert CLOZE.grade(item, fill(a="y", b="x")).fraction == F(-1, 3)
    assert CLOZE.count_back(item, [fill(a="y", b="x")], F(1, 3)) == F(1, 3)


@pytest.mark.parametrize(
    ("tries", "fraction"),
    [
        ([], F(0)), ([None], F(0)), ([ALL_RIGHT], F(1)), ([ALL_RIGHT, ALL_RIGHT], F(1)), ([None, ALL_RIGHT], F(2, 3)),
        ([{"first": "x"}, ALL_RIGHT], F(2, 3)), ([ALL_RIGHT | {"job": "guards"}, ALL_RIGHT], F(5, 6)),
        ([ALL_RIGHT | {"first": "x"}, ALL_RIGHT | {"first": "y"}, ALL_RIGHT], F(5, 6)),
        ([ALL_RIGHT, ALL_RIGHT | {"first": "x"}, ALL_RIGHT], F(5, 6)),
        ([ALL_RIGHT | {"first": "x"}, ALL_RIGHT, ALL_RIGHT], F(11, 12)),
        ([ALL_RIGHT, ALL_RIGHT | {"first": "thrombocyte x"}], F(3, 4) + F(1, 24)),
        ([{"days": "9"}, {"days": "8"}, {"days": "7"}, {"days": "6"}, {"days": "4"}], F(0)),
        ([ALL_RIGHT, {"unsure": True}], F(0)),
    ],
)  # fmt: skip
def test_tries_are_counted_back_by_gap(tries: list[Any], fraction: F) -> None:
    answers = [gaps and ({"gaps": gaps} if "unsure" not in gaps else gaps) for gaps in tries]
    assert CLOZE.count_back(example("cloze"), answers, F(1, 3)) == fraction


SAID = st.dictionaries(st.sampled_from(["first", "days", "job"]), st.sampled_from(["thrombocytes", "4", "tidies", "x"]))


@given(st.lists(SAID, min_size=1, max_size=4), st.sampled_from([F(0), F(1, 3), F(1)]))
def test_counting_back_never_earns_more_than_the_last_try(tries: list[dict[str, str]], penalty: F) -> None:
    item = example("cloze")
    answers = [{"gaps": gaps} for gaps in tries]
    last = CLOZE.grade(item, answers[-1]).fraction
    earned = CLOZE.count_back(item, answers, penalty)
    assert 0 <= earned <= last
    assert earned == last or penalty > 0
    assert CLOZE.count_back(item, [*answers, answers[-1]], penalty) == earned


def test_only_right_gaps_are_kept() -> None:
    item = example("cloze")
    assert CLOZE.keep_right(item, fill(first="Thrombocytes", days="9", job="tidies", other="x")) == fill(
        first="Thrombocytes", job="tidies"
    )
    assert CLOZE.keep_right(item, fill(first="thrombocyte x", job="guards")) is None
    assert CLOZE.keep_right(item, {"unsure": True}) is None


def test_a_review_tells_every_gap() -> None:
    item = example("cloze")
    answer = fill(first="thrombcytes", days="many", job="nourish")
    first, days, job = CLOZE.reveal(item, answer, {}, EVERYTHING)["rows"]
    assert first == {
        "id": "first", "n": 1, "mine": True, "unit": "", "text": "thrombcytes", "markup": False, "readable": True,
        "right": True, "partly": False, "slip": True, "best": "thrombocytes", "reason": "KEY they plug the channel",
    }  # fmt: skip
    assert days == {
        "id": "days", "n": 2, "mine": True, "unit": "days", "text": "many", "markup": False, "readable": False,
        "right": False, "partly": False, "slip": False, "best": "4", "reason": "KEY not in the range",
        "because": "KEY about four",
    }  # fmt: skip
    assert job == {
        "id": "job", "n": 3, "mine": True, "unit": "", "text": "feed", "markup": True, "readable": True,
        "right": False, "partly": False, "slip": False, "best": "<em>clean up</em>", "reason": "KEY vessels feed",
        "because": "KEY they eat what is left",
    }  # fmt: skip


def test_a_review_keeps_what_is_not_allowed() -> None:
    item = example("cloze")
    bare = {"id": "job", "n": 3, "mine": True, "unit": "", "text": "watch", "markup": True, "readable": True}
    revealed = CLOZE.reveal(item, fill(job="guards"), {}, NOTHING)
    assert revealed["rows"][2] == bare
    assert (revealed["unsure"], revealed["blank"]) == (False, False)
    assert revealed["pieces"] == CLOZE.public(item)["pieces"]
    own = CLOZE.reveal(item, fill(job="guards"), {}, OWN)["rows"]
    assert own[2] == bare | {"right": False, "partly": True, "slip": False, "reason": "KEY that is half of it"}
    empty = {"id": "first", "n": 1, "mine": False, "unit": "", "text": "", "markup": False, "readable": True}
    assert own[0] == empty
    assert CLOZE.reveal(item, None, {}, EVERYTHING)["rows"][0] == empty | {
        "best": "thrombocytes", "because": "KEY they plug the channel",
    }  # fmt: skip
    assert CLOZE.reveal(item, {"unsure": True}, {}, OWN)["unsure"] is True
    assert CLOZE.reveal(item, None, {}, OWN)["blank"] is True
    assert CLOZE.reveal(item, fill(job="gone"), {}, OWN)["rows"][2] == bare | {
        "text": "", "right": False, "partly": False, "slip": False, "reason": "",
    }  # fmt: skip


def test_partly_right_answers_of_gaps_have_their_reason() -> None:
    rows = CLOZE.reveal(example("cloze"), fill(first="thrombocyte x", days="4"), {}, OWN)["rows"]
    assert (rows[0]["reason"], rows[0]["partly"], rows[0]["right"]) == ("KEY more than one", True, False)
    assert (rows[1]["reason"], rows[1]["right"]) == ("KEY about four", True)
    known = CLOZE.reveal(example("cloze"), fill(first="red cels"), {}, OWN)["rows"][0]
    assert (known["reason"], known["slip"]) == ("KEY they carry oxygen", False)
    [one] = CLOZE.reveal(example("cloze", 1), fill(cell="x"), {}, EVERYTHING)["rows"]
    assert (one["best"], one["reason"], one["because"]) == ("…cyte", "KEY o", "KEY any of them")


def test_what_is_missing_is_told_by_gap() -> None:
    shown = CLOZE.public(example("cloze"))
    assert CLOZE.complete(shown, fill(job="tidies")) == [Problem("gap_missing", values={"n": 1})]
    assert CLOZE.complete(shown, fill(first="a", days="b")) == [
        Problem("gap_missing", values={"n": 3}), Problem("not_a_number", "days", {"n": 2}),
    ]  # fmt: skip
    assert CLOZE.complete(shown, {"gaps": ALL_RIGHT}) == []
    assert CLOZE.say(Problem("gap_missing", values={"n": 3})) == "Fill gap 3"
    assert CLOZE.say(Problem("not_a_number", "days", {"n": 2})) == "Gap 2: enter a number without words, like 1.5"


def test_samples_of_gaps_miss_one_gap_only() -> None:
    item = example("cloze")
    assert CLOZE.sample(item, 1, True) == {"gaps": ALL_RIGHT}
    missed = set()
    for seed in range(60):
        gaps = CLOZE.sample(item, seed, False)["gaps"]
        [wrong] = [key for key in gaps if gaps[key] != ALL_RIGHT[key]]
        missed.add((wrong, gaps[wrong]))
    assert {key for key, _said in missed} == {"first", "days", "job"}
    assert {said for key, said in missed if key == "days"} == {"12", "18", "30"}
    assert {said for key, said in missed if key == "job"} == {"nourish", "guards"}
    assert {said for key, said in missed if key == "first"} >= {"red cells", "something"}
    assert CLOZE.sample(example("cloze", 1), 1, True) == fill(cell="cyte")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("[[a]]", []), ("5 < 6 [[a]]", []), ("<strong>[[a]]</strong>", []), ("[[a]] [[A]] [b] [[]]", []),
        ("[a]", [Problem("gap_not_in_text", "gaps[0].id")]),
        ("[[a]][[a]][[a]]", [Problem("gap_twice", "text", {"gap": "a"})]),
        ("[[a]] [[b]] [[b]]", [Problem("unknown_gap", "text", {"gap": "b"})]),
        ("<a href='[[a]]'>x</a>", [Problem("gap_in_markup", "text")]),
    ],
)  # fmt: skip
def test_every_gap_stands_in_the_text_once(text: str, problems: list[Problem]) -> None:
    gap = {"id": "a", "kind": "text", "answers": [{"text": "x"}], "reason": "r", "otherwise": "o"}
    assert CLOZE.check_data({"text": text, "gaps": [gap]}) == problems


@pytest.mark.parametrize(
    ("gap", "problems"),
    [
        ({"kind": "number", "answers": [{"value": 1}], "unit": 7}, [Problem("missing_text", "gaps[0].unit")]),
        ({"kind": "number", "answers": [{"value": 1}], "unit": None, "weight": "1/2"}, []),
        ({"kind": "number", "answers": [{"value": 1}], "weight": -1}, [Problem("bad_weight", "gaps[0].weight")]),
        ({"kind": "text", "answers": [{"text": "a"}], "unit": "mm"},
         [Problem("not_of_this_kind", "gaps[0].unit", {"kind": "text"})]),
        ({"kind": "list"}, [Problem("unknown_kind", "gaps[0].kind", {"known": "text, number, choice"})]),
        ({"kind": []}, [Problem("unknown_kind", "gaps[0].kind", {"known": "text, number, choice"})]),
        ({"kind": "text", "answers": [{"text": "a", "fraction": 0}]},
         [Problem("missing_reason", "gaps[0].answers[0].reason"), Problem("no_right_answer", "gaps[0].answers")]),
    ],
)  # fmt: skip
def test_faults_of_gaps_are_named_with_their_place(gap: Any, problems: list[Problem]) -> None:
    data = {"text": "[[a]]", "gaps": [{"id": "a", "reason": "r", "otherwise": "o", **gap}]}
    assert CLOZE.check_data(data) == problems


def test_labels_and_options_of_the_field() -> None:
    item = example("cloze")
    field = CLOZE.field(CLOZE.public(item), {"options": ["job.guards", "job.tidies", "job.gone"]}, BASE)
    assert field.lines == [("first", "gap 1 of 3"), ("days", "gap 2 of 3"), ("job", "gap 3 of 3")]
    assert field.choices == [("job.guards", "watch"), ("job.tidies", "<em>clean up</em>")]
    field.process(form({".days": ["4 days"], ".first": [" a  b "]}))
    assert field.data == fill(first="a  b", days="4 days")
    assert field.problems == [Problem("not_a_number", "days", {"n": 2})]
    field.process(form({".first": ["x" * 100]}))
    assert field.data == fill(first="x" * 100)
    field.process(form({".first": ["x" * 101]}))
    assert (field.data, field.problems) == (None, [Problem("too_long", values={"limit": 100})])


def test_the_page_holds_what_was_filled_in_and_nothing_else(env: Environment) -> None:
    shown = CLOZE.public(example("cloze"))
    field = CLOZE.field(shown, CLOZE.arrange(example("cloze"), 1), BASE)

    def values(posted: Any) -> list[str]:
        field.process(form(posted))
        html = env.get_template(CLOZE.answer_template).render(field=field, shown=shown, base=BASE, described_by="h")
        return re.findall(r'type="text"[^>]* value="([^"]*)"|value="([^"]*)" selected', html)

    assert values({}) == [("", ""), ("", "")]
    assert values({".days": ["four"], ".job": ["tidies"]}) == [("", ""), ("four", ""), ("", "tidies")]
    assert values({".first": ['"><b>'], ".unsure": ["1"]}) == [("&#34;&gt;&lt;b&gt;", ""), ("", "")]


def test_reviews_of_gaps_in_words(review: Any) -> None:
    item = example("cloze")
    page = review(CLOZE, item, fill(first="thrombocyte x", job="nourish"))
    assert (
        "With your answers: First, thrombocyte x (1) stop the bleeding. "
        "In the next … (2) white cells feed (3) the area."
    ) in page
    assert (
        "With the best answers: First, thrombocytes (1) stop the bleeding. In the next 4 days (2) white cells "
        "clean up (3) the area."
    ) in page
    assert "Gap 2 You left this empty 4 days Best answer KEY about four" in page
    assert "Partly right" in page
    assert "We could not read this as a number." in review(CLOZE, item, fill(days="many"), NOTHING)
    assert "We read over a small slip in the spelling." in review(CLOZE, item, fill(first="thrombcytes"), OWN)
    assert "With your answers" not in review(CLOZE, item, None)
    assert "&lt;b&gt;" in review(CLOZE, item, fill(first="<b>"))
