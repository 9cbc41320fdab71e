"""A small drawing board over Pillow: gradients, soft light and smooth edges for flat illustrations."""

import random
from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
_OVERSAMPLING = 2  # drawn larger and shrunk: Pillow's own edges are hard


class Canvas:
    """Coordinates are pixels of the finished picture. Colours are "#rrggbb" or "#rrggbbaa"."""

    def __init__(self, width: int = 1200, height: int = 900, seed: int = 1) -> None:
        self.width, self.height = width, height
        self.random = random.Random(seed)  # noqa: S311
        self.image = Image.new("RGB", (width * _OVERSAMPLING, height * _OVERSAMPLING))
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def finish(self, vignette: int = 40) -> Image.Image:
        image = self.image.resize((self.width, self.height), Image.Resampling.BOX)
        if vignette:
            shade = (
                Image.radial_gradient("L").resize(image.size).point(lambda value: max(0, value - 120) * vignette // 135)
            )
            image.paste(Image.new("RGB", image.size, "#0b1020"), mask=shade)
        return image

    # --- filling ---

    def gradient(self, *stops: str, top: float = 0, bottom: float | None = None) -> None:
        """Evenly spaced colours from top to bottom, over the whole width."""
        bottom = self.height if bottom is None else bottom
        first, last = round(top * _OVERSAMPLING), round(bottom * _OVERSAMPLING)
        self.image.paste(_ramp(stops, self.image.width, last - first), (0, first))

    def shaded(self, points: Sequence[Point], *stops: str) -> None:
        """A polygon filled with a gradient from its top to its bottom."""
        scaled = _scaled(points)
        xs, ys = [x for x, _ in scaled], [y for _, y in scaled]
        left, top, right, bottom = int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in scaled], fill=255)
        self.image.paste(_ramp(stops, *mask.size), (left, top), mask)

    def ball(self, x: float, y: float, radius: float, light: str, dark: str) -> None:
        """A disc lit from the upper left."""
        size = round(radius * 2 * _OVERSAMPLING)
        shade = Image.radial_gradient("L").resize((size * 2, size * 2))
        shade = shade.crop((size * 3 // 4 - size // 4, size * 3 // 4 - size // 4, size // 2 + size, size // 2 + size))
        colours = Image.composite(Image.new("RGB", shade.size, dark), Image.new("RGB", shade.size, light), shade)
        mask = Image.new("L", shade.size)
        ImageDraw.Draw(mask).ellipse((0, 0, shade.width - 1, shade.height - 1), fill=255)
        corner = round((x - radius) * _OVERSAMPLING), round((y - radius) * _OVERSAMPLING)
        self.image.paste(colours.resize((size, size)), corner, mask.resize((size, size)))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 1.0) -> None:
        """Light that fades outwards."""
        size = round(radius * 2 * _OVERSAMPLING)
        fade = Image.radial_gradient("L").resize((size, size))
        mask = fade.point(lambda value: round(max(0.0, 1 - value / 181) ** 2 * 255 * strength))
        corner = round((x - radius) * _OVERSAMPLING), round((y - radius) * _OVERSAMPLING)
        self.image.paste(Image.new("RGB", (size, size), colour), corner, mask)

    def shadow(self, x: float, y: float, rx: float, ry: float, strength: int = 90) -> None:
        """A soft oval on the ground."""
        size = round(rx * 2.4 * _OVERSAMPLING), round(ry * 2.4 * _OVERSAMPLING)
        mask = Image.new("L", (120, 120))
        ImageDraw.Draw(mask).ellipse((12, 12, 108, 108), fill=strength)
        mask = mask.filter(ImageFilter.GaussianBlur(9)).resize(size)
        corner = round((x - rx * 1.2) * _OVERSAMPLING), round((y - ry * 1.2) * _OVERSAMPLING)
        self.image.paste(Image.new("RGB", size, "#10131c"), corner, mask)

    # --- shapes ---

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        self.draw.polygon(_scaled(points), fill=fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float | None = None, *, fill: str) -> None:
        ry = rx if ry is None else ry
        self.draw.ellipse(_box(x - rx, y - ry, x + rx, y + ry), fill=fill)

    def ring(self, x: float, y: float, radius: float, width: float, colour: str) -> None:
        box = _box(x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(box, outline=colour, width=round(width * _OVERSAMPLING))

    def rect(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> None:
        box = _box(x, y, x + width, y + height)
        self.draw.rounded_rectangle(box, radius=radius * _OVERSAMPLING, fill=fill)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """With round ends and joints."""
        scaled, thick = _scaled(points), round(width * _OVERSAMPLING)
        self.draw.line(scaled, fill=colour, width=thick, joint="curve")
        if len(colour) == 7:
            for x, y in (scaled[0], scaled[-1]):
                self.draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)

    def arc(
        self, x: float, y: float, rx: float, ry: float, start: float, end: float, colour: str, width: float
    ) -> None:
        box = _box(x - rx, y - ry, x + rx, y + ry)
        self.draw.arc(box, start, end, fill=colour, width=round(width * _OVERSAMPLING))

    def sector(self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: str) -> None:
        self.draw.chord(_box(x - rx, y - ry, x + rx, y + ry), start, end, fill=fill)

    def text(self, x: float, y: float, text: str, size: float, colour: str, anchor: str = "lm") -> None:
        font = ImageFont.load_default(size * _OVERSAMPLING)
        self.draw.text((x * _OVERSAMPLING, y * _OVERSAMPLING), text, font=font, fill=colour, anchor=anchor)


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y in points]


def _box(*values: float) -> tuple[float, ...]:
    return tuple(value * _OVERSAMPLING for value in values)


def _ramp(stops: Sequence[str], width: int, height: int) -> Image.Image:
    """Colours blended from top to bottom: drawn a pixel wide, then stretched."""
    colours = [ImageColor.getrgb(stop) for stop in stops]
    rows = bytearray()
    for y in range(max(1, height)):
        place = y / max(1, height - 1) * (len(colours) - 1)
        index = min(int(place), max(0, len(colours) - 2))
        first, second = colours[index], colours[min(index + 1, len(colours) - 1)]
        rows += bytes(round(a + (b - a) * (place - index)) for a, b in zip(first[:3], second[:3], strict=True))
    column = Image.frombytes("RGB", (1, max(1, height)), bytes(rows))
    return column.resize((max(1, width), column.height), Image.Resampling.NEAREST)
