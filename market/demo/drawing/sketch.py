"""One thing, drawn on nothing, far larger than it will be shown: shrinking is what makes its edges smooth."""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from market.demo.drawing.colours import Paint

Point = tuple[float, float]
SCALE = 1.4  # pixels of a unit


def smooth(points: Sequence[Point], *, is_closed: bool = True, steps: int = 9) -> list[Point]:
    """A curve through all the points (Catmull-Rom)."""
    count = len(points)
    if not is_closed:
        points, count = [points[0], *points, points[-1]], count + 2
    curve = []
    for index in range(count) if is_closed else range(1, count - 2):
        before, start, end, after = (points[(index + step) % count] for step in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            weights = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
            four = (before, start, end, after)
            x, y = (sum(w * p[axis] for w, p in zip(weights, four, strict=True)) / 2 for axis in (0, 1))
            curve.append((x, y))
    return curve if is_closed else [*curve, points[-1]]


def around(x: float, y: float, radius: float, degrees: float, ry: float | None = None) -> Point:
    turn = math.radians(degrees)
    return x + radius * math.cos(turn), y + (radius if ry is None else ry) * math.sin(turn)


class Sketch:
    """1000 x 1000 units. What is filled with an opaque paint is there; translucent colours ("#rrggbbaa") only
    shade what is there already: light and shadow need no clipping at the outline.
    """

    def __init__(self, seed: int = 1) -> None:
        side = round(1000 * SCALE)
        self.random = random.Random(seed)  # noqa: S311
        self.colours = Image.new("RGB", (side, side), "#8d8d93")
        self.cover = Image.new("L", (side, side))
        self._draw = ImageDraw.Draw(self.colours, "RGBA")
        self._cover = ImageDraw.Draw(self.cover)

    def layer(self) -> Image.Image:
        """The thing alone, cut out."""
        box = self.cover.getbbox()
        made = self.colours.crop(box)
        made.putalpha(self.cover.crop(box))
        return made

    # --- shapes ---

    def poly(self, points: Sequence[Point], paint: Paint) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        xs, ys = [x for x, _ in scaled], [y for _, y in scaled]
        box = (math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)) + 1, math.ceil(max(ys)) + 1)
        self._shape(box, paint, lambda draw, dx, dy, fill: draw.polygon(
            [(x - dx, y - dy) for x, y in scaled], fill=fill))  # fmt: skip

    def blob(self, points: Sequence[Point], paint: Paint) -> None:
        """The smooth shape through the points."""
        self.poly(smooth(points), paint)

    def rect(self, x: float, y: float, width: float, height: float, paint: Paint, radius: float = 0) -> None:
        left, top, right, bottom = (value * SCALE for value in (x, y, x + width, y + height))
        box = (math.floor(left), math.floor(top), math.ceil(right) + 1, math.ceil(bottom) + 1)
        self._shape(box, paint, lambda draw, dx, dy, fill: draw.rounded_rectangle(
            (left - dx, top - dy, right - dx, bottom - dy), radius=radius * SCALE, fill=fill))  # fmt: skip

    def oval(self, x: float, y: float, rx: float, ry: float | None, paint: Paint) -> None:
        ry = rx if ry is None else ry
        left, top, right, bottom = ((value) * SCALE for value in (x - rx, y - ry, x + rx, y + ry))
        box = (math.floor(left), math.floor(top), math.ceil(right) + 1, math.ceil(bottom) + 1)
        self._shape(box, paint, lambda draw, dx, dy, fill: draw.ellipse(
            (left - dx, top - dy, right - dx, bottom - dy), fill=fill))  # fmt: skip

    def ring(self, x: float, y: float, rx: float, width: float, paint: Paint, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        left, top, right, bottom = ((value) * SCALE for value in (x - rx, y - ry, x + rx, y + ry))
        box = (math.floor(left), math.floor(top), math.ceil(right) + 1, math.ceil(bottom) + 1)
        self._shape(box, paint, lambda draw, dx, dy, fill: draw.ellipse(
            (left - dx, top - dy, right - dx, bottom - dy), outline=fill, width=round(width * SCALE)))  # fmt: skip

    def line(self, points: Sequence[Point], paint: Paint, width: float) -> None:
        """With round ends and joints. A ramp runs over the box of the line."""
        half = width / 2
        xs, ys = [x for x, _ in points], [y for _, y in points]
        edges = (min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)
        left, top, right, bottom = (edge * SCALE for edge in edges)
        box = (math.floor(left), math.floor(top), math.ceil(right) + 1, math.ceil(bottom) + 1)
        thick = max(1, round(width * SCALE))

        def stroke(draw: ImageDraw.ImageDraw, dx: float, dy: float, fill: Any) -> None:
            scaled = [(x * SCALE - dx, y * SCALE - dy) for x, y in points]
            draw.line(scaled, fill=fill, width=thick, joint="curve")
            if thick > 3 and not (isinstance(fill, str) and len(fill) > 7):
                for x, y in (scaled[0], scaled[-1]):
                    draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=fill)

        self._shape(box, paint, stroke)

    def curve(self, points: Sequence[Point], paint: Paint, width: float) -> None:
        self.line(smooth(points, is_closed=False), paint, width)

    def arc(
        self, x: float, y: float, rx: float, ry: float, start: float, end: float, paint: Paint, width: float
    ) -> None:
        steps = max(6, int(abs(end - start) / 5))
        self.line([around(x, y, rx, start + (end - start) * s / steps, ry) for s in range(steps + 1)], paint, width)

    def text(self, x: float, y: float, text: str, size: float, colour: str, anchor: str = "mm") -> None:
        font = ImageFont.load_default(size * SCALE)
        self._draw.text((x * SCALE, y * SCALE), text, font=font, fill=colour, anchor=anchor)

    def hole(self, points: Sequence[Point]) -> None:
        """Nothing is there any more."""
        self._cover.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=0)

    # --- light ---

    def glow(self, x: float, y: float, rx: float, ry: float, colour: str, strength: float = 0.5) -> None:
        """A soft spot of light or shade on what is there."""
        size = round(rx * 2 * SCALE), round(ry * 2 * SCALE)
        fade = Image.radial_gradient("L").resize(size)
        mask = fade.point([round(max(0.0, 1 - value / 181) ** 1.6 * 255 * strength) for value in range(256)])
        self.colours.paste(colour, (round((x - rx) * SCALE), round((y - ry) * SCALE)), mask)

    def shade(self, points: Sequence[Point], colour: str = "#1a1226", strength: float = 0.3, blur: float = 14) -> None:
        """A shadow with soft edges, over what is there."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = min(xs) - blur * 2, min(ys) - blur * 2
        step = max(1.0, blur / 4)  # blurred small: nobody sees the difference
        size = math.ceil((max(xs) + blur * 2 - left) / step), math.ceil((max(ys) + blur * 2 - top) / step)
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon(
            [((x - left) / step, (y - top) / step) for x, y in points], fill=round(255 * strength)
        )
        mask = mask.filter(ImageFilter.GaussianBlur(blur / step))
        mask = mask.resize((round(size[0] * step * SCALE), round(size[1] * step * SCALE)), Image.Resampling.BILINEAR)
        self.colours.paste(colour, (round(left * SCALE), round(top * SCALE)), mask)

    # --- inside ---

    def _shape(self, box: tuple[int, int, int, int], paint: Paint, stroke: Callable[..., None]) -> None:
        if isinstance(paint, str):
            stroke(self._draw, 0, 0, paint)
            if len(paint) > 7:
                return
        stroke(self._cover, 0, 0, 255)
        if isinstance(paint, str):
            return
        left, top, right, bottom = box
        mask = Image.new("L", (max(1, right - left), max(1, bottom - top)))
        stroke(ImageDraw.Draw(mask), left, top, 255)
        self.colours.paste(paint.image(*mask.size), (left, top), mask)
