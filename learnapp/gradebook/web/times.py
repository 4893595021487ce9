"""Other times and more tries for a group or a learner in it: what holds, giving, and ending, each said before."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField

from learnapp.accounts.domain import TEACH
from learnapp.accounts.guard import may, the_actor
from learnapp.cohorts.domain import Override
from learnapp.cohorts.storage import Cohort, cohort_for_teacher, learners_in
from learnapp.gradebook import foreseeing, holding
from learnapp.gradebook.foreseeing import Change, Course, Effect, Known
from learnapp.gradebook.times_given import FIELDS, override_given
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.errors import Forbidden, NotFound, Problem
from learnapp.kit.forms import choices, error_list
from learnapp.kit.i18n import _, _l, zone_name
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.actions import Target
from learnapp.quizzes.storage import overriding
from learnapp.quizzes.storage.overriding import Listed

from . import bp

WHOLE_GROUP = ""
EVERY_QUIZ = ""


class TimesForm(FlaskForm):  # type: ignore[misc]
    """Other times and tries. who: a learner's public id or the whole group; what is left empty stays as it is."""

    who = SelectField(_l("For whom?"), validate_choice=False)
    quiz = SelectField(_l("In which quiz?"), validate_choice=False)
    extra_minutes = StringField(_l("Minutes more"))
    time_factor = StringField(_l("Times the time limit"))
    limit_minutes = StringField(_l("Another time limit, in minutes"))
    opens_at = StringField(_l("Opens"))
    closes_at = StringField(_l("Closes"))
    extra_attempts = StringField(_l("Tries more"))
    attempt_limit = StringField(_l("Another number of tries"))
    reason = TextAreaField(_l("Why?"))


@bp.get("/cohorts/<public_id>/times")
@may(TEACH)
def times(public_id: str) -> str:
    """Show which times and tries of their own a group and its learners have, and the form to give some."""
    group = _Group(public_id)
    form = group.form(formdata=None, who=request.args.get("who"), quiz=request.args.get("quiz"))
    return group.page(form)


@bp.post("/cohorts/<public_id>/times")
@may(TEACH)
def give_times(public_id: str) -> ResponseReturnValue:
    """Say what the times in the form would change; once that was seen, give them."""
    group = _Group(public_id)
    form = group.form()
    who, quiz = group.learner(form.who.data), group.course(form.quiz.data)
    typed = {name: str(form[name].data or "") for name in FIELDS}
    reason = str(form.reason.data or "").replace("\r\n", "\n")
    override, problems = override_given(typed, reason, who is not None, quiz is not None, zone_name())
    if problems:
        _tell(form, problems)
        return group.page(form), 422
    step = request.form.get("step")
    if step == "change":
        return group.page(form)
    if step != "give":
        effect = group.effect(override, form.who.data, quiz)
        return render_template(
            "gradebook/times_check.html", cohort=group.cohort, form=form, who=who, quiz=quiz, override=override,
            effect=effect, untimed=group.untimed(override, quiz),
        )  # fmt: skip
    target = Target(public_id, form.who.data or None, quiz.slug if quiz else None)
    quizzes.allow(the_actor(), target, override, reason, clock.now())
    return redirect(url_for("teach.times", public_id=public_id, _anchor="hold"), 303)


@bp.get("/cohorts/<public_id>/times/<override>/end")
@may(TEACH)
def ending_times(public_id: str, override: str) -> str:
    """Say what ending an override would change."""
    group = _Group(public_id)
    held = next((one for one in group.listed() if one.public_id == override), None)
    if held is None:
        raise NotFound("override")
    return render_template(
        "gradebook/times_end.html", cohort=group.cohort, held=held, effect=group.effect_of_ending(held)
    )


@bp.post("/cohorts/<public_id>/times/<override>/end")
@may(TEACH)
def end_times(public_id: str, override: str) -> ResponseReturnValue:
    """End an override; again changes nothing."""
    try:
        quizzes.end_override(the_actor(), public_id, override, clock.now())
    except Forbidden as refusal:
        if refusal.code != "ended":
            raise
    return redirect(url_for("teach.times", public_id=public_id, _anchor="ended"), 303)


