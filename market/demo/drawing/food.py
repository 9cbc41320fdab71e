"""What one eats and drinks."""

from market.demo.drawing.colours import ball, darker, down, lighter, lit, mix, tube
from market.demo.drawing.sketch import Sketch, around, smooth


def _crate(s: Sketch) -> None:
    for row in range(3):
        s.rect(80, 610 + row * 90, 840, 78, lit("#c99a66", 0.25), 6)
        for x in (110, 860):
            s.oval(x, 648 + row * 90, 7, None, "#6b4a2f")
    for x in (70, 868):
        s.rect(x, 590, 62, 290, lit("#b5824e"), 6)


def tomatoes(colour: str, accent: str) -> Sketch:
    s = Sketch(9)
    for row, y in enumerate((470, 560)):
        for column in range(5 + row):
            x = 210 + column * 145 - row * 60 + s.random.uniform(-8, 8)
            size = s.random.uniform(84, 104)
            tone = s.random.choice(("#e0402f", "#d8352c", "#ea5a35", mix("#e0402f", colour, 0.35)))
            s.oval(x, y + s.random.uniform(-14, 14), size, size * 0.9, ball(tone, 0.32))
            for turn in range(0, 360, 72):
                tip = around(x, y - size * 0.62, 46, turn + 18, 26)
                s.line([(x, y - size * 0.62), tip], "#4c8f3f", 12)
            s.line([(x, y - size * 0.62), (x + 10, y - size * 0.95)], "#3f7d39", 11)
    _crate(s)
    s.rect(370, 690, 260, 90, "#2f3a34", 10)
    s.text(500, 736, "RIPE TODAY", 38, "#f7f2e4")
    return s


def vegetables(colour: str, accent: str) -> Sketch:
    s = Sketch(12)
    for x in (180, 260, 330):
        s.poly([(x - 34, 420), (x + 34, 420), (x + 6, 700), (x - 6, 700)], lit("#f08a2c"))
        for turn in (-120, -100, -80, -60):
            s.curve([(x, 424), around(x, 424, 90, turn), around(x, 424, 170, turn)], "#4c9a45", 12)
    for x, y in ((470, 470), (600, 450)):
        for turn in range(0, 360, 40):
            s.oval(*around(x, y, 62, turn), 54, None, ball("#6fae4f", 0.25))
        s.oval(x, y, 62, None, ball("#9ccc6f"))
    s.blob([(700, 600), (720, 420), (800, 360), (850, 420), (860, 600)], lit("#5b3b6e"))
    s.blob([(750, 400), (800, 330), (840, 400), (800, 420)], "#4c8f3f")
    for x, y in ((420, 570), (520, 580), (640, 570)):
        s.oval(x, y, 74, 66, ball("#d8352c"))
    _crate(s)
    return s


