"""A text with gaps to fill: words, numbers, or a choice for each gap."""

from learnapp.kit.i18n import _l
from learnapp.quizzes.question_type import QuestionType

from . import forms, rules

TYPE = QuestionType(
    name="cloze",
    label=_l("Fill the gaps"),
    fields=rules.FIELDS,
    map_texts=rules.map_texts,
    check_data=rules.check_data,
    tags=rules.tags,
    parse=rules.parse,
    dump=rules.dump,
    public=rules.public,
    arrange=rules.arrange,
    complete=rules.complete,
    grade=rules.grade,
    reveal=rules.reveal,
    sample=rules.sample,
    summary=forms.summary,
    field=forms.field,
    hint=forms.hint,
    say=forms.say,
    typed=True,
    count_back=rules.count_back,
    keep_right=rules.keep_right,
)
