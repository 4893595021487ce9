"""The record that each question type fills in: a frozen set of functions, not a base class."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import Field

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.grading import Grade
from learnapp.quizzes.domain.review import Disclosure

Item = Any  # each type's own frozen dataclass; nothing outside its folder looks inside
Answer = Mapping[str, Any]  # plain JSON: what a step stores
Arrangement = Mapping[str, Any]  # plain JSON: e.g. {"options": ["c", "a", "b"]}


@dataclass(frozen=True)
class QuestionType:
    """A question type. All functions are pure except `field`, which makes a WTForms field.

    name: the stable name stored in versions ("choice"). label: for people (lazy text).
    parse(data) -> Item: from authored/keyed JSON (versioned by data["v"]). Raises KeyError/ValueError
        on shapes that `check_data` would report.
    dump(item) -> JSON that parses to an equal item.
    check_data(data) -> problems of authored data, all at once; [] means `parse` works.
    public(item) -> JSON without the key: the only thing a page may see before review.
    arrange(item, seed) -> the shuffled order of what may be shuffled, as JSON, from the seed alone.
    complete(item, answer) -> problems: empty when the answer can be handed in; unfinished is not wrong.
    grade(item, answer) -> Grade; answer may be None (blank).
    reveal(item, answer, arrangement, disclosure) -> JSON for review.html: {"rows": [...], ...};
        holds nothing that the disclosure does not allow.
    summary(shown, answer) -> the answer in words, for lists and CSV ("" when blank).
    field(shown, arrangement, name) -> unbound-by-form WTForms Field that reads and shows the answer;
        its `.data` is the Answer or None, `.problems` is a list of Problem for unreadable input.
    hint(shown) -> the scoring rule and what to do, in words (lazy text) for under the question.
    """

    name: str
    label: Any
    parse: Callable[[Mapping[str, Any]], Item]
    dump: Callable[[Item], dict[str, Any]]
    check_data: Callable[[Mapping[str, Any]], list[Problem]]
    public: Callable[[Item], dict[str, Any]]
    arrange: Callable[[Item, int], dict[str, Any]]
    complete: Callable[[Item, Answer | None], list[Problem]]
    grade: Callable[[Item, Answer | None], Grade]
    reveal: Callable[[Item, Answer | None, Arrangement, Disclosure], dict[str, Any]]
    summary: Callable[[Mapping[str, Any], Answer | None], str]
    field: Callable[[Mapping[str, Any], Arrangement, str], Field]
    hint: Callable[[Mapping[str, Any]], str]
