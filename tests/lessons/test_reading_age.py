"""Sentences, syllables and the school grade of a text."""

from hypothesis import given
from hypothesis import strategies as st

from learnapp.lessons.reading_age import grade, sentences, syllables, words


def test_syllables():
    said = {"skin": 1, "dermis": 2, "collagen": 3, "made": 1, "healed": 1, "needed": 2, "the": 1, "3": 1}
    assert {word: syllables(word) for word in said} == said


def test_sentences_end_where_a_reader_breathes():
    assert sentences("Wait. Then look: is it red? Good.") == ["Wait.", "Then look:", "is it red?", "Good."]
    assert words("It takes 3 to 7 days, doesn't it") == ["It", "takes", "3", "to", "7", "days", "doesn't", "it"]


def test_easy_text_has_a_low_grade_and_hard_text_a_high_one():
    assert grade(["Your skin heals. It takes a few days."]) < 3
    assert grade(["Proliferation necessitates considerable extracellular reorganisation."]) > 12
    assert grade([]) == 0


@given(st.text())
def test_any_text_has_a_grade(text: str):
    assert isinstance(grade([text]), float)
