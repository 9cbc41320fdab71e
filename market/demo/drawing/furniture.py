"""What stands in rooms."""

from market.demo.drawing.colours import across, ball, darker, down, lighter, lit, mix, tube
from market.demo.drawing.sketch import Sketch, around

WOOD, DARK_WOOD, METAL = "#c6935c", "#8a5a34", "#3b404a"


def _leg(
    s: Sketch, x: float, top: float, bottom: float, lean: float = 0, wood: str = DARK_WOOD, wide: float = 26
) -> None:
    s.poly([(x - wide / 2, top), (x + wide / 2, top), (x + lean + wide / 4, bottom), (x + lean - wide / 4, bottom)],
           tube(wood))  # fmt: skip


def sofa(colour: str, accent: str, seats: int = 3) -> Sketch:
    s = Sketch()
    left, right = (30.0, 970.0) if seats == 3 else (140.0, 860.0)
    for x, lean in ((left + 90, -16), (right - 90, 16)):
        _leg(s, x, 760, 850, lean)
    s.rect(left + 40, 360, right - left - 80, 330, lit(colour), 60)
    wide = (right - left - 160) / seats
    for seat in range(seats):
        x = left + 80 + seat * wide
        s.rect(x + 4, 372, wide - 8, 240, down(lighter(colour, 0.18), colour, darker(colour, 0.18)), 44)
    s.rect(left + 60, 590, right - left - 120, 180, darker(colour, 0.28), 30)
    for seat in range(seats):
        x = left + 80 + seat * wide
        s.rect(x + 2, 570, wide - 4, 108, down(lighter(colour, 0.30), colour, darker(colour, 0.16)), 36)
    s.rect(left + 70, 664, right - left - 140, 104, down(colour, darker(colour, 0.25)), 18)
    for x in (left, right - 118):
        s.rect(x, 470, 118, 306, across(lighter(colour, 0.22), colour, darker(colour, 0.22)), 56)
        s.oval(x + 59, 526, 46, 44, lit(lighter(colour, 0.08)))
    for x, tone, turn in ((left + 170, accent, 10), (right - 300, lighter(accent, 0.45), -8)):
        s.blob([(x, 470 + turn), (x + 70, 456), (x + 146, 462 - turn), (x + 152, 530), (x + 142, 600), (x + 70, 596),
                (x - 2, 604), (x - 6, 530)], lit(tone, 0.28))  # fmt: skip
    s.glow(left + 300, 420, 260, 90, "#ffffff", 0.22)
    return s


