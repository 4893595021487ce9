"""Choice and order by seed: which questions a paper holds, and how anything on it is shuffled."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
SEED_BITS = 63  # fits a signed 64-bit column


@dataclass(frozen=True)
class Pool:
    """The questions that `draw` slots are filled from. key: the pool's stable name. questions: their ids."""

    key: str
    draw: int
    questions: tuple[int, ...]


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


def draw(pools: Sequence[Pool], seed: int, seen: Mapping[int, int] | None = None) -> list[int]:
    """Return the question ids of a paper, in paper order: pool by pool, by seed, none twice.

    seen: how often this learner has had a question; seldom seen ones are drawn first (rules A4.1).
    Raises ValueError when a pool has too few questions that are not on the paper yet.
    """
    paper: list[int] = []
    for pool in pools:
        paper.extend(_pick(pool, seed, seen or {}, frozenset(paper)))
    return paper


def _pick(pool: Pool, seed: int, seen: Mapping[int, int], taken: frozenset[int]) -> list[int]:
    free = shuffle(set(pool.questions) - taken, seed, f"pool/{pool.key}")
    if len(free) < pool.draw:
        raise ValueError(f"pool {pool.key} has {len(free)} questions left for {pool.draw} slots")
    return sorted(free, key=lambda question: seen.get(question, 0))[: pool.draw]
