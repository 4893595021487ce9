"""Names, zones, passwords and ways back: pure rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.accounts.domain import password_problems, profile_problems, relative_path, time_zones


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "evil",
        "javascript:alert(1)", " /progress", "/\t/evil.example", "/\n/evil.example", "/a\x7f", "", None, "/ a",
    ],
)  # fmt: skip
def test_only_plain_paths_lead_back(target):
    assert relative_path(target) is None


@pytest.mark.parametrize("target", ["/", "/progress", "/join/K7MR4TXW?x=1&y=a%20b", "/lessons/healing#s2"])
def test_paths_on_this_site_lead_back(target):
    assert relative_path(target) == target


@given(st.text(max_size=40))
def test_what_leads_back_never_names_a_host(target):
    kept = relative_path(target)
    assert kept is None or (kept[0] == "/" and kept[1:2] not in {"/", "\\"})


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        ("elevenchars", "password_short"),
        ("aaaaaaaaaaaa", "password_guessable"),
        ("121212121212", "password_guessable"),
        ("Password1234!", "password_guessable"),
        ("passwordpassword", "password_guessable"),
        ("ana.ferreira2026", "password_guessable"),
        ("ana.ferreira@example.org", "password_guessable"),
    ],
)
def test_easy_passwords_are_refused(password, code):
    assert [problem.code for problem in password_problems(password, "ana.ferreira@example.org", "Ana Ferreira")] == [
        code
    ]


@pytest.mark.parametrize(
    "password", ["three small blue needles", "грибы после дождя", "x9!kQw2#Lm0p", "passwords are for cats"]
)
def test_other_passwords_are_fine(password):
    assert password_problems(password, "ana.ferreira@example.org", "Ana Ferreira") == []


def test_profiles():
    assert profile_problems("Ana", "trainee", "Europe/London") == []
    assert profile_problems("Ana", "trainee", None) == []
    problems = profile_problems("  ", "surgeon", "Mars/Base")
    assert [problem.place for problem in problems] == ["name", "track", "time_zone"]
    assert profile_problems("A\u202eB", "patient", None)[0].code == "name_unfit"
    assert profile_problems("A" * 121, "patient", None)[0].code == "name_unfit"


def test_zones_are_named_by_region():
    assert time_zones()[0] == "UTC"
    assert {"Europe/London", "America/Argentina/Buenos_Aires"} <= set(time_zones())
    assert "EST5EDT" not in time_zones()
