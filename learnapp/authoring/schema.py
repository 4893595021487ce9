"""The shape of every authored file as strict models, and their errors as sentences."""

from datetime import date, datetime
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from .faults import Report
from .files import Document, Place
from .moments import moment, waits
from .review_model import ReviewModel

Track = Literal["trainee", "patient"]
Audience = Literal["both", "trainee", "patient"]
Crop = Literal["surface", "epidermis", "dermis", "fibres", "vessel", "fat", "needle", "core"]


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _exact(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(Fraction(str(value))) if number else value


def _hint(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_one_line), StringConstraints(min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
ClaimCode = Annotated[str, StringConstraints(pattern=r"^F-\d{3}$")]
ObjectiveId = Annotated[str, StringConstraints(pattern=r"^O\d{1,2}$")]
Moment = Annotated[datetime, BeforeValidator(moment)]
Wait = Annotated[int, Field(ge=0, le=60 * 24 * 30)]
Waits = Annotated[tuple[Wait, Wait], BeforeValidator(waits)]
Penalty = Annotated[Literal["1", "1/2", "1/3", "1/4", "1/5", "1/10", "0"], BeforeValidator(_exact)]


class Model(BaseModel):
    """The mother of all models: nothing is guessed, nothing unknown passes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TrackModel(Model):
    """One entry of content/tracks.yaml."""

    name: Words
    who: Words
    pass_percent: Annotated[int, Field(ge=1, le=100)]


class ClaimModel(Model):
    """One entry of content/evidence/claims.yaml."""

    text: Words
    audience: Audience
    grade: Literal["A", "B", "C", "D"]
    bracket: Literal["textbook", "expert", "cases", "lab", "regulator", "manufacturer", ""] = ""
    basis: Literal["read", "part", "memory"]
    ask: bool
    sources: Annotated[list[str], Field(min_length=1)]
    caution: Words | Literal[""] = ""

    @model_validator(mode="after")
    def _bracket_belongs_to_c(self) -> "ClaimModel":
        if (self.grade == "C") != bool(self.bracket):
            raise ValueError("A claim of grade C needs its `bracket` (for example expert); other grades have none.")
        return self


class SourceModel(Model):
    """One entry of content/evidence/sources.yaml."""

    title: Words
    authors: Words
    year: int | None
    publisher: Words
    kind: Words
    read: Literal["full page", "abstract", "excerpt", "memory"]
    doi: Annotated[str, StringConstraints(pattern=r"^10\.\S+$")] | Literal[""] = ""
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")] | Literal[""] = ""
    note: Words | Literal[""] = ""


class MisconceptionModel(Model):
    """One entry of content/evidence/misconceptions.yaml."""

    belief: Words
    correction: Words
    claims: Annotated[list[ClaimCode], Field(min_length=1)]
    who: Audience
    trap: Words | bool = False


class WordModel(Model):
    """One entry of content/glossary.yaml."""

    word: Words
    say: Words | Literal[""] = ""
    plain: Words
    professional: Words
    claim: ClaimCode | None = None


class ObjectiveModel(Model):
    """What a learner can do at the end of a lesson."""

    id: ObjectiveId
    text: Words
    tracks: list[Track] | None = None


class HintModel(Model):
    """What is said after a wrong try. clear: take the wrong parts out. count: say how many parts are right."""

    text: Words
    clear: bool = False
    count: bool = False


class AskModel(BaseModel):
    """What every question has; fields beside these belong to its type, which checks them."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    id: Key
    type: str
    objective: ObjectiveId
    tracks: Annotated[list[Track], Field(min_length=1)]
    claims: Annotated[list[ClaimCode], Field(min_length=1)]
    stem: Words
    story: Words | None = None
    explanation: Words | None = None
    general_feedback: Words | None = None
    hints: Annotated[list[Annotated[HintModel, BeforeValidator(_hint)]], Field(max_length=5)] = []
    key_is: Literal["unsettled", "safe_rule"] | None = None
    section: Key | None = None

    @property
    def own_fields(self) -> dict[str, Any]:
        """The fields that belong to the question's type."""
        return dict(self.model_extra or {})


class ItemModel(AskModel):
    """One question of a quiz. lesson: where its section stands, for a quiz that belongs to no lesson."""

    pool: Key
    lesson: Key | None = None
    critical: bool = False
    weight: Annotated[int, Field(ge=1, le=20)] = 1


class SlotModel(Model):
    """One row of a quiz's blueprint: draw so many questions from this pool, of this quiz or another."""

    pool: Key
    objective: ObjectiveId
    draw: Annotated[int, Field(ge=1, le=50)]
    quiz: Key | None = None
    section: Key | None = None

    @property
    def goal(self) -> str:
        """The objective as the paper stores it: "O1", or "healing:O1" for a pool of another quiz."""
        return f"{self.quiz}:{self.objective}" if self.quiz else self.objective


class PartModel(Model):
    """A section of a quiz: its title and what is said before its questions."""

    id: Key
    title: Words
    intro: Words | Literal[""] = ""


class SettingsModel(Model):
    """How a quiz is sat."""

    layout: Literal["paged", "single"] = "paged"
    time_limit_minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    attempt_limit: Annotated[int, Field(ge=1, le=100)] | None = None
    kind: Literal["graded", "practice"] = "graded"
    behaviour: Literal["deferred", "immediate", "interactive", "adaptive", "adaptive_no_penalty"] = "deferred"
    penalty: Penalty = "1/3"
    certainty: Literal["off", "ask", "marks"] = "off"
    order: Literal["shuffled", "fixed"] = "shuffled"
    keep: Literal["highest", "first", "last", "average"] = "highest"
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    waits: Waits | None = None
    stop_once_passed: bool = False
    deadline_policy: Literal["auto_submit", "grace", "abandon"] = "auto_submit"
    grace_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 7)] | None = None
    review: ReviewModel = ReviewModel()


