"""Paper and screens: books, tickets, posters, covers of what is read, heard and learnt."""

import random

from market.demo.drawing.colours import across, ball, darker, down, lighter, lit, mix
from market.demo.drawing.sketch import Sketch, around, smooth


def _art(s: Sketch, x: float, y: float, wide: float, tall: float, colour: str, accent: str, style: int) -> None:
    """A small abstract picture: hills, a sun, waves, shapes."""
    s.rect(x, y, wide, tall, down(lighter(accent, 0.55), lighter(colour, 0.35)))
    if style % 3 == 0:
        s.oval(x + wide * 0.64, y + tall * 0.36, wide * 0.15, None, accent)
        for step, part in enumerate((0.5, 0.64, 0.8)):
            top = [
                (x + wide * p / 6, y + tall * (part + 0.07 * ((p * 7 + step * 3 + style) % 4 - 1.5))) for p in range(7)
            ]
            curve = smooth(top, is_closed=False)
            s.poly([*curve, (x + wide, y + tall), (x, y + tall)], mix(colour, darker(colour, 0.5), step / 2.5))
    elif style % 3 == 1:
        rng = random.Random(style)  # noqa: S311
        for _ in range(7):
            size = rng.uniform(0.09, 0.24) * min(wide, tall)
            cx, cy = rng.uniform(x + size, x + wide - size), rng.uniform(y + size, y + tall - size)
            tone = rng.choice((colour, accent, darker(colour, 0.4), "#fff6e4", lighter(accent, 0.3)))
            if rng.random() < 0.5:
                s.oval(cx, cy, size, None, tone + "e6")
            else:
                s.rect(cx - size, cy - size * 0.7, size * 2, size * 1.4, tone + "e6", 6)
    else:
        cx, base = x + wide / 2, y + tall * 0.92
        for turn, far in ((-120, 0.5), (-105, 0.68), (-90, 0.78), (-75, 0.66), (-60, 0.52)):
            end = around(cx, base, tall * far, turn)
            s.line([(cx, base), end], darker(colour, 0.35), 9)
            for part in (0.55, 0.8, 1.0):
                px, py = around(cx, base, tall * far * part, turn)
                s.oval(px, py, wide * 0.06, tall * 0.045, mix(colour, accent, part - 0.4))


def book(colour: str, accent: str, title: str = "The River\nand Its Bend", style: int = 0) -> Sketch:
    s = Sketch()
    s.poly([(760, 110), (800, 90), (800, 870), (760, 910)], "#efe7d4")
    s.rect(250, 100, 520, 810, lit(colour, 0.15), 8)
    _art(s, 250, 400, 520, 510, colour, accent, style)
    s.rect(250, 100, 34, 810, "#00000030")
    s.rect(284, 100, 5, 810, "#ffffff55")
    pale = sum(int(colour[i : i + 2], 16) for i in (1, 3, 5)) > 520
    ink = "#2a2320" if pale else "#fffaf0"
    for row, line in enumerate(title.split("\n")):
        s.text(527, 190 + row * 74, line, 58 if len(line) < 14 else 44, ink)
    s.rect(470, 340, 114, 6, accent)
    return s


def books(colour: str, accent: str) -> Sketch:
    s = Sketch(5)
    y = 880.0
    for tone, wide, shift in (
        (colour, 640, 0),
        (accent, 560, 40),
        ("#e8dcc4", 600, -20),
        (darker(colour, 0.3), 520, 30),
        (lighter(accent, 0.3), 470, -10),
    ):
        x, tall = 500 - wide / 2 + shift, s.random.uniform(84, 116)
        y -= tall
        s.rect(x + 12, y + 10, wide - 20, tall - 20, down("#fbf6e9", "#e2d8c2"), 4)
        s.rect(x, y, wide, 14, lit(tone), 6)
        s.rect(x, y + tall - 14, wide, 14, lit(tone), 6)
        s.rect(x, y, 70, tall, across(darker(tone, 0.15), lighter(tone, 0.15), tone), 14)
        s.line([(x + 90, y + tall / 2), (x + wide - 20, y + tall / 2)], "#b9ad9444", 3)
    s.rect(300, y - 16, 330, 16, lit("#f7f2e6"), 5)
    s.oval(690, y - 56, 70, 60, ball("#e0402f"))
    s.line([(690, y - 108), (704, y - 140)], "#5b3b22", 9)
    return s


def comic(colour: str, accent: str) -> Sketch:
    return book(colour, accent, "CAPTAIN\nJETTY  #4", 1)


