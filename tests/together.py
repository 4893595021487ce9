"""Do one thing several times at the same moment, each in a thread of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def together(times: int, act: Callable[[int], Result]) -> list[Result]:
    """Call act(0), act(1), ... in as many threads, released together; return their results in order."""
    gate = threading.Barrier(times)

    def start(number: int) -> Result:
        gate.wait(timeout=30)
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(start, range(times)))
