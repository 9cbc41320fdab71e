"""Pots, plants and what else stands on tables and sills."""

from market.demo.drawing.colours import across, ball, darker, down, lighter, lit, mix, tube
from market.demo.drawing.sketch import Sketch, around, smooth

STEEL = "#b6bdc7"


def _leaf(s: Sketch, x: float, y: float, length: float, degrees: float, colour: str, wide: float = 0.24) -> None:
    tip, mid = around(x, y, length, degrees), around(x, y, length * 0.5, degrees)
    one, two = around(*mid, length * wide, degrees + 90), around(*mid, length * wide, degrees - 90)
    s.blob([(x, y), one, tip, two], lit(colour, 0.3))
    s.line([(x, y), around(x, y, length * 0.9, degrees)], lighter(colour, 0.35) + "aa", 4)


def _pot(s: Sketch, colour: str, x: float = 500, top: float = 640, wide: float = 330, tall: float = 290) -> None:
    half = wide / 2
    s.poly([(x - half * 0.94, top + 30), (x + half * 0.94, top + 30), (x + half * 0.68, top + tall),
            (x - half * 0.68, top + tall)], tube(colour))  # fmt: skip
    s.rect(x - half, top, wide, 58, tube(lighter(colour, 0.08)), 14)
    s.shade([(x - half, top + 56), (x + half, top + 56), (x + half * 0.9, top + 78), (x - half * 0.9, top + 78)],
            strength=0.35, blur=8)  # fmt: skip


def monstera(colour: str, accent: str) -> Sketch:
    s = Sketch(2)
    green = "#3f8f5a"
    for degrees, far in ((-158, 330), (-125, 410), (-92, 470), (-62, 450), (-24, 340), (-105, 300), (-45, 250)):
        end = around(500, 640, far, degrees)
        s.curve([(500, 650), around(500, 640, far * 0.5, (degrees - 90) / 2), end], darker(green, 0.2), 11)
        size = 118 + far * 0.08
        tone = mix(green, "#1f5c3d", s.random.random() * 0.6)
        _heart(s, *end, size, degrees, tone)
    _pot(s, colour)
    return s


def _heart(s: Sketch, x: float, y: float, size: float, degrees: float, colour: str) -> None:
    shape = [
        around(x, y, size * part, degrees + turn)
        for turn, part in (
            (0, 1.15),
            (38, 0.9),
            (80, 0.86),
            (128, 0.9),
            (165, 0.62),
            (180, 0.3),
            (195, 0.62),
            (232, 0.9),
            (280, 0.86),
            (322, 0.9),
        )
    ]
    s.blob(shape, down(lighter(colour, 0.25), colour, darker(colour, 0.2)))
    s.line([around(x, y, size * 0.3, degrees + 180), around(x, y, size, degrees)], lighter(colour, 0.4) + "bb", 5)
    for side in (-1, 1):
        for step, far in ((45, 0.7), (85, 0.68), (120, 0.7)):
            s.line([around(x, y, size * 0.12, degrees + 180), around(x, y, size * far, degrees + side * step)],
                   lighter(colour, 0.3) + "77", 4)  # fmt: skip
            s.oval(*around(x, y, size * 0.55, degrees + side * (step - 18)), size * 0.06, size * 0.045, "#1d3a2a")


def cactus(colour: str, accent: str) -> Sketch:
    s = Sketch()
    green = "#4f9d69"
    for x, y, wide, tall in ((390, 150, 220, 520), (240, 330, 120, 190), (640, 270, 120, 210)):
        s.rect(x, y, wide, tall, tube(green), wide / 2)
        for step in range(1, 4):
            s.line([(x + wide * step / 4, y + 60), (x + wide * step / 4, y + tall - 20)], darker(green, 0.3) + "88", 5)
    s.rect(300, 460, 130, 70, lit(green), 34)
    s.rect(570, 420, 130, 70, lit(green), 34)
    for x, y in ((500, 146), (300, 326), (700, 266)):
        for turn in range(0, 360, 60):
            s.oval(*around(x, y, 22, turn), 19, None, ball("#f47ba0"))
        s.oval(x, y, 12, None, "#ffe08a")
    _pot(s, colour, 500, 640, 360, 280)
    return s


def herbs(colour: str, accent: str) -> Sketch:
    s = Sketch(4)
    for _ in range(70):
        x, y = s.random.gauss(500, 120), s.random.uniform(300, 640)
        _leaf(s, x, y + 60, s.random.uniform(80, 130), s.random.uniform(-160, -20),
              s.random.choice(("#5aa64b", "#46913f", "#76bb5c", "#3a7d39")), 0.3)  # fmt: skip
    _pot(s, colour, 500, 630, 360, 280)
    return s


