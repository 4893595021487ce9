"""How every question type looks: zoom, sizes, spacing of text, themes, forced colours and paper.

The demo's questions of all types stand on one page, asked, checked with their hints, and reviewed: each check runs once
for all.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from learnapp.quizzes.types import type_named
from tests.browser.asking import DEMO, KINDS, SHOWN, Sitting, sit
from tests.browser.conftest import CONTRAST, RULES, Site, judge_axe, judge_width, opened

# Where the first control of each look stands.
FIRSTS = """(boxes) => Object.fromEntries(boxes.map((box, at) => [
  [box.className, box.querySelector("input").type, box.closest("fieldset").className].join(" "), at,
]).reverse())"""
READ = "Read this part of the lesson"
# The spacing that a reader may ask for (WCAG 1.4.12); a sheet made by a script needs no leave of the page's policy.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }
  `);
  document.adoptedStyleSheets = [sheet];
}"""
# What a finger presses: a label with its control, a control alone, a button, a link that is no part of a sentence.
BOXES = """() => {
  const seen = (e) => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
  const found = [];
  for (const control of document.querySelectorAll("article :is(input, select, textarea, button, summary, .btn)")) {
    if (control.type === "hidden" || !seen(control)) continue;
    const label = control.closest(".choice, .bin, .flag") || control;
    const r = label.getBoundingClientRect();
    const where = control.closest("article").id;
    const name = control.getAttribute("aria-label") || (control.labels && control.labels[0] || control).innerText;
    found.push({
      where, name: `${where} ${control.tagName} ${(name || "").slice(0, 40)}`,
      left: r.left, right: r.right, top: r.top + scrollY, bottom: r.bottom + scrollY,
      cut: control.matches("input[type=text], textarea") ? 0 : label.scrollWidth - label.clientWidth,
    });
  }
  for (const hit of document.querySelectorAll(".pin .hit")) {
    const r = hit.getBoundingClientRect();
    found.push({
      where: "pins" + hit.closest("article").id, name: "a letter on a picture", cut: 0,
      left: r.left, right: r.right, top: r.top + scrollY, bottom: r.bottom + scrollY,
    });
  }
  return found;
}"""
# Text that its box cuts, or that runs out of its box and over what stands beside it.
CUT = """() => [...document.querySelectorAll("article *, .objs *")].filter((e) => {
  if (!e.checkVisibility() || e.closest(".vh, .picbox, svg, select") || e.matches("input, textarea")) return false;
  const style = getComputedStyle(e);
  if (style.display.startsWith("inline")) return false;
  const hides = [style.overflowX, style.overflowY].some((value) => value === "hidden" || value === "clip");
  return e.scrollWidth > e.clientWidth + 1 || (hides && e.scrollHeight > e.clientHeight + 1);
}).map((e) => e.outerHTML.slice(0, 120))"""


def _sitting(site: Site, name: str) -> Sitting:
    sitting = sit(site, name, SHOWN)
    assert set(sitting.places) >= set(KINDS), f"content/demo/{DEMO}.yaml asks every type"
    answers = sitting.samples(right=False)
    if name == "hinted":
        sitting.check(answers)
    else:
        sitting.save(answers)
    return sitting


@pytest.fixture(scope="module", params=["asked", "hinted", "reviewed"])
def look(request: pytest.FixtureRequest, shown: Site, browser: Browser) -> Iterator[Page]:
    """A page with every type."""
    sitting = _sitting(shown, request.param)
    with opened(browser, shown, reduced_motion="reduce") as page:
        sitting.sign_in(page.context)
        page.goto(sitting.hand_in() if request.param == "reviewed" else sitting.url)
        yield page


def _size(page: Page, width: int, height: int = 800) -> None:
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(theme: str, width: int, look: Page):
    look.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    _size(look, width)
    judge_axe(look, f"all types, {theme}, {width} px", RULES if theme == "light" else CONTRAST)


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_controls_have_room(width: int, look: Page):
    """Nothing scrolls sideways, nothing overlaps or is cut, and a finger meets 44 px (640 px: 200 % of 1280)."""
    _size(look, width, 512)
    judge_width(look, f"all types at {width} px")
    boxes = look.evaluate(BOXES)
    assert len(boxes) >= 10
    small = [box["name"] for box in boxes if min(box["right"] - box["left"], box["bottom"] - box["top"]) < 43.5]
    assert not small, f"smaller than 44 px at {width}: {small}"
    outside = [box["name"] for box in boxes if box["left"] < 0 or box["right"] > width]
    assert not outside, f"outside the page at {width}: {outside}"
    assert not [box["name"] for box in boxes if box["cut"] > 1]
    assert not _overlapping(boxes)
    assert not look.evaluate(CUT)


