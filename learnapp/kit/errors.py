"""Problems that are returned, and refusals that are raised; words for people live in web and templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Something wrong with input, to be told to the person who gave it.

    code: a short stable name such as "key_not_an_option".
    place: where it is ("items[3].options", or a form field's name).
    values: what a message needs to be exact, for example {"option": "b"}.
    """

    code: str
    place: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


class Refusal(Exception):
    """A forbidden or impossible act: the base of everything that actions raise on purpose."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class NotFound(Refusal):
    """It does not exist, or it is not yours: the caller cannot tell which (answered 404)."""


class Forbidden(Refusal):
    """The actor may see the thing but not do this to it (answered 403)."""


class Conflict(Refusal):
    """The thing has moved on since the caller looked (answered 409 with the current value)."""


class TooMany(Refusal):
    """A rate limit was reached (answered 429); `values["seconds"]` says when to try again."""
