"""What a process has used of memory and processor (Linux: /proc)."""

import os
from dataclasses import dataclass
from pathlib import Path

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """`shared_out` is PSS: memory that several processes share is counted in parts; None where it cannot be read."""

    rss: float  # MB
    shared_out: float | None

    def __str__(self) -> str:
        return f"{self.rss:.0f} MB" + (f" (PSS {self.shared_out:.0f} MB)" if self.shared_out is not None else "")


def memory(pid: int) -> Memory:
    status = _fields(Path(f"/proc/{pid}/status"))
    try:
        shared_out = _fields(Path(f"/proc/{pid}/smaps_rollup")).get("Pss")
    except OSError:
        shared_out = None
    return Memory(status["VmRSS"] / MB, shared_out / MB if shared_out else None)


def _fields(file: Path) -> dict[str, int]:
    """Those of a /proc file that are given in kB, in bytes."""
    rows = (line.split() for line in file.read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows if len(row) == 3 and row[2] == "kB"}


def processor(pid: int) -> float:
    """Seconds of processor time, user and system, since its start."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