def ticket(colour: str, accent: str, title: str = "LEO & BAND") -> Sketch:
    s = Sketch()
    for turn, tone in ((60, lighter(colour, 0.25)), (0, colour)):
        y = 320 + turn * 1.2 - 30
        s.rect(60 + turn / 2, y, 880, 330, lit(tone, 0.25), 26)
        for hole in range(9):
            s.oval(700 + turn / 2, y + 26 + hole * 35, 6, None, "#ffffffaa")
    y = 290
    s.text(110, y + 80, "RIVERSIDE CONCERT HALL", 30, lighter(colour, 0.7), "lm")
    s.text(110, y + 160, title, 82 if len(title) < 11 else 62, "#ffffff", "lm")
    s.text(110, y + 240, "Saturday  20:00   ·   doors 19:00", 32, lighter(colour, 0.8), "lm")
    s.rect(110, y + 276, 130, 8, accent)
    s.text(820, y + 90, "ROW", 26, lighter(colour, 0.7))
    s.text(820, y + 150, "C 12", 66, "#ffffff")
    for step in range(22):
        if step % 3 != 1:
            s.rect(745 + step * 7, y + 210, 3 + step % 2 * 2, 80, "#ffffff")
    return s


def painting(colour: str, accent: str, style: int = 0) -> Sketch:
    s = Sketch()
    wood = mix("#b78a50", accent, 0.2)
    s.rect(120, 160, 760, 660, lit(wood, 0.4), 6)
    s.rect(146, 186, 708, 608, darker(wood, 0.4), 4)
    s.rect(156, 196, 688, 588, "#faf6ec")
    _art(s, 210, 250, 580, 480, colour, accent, style)
    return s


