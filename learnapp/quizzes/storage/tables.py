"""The tables of asking and grading as statements use them."""

from typing import cast

from sqlalchemy import Table

from .rows import AttemptRow, GradeRow, QuestionVersionRow, QuizRow, QuizVersionRow, SlotRow

attempt_t = cast(Table, AttemptRow.__table__)
slot_t = cast(Table, SlotRow.__table__)
quiz_t = cast(Table, QuizRow.__table__)
version_t = cast(Table, QuizVersionRow.__table__)
question_t = cast(Table, QuestionVersionRow.__table__)
grade_t = cast(Table, GradeRow.__table__)
