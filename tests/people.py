"""The fixed people of every test (see reference promises): X is anonymous, A and B learn in G1, C in G2, ..."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from learnapp.accounts.storage import PersonRow, RoleRow
from learnapp.cohorts.storage import CohortRow, EnrolmentRow
from learnapp.kit import clock
from learnapp.kit.db import write

PASSWORD = "three small blue needles"
# argon2id of PASSWORD with the app's own settings, made once: hashing in every test would cost seconds.
PASSWORD_HASH = "$argon2id$v=19$m=47104,t=1,p=1$wrdNE7uQPHgT/CYIjnNMBA$HQpj/iC4EoJ6J5kjOB6x6Fz6whNeQoAasQajU65Qv3s"


@dataclass(frozen=True)
class Someone:
    """A person of the tests: keys and the address to sign in with."""

    id: int
    public_id: str
    email: str
    name: str


@dataclass(frozen=True)
class People:
    """Everybody, and the two groups' public ids and join codes."""

    ana: Someone  # A: trainee in G1
    ben: Someone  # B: trainee in G1
    cleo: Someone  # C: patient in G2
    ines: Someone  # I1: instructor of G1
    ivo: Someone  # I2: instructor of G2
    mia: Someone  # M: administrator
    sam: Someone  # S: suspended learner of G1
    noor: Someone  # a learner in no group, no track chosen
    g1: str
    g2: str
    g1_code: str
    g2_code: str


PLAN = (
    ("ana", "Ana Ferreira", "trainee", (), True),
    ("ben", "Ben O'Shea", "trainee", (), True),
    ("cleo", "Cleo Mbeki", "patient", (), True),
    ("ines", "Ines Duarte", "trainee", ("instructor",), True),
    ("ivo", "Ivo Petrov", "patient", ("instructor",), True),
    ("mia", "Mia Whitfield", None, ("administrator",), True),
    ("sam", "Sam Gone", "trainee", (), False),
    ("noor", "Noor Halabi", None, (), True),
)
GROUPS = (
    ("g1", "Spring group", "trainee", "", "", "ines", ("ana", "ben", "sam"), "SPRG2345"),
    ("g2", "Rivers Clinic", "patient", "Rivers Clinic", "020 7946 0018", "ivo", ("cleo",), "RVRS2345"),
)


def make_people() -> People:
    """Write everybody into the database and return them."""
    now = clock.now() - timedelta(days=30)
    with write() as session:
        roles = {role.name: role for role in session.scalars(select(RoleRow))}
        rows = {}
        for key, name, track, role_names, active in PLAN:
            row = PersonRow(
                email=f"{key}@example.org", name=name, track=track, active=active, password=PASSWORD_HASH or None,
                fs_uniquifier=f"fs-{key}", confirmed_at=now, created_at=now, time_zone=None,
            )  # fmt: skip
            row.roles = [roles[role] for role in role_names]
            session.add(row)
            rows[key] = row
        session.flush()
        groups = {}
        for key, name, track, place, phone, teacher, learners, code in GROUPS:
            group = CohortRow(
                name=name, track=track, place_name=place, place_phone=phone, join_code=code,
                made_by=rows[teacher].id, created_at=now,
            )  # fmt: skip
            session.add(group)
            session.flush()
            parts = [(teacher, "instructor"), *((learner, "learner") for learner in learners)]
            for who, part in parts:
                session.add(EnrolmentRow(cohort_id=group.id, person_id=rows[who].id, part=part, joined_at=now))
            groups[key] = group
        people = {k: Someone(r.id, r.public_id, r.email, r.name) for k, r in rows.items()}
        ids = {k: g.public_id for k, g in groups.items()}
        codes = {f"{k}_code": g.join_code for k, g in groups.items()}
    return People(**people, **ids, **codes)
