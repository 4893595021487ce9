"""Drawing and shuffling: by seed alone, the same for ever, nothing twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.paper import Pool, draw, shuffle, slot_seed

SEEDS = st.integers(0, 2**63 - 1)
POOLS = [Pool("stages", 2, (1, 2, 3, 4)), Pool("cells", 1, (5, 6)), Pool("again", 2, (3, 4, 7, 8))]


def test_the_same_seed_gives_these_orders_for_ever() -> None:
    assert shuffle("abcdef", 42, "options") == ["c", "b", "a", "f", "e", "d"]
    assert draw(POOLS, 42) == draw(POOLS, 42)
    assert slot_seed(42, 1) != slot_seed(42, 2)


@given(st.lists(st.integers(), unique=True), SEEDS, st.randoms())
def test_a_shuffle_keeps_everything_and_forgets_the_old_order(keys: list[int], seed: int, chance: object) -> None:
    other = sorted(keys)
    assert shuffle(keys, seed, "s") == shuffle(other, seed, "s")
    assert sorted(shuffle(keys, seed, "s")) == other


def test_every_order_comes_about_equally_often() -> None:
    orders = ["".join(shuffle("abc", seed, "s")) for seed in range(1200)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert min(counts) > 140
    assert max(counts) < 260


def test_salt_and_slot_change_the_order() -> None:
    keys = "abcdefgh"
    assert len({tuple(shuffle(keys, 7, salt)) for salt in "xyz"}) == 3
    assert len({tuple(shuffle(keys, slot_seed(7, position), "s")) for position in range(1, 5)}) == 4


@given(SEEDS, st.integers(1, 100))
def test_slot_seeds_fit_the_column(seed: int, position: int) -> None:
    assert 0 <= slot_seed(seed, position) < 2**63


@given(SEEDS)
def test_a_paper_follows_its_pools_and_holds_nothing_twice(seed: int) -> None:
    paper = draw(POOLS, seed)
    assert len(paper) == len(set(paper)) == 5
    assert set(paper[:2]) <= {1, 2, 3, 4}
    assert paper[2] in {5, 6}
    assert set(paper[3:]) <= {3, 4, 7, 8}
    turned = [Pool(pool.key, pool.draw, pool.questions[::-1]) for pool in POOLS]
    assert draw(turned, seed) == paper


@given(SEEDS, st.integers(0, 3))
def test_seldom_seen_questions_come_first(seed: int, times: int) -> None:
    [pool] = POOLS[:1]
    seen = {1: 2, 2: 1, 3: times}
    drawn = draw([pool], seed, seen)
    left = [seen.get(question, 0) for question in pool.questions if question not in drawn]
    assert max(seen.get(question, 0) for question in drawn) <= min(left)


def test_a_pool_that_is_too_small_is_a_fault() -> None:
    with pytest.raises(ValueError, match="pool cells has 1 questions left for 2 slots"):
        draw([Pool("first", 1, (5,)), Pool("cells", 2, (5, 6))], 1)


def test_all_seeds_together_use_all_questions() -> None:
    assert {question for seed in range(60) for question in draw(POOLS, seed)} == {1, 2, 3, 4, 5, 6, 7, 8}
