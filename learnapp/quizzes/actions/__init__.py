"""The verbs of sitting a quiz: start, save, hand in, and finish what is overdue. Each is one transaction."""

from .allowing import Target, allow, end_override, follow_membership
from .finishing import SUBMITTED_JOB, finish_if_overdue, finish_overdue, reopen, submit
from .previewing import Pretence, preview
from .saving import Answer, Outcome, Save, Saved, Stale, record, save_all, save_answer, unless_refused
from .starting import start

__all__ = [
    "SUBMITTED_JOB", "Answer", "Outcome", "Pretence", "Save", "Saved", "Stale", "Target", "allow", "end_override",
    "finish_if_overdue", "finish_overdue", "follow_membership", "preview", "record", "reopen", "save_all",
    "save_answer", "start", "submit", "unless_refused",
]  # fmt: skip
