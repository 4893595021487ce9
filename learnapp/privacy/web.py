"""The pages where a person takes along or deletes what is kept about them."""

from flask import Blueprint

from . import storage

bp = Blueprint("privacy", __name__)
__all__ = ["bp", "storage"]
