"""What comes next, how much is done and what is known: by examples and properties."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.progress import domain
from learnapp.progress.domain import Lesson, Tried

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
SECTIONS = (("a", "A"), ("b", "B"), ("c", "C"))


def lesson(slug: str, read: str = "", quiz: str | None = "same") -> Lesson:
    return Lesson(slug, slug.title(), "", 6, "dermis", slug if quiz == "same" else quiz, SECTIONS, frozenset(read))


def tried(slug: str, status: str = "submitted", score: int = 3, **changes) -> Tried:
    passed = score >= 6 if status == "submitted" else None
    values = {"counts": status == "submitted", "safety_missed": False, "passed": passed} | changes
    return Tried(slug, "id", 1, status, NOW, NOW, Fraction(score), Fraction(7), values["passed"],
                 values["safety_missed"], values["counts"])  # fmt: skip


@pytest.mark.parametrize(
    ("lessons", "tries", "kind", "slug"),
    [
        ([lesson("one"), lesson("two")], [], "read", "one"),
        ([lesson("one", "a"), lesson("two")], [], "read", "one"),
        ([lesson("one"), lesson("two", "a")], [], "read", "two"),
        ([lesson("one", "abc"), lesson("two")], [], "quiz", "one"),
        ([lesson("one", "abc"), lesson("two")], [tried("one")], "read", "two"),
        ([lesson("one", "abc"), lesson("two")], [tried("one", "open")], "resume_quiz", "one"),
        ([lesson("one", "abc"), lesson("two", "abc")], [tried("one"), tried("two", score=7)], "retry", "one"),
        ([lesson("one", "abc")], [tried("one", score=7)], "finished", None),
        ([lesson("one", "abc", None)], [], "finished", None),
    ],
)
def test_what_comes_next(lessons, tries, kind, slug):
    step = domain.next_step(domain.course(lessons, tries))
    assert step.kind == kind
    assert (step.entry.lesson.slug if step.entry else None) == slug


def test_a_pass_in_any_try_is_a_pass():
    entry = domain.course([lesson("one")], [tried("one", score=7, counts=True), tried("one", counts=False)])[0]
    assert entry.quiz == "passed"


def test_failing_only_on_safety_is_said():
    assert domain.course([lesson("one")], [tried("one", score=5, safety_missed=True)])[0].quiz == "safety"


@given(st.sets(st.sampled_from("abcxyz")))
def test_reading_only_counts_sections_that_exist(read: set[str]):
    one = lesson("one", "".join(read))
    assert one.done == len(read & set("abc"))
    assert (one.state == "read") == (one.next_section is None)
    assert 0 <= domain.minutes_left(one) <= one.minutes
    assert 0 <= domain.share_done(domain.course([one], [])) <= 1


@pytest.mark.parametrize(
    ("fractions", "status"),
    [
        ([], "new"),
        ([Fraction(1)], "secure"),
        ([Fraction(4, 5)], "secure"),
        ([Fraction(1), Fraction(0)], "getting"),
        ([Fraction(1, 3)], "weak"),
    ],
)
def test_goals(fractions, status):
    assert domain.goals({"O1": "Know"}, {"O1": fractions})[0].status == status
