"""The record that each question type fills in: a frozen set of functions, not a base class."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.answer_field import AnswerField
from learnapp.quizzes.domain.grading import Grade
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.domain.ruling import Alternative

Item = Any  # each type's own frozen dataclass; nothing outside its folder looks inside
Answer = Mapping[str, Any]  # plain JSON: what a step stores
Arrangement = Mapping[str, Any]  # plain JSON: e.g. {"options": ["c", "a", "b"]}
Data = Mapping[str, Any]  # authored or stored JSON of one question, for one track
MapText = Callable[[Any, str], Any]  # (value as authored, place such as "options[2].reason") -> new value


def _newest(_shown: Data, _before: Answer | None, after: Answer | None) -> Answer | None:
    return after


def _never(_shown: Data, _answer: Answer | None) -> bool:
    return False


def _nothing(_item: Item, _answer: Answer | None) -> dict[str, Any]:
    return {}


def _none(_item: Item) -> dict[str, Alternative]:
    return {}


@dataclass(frozen=True)
class QuestionType:
    """A question type. All functions are pure except `field`, which makes a WTForms field.

    name: the stable name stored in versions ("choice"). label: for people (lazy text).
    fields: the names of the authored fields that belong to this type; other names in `data` are ignored.
    map_texts(data, change) -> a copy of data in which every human text was replaced by change(text, place);
        never fails, whatever the shape of data, and keeps all else (also the fields it does not know).
    check_data(data) -> problems of authored data, all at once; [] means `parse` works. Texts must be
        strings by now (inline HTML, sanitised, for one track).
    tags(data) -> the misconception codes that data names, sorted, each once.
    parse(data) -> Item: from checked authored data, or from what `dump` gave (versioned by data["v"]).
        Raises KeyError/ValueError/TypeError on shapes that `check_data` would report.
    dump(item) -> JSON that parses to an equal item.
    public(item) -> JSON without the key, called "shown" elsewhere: the only thing a page may see before
        review. Its lists stand in an order that says nothing; pages follow the arrangement.
    arrange(item, seed) -> the shuffled order of what may be shuffled, as JSON. Give each slot its own
        seed (`domain.paper.slot_seed`).
    complete(shown, answer) -> problems: empty when the question counts as answered; unfinished is not
        wrong. Needs no key: a save never loads it. "I am not sure" is complete. Blank: "not_answered".
    grade(item, answer) -> Grade; answer may be None (blank). Never raises: an answer that names
        unknown ids or has another shape earns nothing.
    reveal(item, answer, arrangement, disclosure) -> JSON for review.html: {"rows": [...], "unsure": ...,
        "blank": ..., ...}; the learner's own answer is always in it, and nothing that the disclosure
        does not allow.
    sample(item, seed, right) -> a believable answer by seed, fully right or not (made-up learners, measurements).
    summary(shown, answer) -> the answer in plain words, for lists and CSV ("" when blank).
    field(shown, arrangement, name) -> an AnswerField that belongs to no form; call
        `.process(formdata)` to read a request, or `.process(None, data=answer)` to show what is stored.
        See AnswerField for `.data`, `.problems` and `.refused`.
    hint(shown) -> what to do and the scoring rule, in words; the page adds the points.
    say(problem) -> what to do about a problem of an answer, in words.
    The templates are `types/<name>/answer.html` and `types/<name>/review.html`; see types/README.md.

    What most types leave as it is:
    marked: False for what is only read; it has no points and is never counted.
    typed: True when an answer may hold words that somebody typed; they are deleted with the account.
    by_person: True when a person may have to grade it; then `public` says {"waits": True} for each that needs one.
    needs: fields of every question (such as "story") that this type cannot do without.
    count_back(item, answers, penalty) -> the fraction of several tries, each part counted by itself (rules A3);
        answers: of every try, oldest first; penalty: a share for each try. None: tries are counted as a whole.
    keep_right(item, answer) -> the answer without its wrong parts, for a hint that clears them; None: no parts.
    settle(shown, before, after) -> the answer to store when `after` arrives and `before` is stored: a part that
        is locked stays as it was.
    unfolds(shown, answer) -> whether an open page may now show more than `shown`; then the page gets told(item,
        answer), JSON that holds only what this answer has earned to see ({} otherwise).
    alternatives(item) -> {option id: Alternative}, for types with options of which one more may be called right.
    """

    name: str
    label: Any
    fields: frozenset[str]
    map_texts: Callable[[Data, MapText], dict[str, Any]]
    check_data: Callable[[Data], list[Problem]]
    tags: Callable[[Data], list[str]]
    parse: Callable[[Data], Item]
    dump: Callable[[Item], dict[str, Any]]
    public: Callable[[Item], dict[str, Any]]
    arrange: Callable[[Item, int], dict[str, Any]]
    complete: Callable[[Data, Answer | None], list[Problem]]
    grade: Callable[[Item, Answer | None], Grade]
    reveal: Callable[[Item, Answer | None, Arrangement, Disclosure], dict[str, Any]]
    sample: Callable[[Item, int, bool], dict[str, Any]]
    summary: Callable[[Data, Answer | None], str]
    field: Callable[[Data, Arrangement, str], AnswerField]
    hint: Callable[[Data], Any]
    say: Callable[[Problem], str]
    marked: bool = True
    typed: bool = False
    by_person: bool = False
    needs: frozenset[str] = frozenset()
    count_back: Callable[[Item, Sequence[Answer | None], Fraction], Fraction] | None = None
    keep_right: Callable[[Item, Answer], Answer | None] | None = None
    settle: Callable[[Data, Answer | None, Answer | None], Answer | None] = _newest
    unfolds: Callable[[Data, Answer | None], bool] = _never
    told: Callable[[Item, Answer | None], dict[str, Any]] = _nothing
    alternatives: Callable[[Item], Mapping[str, Alternative]] = _none

    @property
    def answer_template(self) -> str:
        """The template that renders the controls of an open question."""
        return f"types/{self.name}/answer.html"

    @property
    def review_template(self) -> str:
        """The template that renders what `reveal` gave."""
        return f"types/{self.name}/review.html"
