"""Reading: the list of lessons, a lesson on one page, "Next part", and checks for practice."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, Flask, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from learnapp.accounts.domain import TRACKS, Actor
from learnapp.accounts.guard import current_actor, public
from learnapp.cohorts.storage import care_contact
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.errors import NotFound
from learnapp.kit.i18n import locale_code
from learnapp.kit.reading import COOKIE, from_cookie
from learnapp.kit.web import emergency_number
from learnapp.quizzes.storage.starting import offers

from . import actions, domain, storage
from .practice import Check, answered_check, open_check

bp = Blueprint("lessons", __name__)
MOST_CONTENTS = 128  # kept in each process: every lesson in both tracks, about 100 kB each
MOST_ARTICLES = 64  # one for each wording, and for each clinic whose patients read it
_INDENT = re.compile(r"\n\s+<")  # white space before a tag shows nowhere and costs bytes of the longest lesson
TOKEN_GOES_HERE = "csrf-token-goes-here"  # noqa: S105 - a mark in kept HTML, not a token


@bp.app_template_filter("published")
def published(html: str) -> Markup:
    """Return stored HTML with the addresses that are known only now; it was made safe at publishing."""
    icons = current_app.jinja_env.globals["asset"]("icons.svg")  # type: ignore[operator]
    return Markup(html.replace('"sprite:#', f'"{icons}#'))  # noqa: S704


def asked_track() -> str | None:
    """Return the track in the address, which wins over what is stored; None when it names none."""
    asked = request.args.get("track")
    return asked if asked in TRACKS else None


def shown_track(actor: Actor | None) -> str:
    """Return whose wording to show: the address, else the account, else the reading cookie, else patients."""
    remembered = from_cookie(request.cookies.get(COOKIE)).track
    return asked_track() or (actor.track if actor else None) or remembered or "patient"


def _switchable(actor: Actor | None) -> bool:
    """Say whether the page offers the other wording: to everybody whose account has not chosen one."""
    return actor is None or actor.track is None or asked_track() not in (None, actor.track)


@bp.get("/lessons/")
@public
def index() -> ResponseReturnValue:
    """List the lessons of the track with what the reader has read, and after them the quizzes beside them."""
    actor = current_actor()
    track = shown_track(actor)
    cards = storage.lesson_cards(track, actor.id if actor else None)
    return render_template(
        "lessons/index.html",
        cards=cards,
        offers=offers(read(), track),
        track=track,
        asked=asked_track(),
        switch_on=_switchable(actor),
    )


def _lesson(slug: str, actor: Actor | None) -> domain.Lesson:
    kept = current_app.extensions["lesson_contents"]
    lesson = storage.lesson_for(slug, shown_track(actor), actor.id if actor else None, kept)
    if lesson is None:
        raise NotFound("lesson")
    return lesson


def _page(lesson: domain.Lesson, actor: Actor | None, article: str) -> str:
    return render_template(
        "lessons/page.html",
        layout="layout.html",
        reader=actor,
        lesson=lesson,
        head=lesson.head,
        checked_on=date.fromisoformat(lesson.head["checked_on"]),
        article=article,
        asked=asked_track(),
        switch_on=_switchable(actor),
    )


def _contact(lesson: domain.Lesson, actor: Actor | None) -> tuple[str, str] | None:
    """Return whom the care cards say to call; those of trainees, who read about clients, name nobody."""
    return care_contact(actor.id) if actor and lesson.track != "trainee" else None


def _article(
    lesson: domain.Lesson, signed_in: bool, contact: tuple[str, str] | None, checks: Mapping[int, Check], token: str,
    asked: str | None, preview: Any = None,
) -> Markup:  # fmt: skip
    """Return the lesson's text with its forms: nothing in it depends on the reader but what is given here.

    Without a token there are no forms: a check then only shows its question. preview: see `previewed`.
    """
    html = render_template(
        "lessons/article.html",
        lesson=lesson,
        head=lesson.head,
        checks=checks,
        signed_in=signed_in,
        contact={"name": contact[0], "phone": contact[1]} if contact else None,
        asked=asked,
        end=domain.END,
        token=token,
        preview=preview,
    )
    return Markup(_INDENT.sub("\n<", html))  # noqa: S704 - rendered by Jinja a line above


def _kept_article(lesson: domain.Lesson, actor: Actor | None) -> Markup:
    """Return the article with open checks: rendered once for all readers of it, then given this reader's token."""
    contact = _contact(lesson, actor)
    key = (lesson.version_id, lesson.track, asked_track(), locale_code(), actor is not None, contact)
    kept: dict[Any, Markup] = current_app.extensions["lesson_articles"]
    html = kept.get(key)
    if html is None:
        if len(kept) >= MOST_ARTICLES:
            kept.clear()
        checks = _open_checks(lesson)
        html = kept[key] = _article(lesson, actor is not None, contact, checks, TOKEN_GOES_HERE, asked_track())
    return Markup(html.replace(TOKEN_GOES_HERE, escape(generate_csrf())))  # noqa: S704 - HTML as before, and a token


