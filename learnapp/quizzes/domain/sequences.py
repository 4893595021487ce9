"""Nine ways of scoring an order (rules B, D6).

`right` is the right order, every entry once. `given` says what stands at each place of the response: an entry, or
None for nothing. Entries that do not belong there, and entries that stand in it twice, are as good as None.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

Given = Sequence[str | None]
ZERO = Fraction(0)


def places(right: Sequence[str], given: Given) -> dict[str, int]:
    """Return where each entry stands in the response, from 0; entries that are missing or repeated are left out."""
    times = Counter(given)
    return {key: given.index(key) for key in right if times[key] == 1}


def all_or_nothing(right: Sequence[str], given: Given) -> Fraction:
    """Return 1 for the right order, else 0."""
    return Fraction(list(given) == list(right))


def absolute(right: Sequence[str], given: Given) -> Fraction:
    """Return the share of entries that stand in their own place."""
    at = places(right, given)
    return Fraction(sum(at.get(key) == place for place, key in enumerate(right)), len(right))


def next_exclude_last(right: Sequence[str], given: Given) -> Fraction:
    """Return the share of entries, the last one excluded, that are followed by the right one."""
    wanted = set(pairwise(right))
    return Fraction(len(wanted & _followed(right, given)), len(right) - 1)


def next_include_last(right: Sequence[str], given: Given) -> Fraction:
    """Return the share of entries that are followed by the right one; the last by nothing."""
    return Fraction(_successors(right, given), len(right))


def one_before_after(right: Sequence[str], given: Given) -> Fraction:
    """Return the share of right neighbours, two for each entry; the ends have "nothing" as a neighbour."""
    hits = _successors(right, given) + _successors(right[::-1], given[::-1])
    return Fraction(hits, 2 * len(right))


def all_before_after(right: Sequence[str], given: Given) -> Fraction:
    """Return, over all entries, the share of the others that stand on the right side of it."""
    order = list(places(right, given).values())
    rising = sum(order[i] < later for i in range(len(order)) for later in order[i + 1 :])
    return Fraction(2 * rising, len(right) * (len(right) - 1))


def longest_ordered(right: Sequence[str], given: Given) -> Fraction:
    """Return the share of the longest subset in rising order, others between them or not; one alone counts 0."""
    ends: list[int] = []  # ends[n]: the lowest place at which a rising subset of n + 1 entries can end
    for place in places(right, given).values():
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return _run(len(ends), right)


def longest_contiguous(right: Sequence[str], given: Given) -> Fraction:
    """Return the share of the longest run of successive places of the right order that stand in rising order.

    Other entries may stand between them in the response; one alone counts 0.
    """
    at = places(right, given)
    longest = run = 0
    before = None
    for key in right:
        place = at.get(key)
        rises = before is not None and place is not None and place > before
        run = run + 1 if rises else int(place is not None)
        before = place
        longest = max(longest, run)
    return _run(longest, right)


def relative_shares(right: Sequence[str], given: Given) -> dict[str, Fraction]:
    """Return each entry's own share: (n - 1 - its distance from its place) / (n - 1), and 0 without a place."""
    at = places(right, given)
    furthest = len(right) - 1
    return {
        key: ZERO if key not in at else max(ZERO, Fraction(furthest - abs(at[key] - place), furthest))
        for place, key in enumerate(right)
    }


def relative_to_correct(right: Sequence[str], given: Given) -> Fraction:
    """Return the sum of (n - 1 - distance) / (n (n - 1)); the reversed order still earns something."""
    return sum(relative_shares(right, given).values(), ZERO) / len(right)


METHODS: Mapping[str, Callable[[Sequence[str], Given], Fraction]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            relative_to_correct,
            all_or_nothing,
            absolute,
            next_exclude_last,
            next_include_last,
            one_before_after,
            all_before_after,
            longest_ordered,
            longest_contiguous,
        )
    }
)


def score(method: str, right: Sequence[str], given: Given) -> Fraction:
    """Return what the response earns by the named method; an order of fewer than two entries is right or wrong."""
    return METHODS[method](right, given) if len(right) > 1 else all_or_nothing(right, given)


def _successors(right: Sequence[str], given: Given) -> int:
    wanted = {*pairwise(right), (right[-1], None)}
    return len(wanted & _followed(right, given))


def _followed(right: Sequence[str], given: Given) -> set[tuple[str, str | None]]:
    """Return each entry with what follows it, None for the end; followers that do not count are left out."""
    at = places(right, given)
    standing: dict[int, str | None] = {place: key for key, place in at.items()}
    standing[len(given)] = None
    return {(key, standing[place + 1]) for key, place in at.items() if place + 1 in standing}


def _run(length: int, right: Sequence[str]) -> Fraction:
    return Fraction(length, len(right)) if length > 1 else ZERO
