"""Whether the pictures that questions name are there and have the size that is written beside them."""

import re
from collections.abc import Mapping
from typing import Any

from .course import Ask, Course
from .faults import Report
from .files import Place, places

FOLDER = "static/pictures"
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ROOT = re.compile(r"<svg\b[^>]*\bviewBox=\"([^\"]*)\"")
SYMBOL = re.compile(r"<symbol\b(?=[^>]*\bid=\"picture\")[^>]*\bviewBox=\"([^\"]*)\"")


def check_pictures(ask: Ask, course: Course, report: Report) -> None:
    """Note every `picture` of a question whose file is missing, or is not drawn on a field of that size."""
    for place, picture in places(ask.model.own_fields, "picture"):
        if isinstance(picture, Mapping):
            _check(ask, (*place, "name"), picture, course, report)


def _check(ask: Ask, place: Place, picture: Mapping[str, Any], course: Course, report: Report) -> None:
    path, line = ask.document.path, ask.document.line(place)
    name = picture.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return  # the type's to report, like another shape
    file = course.root / FOLDER / f"{name}.svg"
    if not file.is_file():
        report.fault(path, line, f"There is no picture {FOLDER}/{name}.svg.")
        return
    drawing = file.read_text(encoding="utf-8")
    size = f"0 0 {picture.get('width')} {picture.get('height')}"
    for what, pattern in (("<svg>", ROOT), ('<symbol id="picture">', SYMBOL)):
        found = pattern.search(drawing)
        if found is None or found[1] != size:
            text = f'The {what} of {FOLDER}/{name}.svg needs viewBox="{size}": the width and height written here.'
            report.fault(path, line, text)
