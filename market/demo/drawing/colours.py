"""Colours and what shapes are filled with."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageColor


def rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue, *_alpha = ImageColor.getrgb(colour)
    return red, green, blue


def mix(first: str, second: str, part: float) -> str:
    """`part` of the second in the first."""
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(rgb(first), rgb(second), strict=True))


def darker(colour: str, part: float = 0.25) -> str:
    return mix(colour, "#14101f", part)


def lighter(colour: str, part: float = 0.25) -> str:
    return mix(colour, "#ffffff", part)


@dataclass(frozen=True)
class Ramp:
    """Colours blended over the box of a shape, downwards or across."""

    stops: tuple[str, ...]
    is_across: bool = False

    def image(self, width: int, height: int) -> Image.Image:
        width, height = max(1, width), max(1, height)
        line = _strip(self.stops)
        if not self.is_across:
            line = line.transpose(Image.Transpose.TRANSPOSE)
        edge = (width, 1) if self.is_across else (1, height)
        return line.resize(edge, Image.Resampling.BILINEAR).resize((width, height), Image.Resampling.NEAREST)


@lru_cache(maxsize=512)
def _strip(stops: tuple[str, ...], length: int = 96) -> Image.Image:
    line = bytearray()
    colours = [rgb(stop) for stop in stops]
    for step in range(length):
        place = step / (length - 1) * (len(colours) - 1)
        index = min(int(place), max(0, len(colours) - 2))
        first, second = colours[index], colours[min(index + 1, len(colours) - 1)]
        line += bytes(round(a + (b - a) * (place - index)) for a, b in zip(first, second, strict=True))
    return Image.frombytes("RGB", (length, 1), bytes(line))


@dataclass(frozen=True)
class Ball:
    """Light on something round: from a bright spot in the upper left to the dark rim."""

    light: str
    dark: str

    def image(self, width: int, height: int) -> Image.Image:
        fade = Image.radial_gradient("L").crop((58, 62, 250, 254)).resize((max(1, width), max(1, height)))
        return Image.composite(Image.new("RGB", fade.size, self.dark), Image.new("RGB", fade.size, self.light), fade)


Paint = str | Ramp | Ball


def down(*stops: str) -> Ramp:
    return Ramp(stops)


def across(*stops: str) -> Ramp:
    return Ramp(stops, is_across=True)


def lit(colour: str, depth: float = 0.2) -> Ramp:
    """Light from above on something flat or soft."""
    return Ramp((lighter(colour, depth * 0.8), colour, darker(colour, depth * 0.7)))


def tube(colour: str, depth: float = 0.35) -> Ramp:
    """Something round and upright: bright left of the middle, dark at both sides."""
    return Ramp(
        (darker(colour, depth * 0.6), lighter(colour, depth * 0.8), colour, darker(colour, depth * 0.5),
         darker(colour, depth)), is_across=True,
    )  # fmt: skip


def ball(colour: str, depth: float = 0.4) -> Ball:
    return Ball(lighter(colour, depth), darker(colour, depth))