def poster(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(220, 50, 560, 880, lit("#fbf7ee", 0.1), 2)
    _art(s, 250, 80, 500, 640, colour, accent, 1)
    s.text(500, 790, "RIVERSIDE", 78, mix(colour, "#20242c", 0.6))
    s.text(500, 866, "street party - the last Saturday", 32, mix(colour, "#20242c", 0.5))
    return s


def map_print(colour: str, accent: str) -> Sketch:
    s = Sketch(11)
    s.rect(160, 90, 680, 820, "#fdfaf2", 2)
    s.rect(190, 120, 620, 640, lighter(colour, 0.72))
    for _ in range(16):
        a, b = s.random.uniform(200, 800), s.random.uniform(130, 750)
        s.line([(190, b), (810, b + s.random.uniform(-60, 60))], "#ffffff", 7)
        s.line([(a, 120), (a + s.random.uniform(-50, 50), 760)], "#ffffff", 7)
    s.curve([(190, 300), (380, 380), (480, 560), (660, 600), (810, 520)], lighter("#3f86b8", 0.25), 46)
    s.blob([(560, 200), (720, 190), (740, 330), (600, 350)], "#a9d08e")
    s.oval(470, 470, 17, None, accent)
    s.poly([(453, 470), (487, 470), (470, 512)], accent)
    s.rect(190, 118, 620, 2, "#ffffff")
    s.text(500, 826, "RIVERSIDE", 66, "#3a3f4a")
    s.text(500, 876, "51.2° N   12.4° E", 28, "#7a808b")
    return s


def chalkboard(colour: str, accent: str, title: str = "Science 7b", sign: str = "") -> Sketch:
    s = Sketch()
    s.rect(50, 150, 900, 680, lit("#b98550", 0.35), 16)
    s.rect(82, 182, 836, 616, down("#2f5548", "#264a3e"), 6)
    for x, y in ((300, 300), (640, 620)):
        s.glow(x, y, 330, 160, "#ffffff", 0.07)
    s.text(500, 270, title, 74 if len(title) < 15 else 54, "#f6f4e8")
    s.line([(240, 324), (760, 318)], lighter(accent, 0.4), 7)
    if sign:
        s.text(500, 540, sign, 120 if len(sign) < 12 else 84, lighter(accent, 0.5))
    else:
        s.line([(300, 720), (300, 560)], "#8fd19a", 9)
        for side in (-1, 1):
            s.curve([(300, 600), (300 + side * 60, 540), (300 + side * 110, 560)], "#8fd19a", 9)
        for turn in range(0, 360, 45):
            s.line([around(300, 430, 44, turn), around(300, 430, 72, turn)], "#ffe08a", 7)
        s.ring(300, 430, 34, 7, "#ffe08a")
        s.line([(470, 560), (560, 560), (540, 540)], "#f6f4e8", 7)
        s.text(710, 470, "CO2 + H2O", 56, "#f6f4e8")
        s.text(710, 560, "+ light", 50, "#ffe08a")
        s.text(710, 650, "= sugar + O2", 52, "#a9d8ff")
    s.rect(300, 812, 400, 30, lit("#8a5a34"), 8)
    for x, tone in ((360, "#ffffff"), (440, lighter(accent, 0.4)), (520, "#a9d8ff")):
        s.rect(x, 800, 62, 15, tone, 7)
    return s


def tablet(colour: str, accent: str, title: str = "Balcony\nTomatoes", style: int = 2) -> Sketch:
    """An e-book."""
    s = Sketch()
    s.rect(210, 60, 580, 880, lit("#30343d"), 48)
    s.rect(246, 110, 508, 760, "#fbf7ee", 10)
    _art(s, 246, 330, 508, 540, colour, accent, style)
    for row, line in enumerate(title.split("\n")):
        s.text(500, 182 + row * 76, line, 58 if len(line) < 13 else 44, darker(colour, 0.5))
    s.oval(500, 905, 16, None, "#555c68")
    s.poly([(260, 110), (480, 110), (330, 870), (246, 870), (246, 110)], "#ffffff22")
    return s


def cassette(colour: str, accent: str) -> Sketch:
    """Sample packs and recordings."""
    s = Sketch()
    s.rect(80, 220, 840, 560, lit(colour), 40)
    s.rect(130, 270, 740, 330, lit("#fbf3e2", 0.12), 20)
    s.rect(130, 400, 740, 46, accent)
    s.rect(130, 446, 740, 30, lighter(accent, 0.4))
    s.text(170, 336, "River sounds", 56, "#3a3f4a", "lm")
    s.text(830, 336, "A", 60, accent, "rm")
    s.rect(270, 450, 460, 130, "#23262d", 60)
    for x in (350, 650):
        s.oval(x, 515, 48, None, ball("#f4f1ea"))
        for turn in range(0, 360, 60):
            s.line([around(x, 515, 30, turn), around(x, 515, 46, turn)], "#6a717c", 9)
    s.poly([(250, 780), (300, 650), (700, 650), (750, 780)], lit(darker(colour, 0.2)))
    for x in (360, 500, 640):
        s.oval(x, 724, 18, None, darker(colour, 0.6))
    return s


def pattern(colour: str, accent: str) -> Sketch:
    """Knitting: wool, needles and the sheet."""
    s = Sketch()
    s.rect(120, 120, 560, 760, lit("#fdfaf2", 0.08), 4)
    s.text(400, 190, "Jetty socks", 54, darker(colour, 0.3))
    for row in range(12):
        for column in range(12):
            if (row * 3 + column * 5 + row * column) % 7 < 3:
                s.rect(170 + column * 38, 250 + row * 38, 34, 34, colour if (row + column) % 2 else accent, 3)
            else:
                s.rect(170 + column * 38, 250 + row * 38, 34, 34, "#f1ead9", 3)
    for row in range(3):
        s.rect(170, 740 + row * 36, 440 - row * 90, 12, "#d3cabb", 6)
    for a, b in (((520, 420), (940, 900)), ((600, 380), (900, 940))):
        s.line([a, b], down("#e2b57e", "#a8784a"), 16)
        s.oval(*a, 20, None, ball("#8a5a34"))
    s.oval(720, 680, 200, None, ball(accent, 0.3))
    for step in range(-4, 5):
        s.curve(
            [(560, 640 + step * 34), (720, 600 + step * 36), (880, 650 + step * 30)], lighter(accent, 0.4) + "88", 7
        )
    return s


def gift_card(colour: str, accent: str, title: str = "GIFT CARD") -> Sketch:
    s = Sketch()
    s.rect(90, 260, 820, 500, lit(colour, 0.3), 40)
    s.oval(760, 330, 240, None, lighter(colour, 0.2) + "66")
    s.oval(220, 720, 260, None, darker(colour, 0.2) + "55")
    s.rect(640, 260, 66, 500, lit(accent))
    s.rect(90, 470, 820, 66, lit(accent))
    for side in (-1, 1):
        s.blob(
            [(673, 500), (673 + side * 150, 390), (673 + side * 180, 500), (673 + side * 130, 560)], lit(accent, 0.35)
        )
    s.oval(673, 502, 40, None, ball(accent))
    s.text(150, 360, title, 66, "#ffffff", "lm")
    s.text(150, 650, "Riverside", 44, lighter(colour, 0.75), "lm")
    return s


KINDS = {
    "book": book, "books": books, "comic": comic, "ticket": ticket, "painting": painting, "poster": poster,
    "map": map_print, "chalkboard": chalkboard, "ebook": tablet, "samples": cassette, "pattern": pattern,
    "gift-card": gift_card,
}  # fmt: skip
FLAT = {"ticket", "painting", "poster", "map", "pattern", "gift-card", "chalkboard", "samples"}
