"""The verbs of sitting a quiz: start, save, hand in, and finish what is overdue. Each is one transaction."""

from .finishing import SUBMITTED_JOB, finish_if_overdue, finish_overdue, submit
from .saving import Answer, Outcome, Save, Saved, Stale, record, save_all, save_answer, unless_refused
from .starting import start

__all__ = [
    "SUBMITTED_JOB", "Answer", "Outcome", "Save", "Saved", "Stale", "finish_if_overdue", "finish_overdue", "record",
    "save_all", "save_answer", "start", "submit", "unless_refused",
]  # fmt: skip