def armchair(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x, lean in ((310, -34), (690, 34), (390, -6), (610, 6)):
        _leg(s, x, 760, 900, lean)
    s.blob([(230, 560), (210, 330), (270, 150), (500, 110), (730, 150), (790, 330), (770, 560), (720, 700), (280, 700)],
           down(lighter(colour, 0.25), colour, darker(colour, 0.25)))  # fmt: skip
    for x in (350, 425, 500, 575, 650):
        s.curve([(x * 0.72 + 140, 200), (x, 380), (x, 560)], darker(colour, 0.3) + "66", 6)
    s.blob([(150, 520), (190, 440), (270, 450), (300, 560), (300, 720), (240, 780), (170, 720)],
           across(lighter(colour, 0.3), colour, darker(colour, 0.2)))  # fmt: skip
    s.blob([(850, 520), (810, 440), (730, 450), (700, 560), (700, 720), (760, 780), (830, 720)],
           across(lighter(colour, 0.12), colour, darker(colour, 0.35)))  # fmt: skip
    s.rect(230, 690, 540, 96, down(colour, darker(colour, 0.35)), 40)
    s.rect(268, 590, 464, 130, down(lighter(colour, 0.35), colour, darker(colour, 0.2)), 56)
    s.blob([(400, 440), (500, 425), (606, 440), (614, 530), (600, 620), (500, 612), (398, 620), (388, 530)],
           lit(accent, 0.28))  # fmt: skip
    s.glow(380, 220, 190, 120, "#ffffff", 0.25)
    return s


def floor_lamp(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.oval(500, 945, 120, 26, down("#5b616d", "#2b2f37"))
    s.rect(491, 300, 18, 640, tube("#7a808b"))
    s.poly([(390, 60), (610, 60), (700, 330), (300, 330)], across(darker(colour, 0.2), lighter(colour, 0.55),
           lighter(colour, 0.2), darker(colour, 0.25)))  # fmt: skip
    s.oval(500, 330, 200, 20, lighter(colour, 0.6))
    s.oval(500, 60, 110, 10, darker(colour, 0.12))
    s.glow(500, 280, 260, 190, "#fff3c2", 0.6)
    s.line([(560, 336), (560, 430)], "#d8c08c", 4)
    s.oval(560, 436, 9, None, "#d8c08c")
    return s


def desk_lamp(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.oval(390, 900, 180, 36, down(lighter(colour, 0.2), darker(colour, 0.4)))
    s.rect(374, 850, 32, 50, tube(colour))
    s.line([(390, 860), (270, 560)], tube(darker(colour, 0.15)), 22)
    s.line([(270, 560), (560, 300)], tube(darker(colour, 0.05)), 22)
    s.oval(270, 560, 30, None, ball(accent))
    s.oval(560, 300, 26, None, ball(accent))
    s.poly([(520, 240), (640, 180), (860, 380), (650, 540)], down(lighter(colour, 0.3), colour, darker(colour, 0.3)))
    s.blob([(860, 380), (790, 440), (650, 540), (700, 470)], "#fff3c2")
    s.oval(758, 458, 44, None, ball("#fff1b0", 0.3))
    s.glow(600, 270, 120, 90, "#ffffff", 0.35)
    return s


def table(colour: str, accent: str) -> Sketch:
    s = Sketch()
    top = mix(WOOD, colour, 0.25)
    for x, lean in ((200, -50), (800, 50)):
        _leg(s, x + (60 if x < 500 else -60), 420, 800, lean / 2, darker(top, 0.45), 30)
    s.rect(150, 400, 700, 60, darker(top, 0.35), 8)
    for x, lean in ((140, -40), (860, 40)):
        _leg(s, x, 400, 880, lean, darker(top, 0.15), 44)
    s.poly([(130, 310), (870, 310), (970, 396), (30, 396)], down(lighter(top, 0.35), top))
    for row in range(5):
        y = 322 + row * 15
        s.line([(150 - row * 20 + 40 * s.random.random(), y), (700 + 60 * s.random.random(), y + 2)],
               darker(top, 0.4) + "40", 3)  # fmt: skip
    s.rect(30, 394, 940, 26, down(top, darker(top, 0.3)), 6)
    s.glow(380, 345, 260, 40, "#ffffff", 0.4)
    return s


def chair(colour: str, accent: str) -> Sketch:
    s = Sketch()
    wood = mix(WOOD, accent, 0.3)
    for x, lean in ((390, -10), (650, 20)):
        _leg(s, x, 560, 860, lean, darker(wood, 0.4), 24)
    s.line([(340, 780), (690, 780)], darker(wood, 0.25), 14)
    s.blob([(330, 130), (500, 110), (670, 130), (690, 300), (640, 400), (360, 400), (310, 300)], lit(colour, 0.3))
    for x in (362, 638):
        s.line([(x, 360), (x + (6 if x < 500 else -6), 590)], tube(wood), 24)
    s.blob([(270, 590), (340, 540), (660, 540), (740, 590), (720, 640), (290, 640)],
           down(lighter(colour, 0.35), colour, darker(colour, 0.3)))  # fmt: skip
    for x, lean in ((305, -40), (705, 40)):
        _leg(s, x, 628, 920, lean, wood, 32)
    s.glow(430, 190, 140, 90, "#ffffff", 0.35)
    return s


def shelf(colour: str, accent: str) -> Sketch:
    s = Sketch(3)
    wood = mix(WOOD, colour, 0.15)
    s.rect(240, 60, 520, 880, darker(wood, 0.42), 6)
    spines = (colour, accent, "#e8dcc4", "#4e6b8a", "#c8553d", "#6f8f6a", "#2f3a4f", "#d9a441")
    for row in range(4):
        floor = 78 + row * 214 + 194
        x = 268.0 if row % 2 == 0 else 420.0
        end = 560.0 if row % 2 == 0 else 725.0
        while x < end:
            wide, tall = s.random.uniform(20, 38), s.random.uniform(110, 165)
            s.rect(x, floor - tall, wide, tall, tube(s.random.choice(spines)), 3)
            s.rect(x + 4, floor - tall + 22, wide - 8, 6, "#ffffff77")
            x += wide + 2
        if row == 0:
            s.oval(660, floor - 34, 44, 36, ball(accent))
            for turn in (-140, -115, -90, -65, -40):
                s.line([(660, floor - 60), around(660, floor - 60, 76, turn)], "#5f9a57", 12)
        elif row == 1:
            s.rect(290, floor - 110, 100, 110, tube(lighter(colour, 0.5)), 10)
        elif row == 2:
            s.rect(590, floor - 70, 130, 70, lit("#d9c3a0"), 6)
        else:
            s.oval(330, floor - 48, 50, 48, ball("#e8e3da"))
    for row in range(5):
        s.rect(232, 60 + row * 214, 536, 22, lit(wood), 3)
    for x in (232, 746):
        s.rect(x, 60, 22, 890, across(lighter(wood, 0.2), darker(wood, 0.1)), 3)
    return s


def bed(colour: str, accent: str) -> Sketch:
    s = Sketch()
    wood = mix(WOOD, accent, 0.15)
    s.rect(60, 330, 60, 500, tube(wood), 16)
    s.rect(70, 350, 120, 330, lit(wood), 18)
    for x in (120, 900):
        s.rect(x, 760, 40, 90, tube(darker(wood, 0.2)), 8)
    s.rect(90, 690, 870, 92, lit(wood), 16)
    s.rect(120, 600, 830, 110, lit("#f4f1ea", 0.2), 40)
    s.blob([(360, 560), (560, 530), (930, 545), (975, 620), (968, 745), (640, 752), (350, 744), (330, 640)],
           down(lighter(colour, 0.35), colour, darker(colour, 0.22)))  # fmt: skip
    s.blob([(330, 580), (420, 540), (470, 560), (462, 740), (340, 742)], lit(lighter(colour, 0.55)))
    for x in (540, 690, 840):
        s.curve([(x, 560), (x + 24, 650), (x + 4, 740)], darker(colour, 0.25) + "55", 8)
    for x, tone in ((150, "#ffffff"), (210, lighter(colour, 0.5))):
        s.blob([(x, 500), (x + 90, 470), (x + 170, 520), (x + 160, 610), (x + 70, 620), (x - 4, 600)], lit(tone, 0.16))
    return s


def mirror(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.oval(500, 490, 340, 440, lit(mix(WOOD, colour, 0.3), 0.4))
    s.oval(500, 490, 300, 400, down("#dbe9f2", "#b9cfde", "#e9f2f7"))
    s.poly([(330, 700), (560, 160), (640, 200), (420, 780)], "#ffffff55")
    s.poly([(470, 810), (690, 260), (715, 290), (510, 830)], "#ffffff44")
    return s


def dresser(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x in (170, 830):
        _leg(s, x, 800, 900, -12 if x < 500 else 12, DARK_WOOD, 36)
    s.rect(100, 290, 800, 530, lit(colour), 14)
    s.rect(80, 268, 840, 36, lit(mix(WOOD, accent, 0.1)), 8)
    for row in range(3):
        for column in range(2):
            x, y = 124 + column * 384, 322 + row * 164
            s.rect(x, y, 368, 148, down(lighter(colour, 0.25), lighter(colour, 0.06), darker(colour, 0.12)), 8)
            s.oval(x + 184, y + 74, 15, None, ball("#c9a25e"))
    s.oval(250, 232, 50, 44, ball(accent))
    for turn in (-150, -120, -90, -60, -30):
        s.curve([(250, 210), around(250, 170, 40, turn), around(250, 190, 100, turn)], "#4f8f58", 13)
    return s


def rug(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x in range(70, 940, 22):
        s.line([(x, 150), (x - 3, 118)], lighter(accent, 0.5), 5)
        s.line([(x, 850), (x + 3, 882)], lighter(accent, 0.5), 5)
    s.rect(50, 150, 900, 700, lit(colour), 8)
    s.rect(84, 184, 832, 632, lighter(colour, 0.62), 4)
    s.rect(106, 206, 788, 588, lit(accent), 4)
    for row in range(3):
        for column in range(4):
            x, y = 204 + column * 197, 304 + row * 196
            s.poly([(x, y - 92), (x + 94, y), (x, y + 92), (x - 94, y)], lighter(colour, 0.62))
            s.poly([(x, y - 62), (x + 64, y), (x, y + 62), (x - 64, y)], colour)
            s.poly([(x, y - 28), (x + 28, y), (x, y + 28), (x - 28, y)], lighter(accent, 0.55))
    for x in range(54, 950, 9):
        s.line([(x, 152), (x, 848)], "#ffffff12", 3)
    s.glow(300, 300, 420, 320, "#ffffff", 0.22)
    return s


KINDS = {
    "sofa": sofa, "sofa-2": lambda c, a: sofa(c, a, 2), "armchair": armchair, "floor-lamp": floor_lamp,
    "desk-lamp": desk_lamp, "table": table, "chair": chair, "shelf": shelf, "bed": bed, "mirror": mirror,
    "dresser": dresser, "rug": rug,
}  # fmt: skip
FLAT = {"rug", "mirror"}
