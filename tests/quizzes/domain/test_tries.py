"""Behaviours: what counts as a try, when a question locks, what it earns in the end (rules A3, B)."""

from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.tries import (
    DEFAULT_PENALTY,
    Action,
    Behaviour,
    Move,
    Phase,
    Try,
    counted,
    gap_counted_back,
    part_counted_back,
    phase,
    score,
    tries_allowed,
    weighted_mean,
)

F = Fraction
HALF, THIRD = F(1, 2), F(1, 3)
D, IM, IN, AD, NP = Behaviour
SEVERAL = (IN, AD, NP)


def tries(*said: str) -> list[Try]:
    """Return tries from words: "w" wrong, "r" right, "h" half, "x" ungraded; a dot after it: only saved."""
    raw = {"w": F(0), "v": F(0), "r": F(1), "h": HALF, "x": None, "n": F(-1, 2)}
    return [Try(word[0], raw[word[0]], not word.endswith(".")) for word in said]


@pytest.mark.parametrize(
    ("behaviour", "said", "hints", "penalty", "expected"),
    [
        (D, [], 0, HALF, F(0)),
        (D, ["w.", "r."], 0, HALF, F(1)),
        (D, ["x."], 0, HALF, None),
        (IM, [], 0, HALF, F(0)),
        (IM, ["w", "r."], 0, HALF, F(0)),
        (IM, ["w.", "h."], 0, HALF, HALF),
        (IM, ["h."], 0, HALF, HALF),
        (IM, ["n"], 0, HALF, F(-1, 2)),
        (IN, [], 2, HALF, None),
        (IN, ["r"], 2, HALF, F(1)),
        (IN, ["w", "r"], 1, HALF, HALF),
        (IN, ["w", "v", "r"], 2, THIRD, THIRD),
        (IN, ["w", "v", "r"], 1, THIRD, F(0)),
        (IN, ["w", "r", "w"], 2, THIRD, F(2, 3)),
        (IN, ["w", "r."], 1, HALF, HALF),
        (IN, ["w", "h."], 1, F(1), F(0)),
        (IN, ["h", "h."], 1, HALF, HALF),
        (IN, ["h"], 1, HALF, HALF),
        (IN, ["w."], 1, HALF, F(0)),
        (IN, ["x"], 1, HALF, None),
        (IN, ["w", "x."], 1, HALF, None),
        (AD, [], 0, HALF, None),
        (AD, ["w", "r"], 0, F(1, 10), F(9, 10)),
        (AD, ["w", "w", "r"], 0, F(1, 10), F(9, 10)),
        (AD, ["w", "v", "w", "r"], 0, F(1, 10), F(7, 10)),
        (AD, ["h", "r"], 0, F(3, 5), HALF),
        (AD, ["r", "w"], 0, HALF, F(1)),
        (AD, ["w", "r."], 0, F(1, 10), F(9, 10)),
        (AD, ["w.", "v.", "r."], 0, F(1, 10), F(1)),
        (AD, ["w", "v"], 0, F(1), F(0)),
        (AD, ["n"], 0, HALF, F(0)),
        (NP, [], 0, HALF, None),
        (NP, ["w", "v", "h", "r."], 0, F(1), F(1)),
        (NP, ["h", "w"], 0, F(1), HALF),
        (NP, ["n"], 0, HALF, F(0)),
    ],
)
def test_what_tries_earn(
    behaviour: Behaviour, said: list[str], hints: int, penalty: Fraction, expected: object
) -> None:
    assert score(behaviour, tries(*said), hints, penalty) == expected


def test_the_default_penalty_is_a_third() -> None:
    assert DEFAULT_PENALTY == THIRD
    assert score(IN, tries("w", "r"), 1) == F(2, 3)
    assert score(AD, tries("w", "r")) == F(2, 3)
    assert score(IN, tries("w", "r")) == F(0), "without hints there is one try"


def test_how_many_checks_there_are() -> None:
    assert [tries_allowed(behaviour, 2) for behaviour in Behaviour] == [0, 1, 3, None, None]


def moves(*said: str) -> list[Move]:
    table = {"s": Move(Action.SAVE), "a": Move(Action.AGAIN), "w": Move(Action.CHECK), "r": Move(Action.CHECK, F(1))}
    return [table[word] for word in said]


