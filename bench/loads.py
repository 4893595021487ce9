"""Many at once: both databases under 1, 8 and 32 connections, and 200 learners at the same moment."""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench import acts
from bench.acts import Learner
from bench.driver import Figures, Link, run
from bench.server import Server

CONNECTIONS = (1, 8, 32)
TURNS: dict[str, tuple[acts.Act, int]] = {  # how often with 8 connections; a quarter of it with one
    "lesson page": (acts.read_lesson, 800),
    "attempt, one page": (acts.one_page, 96),
    "one saved answer": (acts.save, 640),
}
PATIENCE = 60.0


@dataclass
class Moment:
    """What a crowd saw: seconds from the common click until the last had their page, and how many got none."""

    last_s: float = 0.0
    median_s: float = 0.0
    lost: int = 0


@dataclass
class Loads:
    """Everything of one database: figures by act and number of connections, and the two moments of the crowd."""

    figures: dict[str, dict[int, Figures]] = field(default_factory=dict)
    started: Moment = field(default_factory=Moment)
    handed_in: Moment = field(default_factory=Moment)


def measure(server: Server, learners: Sequence[Learner], part: int) -> Loads:
    """Measure a server whose learners have entered; the crowd comes first, while nobody has a try open."""
    loads = Loads()
    loads.started, loads.handed_in = crowd(server, learners)
    for name, (act, turns) in TURNS.items():
        run(server, 16, learners, act)
        found = loads.figures.setdefault(name, {})
        for connections in CONNECTIONS:
            count = max(turns // (4 if connections == 1 else 1) // part, 8)
            found[connections] = run(server, count, learners, act, connections)
    return loads


def crowd(server: Server, learners: Sequence[Learner]) -> tuple[Moment, Moment]:
    """Let everybody start a quiz at the same moment, answer in peace, and hand in at the same moment.

    A start ends with the page of questions, handing in with the page of the result; each learner comes with a new
    connection. A result that does not say full marks counts as lost: all ten answers are right.
    """

    def start(link: Link, who: Learner) -> bool:
        who.attempt = acts.start(link, who, "bench-single")
        return "q10" in link.get(who.attempt, who.cookie).text

    def hand_in(link: Link, who: Learner) -> bool:
        return "10 out of 10" in acts.finish(link, who, who.attempt)

    begun = _together(server, learners, start)
    run(server, len(learners), learners, lambda link, who: acts.answer(link, who, who.attempt))
    done = _together(server, learners, hand_in)
    for who in learners:
        who.attempt = ""
    return begun, done


def _together(server: Server, learners: Sequence[Learner], act: Callable[[Link, Learner], bool]) -> Moment:
    """Let everybody do this once, all at the same moment."""
    count = len(learners)
    gate = threading.Barrier(count + 1)
    ends: list[float] = [0.0] * count
    fine: list[bool] = [False] * count

    def one(number: int) -> None:
        link = Link(server.port)
        gate.wait(PATIENCE)
        with contextlib.suppress(RuntimeError, OSError):  # counted as lost: `fine` stays False
            fine[number] = act(link, learners[number])
        ends[number] = time.perf_counter()
        link.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    gate.wait(PATIENCE)
    began = time.perf_counter()
    for thread in threads:
        thread.join(PATIENCE)
    took = sorted(end - began for end in ends)
    return Moment(took[-1], took[count // 2], count - sum(fine))
