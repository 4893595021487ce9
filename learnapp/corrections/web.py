"""The pages where staff decide what becomes of attempts after a question changed."""

from flask import Blueprint

from . import storage

bp = Blueprint("corrections", __name__)
__all__ = ["bp", "storage"]
