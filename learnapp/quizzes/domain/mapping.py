"""QTI mapping: every distinct value of a response is worth what the author's map says (rules B)."""

from collections.abc import Collection, Hashable, Mapping
from fractions import Fraction
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def mapped(
    values: Collection[K] | None,
    worth: Mapping[K, Fraction],
    *,
    maximum: Fraction,
    default: Fraction = Fraction(0),
    lower: Fraction | None = None,
    upper: Fraction | None = None,
) -> Fraction:
    """Return what the distinct values are worth together, within the bounds, over the maximum (rules B).

    A value that is not in the map is worth the default. No response at all is 0, whatever the bounds say. The
    result may lie outside 0..1 where the author's numbers put it there.
    """
    if not values or maximum <= 0:
        return Fraction(0)
    total = sum((worth.get(value, default) for value in set(values)), Fraction(0))
    return bounded(total, lower, upper) / maximum


def bounded(total: Fraction, lower: Fraction | None, upper: Fraction | None) -> Fraction:
    """Return the total, raised to the lower bound and then cut to the upper one; None is no bound."""
    raised = total if lower is None else max(total, lower)
    return raised if upper is None else min(raised, upper)