def seedlings(colour: str, accent: str) -> Sketch:
    s = Sketch(6)
    s.poly([(60, 620), (940, 620), (880, 850), (120, 850)], lit("#5b4636"))
    for column in range(5):
        x = 150 + column * 175
        s.rect(x - 76, 610, 152, 200, tube(mix("#b5764c", colour, 0.15)), 16)
        s.oval(x, 618, 72, 20, "#3e2a1e")
        tall = s.random.uniform(180, 330)
        s.curve([(x, 620), (x + 8, 620 - tall * 0.5), (x - 4, 620 - tall)], "#5aa64b", 10)
        for part, side in ((0.35, -1), (0.5, 1), (0.7, -1), (0.82, 1), (1.0, -1), (1.0, 1)):
            _leaf(s, x, 620 - tall * part, 70 + 30 * (1 - part), -90 + side * (62 - 20 * part), "#5fae50", 0.28)
    s.rect(70, 780, 860, 80, down("#77624c", "#4a3a2c"), 10)
    return s


def vase(colour: str, accent: str) -> Sketch:
    s = Sketch(3)
    for degrees, far in ((-112, 400), (-96, 500), (-78, 450), (-62, 370), (-128, 330)):
        x, y = around(500, 560, far, degrees)
        s.curve([(500, 560), around(500, 560, far * 0.55, degrees + 4), (x, y)], "#5c8c55", 10)
        _leaf(s, *around(500, 560, far * 0.6, degrees), 110, degrees + 50, "#6aa060")
        for turn in range(0, 360, 45):
            s.oval(*around(x, y, 44, turn), 34, None, ball(lighter(accent, 0.12)))
        s.oval(x, y, 26, None, ball("#f5c443"))
    s.poly(smooth([(430, 520), (445, 580), (370, 680), (350, 790), (400, 900), (500, 915), (600, 900), (650, 790),
                   (630, 680), (555, 580), (570, 520), (500, 512)]), tube(colour))  # fmt: skip
    s.oval(500, 520, 72, 13, darker(colour, 0.45))
    s.glow(430, 730, 50, 130, "#ffffff", 0.6)
    return s


