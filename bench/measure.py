"""What the operating system knows about a process, and what numbers look like in a row."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """CPU seconds so far of the server, of this load generator, and of all processes named postgres."""

    server: float
    generator: float
    postgres: float

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(self.server - other.server, self.generator - other.generator, self.postgres - other.postgres)


def usage(pid: int) -> Usage:
    return Usage(_cpu(pid), _cpu(os.getpid()), sum(map(_cpu, _pids_named("postgres"))))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


def _pids_named(name: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        try:
            if path.read_text().strip() == name:
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def resident(pid: int) -> int:
    """Bytes of memory that the process alone holds (private, resident)."""
    total = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(("Private_Clean:", "Private_Dirty:")):
            total += int(line.split()[1]) * 1024
    return total


def percentile(values: list[float], share: float) -> float:
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def row(*cells: object, widths: tuple[int, ...]) -> str:
    return "  ".join(str(cell).rjust(width) for cell, width in zip(cells, widths, strict=True))


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def us(seconds: float) -> str:
    return f"{seconds * 1_000_000:.0f}"
