"""The language of lesson files: everything odd is told with its line, nothing crashes."""

from hypothesis import given
from hypothesis import strategies as st

from learnapp.lessons.text import Box, Insert, Prose, parse_body, pieces, split_front_matter

BODY = """\
## One {#one patient="First"}

A paragraph
in two lines [F-001].

- an item [F-001]
- another
  in two lines [F-002, F-003]

:::: patient
For patients. [-]

::: care ask
- you wonder [F-001]
:::
::::

## Two {#two track=trainee}

::: figure days
:::
"""


def _parse(text: str) -> tuple[list, list[tuple[int, str]]]:
    told: list[tuple[int, str]] = []
    return list(parse_body(text, 1, lambda line, words: told.append((line, words)))), told


def test_sections_blocks_and_lines():
    (one, two), told = _parse(BODY)
    assert not told
    assert (one.key, one.titles, two.titles) == ("one", {"trainee": "One", "patient": "First"}, {"trainee": "Two"})
    paragraph, items = one.blocks_for("trainee")
    assert isinstance(paragraph, Prose)
    assert paragraph.pieces[0].text == "A paragraph in two lines [F-001]."
    assert [(piece.line, piece.claims) for piece in items.pieces] == [(6, ("F-001",)), (7, ("F-002", "F-003"))]
    assert [type(block) for block in one.blocks_for("patient")] == [Prose, Prose, Prose, Box]
    assert two.blocks_for("trainee") == (Insert("figure", "days", 20),)


def test_each_piece_knows_its_box():
    (one, _two), _told = _parse(BODY)
    found = [(piece.line, box.kind if box else None) for piece, box in pieces(one.blocks_for("patient"))]
    assert found == [(3, None), (6, None), (7, None), (11, None), (14, "care")]


def test_what_is_not_closed_or_closes_nothing_is_told():
    assert [line for line, _ in _parse("## A {#a}\n:::\n")[1]] == [2]
    assert [line for line, _ in _parse("## A {#a}\n::: key\nx\n")[1]] == [2]
    assert [line for line, _ in _parse("x\n## A {#a}\n")[1]] == [1]
    assert [line for line, _ in _parse("## A {#a}\n:::: patient\nx\n:::\n")[1]] == [4]


WORDS = ["## A {#a}", "## B", "::: key", ":::", "::::", ":::: patient", "- x", "x [F-001]", "", "::: care ask", "# x"]
LINES = st.sampled_from([*WORDS, "> y", "::: x y z"])


@given(st.lists(LINES | st.text(max_size=12)))
def test_any_text_is_read_without_a_crash(lines: list[str]):
    text = "\n".join(lines)
    _parse(text)
    split_front_matter(text, lambda _line, _words: None)
