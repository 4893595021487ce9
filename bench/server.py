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


def free_port() -> int:
    """Return a port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running gunicorn with its workers."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, seconds_to_first_page: float) -> None:
        self.process, self.port, self.seconds_to_first_page = process, port, seconds_to_first_page

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
        """Return the proportional memory of master and workers."""
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("the server stopped while starting")
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as link:
                link.sendall(b"GET /livez HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                if link.recv(64).startswith(b"HTTP/1."):
                    return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the server did not start")


@contextmanager
def serve(target: str, env: dict[str, str]) -> Iterator[Server]:
    """Run gunicorn with this WSGI target until the block ends."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("gunicorn")), target]
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **env, "PORT": str(port), "HOST": "127.0.0.1"})
    try:
        _wait(port, process)
        yield Server(process, port, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
