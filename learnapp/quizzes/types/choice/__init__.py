"""Single choice: one of several options."""

from learnapp.kit.i18n import _l
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types.choice import forms, rules

TYPE = QuestionType(
    name="choice",
    label=_l("One answer"),
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
    alternatives=rules.alternatives,
)
