"""Words and rows for the pages about corrections: what can be done, wordings with their keys, who changes how."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.kit.i18n import _, _l, _n
from learnapp.quizzes.domain.review import EVERYTHING
from learnapp.quizzes.domain.ruling import NEEDS_KEY, Policy, ruling_in
from learnapp.quizzes.domain.scoring import points_text
from learnapp.quizzes.types import type_named

from .concerned import Facts
from .domain import CHOSEN, Effect
from .questions import Listed, Question, Version
from .storage import Entry

# (what to do, what that means) for each policy.
POLICIES: Mapping[Policy, tuple[Any, Any]] = {
    Policy.KEEP: (_l("Keep all scores"), _l("Nothing changes. New tries get the new question.")),
    Policy.NEW_KEY: (_l("Only the new answer is right"), _l("Every answer is scored again by the new question.")),
    Policy.BOTH: (_l("The old and the new answer are right"), _l("The better of the two scores counts.")),
    Policy.FULL_CREDIT: (_l("Full points for everybody"), _l("Also for those who left it blank.")),
    Policy.DISREGARD: (
        _l("Take the question out"),
        _l("It leaves the score and the maximum. The percentage can go up or down."),
    ),
    Policy.OPTION: (_l("One more answer is right"), _l("Nobody gets fewer points.")),
    Policy.OWN_KEY: (
        _l("Take earlier corrections back"),
        _l("Every answer is scored again by the question as it was asked."),
    ),
}
# What a reader of a paper is told beside the question.
RULINGS: Mapping[Policy, Any] = {
    Policy.NEW_KEY: _l("This question was corrected. You see the corrected answer."),
    Policy.BOTH: _l("This question was corrected. The old and the new answer count."),
    Policy.FULL_CREDIT: _l("This question was corrected. Everybody got the points."),
    Policy.DISREGARD: _l("This question was taken out. It does not count."),
    Policy.OPTION: _l("This question was corrected. One more answer counts."),
}
PROBLEMS: Mapping[str, Any] = {
    "other_type": _l("the new question is of another type"),
    "other_options": _l("the new question has other answers to choose from"),
    "no_such_option": _l("their question does not have that answer"),
}
_SAID: Mapping[str, Any] = {
    "no_newer_wording": _l("Choose something else: nobody has answered an earlier version of this question"),
    "option_missing": _l("Choose which answer is right too"),
    "nothing_to_take_back": _l("Choose something else: this question has not been corrected yet"),
    "reason_missing": _l("Say why. Learners read this"),
    "reason_long": _l("Shorten the reason to 500 characters"),
    "correction_running": _l(
        "%(by)s has just decided about this question, and that is still being carried out. "
        "Wait until it is done, then look again"
    ),
    "corrected_meanwhile": _l(
        "%(by)s has decided about this question since you opened this page. Look at that decision first"
    ),
}  # fmt: skip


def say(problem: Problem) -> str:
    """Return what to do about a problem, in words."""
    values = dict(problem.values)
    if "by" in values:
        values["by"] = values["by"] or _("Somebody")
    words = str(_SAID[problem.code])
    return words % values if values else words


def ruling_words(stored: Mapping[str, Any]) -> str:
    """Return what a ruling means for who reads the paper."""
    ruling = ruling_in(stored)
    return str(RULINGS[ruling.policy]) if ruling else ""


def change_words(entry: Entry, named: bool, staff: bool = False) -> str:
    """Return what a correction did to an attempt: "Your score changed from 6 to 7 of 10 because ...".

    named: the reader may know which question it was: the change tells whether their answer to it was right. staff: the
    reader is not the learner.
    """
    before, after = entry.score_before, entry.score_after
    values = {"n": entry.position, "before": points_text(before), "after": points_text(after)}
    if entry.maximum_before != entry.maximum_after:
        values["before"] = score_words(before, entry.maximum_before)
    values["maximum"] = points_text(entry.maximum_after)
    if staff:
        words = _("The score changed from %(before)s to %(after)s of %(maximum)s because question %(n)s was corrected:")
    elif not named:
        words = _("Your score changed from %(before)s to %(after)s of %(maximum)s because a question was corrected:")
    else:
        words = _(
            "Your score changed from %(before)s to %(after)s of %(maximum)s because question %(n)s was corrected:"
        )
    return words % values


def policies(question: Question, corrected: bool) -> list[Policy]:
    """Return what can be done about a question. corrected: something was done before."""
    found: list[Policy] = [policy for policy in CHOSEN if question.earlier or policy not in {*NEEDS_KEY, Policy.KEEP}]
    if not options(question):
        found.remove(Policy.OPTION)
    return [*found, Policy.OWN_KEY] if corrected else found


def options(question: Question) -> dict[str, str]:
    """Return the answers that may be called right too, {id: words}, of all wordings; the newest words win."""
    found: dict[str, str] = {}
    for version in question.versions:
        if version.answered:
            kind = type_named(version.type)
            ways = kind.alternatives(kind.parse(version.keyed["item"]))
            found |= {key: kind.summary(version.shown, way.answer) for key, way in ways.items()}
    return found


def abouts(question: Question) -> list[tuple[str, str]]:
    """Return whose answers a decision can be about, (value, words); one entry means there is no choice."""
    before = sum(each.answered for each in question.earlier)
    everybody = before + question.newest.answered
    every = ("all", _n("Everybody's: %(num)s try", "Everybody's: %(num)s tries", everybody))
    if not question.earlier:
        return [every]
    first = _n("Those to earlier versions: %(num)s try", "Those to earlier versions: %(num)s tries", before)
    return [("earlier", first), every] if question.newest.answered else [("earlier", first)]


@dataclass(frozen=True, slots=True)
class Shown:
    """One wording as staff see it, with its key. title: which one it is, in words."""

    title: str
    version: Version
    template: str
    revealed: dict[str, Any]


def side_by_side(question: Question) -> list[Shown]:
    """Return the newest of the earlier wordings that somebody answered, and the newest of all."""
    before = [_shown(_("As it was asked"), question.earlier[0])] if question.earlier else []
    return [*before, _shown(_("As it is now"), question.newest)]


def _shown(title: str, version: Version) -> Shown:
    kind = type_named(version.type)
    item = kind.parse(version.keyed["item"])
    revealed = kind.reveal(item, None, kind.arrange(item, 0), EVERYTHING)
    return Shown(title, version, kind.review_template, _unasked(revealed))


def _unasked(revealed: Any) -> Any:
    """Return a review without "left empty": here nobody was asked."""
    if isinstance(revealed, Mapping):
        return {name: False if name == "blank" else _unasked(value) for name, value in revealed.items()}
    return [_unasked(each) for each in revealed] if isinstance(revealed, list) else revealed


@dataclass(frozen=True, slots=True)
class Row:
    """One attempt in a table. name: None for a learner of somebody else's group. attempt: its id when it may be seen.

    what: loses, gains, lowered, raised, same or stays. why: the reason why it stays as it is.
    """

    name: str | None
    attempt: str | None
    quiz: str
    number: int
    before: str
    after: str
    passed_before: bool
    passed_after: bool
    what: str
    why: Any = ""


def score_words(score: Fraction, maximum: Fraction) -> str:
    """Return "6 of 10"."""
    return _("%(points)s of %(maximum)s", points=points_text(score), maximum=points_text(maximum))


def effect_row(facts: Facts, effect: Effect, names: Collection[int]) -> Row:
    """Return what a decision would do to one attempt."""
    seen = facts.person_id in names
    before, after = effect.before, effect.after
    return Row(
        facts.name if seen else None, facts.public_id if seen else None, facts.titles.get(facts.track, ""),
        facts.number, score_words(before.score, before.maximum), score_words(after.score, after.maximum),
        before.passed, after.passed, _what(effect), PROBLEMS.get(effect.problem or "", ""),
    )  # fmt: skip


def _what(effect: Effect) -> str:
    if effect.problem:
        return "stays"
    for name in ("loses", "gains", "lowered", "raised"):
        if getattr(effect, name):
            return name
    return "same"


def entry_row(entry: Entry, names: Collection[int]) -> Row:
    """Return what a decision did to one attempt."""
    seen = entry.person_id in names
    what = "left" if entry.left else "same" if entry.changed else "stays"
    return Row(
        entry.name if seen else None, entry.attempt if seen else None, entry.titles.get(entry.track, ""),
        entry.number, score_words(entry.score_before, entry.maximum_before),
        score_words(entry.score_after, entry.maximum_after), entry.passed_before, entry.passed_after, what,
    )  # fmt: skip


def missed_row(facts: Facts, names: Collection[int]) -> Row:
    """Return an attempt that a decision has not reached: it stays as it is."""
    seen, passed = facts.person_id in names, bool(facts.passed)
    score = "–" if facts.score is None else score_words(facts.score, facts.maximum)
    return Row(
        facts.name if seen else None, facts.public_id if seen else None, facts.titles.get(facts.track, ""),
        facts.number, score, score, passed, passed, "missed",
    )  # fmt: skip


def split_by_key(listed: Sequence[Listed]) -> dict[str, list[Listed]]:
    """Return changed questions apart: whose key changed, and of which only words did."""
    return {
        "key": [each for each in listed if each.key_changed],
        "words": [each for each in listed if not each.key_changed],
    }
