"""Drawing and shuffling: by seed alone, the same for ever, nothing twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.paper import Before, Drawn, Pool, draw, in_order, shuffle, slot_seed

SEEDS = st.integers(0, 2**63 - 1)
POOL = range(1, 9)
SETS = st.frozensets(st.sampled_from(POOL))
POOLS = [Pool("stages", 2, (1, 2, 3, 4)), Pool("cells", 1, (5, 6)), Pool("again", 2, (3, 4, 7, 8))]


def ids(paper: list[Drawn]) -> list[int]:
    return [each.question for each in paper]


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
    paper = ids(draw(POOLS, seed))
    assert len(paper) == len(set(paper)) == 5
    assert set(paper[:2]) <= {1, 2, 3, 4}
    assert paper[2] in {5, 6}
    assert set(paper[3:]) <= {3, 4, 7, 8}
    turned = [Pool(pool.key, pool.draw, pool.questions[::-1]) for pool in POOLS]
    assert ids(draw(turned, seed)) == paper


@given(SEEDS, st.integers(0, 3))
def test_seldom_seen_questions_come_first(seed: int, times: int) -> None:
    [pool] = POOLS[:1]
    seen = {1: 2, 2: 1, 3: times}
    drawn = ids(draw([pool], seed, Before(seen)))
    left = [seen.get(question, 0) for question in pool.questions if question not in drawn]
    assert max(seen.get(question, 0) for question in drawn) <= min(left)


def test_a_pool_that_is_too_small_is_a_fault() -> None:
    with pytest.raises(ValueError, match="pool cells has 1 questions left for 2 slots"):
        draw([Pool("first", 1, (5,)), Pool("cells", 2, (5, 6))], 1)


def test_all_seeds_together_use_all_questions() -> None:
    assert {question for seed in range(60) for question in ids(draw(POOLS, seed))} == {1, 2, 3, 4, 5, 6, 7, 8}


# --- a sibling of what was missed (rules D8) --------------------------------------------------------------


def test_a_missed_safety_question_brings_its_sibling() -> None:
    pool = Pool("call", 1, (1, 2, 3, 4))
    worn = {1: 1, 2: 9}
    for seed in range(40):
        before = Before(worn, critical=frozenset({1, 2}), missed=frozenset({1}))
        assert ids(draw([pool], seed, before)) == [2], "before fresh ones that are no safety questions"


def test_without_a_sibling_the_missed_one_is_drawn_like_any_other() -> None:
    pool = Pool("call", 1, (1, 2, 3))
    before = Before({2: 1, 3: 1}, critical=frozenset({1, 9}), missed=frozenset({1}))
    assert ids(draw([pool], 5, before)) == [1]


def test_other_pools_do_not_care() -> None:
    pools = [Pool("first", 1, (1, 2)), Pool("second", 2, (3, 4, 5))]
    before = Before({}, critical=frozenset({1, 2, 3}), missed=frozenset({1}))
    for seed in range(40):
        assert ids(draw(pools, seed, before))[1:] == ids(draw(pools[1:], seed))


def test_a_sibling_that_an_earlier_pool_gave_is_not_owed_again() -> None:
    pools = [Pool("first", 1, (2,)), Pool("second", 1, (1, 2, 3, 4))]
    before = Before({2: 1, 3: 5, 1: 1}, critical=frozenset({1, 2, 3}), missed=frozenset({1}))
    assert ids(draw(pools, 3, before)) == [2, 4]


@given(SEEDS, st.integers(1, 8), SETS, SETS, st.dictionaries(st.sampled_from(POOL), st.integers(1, 4)))
def test_the_missed_one_comes_back_only_when_nothing_else_is_left(
    seed: int, size: int, critical: frozenset[int], some: frozenset[int], seen: dict[int, int]
) -> None:
    missed = critical & some
    paper = ids(draw([Pool("all", size, tuple(POOL))], seed, Before(seen, critical, missed)))
    siblings = critical - missed
    assert len(set(paper)) == size
    if missed and siblings:
        assert len(siblings & set(paper)) >= min(len(missed), len(siblings), size)
        assert not missed & set(paper) or set(POOL) - missed <= set(paper)
    else:
        assert paper == ids(draw([Pool("all", size, tuple(POOL))], seed, Before(seen)))


# --- sections and order -----------------------------------------------------------------------------------


PARTS = [Pool("a", 3, tuple(range(10)), "one", "O1"), Pool("b", 2, tuple(range(10, 20)), "two", "healing:O2")]


def test_what_is_drawn_knows_its_section_and_objective() -> None:
    paper = draw(PARTS, 4)
    assert [(each.section, each.objective) for each in paper] == [("one", "O1")] * 3 + [("two", "healing:O2")] * 2


@given(SEEDS)
def test_questions_are_shuffled_inside_their_section_only(seed: int) -> None:
    pools = [*PARTS, Pool("c", 2, tuple(range(20, 30)), "one"), Pool("d", 2, tuple(range(30, 40)))]
    paper = draw(pools, seed)
    order = in_order(paper, seed, True)
    assert [each.section for each in order] == ["one"] * 5 + ["two"] * 2 + [None] * 2
    assert set(order) == set(paper)
    fixed = in_order(paper, seed, False)
    assert [each.section for each in fixed] == [each.section for each in order]
    assert [each for each in fixed if each.section == "one"] == [each for each in paper if each.section == "one"]


def test_fixed_keeps_the_blueprint_and_shuffled_uses_every_order() -> None:
    pools = [Pool(str(n), 1, (n,)) for n in range(3)]
    assert all(ids(in_order(draw(pools, seed), seed, False)) == [0, 1, 2] for seed in range(20))
    assert len({tuple(ids(in_order(draw(pools, seed), seed, True))) for seed in range(60)}) == 6
