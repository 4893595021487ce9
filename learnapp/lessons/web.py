"""Reading: the list of lessons, a lesson on one page, "Next part", and checks for practice."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learnapp.accounts.domain import TRACKS, Actor
from learnapp.accounts.guard import current_actor, public
from learnapp.cohorts.storage import care_contact
from learnapp.evidence.domain import address
from learnapp.kit import clock
from learnapp.kit.errors import NotFound
from learnapp.kit.reading import COOKIE, from_cookie

from . import actions, domain, storage
from .practice import Check, answered_check, open_check

bp = Blueprint("lessons", __name__)


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
    """List the lessons of the track with what the reader has read."""
    actor = current_actor()
    track = shown_track(actor)
    cards = storage.lesson_cards(track, actor.id if actor else None)
    return render_template(
        "lessons/index.html", cards=cards, track=track, asked=asked_track(), switch_on=_switchable(actor)
    )  # fmt: skip


def _lesson(slug: str, actor: Actor | None) -> domain.Lesson:
    lesson = storage.lesson_for(slug, shown_track(actor), actor.id if actor else None)
    if lesson is None:
        raise NotFound("lesson")
    return lesson


def _page(lesson: domain.Lesson, actor: Actor | None, checks: Mapping[int, Check]) -> str:
    before, after = storage.neighbours(lesson.position, lesson.track)
    contact = care_contact(actor.id) if actor else None
    return render_template(
        "lessons/page.html",
        lesson=lesson,
        head=lesson.head,
        checked_on=date.fromisoformat(lesson.head["checked_on"]),
        checks=checks,
        before=before,
        after=after,
        contact={"name": contact[0], "phone": contact[1]} if contact else None,
        asked=asked_track(),
        switch_on=_switchable(actor),
        end=domain.END,
    )


def _open_checks(lesson: domain.Lesson) -> dict[int, Check]:
    return {int(number): open_check(int(number), stored) for number, stored in lesson.checks.items()}


@bp.get("/lessons/<slug>")
@public
def page(slug: str) -> ResponseReturnValue:
    """Show one lesson on one page."""
    actor = current_actor()
    lesson = _lesson(slug, actor)
    return _page(lesson, actor, _open_checks(lesson))


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
    return _page(lesson, actor, checks)


def init_room(app: Flask) -> None:
    """Let templates ask for the address of a source."""
    app.jinja_env.globals["source_address"] = address
