"""What is checked in the settings of when a quiz can be sat, and of what its deadline does."""

from .course import Quiz
from .faults import Report

TIMES = ("opens_at", "closes_at", "waits", "stop_once_passed", "deadline_policy", "grace_minutes")
_PRACTICE = {
    "waits": "Practice is never counted, so nobody waits for another try: take `waits` out.",
    "stop_once_passed": "Practice cannot be passed: take `stop_once_passed` out.",
    "deadline_policy": "Practice is never counted, so nothing is lost at its end: take `deadline_policy` out.",
}


def check_times(quiz: Quiz, report: Report) -> None:
    """Note times that contradict each other, and what makes no sense in practice (rules A4)."""
    settings = quiz.model.settings
    found = []
    if settings.opens_at and settings.closes_at and settings.closes_at <= settings.opens_at:
        found.append(("closes_at", "The quiz would close before it opens. Write a later `closes_at`."))
    if settings.grace_minutes is not None and settings.deadline_policy != "grace":
        text = "`grace_minutes` belongs to `deadline_policy: grace`. Add that, or take `grace_minutes` out."
        found.append(("grace_minutes", text))
    if settings.kind == "practice":
        default = type(settings)()
        found += [(name, text) for name, text in _PRACTICE.items() if getattr(settings, name) != getattr(default, name)]
    for name, text in found:
        report.fault(quiz.document.path, quiz.document.line(("settings", name)), text)
