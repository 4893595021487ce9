"""A case: one story with two to five linked steps, each a question of another type."""

from collections.abc import Callable

from learnapp.kit.i18n import _l
from learnapp.quizzes.question_type import QuestionType

from .forms import Forms
from .rules import FIELDS, Rules, told, unfolds


def build(type_named: Callable[[str], QuestionType]) -> QuestionType:
    """Return the type, whose steps are of the types that `type_named` knows (KeyError for a name it does not)."""
    asked, words = Rules(type_named), Forms(type_named)
    return QuestionType(
        name="case",
        label=_l("Case"),
        fields=FIELDS,
        map_texts=asked.map_texts,
        check_data=asked.check_data,
        tags=asked.tags,
        parse=asked.parse,
        dump=asked.dump,
        public=asked.public,
        arrange=asked.arrange,
        complete=asked.complete,
        grade=asked.grade,
        reveal=asked.reveal,
        sample=asked.sample,
        summary=words.summary,
        field=words.field,
        hint=words.hint,
        say=words.say,
        typed=True,
        by_person=True,
        needs=frozenset({"story"}),
        settle=asked.settle,
        unfolds=unfolds,
        told=told,
    )
