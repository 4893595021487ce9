"""Short texts: wildcards, folding, slips, order of answers, and texts made to be slow (rules B, D5)."""

import re
import time
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.texts import (
    LONGEST,
    RULE_FIELDS,
    AcceptedText,
    Folding,
    TextRule,
    TextVerdict,
    clean,
    dump_rule,
    fold,
    is_within,
    parse_rule,
    rule_problems,
    split,
)

PLAIN = Folding(case_sensitive=True, collapse_spaces=False, fold_width=False)
NO = TextVerdict(F(0), None, "no_match")
RIGHT = TextVerdict(F(1), 0)


def judge(pattern: str, text: str, folding: Folding = PLAIN, typos: int = 0) -> bool:
    """Say whether one accepted text takes a typed one."""
    verdict = TextRule((AcceptedText(pattern),), folding, typos).judge(text)
    assert verdict in {RIGHT, NO, TextVerdict(F(1), 0, slip=True), TextVerdict(F(0), None, "blank")}
    return verdict.fraction == 1


# --- patterns -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [("ab", ["ab"]), ("", [""]), ("*", ["", ""]), ("a*b", ["a", "b"]), ("**", ["", "", ""]), (r"a\*b", ["a*b"]),
     (r"\**\*", ["*", "*"]), (r"\\*", [r"\*"]), (r"a\b", [r"a\b"]), (r"a\*b*c", ["a*b", "c"]), ("\\", ["\\"])],
)  # fmt: skip
def test_a_pattern_is_split_at_its_wildcards(pattern: str, pieces: list[str]) -> None:
    assert split(pattern) == pieces


@pytest.mark.parametrize(
    ("pattern", "text", "taken"),
    [
        ("Nile", "Nile", True), ("Nile", "Nil", False), ("Nile", "Niles", False), ("Nile", "nile", False),
        ("*river*", "a long river", True), ("*river*", "river", True), ("*river*", "rivet", False),
        ("a*", "a", True), ("a*", "ba", False), ("*a", "a", True), ("*a", "ab", False), ("a*a", "a", False),
        ("a*a", "aa", True), ("ab*ba", "aba", False), ("ab*ba", "abba", True), ("a*b*c", "aXbYc", True),
        ("a*b*c", "acb", False), ("a*b*b", "ab", False), ("a*b*b", "abb", True), ("a*bc*cd", "abcd", False),
        ("a*bc*cd", "abccd", True), ("*a*a*", "a", False), ("*a*a*", "aXa", True), ("*", "x", True), ("**", "x", True),
        ("x*y*z", "xyyz", True), ("*ab*ba*", "aba", False), ("*ab*ba*", "abba", True), ("a*zz*b", "azb", False),
        (r"2\*3", "2*3", True), (r"2\*3", "2x3", False), (r"\*", "*", True), (r"\*", "x", False), (r"*\*", "a*", True),
        ("a.c", "abc", False), ("a.c", "a.c", True), ("[ab]", "a", False), ("a|b", "a", False), ("^a$", "a", False),
        ("a+", "aa", False), ("(?i)a", "A", False), (".*", "abc", False), (".*", ".x", True), ("a?", "a", False),
        ("0", "0", True), ("0", "", False), (" a ", "a", True), ("a", " a ", True), ("a *b", "a  b", True),
        ("a * b", "a b", False), ("a * b", "a  b", True), ("* b", "b", False), ("a *", "a", False),
    ],
)  # fmt: skip
def test_patterns_match_whole_texts_and_all_but_the_star_is_literal(pattern: str, text: str, taken: bool) -> None:
    assert judge(pattern, text) is taken


WORDS = st.text(st.sampled_from("ab*\\ "), max_size=12)


@given(WORDS, WORDS)
def test_wildcards_do_what_a_regular_expression_would_do(pattern: str, text: str) -> None:
    pieces = split(pattern.strip())
    expected = re.fullmatch(".*".join(map(re.escape, pieces)), text.strip(), re.DOTALL) is not None
    assert judge(pattern, text) is (expected and bool(text.strip()))


@given(st.text(max_size=40), st.builds(Folding, *[st.booleans()] * 5))
def test_every_text_is_taken_by_itself(text: str, folding: Folding) -> None:
    assert judge(text.replace("*", r"\*"), text, folding) is bool(fold(text, folding))


