"""A test client that judges every page it fetches: valid HTML, one h1, labels, CSRF, no inline code, safe headers."""

import re
import warnings
from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HTML = "{http://www.w3.org/1999/xhtml}"
# Parse errors that say nothing about the page a person gets.
HARMLESS = {"unexpected-char-in-attribute-name"}
LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image"}


def _text(element: Any) -> str:
    return "".join(element.itertext()).strip()


def _parse(text: str) -> Any:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(text)
    faults = [(place, code, data) for place, code, data in parser.errors if code not in HARMLESS]
    assert not faults, f"invalid HTML: {faults[:3]}"
    return tree


def _all(tree: Any, *names: str) -> list[Any]:
    return [e for e in tree.iter() if isinstance(e.tag, str) and e.tag.rsplit("}", 1)[-1] in names]


def _judge_head(tree: Any) -> None:
    assert tree.get("lang"), "<html> has no lang"
    titles = [t for t in _all(tree, "title") if "svg" not in t.tag]
    assert titles, "the page has no title"
    assert " - " in _text(titles[0]), f"the title lacks its place: {_text(titles[0])!r}"
    headings = _all(tree, "h1")
    assert len(headings) == 1, f"{len(headings)} h1 elements"
    assert _text(headings[0]), "the h1 is empty"


def _judge_code(tree: Any) -> None:
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name in element.attrib:
            assert name != "style", f"style attribute on {element.tag}"
            assert not str(name).startswith("on"), f"inline handler {name} on {element.tag}"
    for script in _all(tree, "script"):
        assert script.get("src"), "inline script"
    assert not _all(tree, "style"), "inline style element"
    for element in _all(tree, "script", "link", "img", "use", "iframe"):
        target = element.get("src") or element.get("href") or ""
        assert not urlsplit(target).netloc, f"third-party request: {target}"


def _judge_ids(tree: Any) -> None:
    ids = [e.get("id") for e in tree.iter() if isinstance(e.tag, str) and e.get("id")]
    doubles = {i for i in ids if ids.count(i) > 1}
    assert not doubles, f"ids used twice: {doubles}"
    known = set(ids)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            for target in (element.get(name) or "").split():
                assert target in known, f"{name} points to nothing: {target}"
    for link in _all(tree, "a"):
        href = link.get("href") or ""
        assert _text(link) or link.get("aria-label"), f"a link without words: {href}"
        if href.startswith("#") and len(href) > 1:
            assert href[1:] in known, f"a link to nothing on this page: {href}"


def _judge_forms(tree: Any) -> None:
    labels = {label.get("for") for label in _all(tree, "label")}
    inside = {id(e) for label in _all(tree, "label") for e in label.iter()}
    for control in _all(tree, *LABELLED):
        if control.get("type") in UNLABELLED_TYPES:
            continue
        named = control.get("id") in labels or id(control) in inside
        named = named or control.get("aria-label") or control.get("aria-labelledby")
        assert named, f"a control without a label: {control.get('name')}"
    for form in _all(tree, "form"):
        if (form.get("method") or "get").lower() == "post":
            names = {e.get("name") for e in _all(form, "input")}
            assert "csrf_token" in names, f"a form without CSRF token: {form.get('action')}"
    for image in _all(tree, "img"):
        assert image.get("alt") is not None, f"a picture without alt text: {image.get('src')}"


def judge_page(text: str) -> None:
    """Fail with a sentence when a page breaks a promise that every page keeps."""
    tree = _parse(text)
    _judge_head(tree)
    _judge_code(tree)
    _judge_ids(tree)
    _judge_forms(tree)
    assert not re.search(r"\{\{|\{%|\bNone\b</|&lt;p&gt;", text), "template leftovers on the page"


def judge_headers(response: TestResponse) -> None:
    """Fail when a response lacks the headers that all of ours carry."""
    assert "'self'" in response.headers.get("Content-Security-Policy", ""), "no CSP"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers.get("X-Content-Type-Options") == "nosniff"
    assert "Cookie" in response.headers.get("Vary", ""), "no Vary: Cookie"
    assert "private" in response.headers.get("Cache-Control", ""), "cacheable by others"


class JudgingClient(FlaskClient):
    """Fetches pages and judges each; `csrf_token()` and `send()` make honest posts easy."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        assert response.status_code != 500, "a 500"
        if not response.request.path.startswith("/static/"):
            judge_headers(response)
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 307, 308}:
            judge_page(response.get_data(as_text=True))
        return response

    def csrf_token(self, path: str = "/settings") -> str:
        """Return a token for this client's session, taken from a page as a browser would."""
        match = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).get_data(as_text=True))
        assert match, f"no CSRF token on {path}"
        return match.group(1)

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post a form with a CSRF token; returns the first response (redirects are not followed)."""
        return self.post(path, data={"csrf_token": self.csrf_token(), **(data or {})}, **kwargs)
