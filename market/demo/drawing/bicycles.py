"""Bicycles of four kinds."""

from typing import NamedTuple

from market.demo.drawing.colours import across, ball, darker, down, lighter, lit
from market.demo.drawing.sketch import Point, Sketch, around

TYRE, METAL = "#24272e", "#b4bac3"


def wheel(s: Sketch, x: float, y: float, radius: float, spokes: int = 20, tyre: float = 17) -> None:
    s.ring(x, y, radius, tyre, TYRE)
    s.ring(x, y, radius - 3, 4, "#4a4f59")
    s.ring(x, y, radius - tyre, 6, across("#dfe3e8", METAL, "#8d949f"))
    for spoke in range(spokes):
        s.line([around(x, y, 10, spoke * 360 / spokes + 30), around(x, y, radius - tyre, spoke * 360 / spokes)],
               "#9aa2ad", 1.8)  # fmt: skip
    s.oval(x, y, 13, None, ball("#6a717c"))


class Frame(NamedTuple):
    radius: float
    rear: Point
    front: Point
    crank: Point
    seat: Point
    head: Point


_LARGE = Frame(172, (225, 700), (775, 700), (450, 715), (372, 430), (680, 430))
_SMALL = Frame(128, (285, 744), (725, 744), (470, 748), (400, 520), (648, 500))


def bicycle(colour: str, accent: str, kind: str) -> Sketch:
    """kind: city (low step, basket), sport (drop bar), trekking, child."""
    s, is_child = Sketch(), kind == "child"
    frame = _SMALL if is_child else _LARGE
    for x, y in (frame.rear, frame.front):
        wheel(s, x, y, frame.radius, 14 if is_child else 22, 22 if is_child else 12 if kind == "sport" else 17)
    if is_child:
        ground = frame.rear[1] + frame.radius
        for x, tone in ((245.0, "#3a3e47"), (262.0, TYRE)):
            s.line([frame.rear, (x, ground - 34)], METAL, 8)
            s.ring(x, ground - 38, 38, 13, tone)
    if kind != "sport":  # mudguards
        for (x, y), start, end in ((frame.rear, 150, 318), (frame.front, 185, 330)):
            s.arc(x, y, frame.radius + 12, frame.radius + 12, start, end, darker(colour, 0.1), 9)
    _tubes(s, frame, colour, kind)
    _saddle_and_bar(s, frame, accent, kind)
    _drive(s, frame)
    _extras(s, kind)
    return s


def _tubes(s: Sketch, frame: Frame, colour: str, kind: str) -> None:
    _radius, rear, front, crank, seat, head = frame
    low, width = darker(colour, 0.35), 22 if kind == "child" else 20
    tubes = [(rear, crank), (rear, (seat[0] + 8, seat[1] + 50)), ((seat[0], seat[1] + 24), crank)]
    if kind in ("city", "child"):
        step = [(head[0] + 4, head[1] + 40), (crank[0] + 95, crank[1] - 95), (crank[0] + 8, crank[1] - 30),
                (seat[0] + 40, seat[1] + 180)]  # fmt: skip
        s.curve(step, low, width + 3)
        s.curve([(x - 1, y - 3) for x, y in step], colour, width - 3)
    else:
        tubes += [((head[0] + 6, head[1] + 50), crank), ((seat[0] + 10, seat[1] + 64), (head[0], head[1] + 28))]
    for start, end in tubes:
        slim = width - 7 if start == rear else width
        s.line([start, end], low, slim)
        s.line([(start[0] - 1, start[1] - 2), (end[0] - 1, end[1] - 2)], colour, slim - 5)
        s.line([(start[0] - 2, start[1] - 4), (end[0] - 2, end[1] - 4)], lighter(colour, 0.4) + "99", 3)
    fork = [head, (head[0] + 26, head[1] + 110), front]
    s.curve(fork, low, 17)
    s.curve([(x - 2, y) for x, y in fork], colour, 11)


def _saddle_and_bar(s: Sketch, frame: Frame, accent: str, kind: str) -> None:
    x, y = frame.seat
    s.line([(x, y), (x + 10, y + 60)], METAL, 12)
    saddle = [(x - 72, y - 26), (x - 20, y - 20), (x + 66, y - 18), (x + 62, y - 4), (x - 6, y + 10), (x - 66, y + 6)]
    s.blob(saddle, lit(accent))
    x, y = frame.head
    if kind == "sport":
        s.line([(x, y), (x - 8, y - 42), (x + 50, y - 50)], METAL, 11)
        s.curve([(x + 44, y - 50), (x + 98, y - 46), (x + 108, y - 6), (x + 66, y + 20)], accent, 14)
    else:
        s.line([(x, y), (x - 14, y - 74)], METAL, 12)
        s.curve([(x - 12, y - 74), (x + 18, y - 96), (x - 34, y - 104), (x - 104, y - 88)], METAL, 11)
        s.curve([(x - 62, y - 100), (x - 104, y - 89)], accent, 18)


def _drive(s: Sketch, frame: Frame) -> None:
    rear, crank = frame.rear, frame.crank
    s.line([rear, (crank[0], crank[1] + 20)], "#3c424d", 3.5)
    s.line([(rear[0], rear[1] - 16), (crank[0], crank[1] - 22)], "#3c424d", 3.5)
    s.ring(*crank, 36, 8, "#4d5460")
    s.ring(*crank, 22, 4, "#8b929d")
    s.line([crank, (crank[0] + 44, crank[1] + 70)], "#4d5460", 11)
    s.rect(crank[0] + 16, crank[1] + 66, 62, 14, TYRE, 6)


def _extras(s: Sketch, kind: str) -> None:
    if kind == "city":
        _basket(s, 690, 350)
        s.rect(170, 505, 180, 11, "#3c424d", 5)
        s.line([(190, 512), (215, 690)], "#3c424d", 6)
        s.oval(800, 480, 22, 24, ball("#e9edf2"))
    elif kind == "child":
        for step, tone in enumerate(("#ff6b81", "#ffd166", "#4cc38a", "#5aa9ff")):
            s.curve([(545, 410), (532 - step * 8, 440), (538 - step * 12, 476)], tone, 5)
    elif kind == "trekking":
        s.blob([(130, 520), (250, 512), (262, 640), (150, 650)], lit("#3d4b63"))
        s.rect(140, 516, 118, 34, "#55668a", 10)
        s.rect(186, 540, 26, 60, "#2b3547", 6)


def _basket(s: Sketch, x: float, y: float) -> None:
    s.poly([(x, y), (x + 176, y), (x + 154, y + 112), (x + 22, y + 112)], down("#d9ac6c", "#a97a3f"))
    for row in range(1, 5):
        s.line([(x + row * 5, y + row * 22), (x + 176 - row * 5, y + row * 22)], "#7d552999", 3)
    for column in range(1, 8):
        s.line([(x + column * 22, y), (x + 10 + column * 19.5, y + 112)], "#f0cd9499", 3)
    s.rect(x - 6, y - 9, 188, 16, lit("#c2925a"), 8)


KINDS = {
    "bicycle-city": lambda c, a: bicycle(c, a, "city"),
    "bicycle-sport": lambda c, a: bicycle(c, a, "sport"),
    "bicycle-trekking": lambda c, a: bicycle(c, a, "trekking"),
    "bicycle-child": lambda c, a: bicycle(c, a, "child"),
}
