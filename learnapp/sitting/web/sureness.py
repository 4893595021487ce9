"""What a result says about certainty: sure and right, unsure and right, sure and wrong, with what to read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from learnapp.kit.i18n import _
from learnapp.quizzes.domain.certainty import Fit, Kind, LevelReport, Mode, Report, Said, kind, report
from learnapp.quizzes.domain.scoring import percent_text, points_text
from learnapp.quizzes.storage.attempts import Paper

from .review import Reviewed
from .views import certainty_words


@dataclass(frozen=True)
class Group:
    """The questions of one kind. title, advice: words for the reader."""

    kind: str
    title: str
    advice: str
    questions: tuple[Reviewed, ...]


@dataclass(frozen=True)
class Sureness:
    """Groups in the order of what helps most. Where marks go by certainty: (words, value) rows, a line per level."""

    groups: tuple[Group, ...]
    marks: tuple[tuple[str, str], ...] = ()
    levels: tuple[str, ...] = ()


def sureness(paper: Paper, questions: Sequence[Reviewed]) -> Sureness | None:
    """Return what the learner said about being sure, or None when it was not asked or never said."""
    graded = [each for each in questions if each.slot.fraction is not None]
    if paper.certainty == Mode.OFF or not any(each.slot.certainty for each in graded):
        return None
    groups = tuple(
        _group(which, graded) for which in (Kind.SURE_WRONG, Kind.UNSURE_RIGHT, Kind.SURE_RIGHT, Kind.UNSURE_WRONG)
    )
    found = report(Said(each.slot.fraction or Fraction(0), each.slot.certainty) for each in graded)
    if paper.certainty != Mode.MARKS or found is None:
        return Sureness(groups)
    answered = report(_answered(graded))
    return Sureness(groups, tuple(_marks(found, answered)), tuple(_level(level) for level in found.levels))


def _answered(questions: Sequence[Reviewed]) -> list[Said]:
    given = [each for each in questions if each.slot.answer]
    return [Said(each.slot.fraction or Fraction(0), each.slot.certainty) for each in given]


def _group(which: Kind, questions: Sequence[Reviewed]) -> Group:
    title, advice = _words()[which]
    own = (each for each in questions if kind(each.slot.fraction or Fraction(0), each.slot.certainty) is which)
    return Group(which.value, title, advice, tuple(own))


def _words() -> dict[Kind, tuple[str, str]]:
    return {
        Kind.SURE_WRONG: (
            _("Sure, but not right"),
            _("Read these parts first: what feels certain is hardest to notice."),
        ),
        Kind.UNSURE_RIGHT: (_("Right, but a guess"), _("You know more than you think. One more look makes it firm.")),
        Kind.SURE_RIGHT: (_("Sure and right"), _("This is firm.")),
        Kind.UNSURE_WRONG: (_("A guess, and not right"), _("You saw the gap yourself. Read these parts again.")),
    }


def _marks(found: Report, answered: Report | None) -> list[tuple[str, str]]:
    rows = [(_("All questions"), found), (_("Answered questions only"), answered)]
    return [(words, _sentence(each)) for words, each in rows if each is not None]


def _sentence(one: Report) -> str:
    return _(
        "%(average)s marks for each on average, of at most 3. Right: %(accuracy)s in 100. "
        "With the bonus of %(bonus)s for how well you chose the levels: %(both)s in 100.",
        average=_signed(one.average), accuracy=percent_text(100 * one.accuracy), bonus=_signed(100 * one.bonus),
        both=_signed(100 * one.with_bonus),
    )  # fmt: skip


def _signed(value: Fraction) -> str:
    return points_text(value) if value >= 0 else f"-{points_text(-value)}"


def _level(one: LevelReport) -> str:
    name = dict(certainty_words(False))[one.level]
    if one.accuracy is None:
        return _("%(level)s: no answer", level=name)
    return _(
        "%(level)s, answers: %(answers)s. Right: %(right)s in 100, aim for %(ideal)s. Your choice: %(fit)s.",
        level=name, answers=one.answers, right=percent_text(100 * one.accuracy), ideal=_ideal(one.level),
        fit=_fit(one.fit),
    )  # fmt: skip


def _ideal(level: int) -> str:
    return {1: _("up to 67"), 2: _("67 to 80"), 3: _("80 to 100")}[level]


def _fit(fit: Fit | None) -> str:
    return {
        Fit.GOOD: _("fits well"),
        Fit.SLIGHTLY_OVER: _("slightly too sure"),
        Fit.OVER: _("too sure"),
        Fit.SLIGHTLY_UNDER: _("slightly too unsure"),
        Fit.UNDER: _("too unsure"),
        None: "-",
    }[fit]
