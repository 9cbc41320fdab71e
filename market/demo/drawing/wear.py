"""What one wears."""

from market.demo.drawing.colours import across, ball, darker, down, lighter, lit, mix, tube
from market.demo.drawing.sketch import Sketch, around, smooth


def sneaker(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.blob([(70, 700), (900, 700), (955, 760), (930, 820), (500, 828), (120, 820), (50, 780)], lit("#f7f5f0", 0.2))
    s.poly(
        smooth(
            [
                (90, 720),
                (80, 560),
                (110, 420),
                (170, 380),
                (230, 430),
                (330, 440),
                (400, 360),
                (460, 350),
                (560, 470),
                (720, 570),
                (880, 620),
                (935, 700),
                (900, 740),
                (500, 744),
            ]
        ),
        down(lighter(colour, 0.28), colour, darker(colour, 0.2)),
    )
    s.poly(smooth([(690, 560), (880, 620), (935, 700), (900, 740), (720, 744), (650, 660)]), lit(lighter(colour, 0.35)))
    s.poly(smooth([(90, 720), (84, 580), (180, 560), (260, 640), (270, 740)]), lit(darker(colour, 0.2)))
    s.poly(smooth([(250, 700), (330, 600), (480, 560), (620, 600), (560, 640), (430, 640), (340, 710)]), accent)
    s.blob([(395, 366), (450, 340), (520, 400), (680, 545), (640, 570), (480, 470)], lit(lighter(colour, 0.5)))
    for step in range(5):
        x, y = 440 + step * 46, 430 + step * 32
        s.line([(x - 30, y + 22), (x + 36, y - 18)], "#ffffff", 13)
    s.blob([(110, 410), (170, 370), (235, 424), (330, 436), (400, 362), (330, 410), (240, 400)], darker(colour, 0.5))
    s.rect(60, 752, 880, 12, accent + "cc", 6)
    for x in range(110, 900, 46):
        s.line([(x, 806), (x + 14, 824)], "#d3cfc4", 5)
    s.glow(470, 500, 140, 60, "#ffffff", 0.35)
    return s


def boot(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(150, 820, 720, 62, lit("#3a2c22"), 26)
    s.rect(150, 860, 210, 60, "#2a1f18", 8)
    s.poly(
        smooth(
            [
                (180, 830),
                (190, 560),
                (210, 260),
                (240, 160),
                (450, 150),
                (500, 190),
                (490, 420),
                (540, 580),
                (700, 630),
                (850, 700),
                (880, 830),
                (500, 836),
            ]
        ),
        across(darker(colour, 0.15), lighter(colour, 0.2), colour, darker(colour, 0.2)),
    )
    s.rect(228, 140, 262, 60, lit(lighter(accent, 0.3)), 26)
    for step in range(7):
        y = 250 + step * 52
        x = 470 + max(0, step - 4) * 34
        s.line([(x - 90, y + 16), (x + 6, y)], lighter(accent, 0.55), 11)
        s.oval(x - 92, y + 16, 10, None, "#d9b56c")
    s.curve([(640, 640), (690, 700), (690, 826)], darker(colour, 0.35), 6)
    s.glow(740, 690, 90, 50, "#ffffff", 0.4)
    return s


def _torso(s: Sketch, colour: str, top: float, bottom: float) -> None:
    s.poly(
        smooth(
            [
                (300, top + 20),
                (400, top),
                (600, top),
                (700, top + 20),
                (740, top + 120),
                (716, 540),
                (730, bottom),
                (500, bottom + 14),
                (270, bottom),
                (284, 540),
                (260, top + 120),
            ]
        ),
        lit(colour),
    )


def jacket(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for side in (-1, 1):
        s.poly(
            smooth(
                [
                    (500 + side * 190, 150),
                    (500 + side * 290, 240),
                    (500 + side * 360, 560),
                    (500 + side * 366, 800),
                    (500 + side * 270, 812),
                    (500 + side * 240, 560),
                    (500 + side * 200, 360),
                ]
            ),
            across(darker(colour, 0.1), lighter(colour, 0.16), darker(colour, 0.24)),
        )
        s.rect(500 + side * 318 - 52, 774, 104, 44, lit(accent), 12)
    _torso(s, colour, 120, 880)
    s.poly([(420, 110), (580, 110), (560, 240), (500, 300), (440, 240)], darker(colour, 0.6))
    s.blob([(380, 120), (430, 70), (570, 70), (620, 120), (590, 250), (540, 180), (460, 180), (410, 250)],
           lit(lighter(colour, 0.12)))  # fmt: skip
    s.line([(500, 240), (500, 880)], darker(colour, 0.5), 10)
    s.line([(500, 240), (500, 880)], SILVER_ZIP, 4)
    s.rect(490, 330, 20, 46, "#d9dde3", 8)
    for side in (-1, 1):
        s.line([(500 + side * 70, 640), (500 + side * 160, 560)], darker(colour, 0.4), 9)
        s.shade([(500 + side * 200, 300), (500 + side * 230, 560), (500 + side * 215, 820), (500 + side * 170, 560)],
                strength=0.28, blur=16)  # fmt: skip
    s.rect(270, 850, 460, 44, lit(accent), 14)
    s.glow(390, 360, 90, 190, "#ffffff", 0.18)
    return s


SILVER_ZIP = "#c6ccd4"


def dress(colour: str, accent: str) -> Sketch:
    s = Sketch(8)
    s.poly(
        smooth(
            [
                (400, 90),
                (430, 170),
                (570, 170),
                (600, 90),
                (640, 110),
                (650, 260),
                (610, 400),
                (660, 560),
                (760, 800),
                (800, 920),
                (500, 948),
                (200, 920),
                (240, 800),
                (340, 560),
                (390, 400),
                (350, 260),
                (360, 110),
            ],
            steps=7,
        ),
        across(darker(colour, 0.15), lighter(colour, 0.22), colour, darker(colour, 0.22)),
    )
    for _ in range(80):
        y = s.random.uniform(210, 920)
        x = s.random.gauss(500, 60 + max(0, y - 400) * 0.36)
        for turn in range(0, 360, 72):
            s.oval(*around(x, y, 10, turn), 8, None, lighter(accent, 0.5) + "dd")
        s.oval(x, y, 5, None, "#ffe08add")
    for x in (360, 450, 550, 640):
        s.shade([(500 + (x - 500) * 0.4, 470), (x - 10, 900), (x + 18, 910), (500 + (x - 500) * 0.45, 470)],
                strength=0.25, blur=12)  # fmt: skip
    s.rect(384, 388, 232, 40, lit(accent), 12)
    s.blob([(500, 408), (440, 380), (430, 440)], lit(lighter(accent, 0.1)))
    s.blob([(500, 408), (560, 380), (570, 440)], lit(lighter(accent, 0.1)))
    return s


def sweater(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for side in (-1, 1):
        s.poly(
            smooth(
                [
                    (500 + side * 180, 190),
                    (500 + side * 300, 290),
                    (500 + side * 380, 600),
                    (500 + side * 380, 780),
                    (500 + side * 280, 790),
                    (500 + side * 230, 560),
                    (500 + side * 180, 400),
                ]
            ),
            across(darker(colour, 0.05), lighter(colour, 0.12), darker(colour, 0.22)),
        )
        s.rect(500 + side * 330 - 54, 750, 108, 66, lit(darker(colour, 0.18)), 16)
    _torso(s, colour, 160, 800)
    s.rect(270, 780, 460, 70, lit(darker(colour, 0.18)), 16)
    s.oval(500, 166, 126, 54, lit(darker(colour, 0.18)))
    s.oval(500, 158, 92, 32, darker(colour, 0.6))
    for row, tone in ((330, accent), (392, lighter(accent, 0.6)), (454, accent)):
        for x in range(286, 730, 36):
            s.poly([(x, row), (x + 18, row - 22), (x + 36, row), (x + 18, row + 22)], tone)
    for y in range(210, 780, 14):
        for x in range(284, 730, 14):
            s.line([(x, y), (x + 5, y + 7)], "#00000018", 2)
    for x in range(282, 730, 16):
        s.line([(x, 788), (x, 842)], "#00000026", 4)
    return s


def shirt(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.poly([(340, 150), (170, 230), (70, 420), (210, 500), (290, 410), (280, 880), (720, 880), (710, 410), (790, 500),
            (930, 420), (830, 230), (660, 150)], lit(colour))  # fmt: skip
    s.oval(500, 156, 122, 62, darker(colour, 0.28))
    s.oval(500, 146, 102, 44, darker(colour, 0.55))
    s.oval(500, 500, 120, None, accent)
    s.poly(smooth([(380, 520), (440, 480), (500, 530), (560, 480), (620, 520), (600, 570), (500, 620), (400, 570)]),
           lighter(accent, 0.45))  # fmt: skip
    s.text(500, 690, "RIVERSIDE", 52, mix(accent, colour, 0.1))
    for side in (-1, 1):
        s.shade([(500 + side * 200, 420), (500 + side * 216, 860), (500 + side * 150, 640)], strength=0.24, blur=18)
    return s


def bag(colour: str, accent: str) -> Sketch:
    """A rucksack."""
    s = Sketch()
    s.arc(500, 200, 86, 100, 180, 360, lit(accent), 30)
    for x in (230, 770):
        s.rect(x - 40, 480, 80, 330, tube(darker(colour, 0.3)), 36)
    s.blob([(250, 880), (220, 600), (250, 330), (340, 190), (500, 160), (660, 190), (750, 330), (780, 600), (750, 880),
            (500, 910)], down(lighter(colour, 0.22), colour, darker(colour, 0.28)))  # fmt: skip
    s.blob([(270, 430), (300, 240), (500, 190), (700, 240), (730, 430), (500, 480)], lit(darker(colour, 0.1)))
    s.rect(280, 580, 440, 270, lit(lighter(colour, 0.08)), 50)
    s.rect(280, 580, 440, 76, lit(darker(colour, 0.12)), 38)
    for x in (390, 610):
        s.rect(x - 22, 400, 44, 190, lit(accent), 10)
        s.rect(x - 26, 540, 52, 44, lit("#d9b56c"), 8)
    s.glow(390, 300, 110, 70, "#ffffff", 0.35)
    return s


def handbag(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.arc(500, 430, 210, 260, 180, 360, lit(darker(colour, 0.15)), 30)
    s.blob([(180, 440), (500, 410), (820, 440), (880, 840), (500, 880), (120, 840)],
           down(lighter(colour, 0.22), colour, darker(colour, 0.3)))  # fmt: skip
    s.blob([(170, 440), (500, 408), (830, 440), (800, 620), (500, 690), (200, 620)], lit(lighter(colour, 0.06)))
    s.line([(200, 618), (500, 686), (800, 618)], darker(colour, 0.35) + "88", 5)
    s.rect(450, 640, 100, 80, lit("#e0bd74"), 16)
    s.oval(500, 680, 14, None, "#6b5325")
    for x in (290, 710):
        s.ring(x, 440, 30, 10, "#e0bd74")
    return s


def hat(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.oval(500, 680, 450, 118, lit(darker(colour, 0.1)))
    s.oval(500, 660, 440, 104, lit(colour))
    s.poly(
        smooth(
            [
                (250, 650),
                (270, 430),
                (340, 300),
                (450, 290),
                (500, 320),
                (560, 288),
                (670, 310),
                (735, 440),
                (750, 650),
                (500, 712),
            ]
        ),
        across(darker(colour, 0.1), lighter(colour, 0.28), colour, darker(colour, 0.28)),
    )
    s.poly(smooth([(250, 600), (500, 652), (750, 600), (752, 660), (500, 716), (248, 660)]), lit(accent))
    s.glow(400, 400, 90, 120, "#ffffff", 0.3)
    return s


def beanie(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.oval(500, 190, 105, None, ball(lighter(accent, 0.2)))
    s.blob([(190, 720), (210, 480), (320, 300), (500, 250), (680, 300), (790, 480), (810, 720)], lit(colour))
    for step, tone in enumerate((accent, lighter(accent, 0.55), accent)):
        y = 430 + step * 70
        for x in range(250, 760, 44):
            s.poly([(x - 20, y), (x, y - 26), (x + 20, y), (x, y + 26)], tone + "ee")
    s.rect(170, 640, 660, 180, lit(darker(colour, 0.12)), 44)
    for x in range(200, 820, 30):
        s.line([(x, 650), (x, 812)], "#00000030", 7)
    return s


def socks(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for dx, dy in ((150, -40), (0, 40)):
        s.poly(
            smooth(
                [
                    (x + dx, y + dy)
                    for x, y in (
                        (290, 130),
                        (500, 130),
                        (496, 480),
                        (540, 620),
                        (700, 700),
                        (730, 800),
                        (650, 870),
                        (470, 840),
                        (320, 720),
                        (286, 520),
                    )
                ],
                steps=7,
            ),
            across(darker(colour, 0.06), lighter(colour, 0.2), darker(colour, 0.2)),
        )
        for row, tone in enumerate((accent, lighter(accent, 0.6), accent, lighter(colour, 0.55))):
            s.rect(286 + dx, 240 + row * 62 + dy, 214, 32, tone + "f0")
        s.rect(280 + dx, 110 + dy, 230, 80, lit(accent), 18)
        for x in range(294, 506, 18):
            s.line([(x + dx, 118 + dy), (x + dx, 182 + dy)], "#0000002a", 5)
        s.oval(660 + dx, 800 + dy, 84, 72, accent + "f0")
        s.oval(372 + dx, 690 + dy, 86, 80, accent + "f0")
    return s


def glasses(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x, side in ((290, -1), (710, 1)):
        s.line([(x + side * 170, 440), (x + side * 250, 410), (x + side * 262, 330)], lit(darker(colour, 0.2)), 24)
        s.blob([(x - 175, 420), (x, 372), (x + 175, 420), (x + 150, 600), (x, 660), (x - 150, 600)], lit(colour))
        s.blob([(x - 143, 442), (x, 404), (x + 143, 442), (x + 122, 582), (x, 630), (x - 122, 582)],
               down(mix(accent, "#28323f", 0.55), lighter(accent, 0.25)))  # fmt: skip
        s.poly([(x - 90, 570), (x + 10, 420), (x + 54, 420), (x - 50, 600)], "#ffffff50")
    s.arc(500, 470, 46, 40, 200, 340, lit(colour), 26)
    return s


def scarf(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.blob(
        [(250, 250), (500, 150), (750, 250), (800, 400), (660, 520), (500, 470), (340, 520), (200, 400)], lit(colour)
    )
    s.blob([(350, 300), (500, 250), (650, 300), (600, 380), (500, 350), (400, 380)], darker(colour, 0.5))
    for x, tall in ((360, 900), (560, 820)):
        s.poly([(x - 80, 440), (x + 110, 440), (x + 90, tall), (x - 70, tall)], across(darker(colour, 0.1),
               lighter(colour, 0.2), darker(colour, 0.18)))  # fmt: skip
        for y in range(520, tall - 40, 84):
            s.rect(x - 76, y, 172, 34, accent + "ee")
        for tip in range(x - 64, x + 90, 18):
            s.line([(tip, tall), (tip - 3, tall + 46)], accent, 8)
    return s


KINDS = {
    "sneaker": sneaker, "boot": boot, "jacket": jacket, "dress": dress, "sweater": sweater, "shirt": shirt, "bag": bag,
    "handbag": handbag, "hat": hat, "beanie": beanie, "socks": socks, "glasses": glasses, "scarf": scarf,
}  # fmt: skip
FLAT = {"jacket", "dress", "sweater", "shirt", "socks", "scarf", "glasses", "beanie"}
