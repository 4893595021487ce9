"""What comes next, how much is done and what is known: by examples and properties."""

from dataclasses import replace
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


def final(tries, kind="final"):
    return domain.beside([("final", "Final test", kind)], tries)


@pytest.mark.parametrize(
    ("lessons", "tries", "kind", "is_final"),
    [
        ([lesson("one", "abc")], [tried("one", score=7)], "quiz", True),
        ([lesson("one", "abc")], [tried("one", score=7), tried("final")], "retry", True),
        ([lesson("one", "abc")], [tried("one", score=7), tried("final", score=7)], "finished", False),
        ([lesson("one", "a")], [tried("final", "open")], "resume_quiz", True),
        ([lesson("one", "abc")], [tried("one", "open"), tried("final", "open")], "resume_quiz", False),
        ([lesson("one", "abc")], [tried("one")], "retry", False),
        ([], [], "quiz", True),
    ],
)
def test_a_final_test_comes_after_the_lessons(lessons, tries, kind, is_final):
    step = domain.next_step(domain.course(lessons, tries), final(tries))
    assert (step.kind, step.final is not None) == (kind, is_final)
    assert (step.final is None) or (step.final.slug, step.final.title, step.entry) == ("final", "Final test", None)


@pytest.mark.parametrize("kind", ["practice", "demo"])
def test_practice_is_never_what_comes_next(kind):
    others = final([], kind)
    assert domain.next_step([], others).kind == "finished"
    assert domain.share_done([], others) == 0


def test_a_final_test_is_a_part_of_the_course():
    tries = [tried("one", score=7), tried("final", score=7)]
    entries = domain.course([lesson("one", "abc")], tries)
    assert domain.share_done(entries, final(tries)) == 1
    assert domain.share_done(entries, final([])) == Fraction(2, 3)


def test_the_points_to_show_are_those_that_are_kept():
    assert tried("one", score=7).shown == 7
    assert tried("one", "open", score=0).shown == 0
    assert replace(tried("one", score=7), kept=Fraction(11, 2)).shown == Fraction(11, 2)
    assert replace(tried("one", score=7), score=None).shown == 0


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
