"""Toys, games, sport and camping."""

from market.demo.drawing.colours import across, ball, darker, down, lighter, lit, mix, tube
from market.demo.drawing.sketch import Sketch, around, smooth


def teddy(colour: str, accent: str) -> Sketch:
    s = Sketch()
    fur = mix("#b97f4e", colour, 0.25)
    pale = lighter(fur, 0.5)
    for x in (330, 670):
        s.oval(x, 190, 92, None, ball(fur, 0.25))
        s.oval(x, 195, 52, None, pale)
    s.oval(260, 560, 92, 150, ball(fur, 0.25))
    s.oval(740, 560, 92, 150, ball(fur, 0.25))
    s.oval(500, 660, 240, 240, ball(fur, 0.25))
    s.oval(500, 680, 150, 160, lit(pale, 0.2))
    for x in (300, 700):
        s.oval(x, 830, 122, 106, ball(fur, 0.25))
        s.oval(x, 842, 66, 58, pale)
    s.oval(500, 330, 236, 212, ball(fur, 0.25))
    s.oval(500, 402, 104, 84, lit(lighter(fur, 0.6), 0.15))
    for x in (410, 590):
        s.oval(x, 310, 25, 28, "#1d1714")
        s.oval(x - 8, 300, 8, None, "#ffffff")
    s.oval(500, 366, 38, 26, "#2a1d18")
    s.line([(500, 390), (500, 422)], "#2a1d18", 7)
    s.arc(500, 412, 40, 28, 20, 160, "#2a1d18", 7)
    for side in (-1, 1):
        s.blob([(500, 530), (500 + side * 110, 480), (500 + side * 124, 580)], lit(accent))
    s.oval(500, 530, 32, None, ball(accent))
    return s


def blocks(colour: str, accent: str) -> Sketch:
    s = Sketch()
    tones = ("#e5484d", "#2f7de1", "#f2b32c", "#2f9e77", colour, accent)
    places = ((130, 650), (370, 650), (610, 650), (250, 420), (490, 420), (370, 190))
    for (x, y), tone, letter in zip(places, tones, "ABCDEF", strict=True):
        s.poly([(x, y + 30), (x + 40, y - 20), (x + 260, y - 20), (x + 226, y + 30)], lighter(tone, 0.45))
        s.poly([(x + 224, y + 30), (x + 260, y - 20), (x + 260, y + 190), (x + 224, y + 252)], darker(tone, 0.32))
        s.rect(x, y + 26, 228, 228, lit(tone, 0.28), 16)
        s.rect(x + 26, y + 52, 176, 176, lighter(tone, 0.72), 12)
        s.text(x + 114, y + 138, letter, 140, darker(tone, 0.15))
    return s


