"""Pages for instructors: groups and their scores, learners, attempts, times and tries, and a look as a learner."""

from flask import Blueprint

bp = Blueprint("teach", __name__, url_prefix="/teach")

from . import attempts, groups, preview, receipts, times  # noqa: E402  the views attach themselves to bp

__all__ = ["attempts", "bp", "groups", "preview", "receipts", "times"]
