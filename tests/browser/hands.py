"""Two ways to answer by the same steps: with keys alone, and with plain controls where no script runs.

A step names a control as a screen reader does: ("radio", name, group), ("toggle", name), ("text", name, value),
("pick", name, option), ("order", first line, second line, ...) or ("press", name).
"""

import re
from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page

Step = tuple[str, ...]
FOCUSED = """() => {
  const words = (e) => (e ? e.innerText : "").replace(/\\s+/g, " ").trim();
  const spoken = (label) => !label.querySelector(":scope > [aria-hidden]");
  const labels = (e) => [...(e.labels || [])].filter(spoken).map(words).join(" ");
  const name = (e) => e.getAttribute("aria-label") || labels(e) || words(e);
  const e = document.activeElement;
  const twins = e.type === "radio" ? [...document.getElementsByName(e.name)].map(name) : [];
  const style = getComputedStyle(e.closest(".choice, .bin, .flag, .seg label") || e);
  const pin = document.querySelector(".spots :focus-visible");
  return {
    type: e.type || e.tagName, name: name(e), group: words(e.closest("fieldset")?.querySelector("legend")), twins,
    checked: Boolean(e.checked), value: e.tagName === "SELECT" ? e.selectedOptions[0].text : e.value || "",
    count: e.options ? e.options.length : 0, ringed: style.outlineStyle !== "none" || Boolean(pin),
    line: e.closest("li") ? [...e.closest("li").parentElement.children].indexOf(e.closest("li")) : -1,
  };
}"""


class Hand:
    """Does steps on a page. n: the number that stands in the made-up names."""

    def __init__(self, page: Page, n: int) -> None:
        self.page = page
        self.n = n

    def do(self, steps: Iterable[Step]) -> None:
        """Do these steps in their order."""
        for kind, *words in steps:
            getattr(self, kind)(*(word.replace("{n}", str(self.n)) for word in words))


class Plain(Hand):
    """Plain controls: works where scripts are off."""

    def radio(self, name: str, group: str = "") -> None:
        box = self.page.get_by_role("group", name=group, exact=True) if group else self.page
        box.get_by_role("radio", name=re.compile(f"^{re.escape(name)}")).check()

    def toggle(self, name: str) -> None:
        box = self.page.get_by_role("checkbox", name=name)
        box.set_checked(not box.is_checked())

    def text(self, name: str, value: str) -> None:
        self.page.get_by_role("textbox", name=name).fill(value)

    def pick(self, name: str, option: str) -> None:
        self.page.get_by_role("combobox", name=name).select_option(label=option)

    def order(self, *lines: str) -> None:
        for place, line in enumerate(lines, 1):
            self.pick(line, str(place))

    def press(self, name: str) -> None:
        with self.page.expect_event("domcontentloaded"):
            self.page.locator("main").get_by_role("button", name=name).first.click()


class Keys(Hand):
    """Tab, arrows, Space, Enter and typing; every control that takes the focus must show it."""

    def _tab_to(self, types: str, name: str, group: str = "") -> dict[str, Any]:
        for _ in range(80):
            self.page.keyboard.press("Tab")
            now: dict[str, Any] = self.page.evaluate(FOCUSED)
            named = any(each.startswith(name) for each in now["twins"] or [now["name"]])
            if now["type"] in types.split() and named and now["group"].startswith(group):
                assert now["ringed"], f"no visible focus on {now}"
                return now
        raise AssertionError(f"the keyboard never reaches {name!r}")

    def radio(self, name: str, group: str = "") -> None:
        now = self._tab_to("radio", name, group)
        for _ in now["twins"]:
            if now["name"].startswith(name):
                break
            self.page.keyboard.press("ArrowDown")
            now = self.page.evaluate(FOCUSED)
        if not now["checked"]:
            self.page.keyboard.press("Space")
        now = self.page.evaluate(FOCUSED)
        assert now["checked"], f"{name!r} cannot be chosen: {now}"
        assert now["name"].startswith(name), f"the arrows never reach {name!r}"

    def toggle(self, name: str) -> None:
        before = self._tab_to("checkbox", name)
        self.page.keyboard.press("Space")
        assert self.page.evaluate(FOCUSED)["checked"] is not before["checked"]

    def text(self, name: str, value: str) -> None:
        self._tab_to("text textarea", name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(value)

    def pick(self, name: str, option: str) -> None:
        now = self._tab_to("select-one", name)
        for key in ["ArrowDown"] * now["count"] + ["ArrowUp"] * now["count"]:
            if now["value"] == option:
                return
            self.page.keyboard.press(key)
            now = self.page.evaluate(FOCUSED)
        raise AssertionError(f"the arrows never reach {option!r} of {name!r}")

    def order(self, *lines: str) -> None:
        for place, line in enumerate(lines):
            at = self._tab_to("button", f"Move {line} up")["line"]
            for _ in range(at - place):
                self.page.keyboard.press("Enter")
            assert self.page.evaluate(FOCUSED)["line"] == place
        if self.page.get_by_role("button", name="Keep this order").is_visible():
            self._tab_to("button", "Keep this order")
            self.page.keyboard.press("Enter")

    def press(self, name: str) -> None:
        self._tab_to("submit", name)
        with self.page.expect_event("domcontentloaded"):
            self.page.keyboard.press("Enter")
