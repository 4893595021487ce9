"""One gap of a text: what it takes, what it earns, what is best and why."""

from dataclasses import dataclass
from fractions import Fraction

from learnapp.quizzes.domain import texts
from learnapp.quizzes.domain.numbers import NumberRule, number_text
from learnapp.quizzes.domain.options import Option
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.texts import TextRule

WRONG_OPTION = "wrong_option"
WRONG = ("something", "nothing", "another", "xyzzy")


@dataclass(frozen=True)
class Choices:
    """The options of a gap that is filled by choosing. choose: text of the empty option."""

    options: tuple[Option, ...]
    choose: str

    @property
    def best(self) -> Option:
        """The option that is worth the most."""
        return max(self.options, key=lambda option: option.fraction)

    def chosen(self, key: str) -> Option | None:
        """Return the option with this id."""
        return next((option for option in self.options if option.id == key), None)


GapRule = TextRule | NumberRule | Choices


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was filled in is worth this. why: "" or a short code. reason: inline HTML, of what was filled in."""

    fraction: Fraction
    why: str
    reason: str
    slip: bool = False


@dataclass(frozen=True)
class Gap:
    """One gap. weight: its share of the question, beside the others' weights. unit: shown after a number.

    reason: for a right text or number, otherwise: for all others; options have their own.
    """

    id: str
    rule: GapRule
    weight: Fraction = Fraction(1)
    reason: str = ""
    otherwise: str = ""
    unit: str = ""

    def judge(self, said: str | None) -> Judgement:
        """Return what a text or an option's id earns; an empty gap earns 0 (rules B)."""
        if said is None:
            return Judgement(Fraction(0), texts.BLANK, self.otherwise)
        if isinstance(self.rule, Choices):
            return _judge_choice(self.rule, said)
        verdict = self.rule.judge(said)
        taken = None if verdict.index is None else self.rule.answers[verdict.index]
        usual = self.reason if taken and taken.fraction == 1 else self.otherwise
        slip = isinstance(verdict, texts.TextVerdict) and verdict.slip and verdict.fraction > 0
        return Judgement(verdict.fraction, verdict.why, (taken and taken.reason) or usual, slip)

    def words(self, said: str | None) -> str:
        """Return what was filled in: as typed, or the option's inline HTML; "" for nothing."""
        if said is None or not isinstance(self.rule, Choices):
            return said or ""
        option = self.rule.chosen(said)
        return option.text if option else ""

    @property
    def best(self) -> str:
        """What is best filled in: plain text, for a choice inline HTML; "…" stands for whatever may come."""
        if isinstance(self.rule, TextRule):
            return "…".join(texts.split(self.rule.best.text)).strip()
        return number_text(self.rule.best.value) if isinstance(self.rule, NumberRule) else self.rule.best.text

    @property
    def best_reason(self) -> str:
        """Why that is best."""
        return self.rule.best.reason or self.reason

    def right_answer(self) -> str:
        """Return an answer that earns the most."""
        if isinstance(self.rule, Choices):
            return self.rule.best.id
        if isinstance(self.rule, TextRule):
            return "".join(texts.split(self.rule.best.text)).strip()
        return number_text(self.rule.best.value)

    def wrong_answer(self, seed: int) -> str:
        """Return a believable answer that earns less, by seed."""
        if isinstance(self.rule, Choices):
            ids = [option.id for option in self.rule.options]
        elif isinstance(self.rule, TextRule):
            ids = [*(each.text for each in self.rule.answers), *WRONG]
        else:
            far = max(abs(end) for each in self.rule.answers for end in each.limits())
            ids = [number_text(factor * (far + 1)) for factor in (2, 3, 5)]
        return shuffle([each for each in ids if self.judge(each).fraction < 1], seed, "sample gap")[0]


def _judge_choice(rule: Choices, key: str) -> Judgement:
    option = rule.chosen(key)
    if option is None:
        return Judgement(Fraction(0), WRONG_OPTION, "")
    return Judgement(option.fraction, "" if option.fraction == 1 else WRONG_OPTION, option.reason)
