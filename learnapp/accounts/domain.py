"""Who is acting: the actor, and what a grant allows."""

from dataclasses import dataclass

TRACKS = ("trainee", "patient")
# Grants are data on roles; code asks for a grant, never for a role's name.
TEACH = "teach"  # make cohorts, see the scores and answers of one's own cohorts
PEOPLE = "people"  # give and take roles


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person as every loader and action sees them.

    id: internal key. public_id: the id used in URLs. grants: what their roles allow.
    track: "trainee", "patient" or None when not chosen yet. time_zone: IANA name or None.
    """

    id: int
    public_id: str
    name: str
    email: str
    confirmed: bool
    track: str | None
    time_zone: str | None
    text_size: str
    theme: str
    grants: frozenset[str]
    session_id: int

    def may(self, grant: str) -> bool:
        """Say whether one of the actor's roles carries this grant."""
        return grant in self.grants
