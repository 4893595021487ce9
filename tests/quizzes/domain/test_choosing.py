"""The six ways of scoring a choose-all, against examples worked by hand and what must always hold."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.choosing import RULES, Decision, Terms, counts, score

FOUR = [Decision("a", True), Decision("b", True), Decision("c", False), Decision("d", False)]
NONE_RIGHT = [Decision("a", False), Decision("b", False)]
SHARES = [
    Decision("w", True, F(1, 4)),
    Decision("x", True, F(3, 4)),
    Decision("y", False, F(-1, 2)),
    Decision("z", False),
]
WEIGHTS = [
    Decision("p", True, weight=F(3)), Decision("q", True), Decision("s", False, weight=F(2)), Decision("t", False),
]  # fmt: skip


def test_the_rules_have_these_names() -> None:
    assert list(RULES) == ["balanced", "sum", "dock", "every_decision", "weighted", "all_or_nothing"]
    with pytest.raises(KeyError):
        score("halves", FOUR, "a")


def test_counts_right_ones_hits_and_wrong_ticks() -> None:
    assert counts(FOUR, ["a", "c", "d", "gone"]) == (2, 1, 2)


@pytest.mark.parametrize(
    ("ticked", "earned"),
    [("", 0), ("ab", 1), ("a", "1/2"), ("abc", "1/2"), ("abcd", 0), ("ac", 0), ("cd", 0), ("aab", 1), ("abz", 1)],
)
def test_balanced(ticked: str, earned: str | int) -> None:
    assert score("balanced", FOUR, list(ticked)) == F(earned)


@pytest.mark.parametrize(
    ("ticked", "earned"),
    [("", 0), ("wx", 1), ("xy", "1/4"), ("y", 0), ("wxy", "1/2"), ("wxz", 1), ("w", "1/4"), ("yz", 0)],
)
def test_sum(ticked: str, earned: str | int) -> None:
    assert score("sum", SHARES, ticked) == F(earned)


def test_a_sum_is_cut_after_adding_and_not_before() -> None:
    generous = [Decision("a", True, F(3, 4)), Decision("b", True, F(3, 4)), Decision("c", False, F(-1, 2))]
    assert score("sum", generous, "ab") == 1
    assert score("sum", generous, "abc") == 1
    assert score("sum", generous, "ac") == F(1, 4)


@pytest.mark.parametrize(
    ("dock", "ticked", "earned"),
    [("1/5", "ab", 1), ("1/5", "abc", "4/5"), ("1/5", "abcd", "3/5"), ("1/5", "acd", "1/10"), ("1/5", "c", 0),
     ("1/5", "", 0), (0, "abcd", 1), (1, "abc", 0), ("3/10", "acd", 0)],
)  # fmt: skip
def test_dock(dock: str | int, ticked: str, earned: str | int) -> None:
    assert score("dock", FOUR, ticked, Terms(dock=F(dock))) == F(earned)


@pytest.mark.parametrize(
    ("ticked", "earned"), [("", 0), ("ab", 1), ("a", "3/4"), ("abc", "3/4"), ("abcd", "1/2"), ("c", "1/4"), ("cd", 0)]
)
def test_every_decision(ticked: str, earned: str | int) -> None:
    assert score("every_decision", FOUR, ticked) == F(earned)


def test_every_decision_may_pay_for_a_blank() -> None:
    assert score("every_decision", FOUR, "", Terms(blank_is_zero=False)) == F(1, 2)
    assert score("every_decision", FOUR, "gone", Terms(blank_is_zero=True)) == 0


@pytest.mark.parametrize(
    ("ticked", "earned"),
    [
        ("", 0),
        ("pq", 1),
        ("p", "3/4"),
        ("q", "1/4"),
        ("ps", "1/4"),
        ("qs", 0),
        ("pqst", "1/4"),
        ("pqt", "3/4"),
        ("s", 0),
    ],
)
def test_weighted(ticked: str, earned: str | int) -> None:
    assert score("weighted", WEIGHTS, ticked) == F(earned)


@pytest.mark.parametrize(("percent", "ticked", "earned"), [(75, "p", 1), (76, "p", 0), (100, "pq", 1), (100, "p", 0)])
def test_weighted_as_a_single_point(percent: int, ticked: str, earned: int) -> None:
    assert score("weighted", WEIGHTS, ticked, Terms(pass_percent=F(percent))) == earned


def test_weights_of_any_sign_stay_within_bounds() -> None:
    odd = [Decision("a", True, weight=F(2)), Decision("b", False, weight=F(-5)), Decision("c", True, weight=F(-1))]
    assert score("weighted", odd, "ab") == 1
    assert score("weighted", odd, "c") == 0
    assert score("weighted", [Decision("a", True, weight=F(0)), Decision("b", False)], "a") == 0
    assert score("weighted", [Decision("a", True, weight=F(1, 2)), Decision("b", False)], "a") == 1


@pytest.mark.parametrize(("ticked", "earned"), [("ab", 1), ("a", 0), ("abc", 0), ("", 0), ("abcd", 0)])
def test_all_or_nothing(ticked: str, earned: int) -> None:
    assert score("all_or_nothing", FOUR, ticked) == earned


@pytest.mark.parametrize("rule", RULES)
def test_where_nothing_is_right_a_blank_is_full_marks(rule: str) -> None:
    assert score(rule, NONE_RIGHT, "") == 1
    assert score(rule, NONE_RIGHT, "ab") == 0
    assert score(rule, NONE_RIGHT, "a") == (F(1, 2) if rule == "every_decision" else 0)


# --- what must always hold ---------------------------------------------------------------------------------

SHARE = st.sampled_from([F(-1), F(-1, 2), F(0), F(1, 3), F(1, 2), F(2, 3), F(1)])
WEIGHT = st.sampled_from([F(-2), F(0), F(1, 4), F(1), F(3)])
TERMS = st.builds(
    Terms,
    dock=st.sampled_from([F(0), F(1, 10), F(1, 2), F(1)]),
    blank_is_zero=st.booleans(),
    pass_percent=st.sampled_from([None, F(1), F(50), F(200, 3), F(100)]),
)
OPTIONS = st.lists(st.tuples(st.booleans(), SHARE, WEIGHT), min_size=1, max_size=6).map(
    lambda rows: [Decision(f"o{n}", *row) for n, row in enumerate(rows)]
)
TICKS = st.sets(st.sampled_from([f"o{n}" for n in range(7)]))


@given(st.sampled_from(list(RULES)), OPTIONS, TICKS, TERMS)
def test_every_rule_stays_within_bounds(rule: str, options: list[Decision], ticked: set[str], terms: Terms) -> None:
    assert 0 <= score(rule, options, ticked, terms) <= 1


@given(st.sampled_from(list(RULES)), OPTIONS, TICKS, TERMS)
def test_order_and_repetition_never_matter(rule: str, options: list[Decision], ticked: set[str], terms: Terms) -> None:
    mixed = sorted(ticked, reverse=True) * 2
    assert score(rule, options[::-1], mixed, terms) == score(rule, options, ticked, terms)


@given(OPTIONS, TICKS, st.integers(0, 5), st.sampled_from(["balanced", "dock", "all_or_nothing"]))
def test_one_more_right_decision_never_scores_less(
    options: list[Decision], ticked: set[str], at: int, rule: str
) -> None:
    option = options[at % len(options)]
    better = ticked | {option.key} if option.right else ticked - {option.key}
    terms = Terms(dock=F(1, 4))
    assert score(rule, options, better, terms) >= score(rule, options, ticked, terms)


@given(OPTIONS, TICKS)
def test_all_or_nothing_knows_no_between(options: list[Decision], ticked: set[str]) -> None:
    earned = score("all_or_nothing", options, ticked)
    assert earned in {0, 1}
    assert (earned == 1) is ({each.key for each in options if each.right} == ticked & {each.key for each in options})
