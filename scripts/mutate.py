"""`make mutate`: change the pure code of grading in small ways, one at a time, and see whether a test notices.

mutmut makes the changed code and keeps the verdicts, in mutants/; a second run does only what is left. Its own runner
starts pytest anew for every mutant; here the tests are collected once and each mutant gets a fork of that process,
which makes a run of hours one of minutes. `scripts/mutate.py [--again] [pattern ...]`, such as
`learnapp.quizzes.domain.tries.*`; --again tries those again that no test noticed.
"""

import argparse
import os
import resource
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import mutmut.__main__ as mutmut_main
import mutmut.workers.isolation as isolation
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.runners.harness import ListAllTestsResult, TestRunner
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import change_cwd, walk_all_files, walk_mutatable_files

ENOUGH = 90  # percent of the mutants
NOTICED = {"killed", "timeout", "segfault"}
SUSPICIOUS = 35  # an exit code that mutmut knows
MEMORY = 3 * 2**30  # bytes; a mutant that never ends may eat a lot
PYTEST = ["-o", "addopts=", "-p", "no:xdist", "-p", "no:randomly", "-p", "no:timeout", "-p", "no:cacheprovider", "-qs"]
PYTEST += ["--tb=native", "--assert=plain"]  # nobody reads why a test failed


class Outcome:
    """A pytest plugin that knows whether a test has failed."""

    failed = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.failed |= report.failed


class Collected(TestRunner):  # type: ignore[misc]
    """Runs tests that were collected once, in this process or a fork of it."""

    def __init__(self) -> None:
        from _pytest.config import _prepareconfig  # lazily: pytest rewrites what is imported after it
        from _pytest.main import Session

        self.outcome, self.touched = Outcome(), Counter[str]()
        with change_cwd("mutants"):
            args = [*PYTEST, *mutmut_main.config().pytest_add_cli_args_test_selection]
            config = _prepareconfig(["--rootdir=.", *args], [self.outcome])
            config._do_configure()
            choose_quick_examples()
            session = Session.from_config(config)
            config.hook.pytest_sessionstart(session=session)
            session.perform_collect()
        self.items = {item.nodeid: item for item in session.items}
        self.config = config

    def _run(self, tests: Iterable[str], done: Callable[[str, float], object], all_of_them: bool) -> int:
        chosen = [self.items[name] for name in tests]
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            begun = time.process_time()
            self.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            done(item.nodeid, time.process_time() - begun)
            if self.outcome.failed and not all_of_them:
                break
        return int(self.outcome.failed)

    def run_stats(self, *, tests: Iterable[str]) -> int:
        def note(name: str, seconds: float) -> None:
            state().duration_by_test[name] = seconds
            for function in state()._stats:
                state().tests_by_mangled_function_name[function].add(name)
            state()._stats.clear()

        state()._stats.clear()
        with change_cwd("mutants"):
            return self._run([name for name in self.items if name in (tests or self.items)], note, False)

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        if mutant_name is None:  # before the mutants; collecting the statistics has just run every test
            self.touched.update(name for names in state().tests_by_mangled_function_name.values() for name in names)
            return 0
        try:
            return self._try(tests)
        except Exception:  # not a test's verdict: a fault of this script
            traceback.print_exc(file=sys.__stderr__)
            return SUSPICIOUS

    def _try(self, tests: Iterable[str]) -> int:
        forget_what_is_cached()
        durations = state().duration_by_test
        nearest = sorted(tests, key=lambda name: (self.touched[name], durations[name]))
        seconds = int(time.process_time() + 3 * sum(durations[name] for name in nearest) + 10)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with change_cwd("mutants"):
            return self._run(nearest, lambda _name, _seconds: None, False)

    def run_forced_fail(self) -> int:
        unchanged = self._in_fork("learnapp.quizzes.domain.tries.no_such_mutant")
        if unchanged != 0:
            raise SystemExit(f"the tests fail without any change: {unchanged}")
        return self._in_fork("fail")

    def _in_fork(self, mutant: str) -> int:
        """Return the verdict of all tests on one mutant."""
        if (process := os.fork()) == 0:
            set_mutant_under_test(mutant)
            os._exit(self.run_tests(mutant_name=mutant, tests=self.items))
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def list_all_tests(self) -> ListAllTestsResult:
        return ListAllTestsResult(ids=set(self.items))


