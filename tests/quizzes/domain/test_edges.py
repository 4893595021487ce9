"""Edges that changed code could slip through: one line each, found by changing the code (docs/quality.md)."""

from datetime import UTC, datetime
from fractions import Fraction as F

from learnapp.quizzes.domain import (
    authored,
    certainty,
    choosing,
    grading,
    kept,
    mapping,
    numbers,
    options,
    pictures,
    regions,
    scoring,
    sequences,
    texts,
)
from learnapp.quizzes.domain.attempt import Attempt, Event, Status, apply
from learnapp.quizzes.domain.certainty import LevelReport, Said
from learnapp.quizzes.domain.grading import Grade, Part, State
from learnapp.quizzes.domain.paper import Before, Drawn, Pool, draw, in_order, slot_seed
from learnapp.quizzes.domain.scoring import Mark, Tally
from learnapp.quizzes.domain.tries import Behaviour, Try, counted

CLOSING = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_level_that_nobody_chose_is_reported_as_such() -> None:
    report = certainty.report([Said(F(1), 3)])
    assert report is not None
    assert report.levels[:2] == (LevelReport(1, 0, None, None), LevelReport(2, 0, None, None))


def test_marks_that_are_kept() -> None:
    marks = [F(1, 2), F(1), F(1, 4), F(3, 4)]
    assert [kept.overall(marks, method) for method in ("highest", "average", "first", "last")] == [
        F(1), F(5, 8), F(1, 2), F(3, 4),
    ]  # fmt: skip


def test_what_waits_for_a_person_has_no_rule_unless_one_is_named() -> None:
    part = Part("a", F(1))
    assert grading.needs_grading() == Grade(None, State.NEEDS_GRADING, (), "")
    assert grading.needs_grading((part,), "pairs") == Grade(None, State.NEEDS_GRADING, (part,), "pairs")


def test_a_map_is_cut_at_its_upper_bound() -> None:
    assert mapping.mapped("ab", {"a": F(2), "b": F(2)}, maximum=F(4), upper=F(3)) == F(3, 4)


def test_tallies_count_what_is_right() -> None:
    marks = [Mark(F(1), F(1), State.RIGHT), Mark(F(1, 2), F(1), State.PARTIAL), Mark(F(0), F(2), State.UNSURE)]
    assert scoring.by_objective(marks) == [Tally("", F(3, 2), F(4), 1, 3)]


def test_a_percentage_on_the_mark_is_rounded_like_any_other() -> None:
    assert scoring.percent_text(F("79.5"), F("79.5")) == "80"
    assert scoring.percent_text(F("79.5"), F("79.6")) == "79"


def test_no_sibling_is_owed_twice() -> None:
    pool = Pool("call", 3, (1, 2, 3))
    paper = draw([pool], 7, Before({}, critical={1, 2}, missed={1}))
    assert [each.question for each in paper] == [2, 3, 1]


def test_an_order_by_seed_stays_for_ever() -> None:
    paper = [Drawn(question) for question in range(6)]
    assert [each.question for each in in_order(paper, 42, True)] == [3, 5, 0, 4, 1, 2]
    assert [slot_seed(42, 1), slot_seed(42, 2), slot_seed(43, 1)] == [
        5983368737274832440, 1289112702675961582, 4820614983082982935,
    ]  # fmt: skip
    drawn = draw([Pool("p", 3, tuple(range(6))), Pool("q", 3, tuple(range(10, 16)))], 42)
    assert [each.question for each in drawn] == [4, 5, 0, 12, 10, 14]


def test_an_unknown_way_of_scoring_lists_those_that_are_known() -> None:
    [problem] = authored.scoring_problems({"scoring": "luck"}, ("pairs", "all_or_nothing"))
    assert (problem.code, problem.place) == ("unknown_scoring", "scoring")
    assert dict(problem.values) == {"known": "pairs, all_or_nothing"}
    assert list(authored.scoring_problems({}, ("pairs",))) == []


def test_points_too_close_for_a_finger() -> None:
    def codes(*points: tuple[int, int], width: int | None = 800) -> list[str]:
        data = {"picture": {"width": width, "height": 600}, "points": [{"x": x, "y": y} for x, y in points]}
        return [f"{problem.code} {problem.place}" for problem in pictures.point_problems(data, "points")]

    apart = int(800 * pictures.APART) + 1
    assert codes((0, 0), (apart, 0)) == []
    assert codes((400, 300), (400 + apart, 300)) == []
    assert codes((0, 100), (0, 100 + apart)) == []
    assert codes((500, 500), (499, 501)) == ["too_close points[1]"]
    assert codes((800, 0), (799, 0)) == ["too_close points[1]"]
    assert codes((0, 600), (0, 599)) == ["too_close points[1]"]
    assert codes((1, 1), (1, 1), width=None) == [], "how wide the picture is, is another problem"


def test_a_picture_one_unit_wide_is_a_picture() -> None:
    picture = {"name": "dot", "width": 1, "height": 1, "alt": "A dot"}
    assert [problem.code for problem in pictures.picture_problems({"picture": picture})] == []