def _overlapping(boxes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the pairs of controls of one question that lie over each other."""
    return [
        (one["name"], other["name"])
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if one["where"] == other["where"]
        and min(one["right"], other["right"]) - max(one["left"], other["left"]) > 0.5
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 0.5
    ]


def test_larger_and_looser_text_is_not_cut(look: Page):
    """The largest text of the reading settings, and the spacing of WCAG 1.4.12."""
    _size(look, 320)
    look.evaluate("document.documentElement.dataset.size = 'largest'")
    judge_width(look, "all types with the largest text")
    assert not look.evaluate(CUT), "with the largest text"
    look.evaluate("delete document.documentElement.dataset.size")
    look.evaluate(SPACED)
    judge_width(look, "all types with looser text")
    assert not look.evaluate(CUT), "with looser text"
    assert not _overlapping(look.evaluate(BOXES))
    look.evaluate("document.adoptedStyleSheets = []")


def test_forced_colours_show_what_is_chosen(shown: Site, browser: Browser):
    """Each kind of control looks different when it is chosen, and axe finds nothing."""
    sitting = _sitting(shown, "forced")
    with opened(browser, shown, forced_colors="active", reduced_motion="reduce") as page:
        sitting.sign_in(page.context)
        page.goto(sitting.url)
        judge_axe(page, "all types in forced colours")
        kinds = page.locator("article :is(.choice, .bin)").evaluate_all(FIRSTS)
        assert len(kinds) >= 4, "radio buttons and boxes to tick, cards, how sure"
        for kind, at in kinds.items():
            _looks_different(page.locator("article :is(.choice, .bin)").nth(at), kind)
        spots = page.locator(".spots").first
        _looks_different(spots.locator(".choice").first, "a letter on a picture", spots.locator(".pin").first)
        page.goto(sitting.hand_in())
        judge_axe(page, "the review of all types in forced colours")


def _looks_different(box: Any, kind: str, where: Any = None) -> None:
    control = box.locator("input")
    pictures = []
    for on in (True, False):
        control.evaluate("(e, on) => { e.checked = on }", on)
        pictures.append((where or box).screenshot(animations="disabled"))
    assert pictures[0] != pictures[1], f"{kind}: chosen and not chosen look the same"


def test_a_review_prints(shown: Site, browser: Browser):
    """On paper: every answer, best answer and reason, stories unfolded, pictures with their letters, no buttons."""
    sitting = _sitting(shown, "paper")
    marked = [slot.position for slot in sitting.paper.slots if type_named(slot.type).marked]
    with opened(browser, shown, width=794, height=1123) as page:
        sitting.sign_in(page.context)
        page.goto(sitting.hand_in())
        told = page.locator("article.ans").all_inner_texts()
        page.emulate_media(media="print")
        for n, before in zip(marked, told, strict=True):
            text = page.locator(f"#question-{n}").inner_text()
            gone = set(re.findall(r"[^\n]+", before)) - set(re.findall(r"[^\n]+", text))
            assert gone <= {"Show the case", READ, f"({n})"}, f"not on paper: {gone}"
            assert re.search("Your answer|You put this at|You left this empty", text), text
            assert re.search("Best answer|In its place|Right", text), text
        assert page.locator("article.ans details p").first.is_visible(), "the story is unfolded"
        for picture in page.locator("article.ans .picbox").all():
            assert picture.locator(".pic").bounding_box()["height"] > 100
            assert all(point.is_visible() for point in picture.locator(".pt text").all())
        left = (
            page.locator("button, .btn, nav:not(.crumb), .tabs, .seg, summary").filter(visible=True).all_inner_texts()
        )
        assert not left, f"on paper too: {left}"
        judge_width(page, "the review on paper")
        pages = page.pdf(prefer_css_page_size=True, print_background=False)
        assert len(re.findall(rb"/Type\s*/Page\b", pages)) > 3
