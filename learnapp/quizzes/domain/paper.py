"""Choice and order by seed: which questions a paper holds, and how anything on it is shuffled."""

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
SEED_BITS = 63  # fits a signed 64-bit column


@dataclass(frozen=True)
class Pool:
    """The questions that `draw` slots are filled from.

    key: the pool's stable name. questions: their ids. section: the part of the paper that the slots stand
    in. objective: what the slots are for, "" when each question says it itself.
    """

    key: str
    draw: int
    questions: tuple[int, ...]
    section: str | None = None
    objective: str = ""


@dataclass(frozen=True)
class Before:
    """What a learner has met before, by question id.

    seen: how worn each question is, 0 or absent for a new one; seldom seen ones are drawn first. critical:
    which questions are safety questions. missed: safety questions that the learner's newest counted attempt
    did not get right.
    """

    seen: Mapping[int, int]
    critical: Set[int] = frozenset()
    missed: Set[int] = frozenset()


@dataclass(frozen=True)
class Drawn:
    """A question on a paper, with the section and objective of the pool that it came from."""

    question: int
    section: str | None = None
    objective: str = ""


NEW_HERE = Before({})


def _rank(seed: int, salt: str, key: object) -> bytes:
    # A hash, not random.Random: the same for ever, on every machine, whatever order the list comes in.
    return sha256(f"{seed}/{salt}/{key}".encode()).digest()


def shuffle(keys: Iterable[K], seed: int, salt: str) -> list[K]:
    """Return the keys in an order that depends on seed and salt alone, not on the order they come in.

    salt: what is being shuffled ("options"), so that two lists of one question differ in order.
    """
    return sorted(keys, key=lambda key: _rank(seed, salt, key))


def slot_seed(seed: int, position: int) -> int:
    """Return the seed for arranging the question at `position` (from 1) of an attempt with this seed.

    Without it two questions whose options have the same ids would be shuffled alike.
    """
    return int.from_bytes(_rank(seed, "slot", position)[:8], "big") >> (64 - SEED_BITS)


def draw(pools: Sequence[Pool], seed: int, before: Before = NEW_HERE) -> list[Drawn]:
    """Return the questions of a paper, pool by pool, by seed, none twice.

    Seldom seen ones are drawn first (rules A4.1). Where a safety question of a pool was missed, the pool gives
    its siblings first, one for each that was missed: other safety questions of the pool, which all serve one
    objective (rules D8). The missed one itself is then drawn only when nothing else is left; without a sibling
    it is drawn like any other. Raises ValueError when a pool has too few questions that are not on the paper yet.
    """
    paper: list[Drawn] = []
    for pool in pools:
        taken = frozenset(each.question for each in paper)
        paper += [Drawn(question, pool.section, pool.objective) for question in _pick(pool, seed, before, taken)]
    return paper


def _pick(pool: Pool, seed: int, before: Before, taken: Set[int]) -> list[int]:
    free = shuffle(set(pool.questions) - taken, seed, f"pool/{pool.key}")
    if len(free) < pool.draw:
        raise ValueError(f"pool {pool.key} has {len(free)} questions left for {pool.draw} slots")
    free.sort(key=lambda question: before.seen.get(question, 0))
    return _siblings_first(pool, free, before)[: pool.draw]


def _siblings_first(pool: Pool, free: list[int], before: Before) -> list[int]:
    missed = before.missed & set(pool.questions)
    siblings = before.critical & set(pool.questions) - missed
    if not missed or not siblings:
        return free
    on_paper = len(siblings - set(free))  # an earlier pool may share some
    owed = [question for question in free if question in siblings][: max(0, len(missed) - on_paper)]
    others = [question for question in free if question not in owed and question not in missed]
    return [*owed, *others, *(question for question in free if question in missed)]


def in_order(paper: Sequence[Drawn], seed: int, shuffled: bool) -> list[Drawn]:
    """Return a paper in the order in which it is sat: section by section, as the paper first names them.

    shuffled: inside each section by seed; otherwise as drawn. What has no section stands together like one.
    """
    sections = list(dict.fromkeys(each.section for each in paper))
    drawn = {each.question: each for each in paper}
    order = [drawn[question] for question in shuffle(drawn, seed, "order")] if shuffled else paper
    return sorted(order, key=lambda each: sections.index(each.section))
