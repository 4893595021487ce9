"""The page of a fact: the claim, its grade in words, and only sources that were read."""

import pytest
from flask import Flask

from learnapp.evidence.domain import address, common_grade, reference, short_reference
from tests.judge import JudgingClient


def test_every_fact_has_its_page(school: Flask, client: JudgingClient):
    for code in ("F-001", "F-013", "F-034", "F-065", "F-139", "F-200"):
        assert client.get(f"/facts/{code}").status_code == 200
    for code in ("F-000", "F-999", "f-013", "nothing"):
        assert client.get(f"/facts/{code}").status_code == 404


def test_a_fact_shows_its_grade_caution_sources_and_lessons(school: Flask, client: JudgingClient):
    page = client.get("/facts/F-013").get_data(as_text=True)
    assert "four overlapping stages" in page
    assert "Settled background" in page
    assert "Some texts merge the first two and count three." in page
    assert "Read the source" in page
    assert 'href="/lessons/healing"' in page


@pytest.mark.parametrize("code", ["F-077", "F-182", "F-200"])
def test_a_memory_claim_is_being_checked_and_shows_no_source(school: Flask, client: JudgingClient, code: str):
    page = client.get(f"/facts/{code}").get_data(as_text=True)
    assert "The source is being checked." in page
    assert "Read the source" not in page


def test_a_source_from_memory_is_hidden_beside_one_that_was_read(school: Flask, client: JudgingClient):
    page = client.get("/facts/F-006").get_data(as_text=True)  # OSCE-SKIN was read, TEXTBOOK was not
    assert page.count("Read the source") == 1
    assert "textbook" not in page.lower()


def test_references_and_addresses():
    assert reference("Ada A", "Is it so?", 2001, "Journal") == "Ada A. Is it so? 2001. Journal."
    assert reference("not printed on the page", "Title", None, "House") == "Title. House."
    assert address("https://a.example/x", "10.1/y") == "https://a.example/x"
    assert address("javascript:alert(1)", "") == ""
    assert address("", "10.1/y") == "https://doi.org/10.1/y"


def test_the_common_grade_is_the_weaker_of_two():
    assert common_grade([("B", ""), ("C", "expert"), ("C", "expert"), ("C", "lab")]) == ("C", "expert")
    assert common_grade([("A", ""), ("D", "")]) == ("D", "")
    assert common_grade([]) == ("C", "")


@pytest.mark.parametrize(
    ("authors", "title", "year", "short"),
    [
        ("Aust MC, Fernandes D, Vogt PM", "Percutaneous", 2008, "Aust and others 2008"),
        ("Foppiani JA and others", "Rejuvenation", 2025, "Foppiani and others 2025"),
        ("Ebanks D", "Phases", None, "Ebanks"),
        ("US FDA", "21 CFR", 2018, "US FDA 2018"),
        ("NHS", "Anaphylaxis", 2023, "NHS 2023"),
        ("not printed on the page read", "Erythema on different skin tones", None, "Erythema on different skin tones"),
        ("not printed", "A very long title that goes on for much longer than anybody wants", 2021,
         "A very long title that goes on for much longer … 2021"),
    ],
)  # fmt: skip
def test_a_source_has_a_short_name(authors: str, title: str, year: int | None, short: str):
    assert short_reference(authors, title, year) == short
