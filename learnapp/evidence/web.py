"""A fact's page: the claim, how good its evidence is, and where it comes from."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import current_actor, public
from learnapp.kit.errors import NotFound
from learnapp.kit.i18n import _, _l
from learnapp.kit.reading import COOKIE, from_cookie

from . import storage

bp = Blueprint("evidence", __name__)

MEANINGS = {
    "A": _l("Rests on randomised trials or systematic reviews of them. That is the kind of study, not its size."),
    "B": _l("Rests on controlled studies, several cohort or measurement studies, or a formal consensus."),
    "D": _l("Contested: sources conflict, or it is a claim of marketing."),
}
C_MEANINGS = {
    "textbook": _l("Settled background that no trial would test."),
    "expert": _l("Rests on what experts advise."),
    "cases": _l("Rests on case reports or on studies without a control group."),
    "lab": _l("Rests on work in the laboratory or on animals."),
    "regulator": _l("Rests on what a regulator has published."),
    "manufacturer": _l("Rests on a manufacturer's label or manual."),
}
READ_WORDS = {
    "full page": _l("Read: the whole relevant text."),
    "abstract": _l("Read: the abstract."),
    "excerpt": _l("Read: a part of it."),
}


@bp.get("/facts/<claim>")
@public
def fact(claim: str) -> ResponseReturnValue:
    """Show one claim."""
    found = storage.fact(claim)
    if found is None:
        raise NotFound("claim")
    actor = current_actor()
    return render_template(
        "evidence/fact.html",
        fact=found,
        meaning=MEANINGS.get(found.grade) or C_MEANINGS.get(found.bracket, _("Early or indirect evidence.")),
        read_words=READ_WORDS,
        track=(actor.track if actor else None) or from_cookie(request.cookies.get(COOKIE)).track or "patient",
    )
