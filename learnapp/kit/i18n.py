"""Words and times for people: gettext, and dates in the reader's own time zone."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context
from flask_babel import Babel, LazyString, get_domain, get_locale, lazy_gettext
from flask_babel import format_date as babel_date
from flask_babel import format_time as babel_time
from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context
from markupsafe import Markup

_babel = Babel()
KEPT = "words"  # where an application keeps the words of each language


class _Words(dict[str, Markup]):
    """The words of one language; asked for as a key, a text is translated and marked as safe HTML once."""

    def __init__(self) -> None:
        super().__init__()
        self.catalogue: Any = get_domain().get_translations()
        self.language = str(get_locale() or "en").replace("_", "-")

    def __missing__(self, text: str) -> Markup:
        found = self[text] = Markup(self.catalogue.gettext(text))  # noqa: S704  our own words, not input
        return found


def _words() -> _Words:
    """Return the words of the reader's language, looked up once for a page: a page has hundreds of them."""
    try:
        found: _Words = g.words
    except AttributeError:
        found = g.words = _kept(str(get_locale()))
    except RuntimeError:  # outside any application: a command's words, a test's
        found = _Words()
    return found


def _kept(language: str) -> _Words:
    kept: dict[str, _Words] = current_app.extensions[KEPT]
    if language not in kept:
        kept[language] = _Words()
    return kept[language]


def _(text: str, **values: object) -> str:
    """Return the text in the reader's language."""
    found: str = _words().catalogue.gettext(text)
    return found % values if values else found


def _l(text: str, **values: object) -> LazyString:
    """Return text that is translated when it is shown, for module-level words."""
    return lazy_gettext(text, **values)


def _n(one: str, many: str, num: int, **values: object) -> str:
    """Return the singular or plural form for `num`; both may use %(num)s."""
    found: str = _words().catalogue.ngettext(one, many, num)
    return found % {"num": num, **values}


@pass_eval_context
def _on_page(page: EvalContext, text: str, **values: object) -> str:
    """Return a template's text; what is put into it is escaped, and a percent sign in it is written twice."""
    words = _words()
    found = words[text] if page.autoescape else words.catalogue.gettext(text)
    return found % values if values or "%" in found else found


@pass_eval_context
def _n_on_page(page: EvalContext, one: str, many: str, num: int, **values: object) -> str:
    """Return a template's text in the form for `num`."""
    found = _words().catalogue.ngettext(one, many, num)
    safe = Markup(found) if page.autoescape else found  # noqa: S704  our own words, not input
    return safe % {"num": num, **values}


def zone_name() -> str:
    """Return the IANA name of the reader's zone: their own, else the installation's."""
    actor = g.get("actor") if has_request_context() else None
    zone: str = (actor.time_zone if actor else None) or current_app.config["SETTINGS"].time_zone
    return zone


def local(moment: datetime) -> datetime:
    """Return the same moment as the reader's clock shows it."""
    return moment.astimezone(ZoneInfo(zone_name()))


def clock_time(moment: datetime) -> str:
    """Return "10:42" in the reader's zone."""
    return str(babel_time(local(moment), "HH:mm", rebase=False))


def day(moment: date) -> str:
    """Return "12 March 2026"; a datetime is first moved to the reader's zone."""
    if isinstance(moment, datetime):
        moment = local(moment).date()
    return _date(moment, "d MMMM y", locale_code())


@lru_cache(maxsize=1024)  # a table shows the same few days again and again
def _date(moment: date, pattern: str, _language: str) -> str:
    return str(babel_date(moment, pattern, rebase=False))


def short_day(moment: datetime) -> str:
    """Return "12 Mar" in the reader's zone, for dense tables."""
    return _date(local(moment).date(), "d MMM", locale_code())


def when(moment: datetime) -> str:
    """Return "12 March 2026, 10:58" in the reader's zone."""
    return f"{day(moment)}, {clock_time(moment)}"


def locale_code() -> str:
    """Return the language code for <html lang>."""
    return _words().language


def init_i18n(app: Flask) -> None:
    """Make gettext and the time filters known to every template."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en_GB")
    _babel.init_app(app)
    app.extensions[KEPT] = {}
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters.update(when=when, clock_time=clock_time, day=day, short_day=short_day)
    app.jinja_env.globals.update(_=_on_page, gettext=_on_page, ngettext=_n_on_page, _n=_n_on_page)
    app.jinja_env.globals.update(zone_name=zone_name, locale_code=locale_code)
