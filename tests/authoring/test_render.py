"""What publishing makes of authored text: citations, words, boxes, figures, and nothing that could act."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask

from learnapp.authoring.check import check_content
from learnapp.authoring.inline import clean, inline
from learnapp.authoring.render import lesson_page, question_json, shown_sources
from learnapp.config import ROOT
from learnapp.evidence.domain import citable
from tests.authoring.small import FILES, write_course

LESSON = FILES["content/lessons/skin.md"]
# Ways to smuggle code through a text; every one must come out as words.
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    '[x](word:dermis" onmouseover="alert(1))',
    "![x](https://evil.example/x.png)",
    "<a href='//evil.example'>x</a>",
    "<style>*{display:none}</style>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "</p></section><form action=//evil.example><input name=password>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><img src=x onerror=alert(1)>-->",
    '"><script>alert(1)</script>',
    '"sprite:#" onload="alert(1)',
    "<b onclick=alert(1)>x</b>",
    "<p style='position:fixed'>x</p>",
    "<base href='//evil.example'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
]
SAFE_TAGS = {"strong", "sup", "a", "span"}


def _elements(html: str) -> Iterator[Any]:
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return (element for element in tree.iter() if element is not tree)


@pytest.fixture
def pages(app: Flask, tmp_path: Path) -> Any:
    """A function that renders the small course, with changes, for one track."""

    def make(track: str, **changed: str) -> dict[str, Any]:
        course, report = check_content(write_course(tmp_path, **changed))
        assert not report.faults, sorted(map(str, report.faults))
        with app.app_context():
            return lesson_page(course.lessons["skin", track], course)

    return make


def _html(page: dict[str, Any]) -> str:
    return "".join(block.get("html", "") for section in page["sections"] for block in section["blocks"])


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_can_carry_code(attack: str):
    html = inline(f"Before {attack} **after** [F-001].", lambda _codes: "<sup>1</sup>", lambda _key: True)
    for element in _elements(html):
        assert element.tag in SAFE_TAGS, html
        for name, value in element.attrib.items():
            assert name in {"href", "class", "aria-label"}, html
            assert name != "href" or value.startswith("#w-"), html


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_sanitiser_alone_lets_nothing_act(attack: str):
    for element in _elements(clean(f"<p>x {attack}</p>")):
        assert element.tag in SAFE_TAGS | {"p", "ul", "li"}
        assert not any(name.startswith("on") or name in {"style", "src"} for name in element.attrib)
        assert element.attrib.get("href", "#").startswith("#")


def test_an_attack_in_a_figure_or_a_question_stays_words(pages: Any):
    figure = FILES["content/figures/days.yaml"].replace("title: Days", 'title: "Days \\" < & days"')
    page = pages("patient", days_yaml=figure, skin_md=LESSON.replace("How many sheets?", '"5 < 6 & \\" 7"'))
    assert 'Days " &lt; &amp; days' in _html(page)
    assert "5 &lt; 6 &amp;" in page["checks"]["1"]["shown"]["stem"]


def test_citations_link_to_numbered_sources_that_were_read(pages: Any):
    page = pages("trainee")
    assert '.<sup><a href="#src1" aria-label="Source 1">1</a></sup>' in _html(page)
    assert [source["claim"] for source in page["tail"]["sources"]] == ["F-001", "F-002", "F-005", "F-004"]
    assert page["tail"]["sources"][0]["references"] == ["Ada 2001"]


def test_a_memory_claim_is_marked_and_never_cited(pages: Any):
    page = pages("patient")
    recalled = re.search(r"<p>Some things are recalled.*?</p>", _html(page))
    assert recalled
    assert "source being checked" in recalled[0]
    assert "#src" not in recalled[0]
    assert all(source["claim"] != "F-003" for source in page["tail"]["sources"])


def test_our_lessons_show_only_sources_that_were_read(app: Flask):
    course, _report = check_content(ROOT)
    with app.app_context():
        rendered = {key: lesson_page(lesson, course) for key, lesson in course.lessons.items()}
    for page in rendered.values():
        for source in page["tail"]["sources"]:
            claim = course.claims.by_key[source["claim"]]
            assert claim.basis != "memory"
            keys = shown_sources(course, source["claim"])
            assert len(source["references"]) == len(keys) > 0
            assert all(citable(course.sources.by_key[key].read, course.sources.by_key[key].kind) for key in keys)
            assert (source["grade"], source["bracket"]) == (claim.grade, claim.bracket)
        numbers = {int(number) for number in re.findall(r'href="#src(\d+)"', _html(page))}
        assert numbers == {source["n"] for source in page["tail"]["sources"]}
        linked = set(re.findall(r'href="#w-([a-z0-9-]+)"', _html(page)))
        assert linked <= {word["key"] for word in page["tail"]["words"]}


def test_our_pages_are_valid_without_styles_or_scripts(app: Flask):
    course, _report = check_content(ROOT)
    with app.app_context():
        for lesson in course.lessons.values():
            html = _html(lesson_page(lesson, course))
            parser = html5lib.HTMLParser(strict=True)
            parser.parseFragment(html)
            assert not re.search(r"\sstyle=|<script|\son\w+=", html)


def test_each_track_reads_its_own_words(pages: Any):
    trainee, patient = pages("trainee"), pages("patient")
    assert "Only trainees read this" in _html(trainee)
    assert "Only trainees read this" not in _html(patient)
    assert next(section["title"] for section in patient["sections"]) == "Your layers"
    assert patient["head"]["title"] == "Your skin"
    assert trainee["tail"]["words"][0]["more"]
    assert not patient["tail"]["words"][0]["more"]


def test_blocks_keep_their_kinds(pages: Any):
    page = pages("patient")
    kinds = [[block["kind"] for block in section["blocks"]] for section in page["sections"]]
    assert kinds == [["html", "check"], ["html", "figure"], ["html"], ["html", "care", "check"]]
    assert page["sections"][3]["blocks"][1]["care"] == "ask"
    assert set(page["checks"]) == {"1", "2"}


def test_do_and_dont_stand_together_and_signs_wait_for_their_address(pages: Any):
    html = _html(pages("patient"))
    assert html.count('<div class="dodont">') == 1
    assert '<use href="sprite:#i-check"/>' in html
    assert '<use href="sprite:#i-cross"/>' in html


def test_the_figure_shows_every_panel_and_the_whole_table(pages: Any):
    html = _html(pages("trainee"))
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    radios = [element for element in tree.iter("input") if element.get("type") == "radio"]
    panels = [element for element in tree.iter("div") if "panel" in (element.get("class") or "").split()]
    rows = list(tree.find(".//table").find("tbody").iter("tr"))
    assert len(radios) == len(panels) == len(rows) == 8
    assert sum("checked" in radio.attrib for radio in radios) == 1
    assert "Sketch." in html


def test_what_a_page_may_see_of_a_question_gives_nothing_away(app: Flask, tmp_path: Path):
    course, _report = check_content(write_course(tmp_path))
    with app.app_context():
        for ask in course.quizzes["skin", "patient"].items:
            question = question_json(ask, "skin", "layers", lambda _key: False)
            assert "It is" not in str(question["shown"])
            assert "right': True" not in str(question["shown"])
            assert "M-01" not in str(question["shown"])
            assert "M-01" in str(question["keyed"])
