"""Where a thing is photographed: a studio, a room, a table, a lawn. Made once for each colour and size."""

import random
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter

from market.demo.drawing.colours import darker, down, lighter, mix

FLOOR = 0.70  # where the wall ends, of the height
# The colour of walls and backdrops: quiet ones, that let things shine.
HUES = {
    "sand": "#ecdcc6", "rose": "#f3d4cf", "sky": "#cfe1f2", "mint": "#d2e8dc", "lilac": "#ddd5ef", "grey": "#dfe2e8",
    "lemon": "#f6e8b8", "peach": "#fadac0", "sage": "#cbd6c4", "ice": "#dcebf0", "clay": "#dcb9a3", "night": "#3a4258",
    "teal": "#9fcac9", "denim": "#8fa8cb", "coral": "#f2b3a3", "mustard": "#e8c877", "white": "#f3f3f1",
}  # fmt: skip


_BASE = 800  # pixels of the longer edge: what is behind a thing may be a little out of focus


def backdrop(scene: str, hue: str, width: int, height: int) -> Image.Image:
    scale = _BASE / max(width, height)
    made = _base(scene, "" if scene == "grass" else hue, round(width * scale), round(height * scale))
    return made.copy() if made.size == (width, height) else made.resize((width, height), Image.Resampling.BILINEAR)


