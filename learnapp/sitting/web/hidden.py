"""What the review policy keeps back for now, and when it will be shown, in words (rules A5)."""

from datetime import datetime

from learnapp.kit.i18n import _, when, zone_name
from learnapp.quizzes import disclosing
from learnapp.quizzes.domain.review import Disclosure, Outlook, Switch, Value, outlook
from learnapp.quizzes.storage.attempts import Paper
from learnapp.quizzes.storage.standing import Standing


def not_shown(paper: Paper, where: Standing, tell: Disclosure, now: datetime) -> list[str]:
    """Return a sentence for each thing about the whole attempt that is kept back."""
    graded = paper.kind != "practice"
    rows = [
        (Switch.MARKS, not tell.marks, _("your score")),
        (Switch.OVERALL_FEEDBACK, graded and not tell.overall, _("whether you passed")),
        (Switch.ATTEMPT, not tell.attempt, _("your answers")),
        (Switch.RIGHT_WRONG, tell.attempt and not tell.correctness, _("which answers are right")),
    ]
    return [_sentence(what, _coming(paper, where, now, switch), where, paper) for switch, off, what in rows if off]


def best_answers(paper: Paper, where: Standing, now: datetime) -> str:
    """Say when the best answers are shown."""
    coming = _coming(paper, where, now, Switch.RIGHT_ANSWER)
    return _sentence(_("the best answer to each question"), coming, where, paper)


def _coming(paper: Paper, where: Standing, now: datetime, switch: Switch) -> Outlook:
    policy = disclosing.policy(where.settings, paper.track)
    return outlook(policy, disclosing.occasion(where, paper.track, now), disclosing.sat(paper, where), switch)


def _sentence(what: str, coming: Outlook, where: Standing, paper: Paper) -> str:
    words = _when(coming, limited=where.tries_left(paper.track) is not None)
    if words is None:
        return _("You do not see %(what)s here.", what=what)
    return _("You see %(what)s %(when)s.", what=what, when=words)


def _when(coming: Outlook, limited: bool) -> str | None:
    """Return the words for a condition or a moment, None when it never comes; limited: the tries are."""
    if coming.moment is not None:
        return _("from %(time)s (%(zone)s)", time=when(coming.moment), zone=zone_name())
    if coming.value is Value.ONCE_PASSED or (coming.value is Value.PASSED_OR_LAST and not limited):
        return _("once you pass")
    if coming.value is Value.PASSED_OR_LAST:
        return _("once you pass, or after your last try")
    return _("after your last try") if coming.value is Value.AFTER_LAST_ATTEMPT and limited else None