@pytest.mark.parametrize(
    ("behaviour", "said", "hints", "expected"),
    [
        (D, "ss", 2, Phase.OPEN),
        (D, "w", 2, Phase.OPEN),
        (IM, "s", 0, Phase.OPEN),
        (IM, "sw", 0, Phase.LOCKED),
        (IM, "wa", 3, Phase.LOCKED),
        (IN, "", 1, Phase.OPEN),
        (IN, "sw", 1, Phase.HINT),
        (IN, "swa", 1, Phase.OPEN),
        (IN, "swas", 1, Phase.OPEN),
        (IN, "swaw", 1, Phase.LOCKED),
        (IN, "swaw", 2, Phase.HINT),
        (IN, "r", 2, Phase.LOCKED),
        (IN, "w", 0, Phase.LOCKED),
        (AD, "www", 1, Phase.OPEN),
        (NP, "r", 1, Phase.OPEN),
    ],
)
def test_what_a_question_takes(behaviour: Behaviour, said: str, hints: int, expected: Phase) -> None:
    assert phase(behaviour, moves(*said), hints) is expected


def test_only_what_is_checked_or_last_counts() -> None:
    assert counted(D, tries("w.", "r.")) == tries("r.")
    assert counted(D, []) == []
    assert counted(AD, tries("w.", "v", "v", "r.")) == tries("v", "r.")
    assert counted(IN, tries("w", "w."), 3) == tries("w")
    assert counted(IN, tries("w", "w"), 3) == tries("w", "w")
    assert counted(IN, tries("r.", "w"), 3) == tries("w")
    assert counted(IM, tries("w", "v")) == tries("w")


KINDS = st.sampled_from(["w", "v", "h", "r", "w.", "h.", "r."])


@given(st.sampled_from(SEVERAL), st.lists(KINDS, max_size=6), st.integers(0, 4), st.fractions(0, 1))
def test_a_score_is_a_share_and_needs_an_answer(
    behaviour: Behaviour, said: list[str], hints: int, penalty: Fraction
) -> None:
    got = score(behaviour, tries(*said), hints, penalty)
    assert (got is None) == (not said)
    assert got is None or 0 <= got <= 1


@given(st.lists(KINDS, min_size=1, max_size=6), st.fractions(0, 1))
def test_more_checks_never_lower_an_adaptive_score(said: list[str], penalty: Fraction) -> None:
    checked = [word[0] for word in said]
    for behaviour in (AD, NP):
        growing = [score(behaviour, tries(*checked[:n]), 0, penalty) for n in range(1, len(checked) + 1)]
        assert growing == list(accumulate(growing, max))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ([], F(0)),
        ([False], F(0)),
        ([True], F(1)),
        ([False, True], F(2, 3)),
        ([True, True, True], F(1)),
        ([True, False, True], THIRD),
        ([False, False, False, True], F(0)),
        ([True, False], F(0)),
    ],
)
def test_a_part_counted_back(right: list[bool], expected: Fraction) -> None:
    assert part_counted_back(right, THIRD) == expected


def test_a_part_is_never_below_nothing() -> None:
    assert part_counted_back([False, False, True], F(1)) == 0


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], F(0)),
        ([("a", F(1))], F(1)),
        ([("b", F(0)), ("a", F(1))], F(2, 3)),
        ([("a", F(1)), ("a", F(1)), ("a", F(1))], F(1)),
        ([("a", F(1)), ("b", F(0)), ("a", F(1))], THIRD),
        ([("b", F(0)), ("a", F(1)), ("a", F(1))], F(2, 3)),
        ([("b", F(0)), ("c", HALF)], F(1, 6)),
        ([("a", F(0)), ("b", F(0)), ("c", F(1, 4))], F(0)),
    ],
)
def test_a_gap_counted_back(answers: list[tuple[str, Fraction]], expected: Fraction) -> None:
    assert gap_counted_back(answers, THIRD) == expected


def test_a_weighted_mean() -> None:
    assert weighted_mean([(F(1), F(3)), (F(0), F(1))]) == F(3, 4)
    assert weighted_mean([(F(1, 2), F(1))]) == HALF
    assert weighted_mean([]) == 0
    assert weighted_mean([(F(1), F(0))]) == 0
