"""Authored Markdown to HTML, once, at publishing: a narrow subset, then sanitised all the same."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from learnapp.lessons.text import CITATION

from .check_texts import WORD_LINK

Cite = Callable[[Sequence[str]], str]  # claim codes -> trusted HTML
Link = Callable[[str], bool]  # glossary key -> whether to link to it
TAGS = {"p", "ul", "li", "strong", "sup", "a", "span"}
ATTRIBUTES = {"a": {"href", "class", "aria-label"}, "span": {"class"}}
AFTER = re.compile(r"[.!?:,;]+")


def _citation(state: StateInline, silent: bool) -> bool:
    """Read ` [F-013].` as its full stop and then the citation, as print does."""
    found = CITATION.match(state.src, state.pos)
    if not found or state.src[state.pos] != "[":
        return False
    if not silent:
        after = AFTER.match(state.src, found.end())
        state.pending = state.pending.rstrip() + (after[0] if after else "")
        token = state.push("citation", "", 0)
        token.meta = {"codes": re.findall(r"F-\d{3}", found[1])}
        state.pos = after.end() if after else found.end()
    return True


class _Renderer(RendererHTML):
    """Renders strong, links to words and citations; every other text is escaped."""

    def citation(self, tokens: Sequence[Token], idx: int, _options: Any, env: Any) -> str:
        return str(env["cite"](tokens[idx].meta["codes"]))

    def link_open(self, tokens: Sequence[Token], idx: int, _options: Any, env: Any) -> str:
        found = WORD_LINK.fullmatch(str(tokens[idx].attrGet("href") or ""))
        linked = found is not None and env["link"](found[1])
        env["open"].append(linked)
        return f'<a class="term" href="#w-{found[1]}">' if found and linked else ""

    def link_close(self, _tokens: Sequence[Token], _idx: int, _options: Any, env: Any) -> str:
        return "</a>" if env["open"].pop() else ""


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", renderer_cls=_Renderer).enable(["emphasis", "link", "escape"])
    reader.inline.ruler.before("link", "citation", _citation)
    return reader


READER = _reader()


def _no_citations(_codes: Sequence[str]) -> str:
    return ""


def inline(text: str, cite: Cite = _no_citations, link: Link = lambda _key: False) -> str:
    """Return one text as safe inline HTML; `cite` renders citations, `link` decides on links to words."""
    html = READER.renderInline(text.strip(), {"cite": cite, "link": link, "open": []})
    return clean(html)


def clean(html: str) -> str:
    """Return only what the allow-list knows; addresses may only point into the page."""
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_in_page, url_schemes=set(), link_rel=None
    )  # fmt: skip


def _in_page(_tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or value.startswith("#") else None
