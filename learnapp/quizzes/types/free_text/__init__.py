"""An answer in the learner's own words, which a person marks."""

from learnapp.kit.i18n import _l
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types.free_text import forms, rules

TYPE = QuestionType(
    name="free_text",
    label=_l("Own words"),
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
    by_person=True,
)
