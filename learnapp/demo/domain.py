"""Who the made-up learners are and what each of them does: pure, from a seed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

SEED = 20261
WEEKS = timedelta(days=28)
TRAINEES = (
    "Ana Ferreira", "Dele Okafor", "Tom Berg", "Priya Nair", "Lea Moreau", "Sam Whitfield", "Ines Duarte",
    "Kwame Asante", "Mei Tanaka", "Olga Petrova", "Yusuf Demir", "Grace Mbeki", "Finn O'Shea", "Hana Kim",
    "Ravi Menon", "Zofia Wolska", "Noor Halabi", "Marta Silva", "Jonas Lind", "Aisha Bello", "Carla Rossi",
    "Ben Adler", "Thuy Pham", "Ewa Nowak",
)  # fmt: skip
PATIENTS = (
    "Rosa Lindqvist", "Walter Simmons", "Amara Eze", "Ivy Chen", "George Papas", "Fatima Zahra", "Helen Marsh",
    "Luis Ortega", "Sunita Rao", "Peter Novak", "Maryam Aziz", "Doris Klein", "Owen Price", "Chloe Martin",
    "Bashir Haddad", "Nadia Popescu",
)  # fmt: skip
# How a learner of each kind behaves: chance of a right answer, lessons they get to, tries they take at most.
HABITS = {
    "keen": (0.93, 3, 2),
    "steady": (0.83, 3, 2),
    "slow": (0.66, 2, 3),
    "struggling": (0.42, 2, 2),
    "guessing": (0.38, 1, 1),
    "reading": (0.8, 0, 0),
    "idle": (0.0, -1, 0),
}
MIX = ("steady", "struggling", "guessing", "slow", "slow", "steady", "keen", "steady", "keen", "steady", "slow",
       "keen", "steady", "keen", "idle", "reading")  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One made-up learner. ability: chance of a right answer. lessons: how many they read to the end."""

    number: int
    name: str
    track: str
    habit: str
    ability: float
    lessons: int
    tries: int

    @property
    def email(self) -> str:
        """Return an address that can never receive mail."""
        return f"{self.name.lower().replace(' ', '.').replace(chr(39), '')}@demo.invalid"


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """What a learner does with one question. seconds: time spent on it. kind: right, wrong, unsure or blank."""

    kind: str
    seconds: int
    seed: int


def chance(*what: object) -> float:
    """Return a number in [0, 1) that depends on nothing but the seed and what is asked."""
    digest = hashlib.sha256("/".join(map(str, (SEED, *what))).encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def _people(names: Sequence[str], track: str) -> Iterator[MadeUp]:
    for number, name in enumerate(names):
        # The first of each group is who visitors become: halfway through, with a pass and a miss.
        habit = "visitor" if number == 0 else MIX[number % len(MIX)]
        ability, lessons, tries = HABITS.get(habit, (0.8, 1, 2))
        yield MadeUp(number, name, track, habit, ability, lessons, tries)


def everybody() -> list[MadeUp]:
    """Return the 40 made-up learners: 24 trainees of a school and 16 patients of a clinic."""
    return [*_people(TRAINEES, "trainee"), *_people(PATIENTS, "patient")]


def begins(person: MadeUp) -> timedelta:
    """Return how long after the start of the four weeks the person begins."""
    spread = 9 if person.lessons >= 2 else 16
    return timedelta(days=1 + spread * chance(person.name, "begins"), hours=8 + 11 * chance(person.name, "hour"))


def pause(person: MadeUp, lesson: int, what: str) -> timedelta:
    """Return the time between two things that a person does."""
    return timedelta(days=2 + 6 * chance(person.name, lesson, what), minutes=90 * chance(person.name, lesson, what, 2))


def answer(person: MadeUp, lesson: str, attempt: int, position: int) -> PlannedAnswer:
    """Return what the person does with one question; a second try goes better."""
    luck = chance(person.name, lesson, attempt, position)
    ability = min(0.97, person.ability + 0.14 * (attempt - 1))
    seconds = 2 if person.habit == "guessing" else round(9 + 50 * chance(person.name, lesson, attempt, position, "s"))
    if luck < ability:
        kind = "right"
    elif person.habit != "guessing" and luck > 0.97:
        kind = "unsure"
    else:
        kind = "wrong"
    return PlannedAnswer(kind, seconds, int(chance(person.name, lesson, attempt, position, "a") * 2**31))


def reads(person: MadeUp, lesson: int, sections: int) -> int:
    """Return how many sections of the lesson (from 0) the person reads."""
    if lesson < person.lessons or person.habit in {"keen", "steady"}:
        return sections
    if lesson == person.lessons or person.habit == "reading":
        return max(1, round(sections * (0.3 + 0.5 * chance(person.name, lesson, "reads"))))
    return 0
