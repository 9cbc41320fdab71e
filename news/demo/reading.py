"""The papers of the demo and what they report, read from the text files beside this one."""

from dataclasses import dataclass, field
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass
class Paper:
    name: str
    address: str
    language: str
    pace: str
    description: str
    templates: list[tuple[str, str, str]] = field(default_factory=list)  # title, two sentences


@dataclass
class Report:
    paper: str
    title: str
    text: str
    correction: str = ""


@dataclass
class Event:
    hours: float  # ago
    picture: str  # a scene of messenger/demo
    reports: list[Report] = field(default_factory=list)


def read_papers() -> list[Paper]:
    papers: list[Paper] = []
    for line in _lines("papers.txt"):
        if line.startswith("@ "):
            name, address, language, pace, description = (part.strip() for part in line[2:].split("|"))
            papers.append(Paper(name, address, language, pace, description))
        else:
            title, first, second = line.split(" :: ")
            papers[-1].templates.append((title, first, second))
    return papers


def read_places() -> dict[str, list[str]]:
    """Language -> names, in the same order in all."""
    rows = (line.split(" ", 1) for line in _lines("places.txt"))
    return {language: [name.strip() for name in names.split(",")] for language, names in rows}


def read_events() -> list[Event]:
    events: list[Event] = []
    for line in _lines("events.txt"):
        if line.startswith("@ "):
            hours, picture = line[2:].split(" | ")
            events.append(Event(float(hours), picture))
        elif line.startswith("! "):
            paper, text = line[2:].split(" :: ")
            next(one for one in events[-1].reports if one.paper == paper).correction = text
        else:
            events[-1].reports.append(Report(*line.split(" :: ")))
    return events


def _lines(name: str) -> list[str]:
    text = (_HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