def test_ids_and_what_is_said_of_bad_ones() -> None:
    def found(*keys: str) -> list[tuple[str, dict[str, object]]]:
        data = {"options": [{"id": key} for key in keys]}
        return [(problem.code, dict(problem.values)) for problem in authored.id_problems(data, "options")]

    assert found("a" * 40, "b") == []
    assert found("a" * 41) == [("bad_id", {})]
    assert found("unsure", "a", "a") == [("reserved_id", {"id": "unsure"}), ("duplicate_id", {"id": "a"})]


def test_whole_options_are_stored_as_right_or_not() -> None:
    authored_options = [
        {"id": "a", "text": "t", "reason": "r", "right": True},
        {"id": "b", "text": "t", "reason": "r"},
        {"id": "c", "text": "t", "reason": "r", "fraction": "1/2"},
    ]
    stored = options.dump(options.parse({"options": authored_options}))
    assert [(each.get("right"), each.get("fraction")) for each in stored] == [
        (True, None),
        (False, None),
        (None, "1/2"),
    ]


def test_a_point_just_inside_a_narrow_place() -> None:
    flat = {"shape": "polygon", "coords": [[0, 0], [10, 0], [10, 1], [0, 1]]}
    assert regions.holds(flat, (F(1, 2), F(1, 2)))
    assert not regions.holds(flat, (F(-1, 2), F(1, 2)))
    assert not regions.holds(flat, (F(21, 2), F(1, 2)))


def test_two_entries_are_scored_by_their_rule() -> None:
    assert sequences.score("absolute", ["a", "b"], ["a", None]) == F(1, 2)
    assert sequences.score("all_or_nothing", ["a", "b"], ["a", None]) == 0
    assert sequences.score("absolute", ["a"], ["a"]) == 1


def test_an_answer_saved_again_as_it_was_checked_is_no_try() -> None:
    first, second = Try("a", F(0)), Try("b", F(0))
    saved = Try("b", F(0), checked=False)
    assert counted(Behaviour.INTERACTIVE, [first, second, saved], hints=4) == [first, second]
    third = Try("c", F(0))
    assert counted(Behaviour.INTERACTIVE, [first, second, third], hints=4) == [first, second, third]
    assert counted(Behaviour.INTERACTIVE, [first, second]) == [first], "without hints there is one try"


def test_a_mark_that_makes_another_letter_is_no_accent() -> None:
    folding = texts.Folding(ignore_accents=True)
    voiced, plain = "\u304c", "\u304b"  # a mark of combining class 8
    assert texts.TextRule((texts.AcceptedText(plain),), folding).judge(voiced).fraction == 0
    virama = "\u0915\u094d"  # class 9
    assert texts.TextRule((texts.AcceptedText("\u0915"),), folding).judge(virama).fraction == 0


def test_a_move_that_is_not_known_is_not_accepted() -> None:
    decision = apply(Attempt(Status.ABANDONED, CLOSING), Event.SAVE, CLOSING)
    assert decision.accepted is False
    assert decision.problem is not None
    assert decision.problem.code == "abandoned"


def test_what_an_author_left_empty_is_no_text() -> None:
    data = {"options": [{"text": "a"}, {"text": None}], "choose": None}
    changed = authored.map_texts(data, lambda text, place: f"{text} at {place}", ("options[].text", "choose"))
    assert changed == {"options": [{"text": "a at options[0].text"}, {"text": None}], "choose": None}


def test_nothing_ticked_earns_nothing_unless_one_asks_for_it() -> None:
    decisions = [choosing.Decision("a", True), choosing.Decision("b", False)]
    assert choosing.every_decision(decisions, ()) == 0
    assert choosing.every_decision(decisions, (), blank_is_zero=False) == F(1, 2)


def test_nearly_all_of_the_weight_is_not_all_of_it() -> None:
    decisions = [choosing.Decision("a", True, weight=F(199)), choosing.Decision("b", True, weight=F(1))]
    assert choosing.weighted(decisions, "a", F(100)) == 0
    assert choosing.weighted(decisions, "ab", F(100)) == 1
    assert choosing.weighted(decisions, "a", F("99.5")) == 1


def test_of_two_unit_names_the_longer_one_is_meant() -> None:
    for names in (["0m", "00m"], ["00m", "0m"]):
        assert numbers.read_quantity("500m", names) == numbers.Quantity(F(5), "00m")


def test_what_has_more_than_two_numbers_is_no_point() -> None:
    assert regions.point_of([1, 2, "x"]) is None
    assert regions.point_of([1, 2]) == (1, 2)


def test_a_label_that_is_no_text_is_no_label() -> None:
    place = {"shape": "rect", "coords": [0, 0, 9, 9], "label": 1.5}
    assert regions.markers([[1, 1]], [place]) == 1
    assert regions.markers([[1, 1]], [place | {"label": "a"}]) == 0


def test_the_longest_authored_number() -> None:
    assert authored.number("1" * 40) == int("1" * 40)
    assert authored.number("1" * 41) is None


def test_a_grade_has_no_rule_unless_one_is_named() -> None:
    assert grading.graded(F(1)) == Grade(F(1), State.RIGHT, (), "")


def test_corners_that_are_none_make_no_place() -> None:
    assert not any(regions.readable({"shape": "polygon", "coords": coords}) for coords in (5, None, "abc", {}, 1.5))