# --- folding ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "pattern", "text"),
    [
        ({"case_sensitive": False}, "Nile", "nILE"), ({"case_sensitive": False}, "straße", "STRASSE"),
        ({"case_sensitive": False}, "ΣΑΣ", "σας"), ({"ignore_accents": True}, "cafe", "café"),
        ({"ignore_accents": True}, "Čapek", "Capek"), ({"ignore_accents": True}, "façade", "facade"),
        ({"ignore_accents": True}, "bỏ", "bo"), ({"ignore_punctuation": True}, "dont stop", "don’t stop!"),
        ({"ignore_punctuation": True}, "a.b.c.", "abc"), ({"ignore_punctuation": True}, "abc", "...abc ..."),
        ({"collapse_spaces": True}, "a b", "a \t\n b"), ({"collapse_spaces": True}, "a   b", "a b"),
        ({"collapse_spaces": True}, "a  *  b", "a x b"), ({"collapse_spaces": True}, "a\u00a0b", "a b"),
        ({"fold_width": True}, "abc 1", "ａｂｃ　１"), ({"fold_width": True}, "ガ", "ｶﾞ"),
        ({"fold_width": True}, "₩", "￦"),
        ({"fold_width": True}, "｜", "|"), ({"fold_width": True}, "￡", "£"), ({"fold_width": True}, "！", "!"),
    ],
)  # fmt: skip
def test_each_switch_forgives_one_difference_and_only_that(switch: Any, pattern: str, text: str) -> None:
    every = {"case_sensitive": True, "collapse_spaces": False, "fold_width": False}
    assert not judge(pattern, text)
    assert judge(pattern, text, Folding(**every | switch))
    others = {name: not value for name, value in switch.items()}
    everything_else = {"case_sensitive": False, "ignore_accents": True, "ignore_punctuation": True, "fold_width": True}
    assert not judge(pattern, text, Folding(**everything_else | others))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("e\u0301", "é"), ("é", "e\u0301"), ("\u212b", "Å"), ("*\u00e9", "cafe\u0301")],
)
def test_composed_and_decomposed_letters_are_one(pattern: str, text: str) -> None:
    assert judge(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"), [("カ", "ガ"), ("=", "≠"), ("क", "क़"), ("o", "ø"), ("²", "2"), ("①", "1")]
)
def test_other_letters_are_no_accents_and_other_forms_no_width(pattern: str, text: str) -> None:
    assert not judge(pattern, text, Folding(ignore_accents=True))


def test_accents_count_as_long_as_the_author_does_not_say_otherwise() -> None:
    assert Folding() == Folding(False, False, False, True, True)
    assert not judge("cafe", "café", Folding())
    assert fold("  Ａ  b ") == "a b"
    assert fold("  Ａ  b ", PLAIN) == "Ａ  b"


def test_a_full_width_star_is_no_wildcard() -> None:
    assert not judge("a＊", "abc", Folding())
    assert judge("a＊", "a*", Folding())


def test_what_folds_to_nothing_takes_nothing() -> None:
    quiet = Folding(ignore_punctuation=True)
    assert not judge("?", "!", quiet, typos=1)
    assert not judge("?", "?", quiet)
    assert not judge("ab", "!", quiet, typos=3)
    assert judge("*", "!", quiet)


# --- order, fractions, blanks -------------------------------------------------------------------------------


def test_the_first_answer_that_matches_gives_its_fraction() -> None:
    rule = TextRule((AcceptedText("Nile"), AcceptedText("*river*", F(1, 4)), AcceptedText("long river")))
    assert rule.judge("nile") == TextVerdict(F(1), 0)
    assert rule.judge("long river") == TextVerdict(F(1, 4), 1, "partly")
    assert rule.judge("lake") == NO


@pytest.mark.parametrize("text", ["", " ", "\t\u3000\n"])
def test_a_blank_is_no_answer_even_to_the_star(text: str) -> None:
    assert TextRule((AcceptedText("*"),)).judge(text) == TextVerdict(F(0), None, "blank")


def test_a_text_may_be_known_and_wrong() -> None:
    rule = TextRule((AcceptedText("a", F(0)), AcceptedText("b", F(-1)), AcceptedText("c", F(99, 100))))
    assert rule.judge("a") == TextVerdict(F(0), 0, "no_match")
    assert rule.judge("b") == TextVerdict(F(-1), 1, "no_match")
    assert rule.judge("c") == TextVerdict(F(99, 100), 2, "partly")


def test_the_best_is_the_first_full_one_without_a_star() -> None:
    half, star, full, other = AcceptedText("h", F(1, 2)), AcceptedText("a*"), AcceptedText("b"), AcceptedText("c")
    assert TextRule((half, star, full, other)).best == full
    assert TextRule((half, star)).best == star


# --- slips --------------------------------------------------------------------------------------------------


