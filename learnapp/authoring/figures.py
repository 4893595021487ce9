"""Figures as HTML with SVG, rendered at publishing; the drawing needs no script and no style attribute."""

from typing import Any

from flask import current_app
from markupsafe import Markup

from learnapp.kit.i18n import _l

from .inline import Cite, Link, inline
from .schema import StopModel, TimelineModel

# Own drawing on a field of 800 x 190, one eighth of the width for each of eight stops. Shapes after the
# design brief: clean up peaks on day 1 and is gone by day 5; build rises on day 2, peaks from day 7 to 14
# and fades in weeks 6 to 8; strengthen rises in weeks 2 to 3 and stays. A sketch: the heights mean nothing.
CURVES = {
    "clean": ("M0 190C45 190 70 28 150 28S242 166 305 190", "z"),
    "build": ("M190 190C272 186 300 36 400 34S560 152 618 190", "z"),
    "strengthen": ("M452 190C540 186 574 72 664 62S776 74 800 78", "V190z"),
}
CELLS = {
    "platelets": ("platelet", _l("Platelets")),
    "immune": ("immune", _l("Immune cells")),
    "surface": ("surface", _l("Surface cells")),
    "fibroblasts": ("fibroblast", _l("Fibroblasts")),
    "vessels": ("vessel", _l("New vessels")),
}


def figure_html(figure: TimelineModel, number: int, cite: Cite, link: Link) -> str:
    """Return the figure as HTML: drawing, day control, one panel for each stop, and the same as a table."""

    def text(words: str) -> Markup:
        return Markup(inline(words, link=link))  # noqa: S704 - sanitised by inline()

    def stop(model: StopModel) -> dict[str, Any]:
        return {
            "id": model.id,
            "label": model.label,
            "when": model.when,
            "stage": text(model.stage),
            "what": text(model.what),
            "cells": [CELLS[name] for name in model.cells],
            "see": [text(words) for words in model.see],
            "do": text(model.do),
            "cites": Markup(cite(model.claims)),  # noqa: S704 - our own links
        }

    template = current_app.jinja_env.get_template("lessons/published/timeline.html")
    return template.render(
        figure=figure,
        number=number,
        title=text(figure.title),
        caption=text(figure.caption),
        curves=[(curve, *CURVES[curve.id]) for curve in figure.curves],
        stops=[stop(model) for model in figure.stops],
        chosen=figure.stops[(len(figure.stops) - 1) // 2].id,
    )