def mug(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.ring(715, 560, 130, 46, lit(colour, 0.3), 150)
    s.rect(230, 330, 480, 500, tube(colour, 0.3), 60)
    s.rect(230, 330, 480, 200, tube(colour, 0.3))
    s.oval(470, 330, 240, 56, lighter(colour, 0.35))
    s.oval(470, 334, 218, 45, "#4a2c1c")
    s.oval(450, 338, 150, 26, "#6d442b")
    s.rect(230, 610, 480, 26, lighter(accent, 0.1) + "ee")
    s.rect(230, 650, 480, 12, lighter(accent, 0.1) + "ee")
    for x in range(262, 700, 62):
        s.oval(x, 560, 16, None, lighter(accent, 0.1) + "dd")
    s.glow(330, 560, 46, 220, "#ffffff", 0.55)
    return s


def teapot(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.ring(245, 600, 150, 42, lit(darker(colour, 0.1)), 160)
    s.poly(smooth([(650, 700), (780, 640), (850, 470), (930, 440), (960, 462), (900, 560), (830, 740), (700, 800)]),
           lit(colour))  # fmt: skip
    s.oval(500, 640, 290, 250, ball(colour, 0.34))
    s.oval(500, 412, 150, 34, darker(colour, 0.3))
    s.oval(500, 402, 146, 44, lit(lighter(colour, 0.1)))
    s.oval(500, 350, 34, None, ball(accent))
    s.rect(380, 866, 240, 30, darker(colour, 0.4), 14)
    for x, y in ((420, 640), (500, 600), (580, 640), (460, 720), (540, 720)):
        for turn in range(0, 360, 72):
            s.oval(*around(x, y, 18, turn), 14, None, lighter(accent, 0.5) + "cc")
        s.oval(x, y, 8, None, "#f5c443cc")
    s.glow(400, 520, 110, 90, "#ffffff", 0.6)
    return s


def pan(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.line([(640, 500), (960, 350)], lit(mix("#8a5a34", accent, 0.35)), 56)
    s.oval(936, 361, 12, None, "#20222a")
    s.line([(600, 520), (690, 478)], STEEL, 40)
    s.poly(smooth([(60, 520), (90, 640), (200, 720), (400, 745), (600, 720), (705, 640), (740, 520), (400, 480)]),
           down(lighter(colour, 0.15), colour, darker(colour, 0.4)))  # fmt: skip
    s.oval(400, 520, 342, 108, lit("#8d949f"))
    s.oval(400, 524, 322, 94, down("#1e2026", "#343842"))
    s.blob([(220, 540), (300, 490), (420, 500), (520, 480), (590, 540), (500, 590), (380, 575), (280, 595)], "#fffdf6")
    for x, y in ((330, 536), (480, 532)):
        s.oval(x, y, 44, 28, ball("#ffb52e", 0.3))
    return s


def pot(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x in (130, 870):
        s.ring(x, 560, 70, 26, lit(darker(colour, 0.2)), 46)
    s.rect(160, 420, 680, 430, tube(colour), 70)
    s.rect(160, 420, 680, 120, tube(colour))
    s.oval(500, 420, 356, 74, lit(darker(colour, 0.15)))
    s.poly(smooth([(150, 410), (260, 330), (500, 300), (740, 330), (850, 410), (500, 446)]),
           down(lighter(colour, 0.35), colour))  # fmt: skip
    s.rect(474, 264, 52, 50, tube(darker(colour, 0.3)), 8)
    s.oval(500, 258, 48, 28, ball(accent))
    s.glow(300, 620, 60, 190, "#ffffff", 0.5)
    return s


def jar(colour: str, accent: str, text: str = "HONEY") -> Sketch:
    s = Sketch()
    s.rect(280, 290, 440, 610, tube(colour, 0.4), 70)
    s.rect(300, 296, 400, 90, across("#e8eef0", "#ffffff", "#d3dde0"), 30)
    s.rect(280, 340, 440, 40, tube(lighter(colour, 0.3)), 20)
    s.rect(262, 180, 476, 140, tube(accent), 26)
    for x in range(284, 730, 26):
        s.line([(x, 196), (x, 306)], darker(accent, 0.35) + "66", 5)
    s.rect(296, 500, 408, 270, "#fdf8ea", 18)
    s.rect(310, 514, 380, 242, lighter(colour, 0.62), 12)
    s.text(500, 590, text, 66, darker(colour, 0.6))
    s.text(500, 655, "from the riverside", 31, darker(colour, 0.45))
    for x in (440, 500, 560):
        s.poly([around(x, 712, 26, turn * 60) for turn in range(6)], colour)
    s.glow(350, 560, 40, 330, "#ffffff", 0.55)
    return s


def soap(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x, y, tone, turn in ((170, 640, accent, 0), (430, 650, colour, 1), (300, 440, lighter(colour, 0.4), 2)):
        s.poly([(x, y + 30), (x + 60, y - 50), (x + 450, y - 50), (x + 400, y + 30)], lighter(tone, 0.45))
        s.rect(x, y + 26, 400, 190, lit(tone, 0.3), 24)
        s.poly([(x + 396, y + 40), (x + 450, y - 46), (x + 450, y + 120), (x + 398, y + 206)], darker(tone, 0.28))
        s.rect(x + 120, y + 26, 160, 190, "#f7f1e3")
        s.rect(x + 120, y - 50, 170, 78, "#fffaf0")
        s.text(x + 200, y + 104, ("OLIVE", "ROSE", "OAT")[turn], 42, "#6b5a45")
        s.line([(x + 140, y + 140), (x + 260, y + 140)], "#b9a98e", 5)
    return s


def candle(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(310, 400, 380, 480, tube(colour, 0.28), 40)
    s.oval(500, 410, 190, 46, lighter(colour, 0.5))
    s.oval(500, 414, 165, 34, "#fff4d6")
    s.line([(500, 410), (500, 350)], "#3a2c22", 9)
    s.blob(
        [(500, 200), (540, 290), (528, 350), (500, 366), (472, 350), (460, 290)], down("#ffb02e", "#ffe08a", "#fff8df")
    )
    s.rect(350, 560, 300, 190, "#fffaf0", 10)
    s.text(500, 630, "fig & cedar", 44, darker(colour, 0.55))
    s.text(500, 690, "No. 7", 34, darker(colour, 0.35))
    s.glow(500, 410, 190, 60, "#ffe39a", 0.8)
    return s


KINDS = {
    "monstera": monstera, "cactus": cactus, "herbs": herbs, "seedlings": seedlings, "vase": vase, "mug": mug,
    "teapot": teapot, "pan": pan, "pot": pot, "honey": lambda c, a: jar("#e9a227", a), "soap": soap, "candle": candle,
    "jam": lambda c, a: jar("#b3243c", a, "JAM"),
}  # fmt: skip