def distance(one: str, other: str) -> int:
    """Return the optimal string alignment distance, by the whole table."""
    table = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("abc", "abcd", 1), ("abc", "xabc", 1), ("ca", "abc", 3), ("abcd", "badc", 2), ("kitten", "sitting", 3),
        ("abcdef", "abcfed", 2), ("ab", "ba", 1), ("abab", "baba", 2), ("aXb", "bYa", 3),
    ],
)  # fmt: skip
def test_slips_are_counted_by_optimal_string_alignment(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == slips
    assert is_within(one, other, slips)
    assert is_within(other, one, slips)
    assert slips == 0 or not is_within(one, other, slips - 1)
    assert is_within(one, other, slips + 1)


SHORT = st.text(st.sampled_from("abc"), max_size=9)


@given(SHORT, SHORT, st.integers(0, 4))
def test_the_narrow_band_says_what_the_whole_table_says(one: str, other: str, slips: int) -> None:
    assert is_within(one, other, slips) is (distance(one, other) <= slips)


def test_slips_are_forgiven_only_as_many_as_the_author_allows() -> None:
    assert not judge("fibroblast", "fibrobalst")
    assert judge("fibroblast", "fibrobalst", typos=1)
    assert not judge("fibroblast", "fibrobals", typos=1)
    assert judge("fibroblast", "fibrobals", typos=2)
    assert TextRule((AcceptedText("Nile"),)).judge("nille") == NO
    rule = TextRule((AcceptedText("Nile"),), typos=1)
    assert rule.judge("nille") == TextVerdict(F(1), 0, "", slip=True)
    assert rule.judge("nile") == TextVerdict(F(1), 0, "", slip=False)


def test_a_slip_never_turns_one_accepted_answer_into_another() -> None:
    rule = TextRule((AcceptedText("ilium"), AcceptedText("ileum", F(0)), AcceptedText("i*x", F(1, 2))), typos=1)
    assert rule.judge("ileum") == TextVerdict(F(0), 1, "no_match")
    assert rule.judge("ilix") == TextVerdict(F(1, 2), 2, "partly")
    assert rule.judge("ilum") == TextVerdict(F(1), 0, "", slip=True)
    assert rule.judge("ileun") == TextVerdict(F(0), 1, "no_match", slip=True)


def test_a_catch_all_does_not_swallow_slips() -> None:
    rule = TextRule((AcceptedText("Nile"), AcceptedText("**", F(1, 10))), typos=1)
    assert rule.judge("Nille") == TextVerdict(F(1), 0, "", slip=True)
    assert rule.judge("Amazon") == TextVerdict(F(1, 10), 1, "partly")
    first = TextRule((AcceptedText("*", F(1, 10)), AcceptedText("Nile")), typos=1)
    assert first.judge("Nille") == TextVerdict(F(1, 10), 0, "partly")


def test_wildcards_and_very_short_answers_forgive_no_slip() -> None:
    assert not judge("fibro*", "firbo-", typos=1)
    assert not judge("a", "b", typos=1)
    assert not judge("ab", "b", typos=2)
    assert judge("ab", "b", typos=1)
    assert judge("abc", "c", typos=2)


@given(st.lists(SHORT.filter(str.strip), min_size=1, max_size=4, unique=True), SHORT, st.integers(0, 2))
def test_exact_answers_come_first_and_fractions_are_theirs(accepted: list[str], text: str, typos: int) -> None:
    rule = TextRule(tuple(AcceptedText(each, F(1, n)) for n, each in enumerate(accepted, 1)), typos=typos)
    verdict = rule.judge(text)
    if text in accepted:
        assert verdict == TextVerdict(F(1, accepted.index(text) + 1), accepted.index(text), verdict.why)
    elif verdict.index is not None:
        assert verdict.slip
        assert distance(text, accepted[verdict.index]) <= typos < len(accepted[verdict.index])


# --- texts made to be slow, or to break something -----------------------------------------------------------

HEAVY = [
    "x" * 10**6, "a" + "\u0301" * 10_000, "a" * LONGEST, "a\u0300\u0323" * 333, "ab" * 500, "\ufdfa" * LONGEST,
    " " * 10**6, "\0" * 900, "\ud800" * 900, "\u202e" + "a" * 500,
]  # fmt: skip


@pytest.mark.parametrize("text", HEAVY, ids=lambda text: ascii(text)[:16])
def test_no_text_is_slow_and_none_earns_anything(text: str) -> None:
    patterns = ["a*" * 90 + "z", "*a" * 90 + "*z*", "z" * 200, "a" * 190 + "z"]
    rule = TextRule(tuple(map(AcceptedText, patterns)), Folding(ignore_accents=True, ignore_punctuation=True), 3)
    began = time.process_time()
    assert rule.judge(text).fraction == 0
    assert time.process_time() - began < 0.3


def test_the_longest_text_is_judged_and_no_longer_one() -> None:
    rule = TextRule((AcceptedText("a*"),))
    assert rule.judge("a" * LONGEST) == RIGHT
    assert rule.judge("a" * (LONGEST + 1)) == NO
    assert LONGEST == 1000


@pytest.mark.parametrize(
    ("text", "limit", "cleaned"),
    [
        (" a  b ", 5, "a  b"), ("a\tb\nc\r", 5, "a b c"), ("a\0b", 5, "a\ufffdb"), ("\ud800", 5, "\ufffd"),
        ("\x1f\x7f", 5, "\ufffd"), ("a" * 30, 3, "a" * 30), ("a" * 31, 3, "a" * 30), (" " * 30 + "a", 3, ""),
        ("\u202ea", 5, "\u202ea"), ("\u2028a\u00a0b", 5, "a b"),
    ],
)  # fmt: skip
def test_typed_texts_are_cleaned_before_they_are_kept(text: str, limit: int, cleaned: str) -> None:
    assert clean(text, limit) == cleaned


# --- as authored and stored ---------------------------------------------------------------------------------

FULL = {
    "answers": [
        {"text": "Nile", "fraction": "1", "reason": "r", "misconception": "M-01"},
        {"text": "*river*", "fraction": "1/4"},
    ],
    "case_sensitive": True,
    "ignore_accents": True,
    "ignore_punctuation": True,
    "collapse_spaces": False,
    "fold_width": False,
    "typos": 2,
}


def test_a_rule_survives_storage() -> None:
    assert set(FULL) == RULE_FIELDS
    rule = parse_rule(FULL)
    answers = (AcceptedText("Nile", F(1), "r", "M-01"), AcceptedText("*river*", F(1, 4)))
    assert rule == TextRule(answers, Folding(True, True, True, False, False), 2)
    assert dump_rule(rule) == FULL
    usual = parse_rule({"answers": [{"text": "a"}]})
    assert usual == TextRule((AcceptedText("a", F(1), None, None),), Folding(), 0)
    with pytest.raises(ValueError, match=r"^not a number$"):
        parse_rule({"answers": [{"text": "a", "fraction": "x"}]})


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (FULL | {"answers": [{"text": "a"}, {"text": "*", "fraction": 0, "reason": "r"}], "typos": 3}, []),
        ({"answers": []}, [Problem("too_few", "answers", {"at_least": 1})]),
        ({"answers": [{"text": "a" * 200}]}, []),
        ({"answers": [{"text": "a" * 201}]}, [Problem("too_long", "answers[0].text", {"limit": 200})]),
        ({"answers": [{"text": " "}]}, [Problem("missing_text", "answers[0].text")]),
        ({"answers": [{"text": 3}]}, [Problem("missing_text", "answers[0].text")]),
        ({"answers": [{"text": "a", "size": 1}]}, [Problem("unknown_field", "answers[0]", {"field": "size"})]),
        ({"answers": [{"text": "a"}, {"text": "b", "fraction": 1.5, "reason": "r"}]},
         [Problem("bad_fraction", "answers[1].fraction")]),
        ({"answers": [{"text": "a"}, {"text": "b", "fraction": 0}]}, [Problem("missing_reason", "answers[1].reason")]),
        ({"answers": [{"text": "a", "reason": ""}]}, [Problem("missing_reason", "answers[0].reason")]),
        ({"answers": [{"text": "a", "misconception": ""}]}, [Problem("bad_misconception", "answers[0].misconception")]),
        ({"answers": [{"text": "a", "fraction": "1/2", "reason": "r"}]}, [Problem("no_right_answer", "answers")]),
        ({"answers": [{"text": " * "}, {"text": "a"}, {"text": "b"}]}, [Problem("never_reached", "answers[1]")]),
        ({"answers": [{"text": "**"}]}, [Problem("no_right_answer", "answers")]),
        ({"answers": [{"text": r"\*"}]}, []),
        ({"answers": [{"text": "a"}], "fold_width": 1}, [Problem("not_yes_or_no", "fold_width")]),
        ({"answers": [{"text": "a"}], "typos": 4}, [Problem("bad_typos", "typos", {"most": 3})]),
        ({"answers": [{"text": "a"}], "typos": -1}, [Problem("bad_typos", "typos", {"most": 3})]),
        ({"answers": [{"text": "a"}], "typos": False}, [Problem("bad_typos", "typos", {"most": 3})]),
    ],
)  # fmt: skip
def test_faults_are_named_exactly(data: Any, problems: list[Problem]) -> None:
    assert list(rule_problems(data)) == problems