class _Group:
    """A group that the actor teaches, its learners, and the quizzes of its track; NotFound when it is not theirs."""

    def __init__(self, public_id: str) -> None:
        self.cohort: Cohort = cohort_for_teacher(the_actor(), public_id)
        self.learners = learners_in(self.cohort)
        self.courses = holding.courses_of(self.cohort.track)

    def form(self, formdata: Any = ..., **data: str | None) -> TimesForm:
        """Return the form with what may be chosen; as it was sent unless it is given data."""
        form = TimesForm(data=data) if formdata is ... else TimesForm(formdata=formdata, data=data)
        everybody = _("The whole group (%(num)s)", num=len(self.learners))
        form.who.choices = choices([(WHOLE_GROUP, everybody), *((each.public_id, each.name) for each in self.learners)])
        form.quiz.choices = choices([(EVERY_QUIZ, _("Every quiz")), *((one.slug, one.title) for one in self.courses)])
        return form

    def learner(self, public_id: str | None) -> str | None:
        """Return the name of a learner of the group, None for the whole group; NotFound for anybody else."""
        names = {each.public_id: each.name for each in self.learners}
        if public_id and public_id not in names:
            raise NotFound("learner")
        return names.get(public_id or "")

    def course(self, slug: str | None) -> Course | None:
        """Return a quiz of the track, None for every quiz; NotFound for any other."""
        found = {one.slug: one for one in self.courses}
        if slug and slug not in found:
            raise NotFound("quiz")
        return found.get(slug or "")

    def listed(self) -> list[Listed]:
        """Return all overrides of the group and its learners."""
        return overriding.of_group(read(), self.cohort.id, [each.id for each in self.learners])

    def effect(self, override: Override, person: str | None, quiz: Course | None) -> Effect:
        """Return what giving an override would change."""
        gives = Known("", quiz.id if quiz else None, override)
        return self._foreseen(person or None, [quiz] if quiz else self.courses, Change(gives=gives))

    def untimed(self, override: Override, quiz: Course | None) -> list[str]:
        """Return the quizzes where more time for a try means nothing, because they have no limit."""
        if not (override.extra_minutes or override.time_factor) or override.limit_minutes:
            return []
        courses = [quiz] if quiz else self.courses
        return [one.title for one in courses if not one.settings.get("time_limit_minutes")]

    def effect_of_ending(self, held: Listed) -> Effect:
        """Return what ending an override would change."""
        return self._foreseen(held.person_id, self.courses, Change(ends=held.public_id))

    def _foreseen(self, person: str | None, courses: list[Course], change: Change) -> Effect:
        names = {each.id: each.name for each in self.learners if person in (None, each.public_id)}
        ids, about = list(names), {one.id for one in courses}
        tries = [one for one in holding.open_tries_of(ids) if one.quiz_id in about]
        held = holding.held_by(ids)
        return foreseeing.foresee(names, courses, self.cohort.track, held, tries, change, clock.now())

    def page(self, form: TimesForm) -> str:
        """Show the overrides and the form."""
        listed = self.listed()
        return render_template(
            "gradebook/times.html", cohort=self.cohort, form=form, problems=error_list(form),
            held=[one for one in listed if one.ended_at is None],
            ended=[one for one in listed if one.ended_at is not None],
        )  # fmt: skip


def _tell(form: TimesForm, problems: list[Problem]) -> None:
    for problem in problems:
        field = form[problem.place]
        field.errors = [*field.errors, _words(problem)]


def _words(problem: Problem) -> str:
    words: Mapping[str, str] = {
        "nothing_changed": _("Enter at least one time or number of tries that differs"),
        "not_whole": _("Enter a whole number, such as 15"),
        "not_factor": _("Enter a number such as 1.5"),
        "minutes_range": _("Enter at most %(most)s minutes: that is a week"),
        "factor_range": _("Enter a number from 1 to %(most)s"),
        "tries_range": _("Enter at most %(most)s tries"),
        "closes_before_opens": _("Enter a closing that comes after the opening"),
        "reason_needed": _("Enter why: it helps whoever looks at this later"),
        "reason_long": _("Shorten the reason to %(most)s signs"),
        "moment_skipped": _("Enter another time: that night the clocks go from %(last)s to %(next)s"),
        "moment_far": _("Enter a year from %(first)s to %(last)s"),
    }
    found = words.get(problem.code, _("Enter a date and a time"))
    return found % problem.values if problem.values else found
