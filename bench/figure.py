"""Figures: what was reached, what a peer reached beside it, and what is aimed at."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """A bound for a figure, or for its ratio to the peer's."""

    bound: float
    at_least: bool
    of_ratio: bool

    def holds(self, value: float) -> bool:
        """Whether a value keeps to the bound."""
        return value >= self.bound if self.at_least else value <= self.bound

    def text(self, unit: str) -> str:
        """The bound in words."""
        sign, of = "≥" if self.at_least else "≤", "×" if self.of_ratio else unit
        return f"{sign} {self.bound:g} {of}".rstrip()


def at_most(bound: float) -> Target:
    """The figure itself may not be larger."""
    return Target(bound, at_least=False, of_ratio=False)


def times_at_most(bound: float) -> Target:
    """Its ratio to the peer's may not be larger."""
    return Target(bound, at_least=False, of_ratio=True)


def times_at_least(bound: float) -> Target:
    """Its ratio to the peer's may not be smaller."""
    return Target(bound, at_least=True, of_ratio=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Of several runs the median counts."""

    name: str
    unit: str
    runs: Sequence[float]
    target: Target | None = None
    peer: str = ""
    peer_runs: Sequence[float] = field(default_factory=tuple)

    @property
    def reached(self) -> float:
        """The program's value."""
        return statistics.median(self.runs)

    @property
    def limit(self) -> float | None:
        """The peer's value, when there is one."""
        return statistics.median(self.peer_runs) if self.peer_runs else None

    @property
    def ratio(self) -> float | None:
        """The program's value over the peer's."""
        return self.reached / self.limit if self.limit else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is none, or no peer to compare with."""
        value = self.ratio if self.target and self.target.of_ratio else self.reached
        return None if self.target is None or value is None else self.target.holds(value)

    def row(self) -> str:
        """A line of the Markdown table."""
        limit = "" if self.limit is None else f"{self.peer}: {number(self.limit)} {self.unit}"
        ratio = "" if self.ratio is None else f"{number(self.ratio)} ×"
        target = "" if self.target is None else self.target.text(self.unit)
        mark = {True: ", met", False: ", **missed**", None: ""}[self.met]
        cells = (self.name, self.text(), limit, ratio, target + mark)
        return "| " + " | ".join(cells) + " |"

    def text(self) -> str:
        """The program's value with its unit."""
        return f"{number(self.reached)} {self.unit}".rstrip()

    def record(self) -> dict[str, object]:
        """The figure for the JSON file."""
        return {
            "figure": self.name,
            "unit": self.unit,
            "reached": round(self.reached, 4),
            "runs": [round(run, 4) for run in self.runs],
            "peer": self.peer or None,
            "peer_runs": [round(run, 4) for run in self.peer_runs],
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "target": None if self.target is None else self.target.text(self.unit),
            "met": self.met,
        }


def number(value: float) -> str:
    """A value in three digits, or whole when it has more."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """The figures in Markdown."""
    head = "| figure | reached | limit or peer | ratio | target |\n|---|---|---|---|---|"
    return "\n".join([head, *(figure.row() for figure in figures)])