class QuizModel(Model):
    """content/quizzes/<slug>.yaml or content/demo/<slug>.yaml as one track sees it."""

    slug: Key
    lesson: Key | None = None
    final: bool = False
    title: Words
    objectives: list[ObjectiveModel] = []
    sections: list[PartModel] = []
    settings: SettingsModel = SettingsModel()
    pass_percent: Annotated[int, Field(ge=1, le=100)]
    blueprint: Annotated[list[SlotModel], Field(min_length=1)]
    items: list[Any] = []


class LessonModel(Model):
    """The front matter of content/lessons/<slug>.md as one track sees it."""

    slug: Key
    number: Annotated[str, StringConstraints(pattern=r"^L\d\d$")]
    position: Annotated[int, Field(ge=1)]
    title: Words
    lead: Words
    minutes: Annotated[int, Field(ge=1, le=30)]
    tracks: Annotated[list[Track], Field(min_length=1)]
    checked_on: date
    reviewed_by: list[Words]
    quiz: Key | None = None
    picture: Crop
    objectives: Annotated[list[ObjectiveModel], Field(min_length=2, max_length=5)]
    words: list[Key] = []
    checks: list[Any] = []


class StopModel(Model):
    """One stop of a timeline: what happens on that day."""

    id: Key
    label: Words
    when: Words
    stage: Words
    what: Words
    cells: list[Literal["platelets", "immune", "surface", "fibroblasts", "vessels"]]
    see: Annotated[list[Words], Field(min_length=1)]
    do: Words
    claims: Annotated[list[ClaimCode], Field(min_length=1)]


class CurveModel(Model):
    """One of the three curves of a timeline, named on the drawing."""

    id: Literal["clean", "build", "strengthen"]
    n: Annotated[int, Field(ge=1, le=3)]
    label: Words


class TimelineModel(Model):
    """content/figures/<name>.yaml of kind timeline, as one track sees it."""

    name: Key
    kind: Literal["timeline"]
    title: Words
    caption: Words
    sketch: bool
    alt: Annotated[Words, StringConstraints(max_length=125)]
    stops: Annotated[list[StopModel], Field(min_length=8, max_length=8)]  # the drawing has eight places
    curves: Annotated[list[CurveModel], Field(min_length=1, max_length=3)]


M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], document: Document, report: Report, place: Place = ()) -> M | None:
    """Return the data as this model, or None after noting every fault with its line."""
    data = document.part(place).data if place else document.data
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors():
            where = (*place, *_without_models(detail["loc"], data))
            report.fault(document.path, document.line(where), sentence(model, detail))
    return None


def _without_models(loc: tuple[str | int, ...], data: Any) -> Place:
    """Return the error's place in the authored data: pydantic adds the names of a union's members."""
    kept: list[str | int] = []
    for step in loc:
        inside = isinstance(data, dict) and step in data
        inside = inside or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if inside:
            kept.append(step)
            data = data[step]
    return tuple(kept)


def sentence(model: type[BaseModel], detail: ErrorDetails) -> str:
    """Return what to do about one schema error, in words."""
    name = next((str(step) for step in reversed(detail["loc"]) if isinstance(step, str)), "this")
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(model, name)
    if kind == "value_error":
        return str(context["error"])
    return SENTENCES.get(kind, "`{name}`: {msg}.").format(name=name, msg=detail["msg"], **context)


def _unknown_field(model: type[BaseModel], name: str) -> str:
    close = get_close_matches(name, model.model_fields, n=1)
    return f"There is no field `{name}` here. " + (f"Did you mean `{close[0]}`?" if close else "Take it out.")


SENTENCES = {
    "missing": "Add `{name}`.",
    "string_type": "Write text for `{name}` (put it in quotes), or one text for each track: trainee and patient.",
    "string_too_short": "Write some text for `{name}`.",
    "string_too_long": "Make `{name}` shorter: at most {max_length} characters.",
    "string_pattern_mismatch": "`{name}` is not written as expected (pattern {pattern}).",
    "literal_error": "`{name}` must be one of: {expected}.",
    "bool_type": "Write true or false for `{name}`.",
    "int_type": "Write a whole number for `{name}`.",
    "int_from_float": "Write a whole number for `{name}`.",
    "date_type": "Write `{name}` as a date, like 2026-11-23.",
    "list_type": "Write `{name}` as a list.",
    "dict_type": "Write `{name}` as fields with values.",
    "model_type": "Write `{name}` as fields with values.",
    "too_short": "`{name}` needs at least {min_length}.",
    "too_long": "`{name}` holds too many: at most {max_length}.",
    "greater_than_equal": "`{name}` must be at least {ge}.",
    "less_than_equal": "`{name}` must be at most {le}.",
}
