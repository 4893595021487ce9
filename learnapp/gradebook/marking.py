"""Reading what an instructor typed as points: pure."""

import re
from fractions import Fraction

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.scoring import share

POINTS = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?", re.ASCII)


def points_given(text: str, weight: Fraction) -> Fraction | Problem:
    """Return the points that a text says as a fraction of the question's weight, exact: "1,5" of 2 is 3/4.

    At most two decimals, with a point or a comma. Returns Problem("no_points") for a blank,
    Problem("not_points") for what is no such number, and Problem("too_many_points", values: weight) for more
    than the weight; points shown with two decimals count as the weight itself (0.33 of 1/3 is all of it).
    """
    typed = text.strip()
    if not typed:
        return Problem("no_points", "points")
    match = POINTS.fullmatch(typed)
    if match is None:
        return Problem("not_points", "points")
    whole, decimals = match.groups()
    points = Fraction(int(whole)) + Fraction(int((decimals or "0").ljust(2, "0")), 100)
    if points and abs(points - weight) < Fraction(1, 100):
        return Fraction(1)
    if points > weight:
        return Problem("too_many_points", "points", {"weight": weight})
    return share(points, weight)