def choose_quick_examples() -> None:
    """Let properties try the same few examples every time, and fail with the first that does."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutate", max_examples=50, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutate")


def forget_what_is_cached() -> None:
    """Empty every cache of the code under test: what was reckoned before the change does not count."""
    for name, module in list(sys.modules.items()):
        if name.startswith("learnapp."):
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()


def refresh_what_is_no_code() -> None:
    """Copy examples and templates again: mutmut copies them only once."""
    for folder, name in walk_all_files():
        target = Path("mutants") / folder / name
        if not name.endswith((".py", ".pyc")) and target.parent.is_dir():
            shutil.copy2(Path(folder) / name, target)


def only(patterns: list[str]) -> None:
    """Let mutmut see only the mutants that these patterns name, and run those of them that have no verdict."""
    every = mutmut_main.collect_source_file_mutation_data

    def chosen(*, mutant_names: Any) -> Any:
        mutants, files = every(mutant_names=mutant_names)
        return [each for each in mutants if matches(each[1], patterns)], files

    mutmut_main.collect_source_file_mutation_data = chosen


def verdicts() -> dict[str, dict[str, int | None]]:
    """Return {file: {mutant: exit code}}, as mutmut keeps it."""
    found = {}
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        found[str(path)] = dict(data.exit_code_by_key)
    return found


def forget_survivors(patterns: list[str]) -> None:
    """Let the next run try again what no test noticed, and what was cut short."""
    for path in verdicts():
        data = SourceFileMutationData(path=path)
        data.load()
        left = [name for name, code in data.exit_code_by_key.items() if status_by_exit_code[code] not in NOTICED]
        data.exit_code_by_key |= {name: None for name in left if matches(name, patterns)}
        data.save()


def matches(name: str, patterns: list[str]) -> bool:
    """Say whether a mutant is one of those asked for."""
    return any(fnmatch(name, pattern) for pattern in patterns)


def table() -> tuple[str, float]:
    """Return the table of docs/quality.md, and the percentage of tried mutants that were noticed."""
    lines, sums = (
        ["| module | mutants | noticed | share | not tried |", "| --- | --- | --- | --- | --- |"],
        Counter[str](),
    )
    for path, codes in sorted(verdicts().items()):
        states = Counter(status_by_exit_code[code] for code in codes.values())
        left = states["not checked"]
        row = Counter(made=len(codes), noticed=sum(states[name] for name in NOTICED), left=left)
        sums += row
        lines.append(_row(path.removeprefix("learnapp/quizzes/"), row))
    lines.append(_row("all", sums))
    return "\n".join(lines), 100 * sums["noticed"] / max(1, sums["made"] - sums["left"])


def _row(name: str, row: Counter[str]) -> str:
    tried = row["made"] - row["left"]
    share = f"{100 * row['noticed'] / tried:.1f} %" if tried else ""
    return f"| {name} | {row['made']} | {row['noticed']} | {share} | {row['left']} |"


def main() -> None:
    """Make mutants, try them, print the table; exit 1 when too few were noticed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("patterns", nargs="*")
    options.add_argument("--again", action="store_true")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    options.add_argument("--table", action="store_true", help="only print the table")
    chosen = options.parse_args()
    patterns = chosen.patterns or ["*"]
    if not chosen.table:
        if chosen.again:
            forget_survivors(patterns)
        refresh_what_is_no_code()
        isolation.register_timeout = lambda **_: None  # by CPU alone: a busy machine must not look like an endless loop
        mutmut_main.get_mutant_runner = lambda workers: isolation.ForkRunner(workers, Collected())
        only(patterns)
        mutmut_main._run((), chosen.workers)
    text, share = table()
    print(text)
    sys.exit(share < ENOUGH)


if __name__ == "__main__":
    main()
