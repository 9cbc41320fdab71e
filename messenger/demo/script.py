"""Reads the dialogues in scripts/: a header, then who says what, when, and what came of it.

kind: group            header lines up to the first empty line
@ 12 18:40             twelve days ago at 18:40        @ +30: half an hour later      @ now-20: twenty minutes ago
alice: Hello **you**   a message; further lines of it are indented by four spaces
  ! react 🎉 bob dana  something about the message above: react, reply (so many messages back), photo, file,
                       voice (seconds), preview, pin, edited
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"


@dataclass
class Line:
    at: datetime
    author: str  # alias
    text: str
    reply: int = 0  # so many messages back; 0: no reply
    reactions: list[tuple[str, list[str]]] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    file: str = ""
    voice: int = 0  # seconds
    preview: str = ""
    is_pinned: bool = False
    is_edited: bool = False


@dataclass
class Script:
    header: dict[str, str]
    lines: list[Line] = field(default_factory=list)

    def names(self, key: str) -> list[str]:
        return self.header.get(key, "").split()

    @property
    def unread(self) -> dict[str, int]:
        """alias -> how many messages at the end they have not read."""
        entries = (entry.split() for entry in self.header.get("unread_by", "").split(",") if entry.strip())
        return {alias: int(count) for alias, count in entries}


def read_scripts(now: datetime) -> list[Script]:
    return [_Reader(path.read_text(encoding="utf-8"), now).read() for path in sorted(SCRIPTS.glob("*.txt"))]


class _Reader:
    def __init__(self, content: str, now: datetime) -> None:
        head, _blank, self.body = content.partition("\n\n")
        self.script = Script(dict(line.split(": ", 1) for line in head.splitlines()))
        self.now, self.clock = now, now
        self.random = random.Random(content[:80])  # noqa: S311

    def read(self) -> Script:
        for line in self.body.splitlines():
            if line.startswith("@ "):
                self._set_clock(line[2:].strip())
            elif line.startswith("    "):
                self.script.lines[-1].text += "\n" + line[4:]
            elif line.startswith("  ! "):
                self._note(*line[4:].partition(" ")[::2])
            elif line.strip():
                author, _colon, text = line.partition(": ")
                self._add(author, text)
        return self.script

    def _set_clock(self, value: str) -> None:
        if value.startswith("now-"):
            self.clock = self.now - timedelta(minutes=int(value[4:]))
        elif value.startswith("+"):
            self.clock += timedelta(minutes=int(value[1:]))
        else:
            days, time = value.split()
            hour, minute = map(int, time.split(":"))
            day = self.now - timedelta(days=int(days))
            self.clock = day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def _add(self, author: str, text: str) -> None:
        # Whatever the script says: in order, and never in the future.
        previous = self.script.lines[-1].at if self.script.lines else self.clock - timedelta(seconds=1)
        left = (self.now - previous) / 2
        at = max(self.clock, previous + min(timedelta(seconds=1), left))
        self.script.lines.append(Line(min(at, self.now - timedelta(seconds=1)), author, text))
        self.clock += timedelta(seconds=self.random.uniform(14, 110) + len(text) / 4)

    def _note(self, what: str, value: str) -> None:
        line = self.script.lines[-1]
        if what == "react":
            emoji, *aliases = value.split()
            line.reactions.append((emoji, aliases))
        elif what == "photo":
            line.photos = value.split(", ")
        elif what in ("reply", "voice"):
            setattr(line, what, int(value))
        elif what in ("file", "preview"):
            setattr(line, what, value)
        elif what in ("pin", "edited"):
            setattr(line, {"pin": "is_pinned", "edited": "is_edited"}[what], True)
        else:
            raise ValueError(f"nobody knows what {what!r} is")
