"""What every layout knows: where one can go, how this reader reads, and which page to come back to."""

from typing import Any, NamedTuple

from flask import g, has_request_context, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from learnapp.accounts.domain import AUTHOR, TEACH, Actor
from learnapp.accounts.guard import current_actor, this_page
from learnapp.kit.i18n import _
from learnapp.kit.reading import COOKIE, Reading, from_cookie


class NavLink(NamedTuple):
    """One entry of the navigation: (endpoint, label, icon, href)."""

    endpoint: str
    label: str
    icon: str
    href: str


def _link(endpoint: str, label: str, icon: str, **values: Any) -> NavLink:
    return NavLink(endpoint, label, icon, url_for(endpoint, **values))


def navigation(actor: Actor | None) -> list[NavLink]:
    """Return the links for this reader; only what exists."""
    if actor is None:
        return [
            _link("lessons.index", _("Lessons"), "book"),
            _link("site.about", _("Our facts"), "check", page="facts"),
        ]
    learn = _link("lessons.index", _("Learn"), "book")
    first = (
        _link("teach.index", _("Groups"), "group") if actor.may(TEACH) else _link("progress.today", _("Today"), "sun")
    )
    authors = [_link("corrections.index", _("Questions"), "question")] if actor.may(AUTHOR) else []
    return [first, learn, *authors]


def reading_of(actor: Actor | None) -> Reading:
    """Return how this reader reads: the account's settings, or the cookie's."""
    if actor is not None:
        return Reading(actor.text_size, actor.theme, actor.track or "", actor.time_zone or "")
    return from_cookie(request.cookies.get(COOKIE))


def who_reads() -> Actor | None:
    """Return who is signed in; nobody, when the database is away and this is the page that says so."""
    try:
        return current_actor()
    except SQLAlchemyError:
        g.actor = None
        return None


def layout_words() -> dict[str, Any]:
    """Return the names that layout.html and focus.html use."""
    if not has_request_context():
        return {}
    actor = who_reads()
    here = this_page() if request.method == "GET" else url_for("site.home")
    nav = navigation(actor)
    tabs = nav if actor else [*nav, _link("security.login", _("Sign in"), "person")]
    return {"reading": reading_of(actor), "nav": nav, "tabs": tabs, "here": here}
