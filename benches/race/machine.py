"""The machine: its facts, the cores that everybody may use, the page cache."""

import os
import platform
import re
from pathlib import Path

DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def limit_cores(threads: int) -> int:
    """Keeps this process and all that it starts on the first cores, so that every engine has the same ones."""
    allowed = sorted(os.sched_getaffinity(0))[:threads]
    os.sched_setaffinity(0, allowed)
    return len(allowed)


def memory_bytes() -> int:
    """The machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def facts(threads: int) -> dict[str, str]:
    """What a reader must know of the machine to judge the numbers."""
    cpu = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    system = re.search(r'^PRETTY_NAME="?([^"\n]+)', Path("/etc/os-release").read_text(), re.M)
    return {
        "processor": cpu.group(1) if cpu else platform.machine(),
        "cores of the machine": str(os.cpu_count()),
        "cores used by everybody": str(threads),
        "memory": f"{memory_bytes() / 2**30:.1f} GiB",
        "system": f"{system.group(1) if system else platform.system()}, Linux {platform.release()}",
    }


class PageCache:
    """Makes the operating system forget what it read."""

    def __init__(self, whole_machine: bool):
        self.asked = whole_machine
        self.whole_machine = whole_machine and self._drop_all()

    @property
    def how(self) -> str:
        """How the page cache is dropped, for the report."""
        if self.whole_machine:
            return "the whole page cache dropped (`/proc/sys/vm/drop_caches`)"
        why = ": the machine's own switch is not allowed here" if self.asked else ""
        return f"the engine's files dropped from the page cache (`posix_fadvise`){why}"

    def drop(self, folders: list[Path]) -> None:
        """Forgets everything, or else the files in these folders."""
        if self.whole_machine:
            self._drop_all()
            return
        for folder in folders:
            for file in [folder] if folder.is_file() else folder.rglob("*"):
                if file.is_file():
                    self._forget(file)

    @staticmethod
    def settle() -> None:
        """Writes out what is not on disk yet: only what is can be forgotten."""
        os.sync()

    @staticmethod
    def _drop_all() -> bool:
        try:
            DROP_CACHES.write_text("3")
        except OSError:
            return False
        return True

    @staticmethod
    def _forget(file: Path) -> None:
        handle = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def size_bytes(path: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
