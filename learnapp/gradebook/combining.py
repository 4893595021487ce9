"""The total of a category of the gradebook out of its entries: what is dropped, and how the rest is combined."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

NOTHING = Fraction(0)
ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One grade in a category.

    share: exact part of its maximum, 0..1; None when it is missing. maximum: its points, more than 0. weight:
    for `weighted` only. extra: extra credit, which may add to the total and never takes from it.
    """

    share: Fraction | None
    maximum: Fraction = ONE
    weight: Fraction = ONE
    extra: bool = False

    @property
    def earned(self) -> Fraction:
        """Return the exact share; 0 when it is missing."""
        return NOTHING if self.share is None else self.share

    @property
    def mark(self) -> Fraction:
        """Return the points earned."""
        return self.earned * self.maximum


@dataclass(frozen=True, slots=True)
class Total:
    """What a category comes to: `mark` points of `maximum`; share = mark / maximum, clamped to 0..1."""

    share: Fraction
    mark: Fraction
    maximum: Fraction


def entry(mark: Fraction | None, maximum: Fraction, weight: Fraction = ONE, extra: bool = False) -> Entry:
    """Return an entry from points instead of a share; a maximum of 0 makes every mark a share of 0."""
    share = None if mark is None else mark / maximum if maximum else NOTHING
    return Entry(share, maximum, weight, extra)


def combine(
    entries: Iterable[Entry], method: str, *, drop_lowest: int = 0, keep_highest: int | None = None,
    missing_is_zero: bool = False, maximum: Fraction | None = None,
) -> Total | None:  # fmt: skip
    """Return the total of a category, None when nothing in it can be combined (rules B, "gradebook").

    method: a key of METHODS. drop_lowest, keep_highest: see `chosen`; dropping comes first. missing_is_zero:
    count missing entries as 0 instead of leaving them out. maximum: the category's points; by default the sum
    of the entries' maxima for `natural`, and 1 for the rest. Raises ValueError for an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"no such way to combine: {method}")
    present = [each for each in entries if missing_is_zero or each.share is not None]
    left = chosen(present, drop_lowest, keep_highest)
    if method == "natural":
        return _natural(left, maximum)
    share = METHODS[method](left)
    of = ONE if maximum is None else maximum
    return None if share is None else _total(share * of, of)


def chosen(entries: Sequence[Entry], drop_lowest: int = 0, keep_highest: int | None = None) -> list[Entry]:
    """Return the entries that count, in their order.

    The lowest `drop_lowest` go, then all but the highest `keep_highest`: lowest share first, of equals the one
    with the larger maximum. Extra credit never goes and is not counted among those kept.
    """
    places = [place for place, each in enumerate(entries) if not each.extra]
    places.sort(key=lambda place: (entries[place].earned, -entries[place].maximum))
    places = places[max(0, drop_lowest) :]
    if keep_highest is not None:
        places = places[max(0, len(places) - keep_highest) :]
    return [each for place, each in enumerate(entries) if each.extra or place in places]


def _total(mark: Fraction, maximum: Fraction) -> Total:
    clamped = max(NOTHING, min(mark, maximum))
    return Total(clamped / maximum if maximum else NOTHING, clamped, maximum)


def _natural(entries: Sequence[Entry], maximum: Fraction | None) -> Total | None:
    """Sum the points; extra credit adds to them and not to the maximum."""
    own = sum((each.maximum for each in entries if not each.extra), NOTHING)
    of = own if maximum is None else maximum
    return _total(sum((each.mark for each in entries), NOTHING), of) if entries and of else None


def _weighted_by(entries: Sequence[Entry], weights: Sequence[Fraction]) -> Fraction | None:
    """Return the weighted mean of the shares; extra credit stands on top: it is not in the divisor."""
    pairs = list(zip(entries, weights, strict=True))
    divisor = sum((weight for each, weight in pairs if not each.extra), NOTHING)
    return sum((each.earned * weight for each, weight in pairs), NOTHING) / divisor if divisor else None


def _mean(entries: Sequence[Entry]) -> Fraction | None:
    return _weighted_by(entries, [ONE] * len(entries))


def _weighted(entries: Sequence[Entry]) -> Fraction | None:
    """Only weights above 0 take part."""
    return _weighted_by(entries, [max(NOTHING, each.weight) for each in entries])


def _simple_weighted(entries: Sequence[Entry]) -> Fraction | None:
    return _weighted_by(entries, [each.maximum for each in entries])


def _shares(entries: Sequence[Entry]) -> list[Fraction]:
    """Return the shares in rising order. Extra credit could only pull these down, so it is left out."""
    return sorted(each.earned for each in entries if not each.extra)


def _median(entries: Sequence[Entry]) -> Fraction | None:
    """The middle one; of an even number the mean of the middle two."""
    shares = _shares(entries)
    middle = len(shares) // 2
    if not shares:
        return None
    return shares[middle] if len(shares) % 2 else (shares[middle - 1] + shares[middle]) / 2


def _min(entries: Sequence[Entry]) -> Fraction | None:
    return min(_shares(entries), default=None)


def _max(entries: Sequence[Entry]) -> Fraction | None:
    return max(_shares(entries), default=None)


def _mode(entries: Sequence[Entry]) -> Fraction | None:
    """The share that comes most often, the highest of ties."""
    times = Counter(_shares(entries))
    return max(times, key=lambda share: (times[share], share), default=None)


METHODS: Mapping[str, Callable[[Sequence[Entry]], Fraction | None]] = {
    "mean": _mean,
    "weighted": _weighted,
    "simple_weighted": _simple_weighted,
    "median": _median,
    "min": _min,
    "max": _max,
    "mode": _mode,
    "natural": _simple_weighted,  # as a share; its points are summed by `combine`
}
