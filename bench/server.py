"""Starts a server for a measurement and reads what it costs: CPU, memory, time to the first page."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
BIN = Path(sys.executable).parent
START_SECONDS = 30


def free_port() -> int:
    """Return a port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running gunicorn with its workers."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def pids(self) -> list[int]:
        """Return the master and its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu_seconds(self) -> float:
        """Return the CPU that master and workers have used so far, user and system."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def pss_mib(self) -> float:
        """Return the memory of master and workers, pages that they share counted once."""
        kib = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kib += int(line.split()[1])
        return kib / 1024


def wait_for_page(port: int, process: subprocess.Popen[bytes], path: str) -> None:
    """Wait until this path is answered with 200, however early the question came."""
    request = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode()
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit("the server stopped while starting")
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as link:
                link.sendall(request)
                if b" 200 " in link.recv(64):
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise SystemExit("the server did not start")


@contextmanager
def started(command: list[str], env: dict[str, str], path: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a command that serves on a free port until the block ends; enter once it answers this path."""
    port = free_port()
    process = subprocess.Popen(
        command, env={**os.environ, **env, "PORT": str(port), "HOST": "127.0.0.1"}, stdout=subprocess.DEVNULL
    )
    try:
        wait_for_page(port, process, path)
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(25)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


@contextmanager
def serve(target: str, env: dict[str, str]) -> Iterator[Server]:
    """Run gunicorn with this WSGI target, and the settings of gunicorn.conf.py, until the block ends."""
    with started([str(BIN / "gunicorn"), target], env, "/livez") as (process, port):
        yield Server(process, port)


def seconds_to_first_page(env: dict[str, str]) -> float:
    """Return how long what `make run` starts takes to show its first page; the instance was prepared before."""
    began = time.perf_counter()
    with started(["sh", "scripts/run", str(BIN)], env, "/"):
        return time.perf_counter() - began