def _open_checks(lesson: domain.Lesson) -> dict[int, Check]:
    return {int(number): open_check(int(number), stored) for number, stored in lesson.checks.items()}


@bp.get("/lessons/<slug>")
@public
def page(slug: str) -> ResponseReturnValue:
    """Show one lesson on one page."""
    actor = current_actor()
    lesson = _lesson(slug, actor)
    return _page(lesson, actor, _kept_article(lesson, actor))


@bp.get("/lessons/<slug>/copy/<track>")
@public
def copy(slug: str, track: str) -> ResponseReturnValue:
    """Show the lesson as it may be kept on a device: the same for everybody, without forms, settings or names.

    The address alone decides the wording, so no cookie can mix two tracks. The worker in the browser
    (static/js/sw) asks for it without cookies and stores it; a copy that is still right costs it no bytes.
    """
    kept = current_app.extensions["lesson_contents"]
    lesson = storage.lesson_for(slug, track, None, kept) if track in TRACKS else None
    if lesson is None:
        raise NotFound("lesson")
    article = _article(lesson, False, None, _open_checks(lesson), "", track)
    html = render_template(
        "lessons/page.html", layout="kept.html", reader=None, lesson=lesson, head=lesson.head,
        checked_on=date.fromisoformat(lesson.head["checked_on"]), article=article, asked=track, switch_on=False,
    )  # fmt: skip
    response = make_response(html)
    seen = f"{html}\n{emergency_number()}"  # the number is put into the page after this
    response.set_etag(sha256(seen.encode()).hexdigest()[:32], weak=True)
    return response.make_conditional(request)


def previewed(
    slug: str, track: str, contact: tuple[str, str] | None, preview: Any, answered: int | None = None
) -> str:  # fmt: skip
    """Return a lesson as a learner of this track reads it, for staff who look at it: nothing is marked as read.

    contact: of the learner's group. preview: what the banner says (see parts/preview.html), with the addresses of
    lessons, checks and quizzes in the preview. answered: the number of the check whose answer was sent.
    """
    lesson = storage.lesson_for(slug, track, None, current_app.extensions["lesson_contents"])
    if lesson is None or (answered is not None and str(answered) not in lesson.checks):
        raise NotFound("lesson")
    checks = _open_checks(lesson)
    if answered is not None:
        checks[answered] = answered_check(answered, lesson.checks[str(answered)], request.form)
    called = contact if track != "trainee" else None
    article = _article(lesson, False, called, checks, generate_csrf(), None, preview)
    return render_template(
        "lessons/page.html", layout="layout.html", reader=None, lesson=lesson, head=lesson.head,
        checked_on=date.fromisoformat(lesson.head["checked_on"]), article=article, asked=None, switch_on=False,
        preview=preview,
    )  # fmt: skip


@bp.post("/lessons/<slug>/sections/<int:number>/done")
@public
def done(slug: str, number: int) -> ResponseReturnValue:
    """Mark a part as read and go to the next; without an account only go there."""
    actor = current_actor()
    if actor:
        keys = actions.mark_done(actor, slug, number, clock.now(), shown_track(actor))
    else:
        keys = tuple(section.key for section in _lesson(slug, None).sections)
    anchor = domain.anchor_after(keys, number)
    return redirect(url_for("lessons.page", slug=slug, track=asked_track(), _anchor=anchor), 303)


@bp.post("/lessons/<slug>/checks/<int:number>")
@public
def check(slug: str, number: int) -> ResponseReturnValue:
    """Say what is right or wrong about an answer, on the lesson's page; nothing is stored."""
    actor = current_actor()
    lesson = _lesson(slug, actor)
    stored = lesson.checks.get(str(number))
    if stored is None:
        raise NotFound("check")
    checks = _open_checks(lesson)
    checks[number] = answered_check(number, stored, request.form)
    article = _article(lesson, actor is not None, _contact(lesson, actor), checks, generate_csrf(), asked_track())
    return _page(lesson, actor, article)


def init_room(app: Flask) -> None:
    """Keep what never changes once it is published."""
    app.extensions["lesson_contents"] = lru_cache(MOST_CONTENTS)(storage.content_of)
    app.extensions["lesson_articles"] = {}
