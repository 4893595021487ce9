"""Pages of sitting a quiz: start, questions, check, hand in, result; and saving while one answers."""

from flask import Blueprint

from learnapp.quizzes.domain.scoring import points_text

bp = Blueprint("quizzes", __name__)
bp.add_app_template_filter(points_text, "points")

from . import autosave, finish, result, sitting, start  # noqa: E402  the views attach themselves to bp

__all__ = ["autosave", "bp", "finish", "result", "sitting", "start"]
