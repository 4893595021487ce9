"""Disks that are full: a small file system of our own where we may mount one, else a limit on the size of files."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .servers import Server

SYS_ADMIN = 21  # the capability that may mount
SIZE = 16 * 1024 * 1024
ROOM = 20 * 1024  # what is left to write: a save or two


def may_mount() -> bool:
    """Say whether this process may mount a file system."""
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("CapEff"))
    return os.geteuid() == 0 and bool(int(held.split()[1], 16) >> SYS_ADMIN & 1)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a small disk there while the block runs."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Fill the disk of this folder to the last page while the block runs."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        state = os.statvfs(folder)
        for size in (state.f_bavail * state.f_frsize - ROOM, *[512] * 4096):
            try:
                file.write(b"\0" * size)
            except OSError:
                break
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def files_kept_small(server: Server, size: int) -> Iterator[None]:
    """Let no process of a server write beyond this size of a file while the block runs: the kernel refuses it."""
    pids = [server.master, *server.workers()]
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
