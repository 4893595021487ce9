"""`make bench` or `python -m bench [--json] [--quick]`: measure everything once, on loopback, and print it."""

import argparse
import signal
import tempfile
from pathlib import Path

from flask import Flask

from bench import acts, bare, grading, loads, school
from bench.acts import Learner
from bench.driver import Figures, Link, run
from bench.loads import Loads
from bench.postgres import postgres
from bench.report import Measured, as_json, as_table
from bench.server import Server, seconds_to_first_page, serve
from bench.statements import count_all
from bench.weight import weigh

MOST_SECONDS = 300
WARM_UP = 32  # times each act is done before it counts: both workers have then compiled their templates
TURNS = {  # how often each act is done
    "lesson page": (acts.read_lesson, 1600),
    "progress page": (acts.read_progress, 800),
    "attempt, one page": (acts.one_page, 240),
    "attempt, paged": (acts.paged, 64),
    "one saved answer": (acts.save, 800),  # last: it leaves tries open
}
BARE_TURNS = {"bare page": (acts.bare_page, 1600), "bare attempt": (acts.bare_attempt, 400)}


def _measure_ours(
    app: Flask, tokens: list[str], env: dict[str, str], part: int
) -> tuple[dict[str, Figures], dict[str, float]]:
    learners = [Learner(acts.cookie_of(app, token)) for token in tokens]
    with serve("wsgi:app", env) as server:
        values = {"idle_mib": server.pss_mib()}
        run(server, len(learners), learners, lambda link, who: who.enter(link))
        figures = {name: _figures(server, act, turns // part, learners) for name, (act, turns) in TURNS.items()}
        values |= {"busy_mib": server.pss_mib(), **weigh(server.port, learners[0].cookie)}
    return figures, values


def _measure_loads(folder: Path, part: int) -> dict[str, Loads]:
    """Measure both databases under the same load, each with an instance of its own."""
    found = {}
    with postgres(folder) as url:
        for name, address in (("SQLite", ""), ("PostgreSQL", url)):
            place = folder / name
            place.mkdir()
            app, tokens = school.make(place, address)
            learners = [Learner(acts.cookie_of(app, token)) for token in tokens]
            with serve("wsgi:app", school.environment(place, address)) as server:
                run(server, len(learners), learners, lambda link, who: who.enter(link))
                found[name] = loads.measure(server, learners, part)
    return found


def _figures(server: Server, act: acts.Act, turns: int, learners: list[Learner]) -> Figures:
    run(server, WARM_UP, learners, act)
    return run(server, turns, learners, act)


def _measure_bare(folder: Path, part: int) -> dict[str, Figures]:
    env = bare.make(folder)
    with serve("bench.bare:app", env) as server:
        link = Link(server.port)
        cookies = [link.get(f"/in/{number}", "").cookie for number in range(1, school.LEARNERS + 1)]
        link.close()
        figures = {}
        for name, (act, turns) in BARE_TURNS.items():
            run(server, WARM_UP, cookies, act)
            figures[name] = run(server, turns // part, cookies, act)
    return figures


def _measure(folder: Path, part: int) -> Measured:
    env = school.environment(folder)
    app, tokens = school.make(folder)
    figures, values = _measure_ours(app, tokens[1:], env, part)
    figures |= _measure_bare(folder, part)
    counts = count_all(app, Learner(acts.cookie_of(app, tokens[0])), {name: act for name, (act, _n) in TURNS.items()})
    values["second_start_s"] = seconds_to_first_page(env)
    values["grading_ms"] = grading.milliseconds()
    return Measured(figures, counts, values, _measure_loads(folder, part))


def _too_long(_signal: int, _frame: object) -> None:
    raise SystemExit(f"the measurement took more than {MOST_SECONDS} s; nothing was printed")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--quick", action="store_true", help="an eighth of the requests")
    asked = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(MOST_SECONDS)
    with tempfile.TemporaryDirectory() as name:
        measured = _measure(Path(name), 8 if asked.quick else 1)
    print(as_json(measured) if asked.json else as_table(measured))


if __name__ == "__main__":
    main()
