"""What was measured, as a table for people or JSON for machines, each figure beside its target."""

import json
from dataclasses import asdict, dataclass

from bench.driver import Figures
from bench.loads import CONNECTIONS, Loads
from bench.statements import Count

# 3 ms on a machine where the bare page costs 0.45 ms; unlike milliseconds it means the same on every machine.
PAGES = 6.7


@dataclass(frozen=True)
class Measured:
    """One run: figures and statements by act, single values by name, and both databases under load."""

    figures: dict[str, Figures]
    counts: dict[str, Count]
    values: dict[str, float]
    loads: dict[str, Loads]

    @property
    def page_ratio(self) -> float:
        """Return the CPU of a lesson page, in bare pages."""
        return self.figures["lesson page"].cpu_ms / self.figures["bare page"].cpu_ms

    @property
    def ratio(self) -> float:
        """Return the CPU of a whole one-page attempt, in bare attempts."""
        return self.figures["attempt, one page"].cpu_ms / self.figures["bare attempt"].cpu_ms


@dataclass(frozen=True)
class Target:
    """What a figure should not exceed."""

    name: str
    value: float
    most: float
    unit: str

    @property
    def reached(self) -> bool:
        """Say whether it is reached."""
        return self.value <= self.most


def targets(measured: Measured) -> list[Target]:
    """Return every target with what was measured for it."""
    figures, counts, values = measured.figures, measured.counts, measured.values
    return [
        Target("lesson page", figures["lesson page"].cpu_ms, 3, "ms of CPU"),
        Target("lesson page", measured.page_ratio, PAGES, "x the CPU of the bare page"),
        Target("lesson page", len(counts["lesson page"].statements), 4, "statements"),
        Target("one-page attempt", measured.ratio, 2.5, "x the CPU of the bare attempt"),
        Target("one-page attempt", len(counts["attempt, one page"].statements), 25, "statements"),
        Target("one saved answer", len(counts["one saved answer"].statements), 5, "statements"),
        Target("one saved answer", counts["one saved answer"].commits, 1, "commits"),
        Target("grading 40 mixed", values["grading_ms"], 2, "ms of CPU, stored items to grades"),
        Target("first view", values["first_view_kb"], 100, "kB"),
        Target("first view", values["first_view_requests"], 8, "requests"),
        Target("repeat view", values["repeat_view_kb"], 12, "kB"),
        Target("memory, idle", values["idle_mib"], 220, "MiB (master and 2 workers, PSS)"),
        Target("200 hand in at once", measured.loads["SQLite"].handed_in.last_s, 4, "s until the last sees the result"),
        Target("200 at once", _lost(measured.loads["SQLite"]), 0, "results lost, on SQLite"),
        Target("second start", values["second_start_s"], 3, "s to the first page"),
    ]


def _lost(loads: Loads) -> int:
    return loads.started.lost + loads.handed_in.lost


def as_json(measured: Measured) -> str:
    """Return everything as one JSON object."""
    return json.dumps(
        {
            "figures": {name: asdict(one) for name, one in measured.figures.items()},
            "statements": {name: len(one.statements) for name, one in measured.counts.items()},
            "commits": {name: one.commits for name, one in measured.counts.items()},
            "values": measured.values | {"attempt_ratio": measured.ratio},
            "loads": {name: asdict(one) for name, one in measured.loads.items()},
            "targets": [asdict(target) | {"reached": target.reached} for target in targets(measured)],
        },
        indent=1,
    )


def as_table(measured: Measured) -> str:
    """Return the tables that docs/performance.md shows."""
    lines = [f"{'':20}{'CPU ms':>8}{'SQL':>6}{'commits':>9}{'per s':>9}{'p50 ms':>8}{'p99 ms':>8}"]
    for name, one in measured.figures.items():
        count = measured.counts.get(name)
        sql, commits = (len(count.statements), count.commits) if count else ("", "")
        row = f"{name:20}{one.cpu_ms:8.2f}{sql:>6}{commits:>9}"
        lines.append(f"{row}{one.rate:9.1f}{one.p50_ms:8.1f}{one.p99_ms:8.1f}")
    lines += ["", f"{'target':20}{'at most':>9}{'found':>9}"]
    for each in targets(measured):
        mark = "" if each.reached else "  NOT REACHED"
        lines.append(f"{each.name:20}{each.most:9g}{each.value:9.2f}  {each.unit}{mark}")
    lines += ["", *_loads_table(measured.loads), ""]
    lines.append(f"memory after the run: {measured.values['busy_mib']:.0f} MiB")
    return "\n".join(lines)


def _loads_table(loads: dict[str, Loads]) -> list[str]:
    """Return one line for each act, database and number of connections, then what the crowd saw."""
    lines = [f"{'':20}{'database':12}{'links':>6}{'CPU ms':>8}{'per s':>9}{'p50 ms':>8}{'p99 ms':>8}"]
    for act in next(iter(loads.values())).figures:
        for name, one in loads.items():
            for links in CONNECTIONS:
                found = one.figures[act][links]
                row = f"{act:20}{name:12}{links:6}{found.cpu_ms:8.2f}"
                lines.append(f"{row}{found.rate:9.1f}{found.p50_ms:8.1f}{found.p99_ms:8.1f}")
    for name, one in loads.items():
        for what, moment in (("200 start at once", one.started), ("200 hand in at once", one.handed_in)):
            seen = f"half after {moment.median_s:.2f} s, the last after {moment.last_s:.2f} s, lost {moment.lost}"
            lines.append(f"{what:20}{name:12}{seen}")
    return lines