def bread(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(60, 800, 880, 60, lit("#a8784a"), 26)
    s.blob([(90, 720), (130, 520), (300, 400), (520, 370), (740, 410), (880, 540), (910, 720), (840, 805), (160, 805)],
           down("#f0c078", "#cf8a3e", "#8f5524"))  # fmt: skip
    for step in range(4):
        x = 250 + step * 150
        s.blob([(x, 640), (x + 40, 520), (x + 110, 430), (x + 96, 560), (x + 40, 680)], down("#ffe9bf", "#e7b469"))
    for _ in range(90):
        s.oval(s.random.gauss(500, 190), s.random.gauss(500, 50), 4, 3, "#fff6e0bb")
    return s


def cake(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.oval(500, 850, 420, 60, lit("#f2f3f6"))
    s.rect(440, 850, 120, 70, tube("#e3e5ea"))
    s.oval(500, 926, 200, 26, "#d7dae1")
    s.rect(190, 560, 620, 280, tube(mix("#5b3523", colour, 0.2)), 30)
    s.oval(500, 838, 310, 44, darker("#5b3523", 0.3))
    s.oval(500, 566, 312, 66, "#fff3e0")
    for x in range(205, 800, 50):
        s.rect(x, 560, 40, s.random.uniform(60, 160), "#fff3e0", 20)
    s.rect(192, 700, 616, 20, lighter(accent, 0.35))
    for turn in range(0, 360, 40):
        berry, y = around(500, 556, 250, turn, 44)
        s.oval(berry, y - 26, 44, 42, ball("#d3273f", 0.4))
    s.line([(500, 540), (500, 380)], tube(accent), 20)
    s.blob([(500, 290), (524, 350), (500, 384), (476, 350)], down("#ffb02e", "#ffe08a"))
    return s


def coffee(colour: str, accent: str) -> Sketch:
    s = Sketch(2)
    s.poly([(280, 180), (720, 180), (740, 900), (260, 900)], tube(colour))
    s.poly([(280, 120), (720, 120), (726, 220), (274, 220)], tube(darker(colour, 0.12)))
    s.rect(262, 196, 476, 22, darker(colour, 0.4), 8)
    s.rect(330, 380, 340, 330, "#fbf3e2", 14)
    s.oval(500, 490, 66, 82, lit("#6b4226"))
    s.curve([(500, 412), (474, 470), (524, 520), (500, 570)], "#fbf3e2", 10)
    s.text(500, 620, "CORNER CAFE", 42, "#4a2c1c")
    s.text(500, 668, "house roast · 500 g", 29, "#7a5a44")
    for x, y in ((180, 870), (230, 900), (790, 880), (830, 905), (120, 905), (760, 915)):
        s.oval(x, y, 36, 25, ball("#6b4226"))
        s.line([(x - 22, y + 4), (x + 22, y - 4)], "#3a2216", 5)
    return s


def pie(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.oval(500, 800, 430, 90, lit("#e7e9ee"))
    s.poly([(130, 640), (870, 640), (790, 830), (210, 830)], tube(mix("#c9d0d8", colour, 0.3)))
    s.oval(500, 640, 390, 130, lit("#d9974a"))
    s.oval(500, 632, 350, 108, "#8f1f3a" if colour != "#f2b32c" else "#c98a2a")
    for step in range(-3, 4):
        x = 500 + step * 100
        s.line([(x - 60, 548 + abs(step) * 14), (x + 60, 716 - abs(step) * 14)], "#efbb70", 34)
    for step in range(-3, 4):
        x = 500 + step * 100
        s.line([(x + 60, 548 + abs(step) * 14), (x - 60, 716 - abs(step) * 14)], "#f5cd8d", 30)
    for turn in range(0, 360, 15):
        s.oval(*around(500, 640, 372, turn, 118), 42, 30, ball("#e3a456", 0.25))
    return s


def bottle(colour: str, accent: str, text: str = "APPLE") -> Sketch:
    s = Sketch()
    s.poly(smooth([(440, 150), (560, 150), (556, 300), (640, 430), (660, 600), (656, 900), (500, 915), (344, 900),
                   (340, 600), (360, 430), (444, 300)], steps=6), tube(colour, 0.45))  # fmt: skip
    s.rect(432, 90, 136, 90, tube(accent), 14)
    s.rect(342, 540, 316, 250, "#fdf8ea", 6)
    s.text(500, 620, text, 64, darker(colour, 0.5))
    s.text(500, 690, "pressed by hand", 34, "#7a6a52")
    s.line([(400, 735), (600, 735)], accent, 6)
    s.glow(400, 640, 30, 270, "#ffffff", 0.6)
    return s


def cheese(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(60, 790, 880, 60, lit("#a8784a"), 26)
    s.poly([(120, 560), (760, 380), (900, 560)], "#ffe08a")
    s.poly([(120, 560), (900, 560), (900, 790), (120, 790)], lit("#f7c64a", 0.3))
    for x, y, size in ((300, 680, 50), (480, 630, 34), (620, 710, 58), (790, 650, 42), (190, 730, 28)):
        s.oval(x, y, size, size * 0.9, lit("#d99a2a", 0.3))
    for x, y, size in ((560, 500, 40), (720, 480, 30)):
        s.oval(x, y, size, size * 0.4, "#e9b33f")
    return s


KINDS = {
    "tomatoes": tomatoes, "vegetables": vegetables, "bread": bread, "cake": cake, "coffee": coffee, "pie": pie,
    "juice": lambda c, a: bottle("#e0a73a", a), "syrup": lambda c, a: bottle("#b3243c", a, "BERRY"), "cheese": cheese,
}  # fmt: skip