@lru_cache(maxsize=40)
def _base(scene: str, hue: str, width: int, height: int) -> Image.Image:
    paint = {"studio": _studio, "room": _room, "table": _table, "grass": _grass, "flat": _flat}[scene]
    made = paint(HUES.get(hue, ""), width, height)
    shade = Image.radial_gradient("L").resize((width, height))
    made.paste("#0d1020", mask=shade.point([max(0, value - 150) * 26 // 105 for value in range(256)]))
    return made


def forget_backdrops() -> None:
    _base.cache_clear()


def _light(made: Image.Image, x: float, y: float, radius: float, colour: str, strength: float) -> None:
    width, height = made.size
    size = round(radius * 2 * height)
    fade = Image.radial_gradient("L").resize((size, size))
    mask = fade.point([round(max(0.0, 1 - value / 181) ** 1.5 * 255 * strength) for value in range(256)])
    made.paste(colour, (round(x * width - size / 2), round(y * height - size / 2)), mask)


def _studio(colour: str, width: int, height: int) -> Image.Image:
    """A roll of paper that runs from the wall to the floor without an edge."""
    wall, floor = darker(colour, 0.05), lighter(colour, 0.32)
    stops = (darker(wall, 0.10), wall, colour, mix(colour, floor, 0.15), mix(colour, floor, 0.9), floor,
             mix(colour, floor, 0.7))  # fmt: skip
    made = down(*stops).image(width, height)
    _light(made, 0.42, 0.40, 0.75, lighter(colour, 0.6), 0.75)
    return made


def _flat(colour: str, width: int, height: int) -> Image.Image:
    """A sheet of paper seen from above, lit from the upper left."""
    made = down(lighter(colour, 0.22), colour, darker(colour, 0.05)).image(width, height)
    _light(made, 0.2, 0.15, 0.9, lighter(colour, 0.65), 0.8)
    return made


def _room(colour: str, width: int, height: int) -> Image.Image:
    """A painted wall with the light of a window, a skirting board, a wooden floor."""
    edge = round(height * FLOOR)
    made = down(darker(colour, 0.08), colour, lighter(colour, 0.10)).image(width, height)
    draw = ImageDraw.Draw(made, "RGBA")
    panes = Image.new("L", (width // 4, height // 4))
    glass = ImageDraw.Draw(panes)
    for left in (0.10, 0.225):
        for top in (0.08, 0.31):
            x, y, w, h = left * width / 4, top * height / 4, 0.11 * width / 4, 0.20 * height / 4
            glass.polygon([(x, y + w * 0.25), (x + w, y), (x + w, y + h), (x, y + h + w * 0.25)], fill=110)
    panes = panes.filter(ImageFilter.GaussianBlur(3)).resize((width, height), Image.Resampling.BILINEAR)
    made.paste(lighter(colour, 0.85), mask=panes)
    floor = down("#b98d66", "#cfa77d", "#dcb78d").image(width, height - edge)
    made.paste(floor, (0, edge))
    rng = random.Random(7)  # noqa: S311
    rows = (0.0, 0.13, 0.30, 0.52, 0.80, 1.15)
    for top, bottom in pairwise(rows):
        y, below = edge + top * (height - edge), edge + bottom * (height - edge)
        x = -rng.uniform(0, 0.3) * width
        while x < width:
            length = rng.uniform(0.25, 0.5) * width
            tone = rng.choice(("#fff2dc12", "#5a381c14", "#5a381c08", "#ffffff0a"))
            draw.rectangle((x, y, x + length, below), fill=tone)
            draw.line([(x, y), (x, below)], fill="#6b472b50", width=2)
            x += length
        draw.line([(0, y), (width, y)], fill="#6b472b48", width=2)
    board = round(height * 0.032)
    draw.rectangle((0, edge - board, width, edge), fill=lighter(colour, 0.72))
    draw.rectangle((0, edge - board, width, edge - board + 2), fill="#ffffffaa")
    draw.rectangle((0, edge, width, edge + 5), fill="#4a2f1a55")
    _light(made, 0.3, 0.82, 0.5, "#fff1da", 0.35)
    return made


def _table(colour: str, width: int, height: int) -> Image.Image:
    """A wooden board before something out of focus."""
    edge = round(height * 0.66)
    small = down(lighter(colour, 0.15), colour, darker(colour, 0.22)).image(width // 8, height // 8)
    draw = ImageDraw.Draw(small, "RGBA")
    rng = random.Random(len(colour) + sum(map(ord, colour)))  # noqa: S311
    for _ in range(16):
        x, y, size = rng.uniform(0, width / 8), rng.uniform(0, height / 11), rng.uniform(4, 13)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=rng.choice(("#ffffff30", "#fff3d428", "#ffffff18")))
    made = small.filter(ImageFilter.GaussianBlur(2.4)).resize((width, height), Image.Resampling.BICUBIC)
    made.paste(down("#a9784e", "#c4946a", "#d3a67b").image(width, height - edge), (0, edge))
    draw = ImageDraw.Draw(made, "RGBA")
    for _ in range(70):
        y = edge + (height - edge) * rng.random() ** 0.8
        x, length = rng.uniform(-0.1, 1) * width, rng.uniform(0.08, 0.4) * width
        draw.line([(x, y), (x + length, y + rng.uniform(-2, 2))], fill="#6e452820", width=rng.choice((2, 3)))
    for part in (0.22, 0.55):
        y = edge + (height - edge) * part
        draw.line([(0, y), (width, y)], fill="#5d3a2160", width=2)
    draw.rectangle((0, edge, width, edge + 4), fill="#ffe9cd66")
    _light(made, 0.4, 0.85, 0.6, "#fff0da", 0.4)
    return made


def _grass(colour: str, width: int, height: int) -> Image.Image:
    """A lawn, a hedge out of focus, the sky."""
    x: float
    edge = round(height * 0.60)
    small = down("#9fd0ee", "#cfe8f5", "#e9f4ee").image(width // 8, height // 8)
    draw = ImageDraw.Draw(small, "RGBA")
    rng = random.Random(5)  # noqa: S311
    for tone, level in (("#9cc39a", 0.47), ("#7fb07f", 0.54)):
        for x in range(-6, width // 8 + 8, 7):
            size = rng.uniform(7, 15)
            y = height / 8 * level + rng.uniform(-4, 4)
            draw.ellipse((x - size, y - size, x + size, y + size * 2), fill=tone)
    made = small.filter(ImageFilter.GaussianBlur(2)).resize((width, height), Image.Resampling.BICUBIC)
    made.paste(down("#79b463", "#8cc46f", "#6ba657", "#579349").image(width, height - edge), (0, edge))
    draw = ImageDraw.Draw(made, "RGBA")
    for _ in range(420):
        depth = rng.random() ** 0.7
        x, y = rng.uniform(0, width), edge + (height - edge) * depth
        tall = 5 + 20 * depth
        lean = rng.uniform(-0.5, 0.5) * tall
        draw.line([(x, y), (x + lean, y - tall)], fill=rng.choice(("#a6d98366", "#3f7d3966", "#d9efa044")), width=2)
    for _ in range(16):
        x, y = rng.uniform(0, width), rng.uniform(edge + 30, height)
        draw.ellipse((x - 4, y - 4, x + 4, y + 3), fill=rng.choice(("#ffffffcc", "#ffe27acc")))
    _light(made, 0.35, 0.3, 0.8, "#fffbe6", 0.4)
    return made
