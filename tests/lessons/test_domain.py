"""Parts, marks and anchors."""

import pytest

from learnapp.lessons.domain import Card, Section, anchor_after

PARTS = (Section("one", "One"), Section("two", "Two"), Section("three", "Three"))


@pytest.mark.parametrize(
    ("read", "done", "state"),
    [
        (set(), 0, "new"),
        ({"two"}, 1, "started"),
        ({"one", "two", "three"}, 3, "read"),
        ({"one", "gone"}, 1, "started"),
        ({"gone", "old", "older"}, 0, "new"),
    ],
)
def test_a_card_counts_only_parts_that_are_there(read: set[str], done: int, state: str):
    card = Card("skin", None, {}, PARTS, frozenset(read))
    assert (card.done, card.state) == (done, state)


def test_after_each_part_comes_the_next_and_then_the_end():
    keys = [part.key for part in PARTS]
    assert [anchor_after(keys, number) for number in (1, 2, 3, 9)] == ["two", "three", "end", "end"]