def train(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(30, 820, 940, 26, lit("#c99a66"), 8)
    for x in range(60, 960, 80):
        s.rect(x, 842, 40, 22, lit("#a8784a"), 4)
    for x, tone in ((60, colour), (330, accent)):
        s.rect(x, 560, 230, 180, lit(tone), 18)
        s.rect(x + 222, 690, 60, 16, "#5b4636", 6)
        for wheel in (60, 170):
            s.oval(x + wheel, 770, 52, None, ball("#d2a066"))
            s.oval(x + wheel, 770, 15, None, "#6b4a2f")
    for x, tone in ((100, "#ffd166"), (170, "#6ee7b7"), (230, "#ff8fa3")):
        s.oval(x, 540, 44, None, ball(tone))
    s.rect(370, 470, 60, 92, tube("#d2a066"), 8)
    s.poly([(450, 560), (510, 560), (480, 470)], "#ff8fa3")
    s.rect(600, 400, 150, 340, lit(darker(colour, 0.1)), 14)
    s.rect(624, 430, 100, 100, "#dff1fa", 10)
    s.rect(580, 372, 190, 40, lit(accent), 14)
    s.rect(730, 560, 210, 180, tube(colour), 40)
    s.rect(830, 440, 60, 124, tube(accent), 8)
    s.rect(812, 420, 96, 34, lit(accent), 12)
    for x in (660, 780, 890):
        s.oval(x, 770, 52, None, ball("#d2a066"))
        s.oval(x, 770, 15, None, "#6b4a2f")
    for x, y, size in ((850, 340, 44), (790, 260, 58), (700, 200, 40)):
        s.oval(x, y, size, None, ball("#f2f2f2", 0.2))
    return s


def tent(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.line([(120, 860), (30, 900)], "#efe6d2", 5)
    s.line([(880, 860), (975, 900)], "#efe6d2", 5)
    s.poly(
        smooth(
            [(90, 860), (230, 560), (420, 280), (500, 215), (580, 280), (770, 560), (910, 860), (500, 872)], steps=6
        ),
        across(lighter(colour, 0.18), colour, darker(colour, 0.3)),
    )
    s.poly([(500, 220), (330, 864), (690, 866)], down(darker(colour, 0.3), darker(colour, 0.65)))
    s.poly(smooth([(500, 220), (440, 560), (300, 866), (190, 862), (340, 560)], steps=6), lit(lighter(colour, 0.22)))
    s.poly(smooth([(500, 220), (570, 560), (700, 866), (800, 862), (650, 560)], steps=6), lit(colour))
    s.curve([(90, 856), (250, 520), (500, 214), (750, 520), (910, 856)], accent, 13)
    s.poly([(420, 866), (580, 866), (560, 800), (440, 800)], "#f2dca8")
    s.glow(500, 790, 150, 140, "#ffdf9a", 0.7)
    s.line([(500, 220), (500, 160)], "#efe6d2", 8)
    s.poly([(500, 160), (570, 180), (500, 200)], accent)
    return s


def skis(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x, shift in ((400, 0), (520, 14)):
        s.poly(smooth([(x, 960), (x - 2, 500), (x + 6, 160 + shift), (x + 34, 60 + shift), (x + 62, 160 + shift),
                       (x + 72, 500), (x + 70, 960), (x + 35, 972)], steps=6), across(lighter(colour, 0.3), colour,
               darker(colour, 0.25)))  # fmt: skip
        s.poly([(x + 4, 300), (x + 68, 230), (x + 70, 320), (x + 2, 390)], accent)
        s.poly([(x + 2, 420), (x + 70, 350), (x + 70, 372), (x + 2, 442)], lighter(accent, 0.6))
        s.rect(x - 6, 560, 84, 150, lit("#2a2e36"), 16)
        s.rect(x + 6, 580, 60, 40, lit(lighter(accent, 0.2)), 8)
    for x, lean in ((300, -40), (700, 40)):
        s.line([(x, 200), (x - lean, 950)], tube("#4a505b"), 14)
        s.line([(x, 190), (x - lean * 0.18, 300)], "#1f2229", 34)
        s.oval(x - lean * 0.92, 890, 40, 12, accent)
    return s


def football(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.oval(500, 500, 400, None, ball("#f1f1ee", 0.25))
    pentagon = [around(500, 480, 118, -90 + turn * 72) for turn in range(5)]
    patch = mix(colour, "#20242c", 0.55)
    s.poly(pentagon, lit(patch))
    for turn in range(5):
        start, end = pentagon[turn], around(500, 490, 245, -90 + turn * 72)
        s.line([start, end], "#5b616d", 7)
        near, far = -90 + turn * 72, 392
        s.poly([around(500, 490, 250, near), around(500, 490, 318, near - 17), around(500, 500, far, near - 12),
                around(500, 500, far, near + 12), around(500, 490, 318, near + 17)], darker(patch, 0.1))  # fmt: skip
        one, two = around(500, 490, 245, -90 + turn * 72), around(500, 490, 245, -18 + turn * 72)
        mid = around(500, 490, 262, -54 + turn * 72)
        s.line([one, mid, two], "#5b616d", 7)
        s.line([mid, around(500, 500, 398, -54 + turn * 72)], "#5b616d", 7)
    s.glow(360, 320, 210, 180, "#ffffff", 0.5)
    s.glow(700, 760, 260, 220, "#1a1a2a", 0.4)
    return s


def racket(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x in range(350, 660, 30):
        reach = 236 * (1 - ((x - 500) / 186) ** 2) ** 0.5
        s.line([(x, 330 - reach), (x, 330 + reach)], "#f5f3ec", 4)
    for y in range(120, 550, 30):
        reach = 180 * (1 - ((y - 330) / 246) ** 2) ** 0.5
        s.line([(500 - reach, y), (500 + reach, y)], "#f5f3ec", 4)
    s.ring(500, 330, 200, 30, lit(colour, 0.35), 260)
    s.poly([(440, 568), (466, 558), (506, 690), (494, 700)], colour)
    s.poly([(560, 568), (534, 558), (494, 690), (506, 700)], colour)
    s.rect(472, 680, 56, 270, tube(accent), 14)
    for y in range(700, 940, 26):
        s.line([(472, y + 12), (528, y)], "#00000044", 5)
    s.oval(740, 870, 90, None, ball("#d7e85a", 0.3))
    s.arc(690, 870, 90, 90, -58, 58, "#ffffff", 7)
    return s


def board_game(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.poly([(120, 400), (880, 400), (960, 840), (40, 840)], lit("#f1e4c8"))
    for row in range(8):
        for column in range(8):
            if (row + column) % 2:
                left, right = (140 - row * 9.5, 860 + row * 9.5)
                low_left, low_right = left - 9.5, right + 9.5
                a, b = column / 8, (column + 1) / 8
                y, bottom = 412 + row * 52, 412 + (row + 1) * 52
                s.poly(
                    [
                        (left + (right - left) * a, y),
                        (left + (right - left) * b, y),
                        (low_left + (low_right - low_left) * b, bottom),
                        (low_left + (low_right - low_left) * a, bottom),
                    ],
                    colour,
                )
    s.rect(40, 836, 920, 40, lit("#8a5a34"), 8)
    for x, y, tone in ((250, 560, accent), (480, 480, "#f7f2e6"), (660, 640, accent), (380, 700, "#f7f2e6"),
                       (760, 520, "#f7f2e6")):  # fmt: skip
        s.oval(x, y, 52, 20, darker(tone, 0.3))
        s.poly([(x - 42, y - 4), (x + 42, y - 4), (x + 18, y - 90), (x - 18, y - 90)], tube(tone))
        s.oval(x, y - 108, 35, None, ball(tone))
    return s


def kite(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.curve([(520, 720), (600, 800), (500, 860), (640, 950)], accent, 8)
    s.poly([(500, 60), (500, 330), (240, 330)], lighter(colour, 0.2))
    s.poly([(500, 60), (500, 330), (760, 330)], accent)
    s.poly([(500, 330), (240, 330), (520, 740)], darker(accent, 0.1))
    s.poly([(500, 330), (760, 330), (520, 740)], colour)
    s.line([(500, 60), (520, 740)], "#6b4a2f", 9)
    s.line([(240, 330), (760, 330)], "#6b4a2f", 9)
    for x, y in ((590, 790), (520, 850), (590, 915)):
        for side in (-1, 1):
            s.poly([(x, y), (x + side * 44, y - 24), (x + side * 44, y + 24)], colour)
    return s


def dumbbell(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(300, 570, 400, 60, tube("#aeb5bf"), 10)
    s.rect(300, 570, 400, 60, down("#e9edf2", "#aeb5bf", "#7d8590"), 10)
    for x, wide, tall in ((110, 90, 300), (200, 110, 400), (690, 110, 400), (800, 90, 300)):
        s.rect(x, 600 - tall / 2, wide, tall, down(lighter(colour, 0.3), colour, darker(colour, 0.4)), 26)
    s.text(255, 600, "8", 60, lighter(accent, 0.5))
    s.text(745, 600, "8", 60, lighter(accent, 0.5))
    return s


KINDS = {
    "teddy": teddy, "blocks": blocks, "train": train, "tent": tent, "skis": skis, "football": football,
    "racket": racket, "board-game": board_game, "kite": kite, "dumbbell": dumbbell,
}  # fmt: skip
FLAT = {"kite", "racket"}
