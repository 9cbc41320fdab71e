"""What is measured, and whether it did well enough."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """A running server (its address and process), and the people in its database (manage.py bench_seed)."""

    url: str
    pid: int
    seed: dict[str, Any]

    def sessions(self, count: int) -> list[str]:
        return [person["session"] for person in self.seed["people"][:count]]


def verdict(what: str, value: float, *, at_least: float | None = None, at_most: float | None = None) -> bool:
    is_met = value >= at_least if at_least is not None else value <= (at_most or 0)
    wanted = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"
    print(f"  => {value:.2f} {what}; wanted {wanted}: {'met' if is_met else 'NOT MET'}", flush=True)
    return is_met
