"""What has a plug or a battery, and what one plays music on."""

from market.demo.drawing.colours import across, ball, darker, down, lighter, lit, mix, tube
from market.demo.drawing.sketch import Sketch, around, smooth

INK, SILVER = "#22252c", "#c3c9d2"


def phone(colour: str, accent: str) -> Sketch:
    """Its back beside its screen."""
    s = Sketch()
    s.rect(150, 110, 390, 790, lit(colour), 62)
    s.rect(158, 118, 374, 774, down(lighter(colour, 0.22), colour, darker(colour, 0.15)), 56)
    s.rect(182, 142, 170, 180, darker(colour, 0.18), 46)
    for x, y in ((228, 190), (228, 274), (310, 232)):
        s.oval(x, y, 36, None, "#15171c")
        s.oval(x, y, 22, None, ball("#39465c"))
        s.oval(x - 8, y - 8, 6, None, "#ffffff")
    s.rect(430, 160, 410, 790, INK, 64)
    s.rect(444, 174, 382, 762, down(mix(accent, "#6d5be0", 0.5), accent, lighter(accent, 0.5)), 52)
    s.oval(470, 860, 200, 110, lighter(accent, 0.3) + "66")
    s.oval(760, 800, 160, 150, "#ffffff33")
    s.rect(580, 190, 110, 26, INK, 13)
    s.text(635, 340, "10:24", 104, "#ffffff")
    s.text(635, 420, "Saturday 14 June", 34, "#ffffff")
    for column, tone in enumerate(("#ffffff", "#ffd166", "#6ee7b7", "#ff8fa3")):
        s.rect(478 + column * 84, 830, 62, 62, lit(tone), 18)
    return s


def laptop(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(150, 190, 700, 470, INK, 26)
    s.rect(168, 208, 664, 424, down(mix(accent, "#31246b", 0.6), accent, lighter(accent, 0.45)), 8)
    s.blob([(168, 560), (320, 470), (470, 540), (640, 430), (831, 520), (831, 631), (168, 631)], "#ffffff30")
    s.rect(208, 250, 240, 170, "#fdfdff", 14)
    s.rect(230, 276, 120, 16, mix(accent, INK, 0.3), 8)
    for row in range(3):
        s.rect(230, 312 + row * 28, 190 - row * 30, 12, "#c9cedb", 6)
    s.rect(480, 250, 300, 250, "#fdfdff", 14)
    for step, tall in enumerate((60, 110, 84, 150, 128)):
        s.rect(510 + step * 52, 470 - tall, 34, tall, lit(accent), 6)
    s.poly([(150, 656), (850, 656), (960, 770), (40, 770)], down(lighter(SILVER, 0.35), SILVER))
    s.poly([(190, 668), (810, 668), (864, 722), (136, 722)], "#30343d")
    for row in range(4):
        for key in range(14):
            wide = (620 + row * 27) / 14
            s.rect(190 - row * 13 + key * wide + 3, 671 + row * 13, wide - 6, 10, "#565c68", 3)
    s.poly([(400, 732), (600, 732), (612, 764), (388, 764)], darker(SILVER, 0.12))
    s.rect(40, 768, 920, 26, down(SILVER, darker(SILVER, 0.4)), 13)
    return s


def headphones(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.arc(500, 520, 310, 360, 180, 360, across(darker(colour, 0.35), lighter(colour, 0.3), darker(colour, 0.3)), 66)
    s.arc(500, 530, 272, 322, 200, 340, lit(lighter(colour, 0.35)), 30)
    for x, side in ((190, 1), (810, -1)):
        s.rect(x - 22, 470, 44, 150, tube(SILVER), 16)
        s.rect(x + side * 62 - 60, 540, 120, 310, tube(darker(colour, 0.55)), 58)
        s.rect(x - 82, 520, 150, 350, across(lighter(colour, 0.28), colour, darker(colour, 0.3))
               if side > 0 else across(darker(colour, 0.15), colour, darker(colour, 0.35)), 72)  # fmt: skip
        s.oval(x - 8, 695, 40, 96, lit(accent))
    s.glow(330, 260, 130, 90, "#ffffff", 0.55)
    return s


def camera(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.curve([(110, 330), (40, 420), (60, 640), (160, 760)], "#5b4636", 24)
    s.poly([(390, 330), (430, 210), (610, 210), (650, 330)], lit(SILVER))
    s.rect(455, 236, 130, 66, "#1c1f26", 8)
    s.rect(210, 268, 110, 60, lit(SILVER), 12)
    s.oval(750, 290, 62, 30, tube(SILVER))
    s.rect(690, 288, 120, 40, tube(darker(SILVER, 0.1)))
    s.rect(100, 320, 800, 470, lit(SILVER), 50)
    s.rect(100, 420, 800, 290, lit(colour, 0.3))
    for x in range(112, 900, 22):
        for y in range(436, 706, 26):
            s.oval(x + (y // 26 % 2) * 11, y, 4, None, "#00000022")
    s.oval(500, 560, 228, None, lit(INK))
    s.ring(500, 560, 214, 12, across("#555c68", SILVER, "#4a505b"))
    s.ring(500, 560, 176, 24, lit("#3c424d"))
    s.oval(500, 560, 140, None, "#0e1016")
    s.oval(500, 560, 112, None, ball(mix("#3a5a8c", accent, 0.25), 0.5))
    s.oval(500, 560, 52, None, "#10131c")
    s.oval(452, 506, 36, 24, "#ffffff")
    s.oval(556, 620, 18, 12, "#c9a7ff")
    s.oval(826, 372, 18, None, ball("#e5484d"))
    return s


def speaker(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.poly([(700, 90), (800, 140), (800, 860), (700, 920)], darker(colour, 0.5))
    s.rect(250, 90, 460, 830, lit(colour), 28)
    for y, size in ((290, 120), (640, 190)):
        s.oval(480, y, size, None, lit("#3c424d"))
        s.oval(480, y, size - 16, None, ball("#2a2d35", 0.2))
        s.ring(480, y, size - 34, 12, "#454b57")
        s.oval(480, y, size * 0.4, None, ball(accent, 0.35))
    s.text(480, 878, "RIVERSOUND", 26, lighter(colour, 0.7))
    return s


def amplifier(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.curve([(330, 200), (400, 140), (600, 140), (670, 200)], lit("#4a3428"), 30)
    s.rect(120, 190, 760, 690, lit(colour), 40)
    s.rect(150, 220, 700, 110, lit(lighter(accent, 0.25)), 12)
    for x in range(215, 720, 88):
        s.oval(x, 275, 30, None, ball("#23262d"))
        s.line([(x, 275), around(x, 275, 24, -120 + x / 4)], "#ffffff", 5)
    s.oval(806, 275, 15, None, ball("#ff5247"))
    s.rect(150, 350, 700, 500, lit("#6e5f50"), 14)
    for x in range(158, 850, 11):
        s.line([(x, 352), (x, 848)], "#00000026", 3)
    for y in range(358, 850, 11):
        s.line([(152, y), (848, y)], "#ffffff1c", 3)
    s.glow(500, 600, 260, 230, "#1a1410", 0.4)
    s.text(720, 800, "River 30", 42, "#f6ead0")
    return s


def controller(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.blob([(110, 760), (60, 690), (130, 420), (230, 330), (400, 350), (600, 350), (770, 330), (870, 420), (940, 690),
            (890, 760), (800, 740), (690, 620), (310, 620), (200, 740)],
           down(lighter(colour, 0.3), colour, darker(colour, 0.28)))  # fmt: skip
    for x, y in ((370, 560), (630, 560)):
        s.oval(x, y, 76, None, darker(colour, 0.4))
        s.oval(x, y - 4, 58, None, ball("#3a3f4a"))
    s.rect(214, 430, 120, 38, INK, 10)
    s.rect(255, 389, 38, 120, INK, 10)
    for x, y, tone in ((730, 392, "#ffd166"), (730, 508, "#4cc38a"), (672, 450, "#5aa9ff"), (788, 450, "#ff6b6b")):
        s.oval(x, y, 31, None, ball(tone))
    s.rect(420, 390, 160, 66, darker(accent, 0.2), 16)
    s.oval(500, 500, 19, None, ball(SILVER))
    s.glow(260, 380, 150, 60, "#ffffff", 0.45)
    return s


def keyboard(colour: str, accent: str) -> Sketch:
    s = Sketch(5)
    s.rect(30, 330, 940, 360, lit(darker(colour, 0.15)), 34)
    s.rect(48, 346, 904, 322, darker(colour, 0.5), 22)
    rows: list[list[float]] = [
        [1.0] * 14,
        [1.5, *[1] * 12, 1.5],
        [1.8, *[1] * 11, 2.2],
        [2.3, *[1] * 10, 2.7],
        [1.3, 1.3, 1.3, 6.2, 1.3, 1.3, 1.3],
    ]
    for row, widths in enumerate(rows):
        unit, x = 880 / sum(widths), 60.0
        for number, wide in enumerate(widths):
            tone = accent if (row, number) in ((0, 0), (2, len(widths) - 1), (4, 3)) else lighter(colour, 0.35)
            y = 360 + row * 60
            s.rect(x + 2, y + 2, wide * unit - 6, 54, darker(tone, 0.3), 9)
            s.rect(x + 6, y + 2, wide * unit - 14, 44, lit(tone, 0.2), 8)
            x += wide * unit
    return s


def television(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x in (260, 740):
        s.poly([(x - 14, 720), (x + 14, 720), (x + 60, 800), (x - 60, 800)], lit("#4b515d"))
    s.rect(40, 180, 920, 550, INK, 20)
    s.rect(56, 196, 888, 500, down("#27356b", mix("#e0706a", accent, 0.4), "#ffd58a"), 6)
    s.oval(640, 470, 74, None, "#fff3cf")
    hills = smooth([(56, 560), (200, 450), (330, 540), (520, 420), (700, 560), (944, 470)], is_closed=False)
    s.poly([*hills, (944, 696), (56, 696)], "#3b2a5e")
    s.poly([(56, 620), (944, 600), (944, 696), (56, 696)], "#241a45")
    s.poly([(70, 196), (380, 196), (130, 696), (56, 696), (56, 196)], "#ffffff18")
    return s


def watch(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.poly([(405, 60), (595, 60), (640, 330), (360, 330)], tube(accent))
    s.poly([(360, 670), (640, 670), (595, 940), (405, 940)], tube(accent))
    for y in (800, 840, 880):
        s.oval(500, y, 9, 12, darker(accent, 0.6))
    s.rect(735, 466, 50, 68, tube("#b99a5b"), 10)
    s.oval(500, 500, 252, None, lit("#d9c08a", 0.5))
    s.oval(500, 500, 226, None, darker(colour, 0.35))
    s.oval(500, 500, 218, None, ball(colour, 0.28))
    for hour in range(12):
        s.line(
            [around(500, 500, 168 if hour % 3 == 0 else 184, hour * 30), around(500, 500, 200, hour * 30)],
            "#f6ead0",
            11 if hour % 3 == 0 else 6,
        )
    s.line([(500, 500), around(500, 500, 112, 215)], "#f6ead0", 15)
    s.line([(500, 500), around(500, 500, 168, 312)], "#f6ead0", 10)
    s.line([around(500, 500, 40, 270), around(500, 500, 176, 90)], "#ff7a59", 4)
    s.oval(500, 500, 13, None, "#ff7a59")
    s.poly([(360, 380), (560, 300), (620, 330), (380, 470)], "#ffffff26")
    return s


def espresso(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(180, 180, 640, 720, lit(colour), 46)
    s.rect(180, 180, 640, 190, lit(SILVER, 0.3), 46)
    s.oval(330, 275, 56, None, "#f7f7f4")
    s.line([(330, 275), (362, 244)], "#e5484d", 8)
    for x in (480, 580, 680):
        s.oval(x, 275, 32, None, ball(accent))
    s.rect(250, 430, 500, 360, darker(colour, 0.55), 20)
    s.rect(410, 420, 190, 66, tube(SILVER), 12)
    s.line([(590, 468), (850, 500)], INK, 34)
    s.rect(470, 480, 26, 46, tube("#8d949f"), 6)
    s.rect(520, 480, 26, 46, tube("#8d949f"), 6)
    s.rect(220, 790, 560, 56, tube(SILVER), 10)
    s.poly([(420, 640), (600, 640), (570, 790), (450, 790)], tube("#ffffff"))
    s.oval(510, 640, 90, 20, "#5a3521")
    for x in (478, 532):
        s.line([(x, 526), (x, 636)], "#6d442b", 8)
    s.glow(300, 240, 150, 60, "#ffffff", 0.5)
    return s


def vinyl(colour: str, accent: str) -> Sketch:
    s = Sketch(int(colour[1:], 16) % 1000)
    s.oval(620, 500, 345, None, "#17181d")
    for groove in range(330, 130, -9):
        s.ring(620, 500, groove, 2, "#2d3038")
    for start in (205, 25):
        s.poly([(620, 500), *[around(620, 500, 338, start + step * 3) for step in range(9)]], "#ffffff1c")
    s.oval(620, 500, 115, None, accent)
    s.oval(620, 500, 12, None, "#f4f1ea")
    s.rect(60, 150, 700, 700, lit(colour), 6)
    for number in range(5):
        tone = (accent, lighter(colour, 0.5), darker(colour, 0.4), lighter(accent, 0.45), "#fff4dd")[number]
        x, y, size = s.random.uniform(170, 650), s.random.uniform(270, 700), s.random.uniform(70, 170)
        size = min(size, x - 66, 754 - x, y - 156, 844 - y)
        s.oval(x, y, size, None, tone + "dd")
    s.text(100, 205, "THE RIVERSIDERS", 42, "#ffffff", "lm")
    s.text(100, 800, "LIVE AT THE JETTY", 34, "#ffffff", "lm")
    s.rect(742, 150, 18, 700, "#00000033")
    return s


def guitar(colour: str, accent: str, kind: str = "guitar") -> Sketch:
    s = Sketch()
    small = kind == "ukulele"
    wood = mix("#c98745", colour, 0.35)
    body = [(500, 470), (640, 500), (660, 600), (640, 670), (720, 780), (690, 910), (500, 960), (310, 910), (280, 780),
            (360, 670), (340, 600), (360, 500)]  # fmt: skip
    s.blob([(x, y + 8) for x, y in body], darker(wood, 0.5))
    s.blob(body, lit(wood, 0.4))
    s.blob([(500 + (x - 500) * 0.94, 712 + (y - 712) * 0.94) for x, y in body],
           across(darker(wood, 0.15), lighter(wood, 0.3), lighter(wood, 0.15), darker(wood, 0.2)))  # fmt: skip
    s.oval(500, 690, 70, None, "#2a1a12")
    s.ring(500, 690, 84, 10, accent)
    top = 210.0 if small else 110.0
    s.rect(466, top, 68, 560 - top + 60, tube("#4a2f20"), 4)
    for fret in range(9 if small else 14):
        y = top + 20 + (600 - top) * (1 - 0.93**fret) * 1.55
        s.rect(466, y, 68, 4, "#d9c9a0")
    s.poly([(452, top + 10), (548, top + 10), (562, top - 100), (438, top - 100)], lit(darker(wood, 0.2)))
    for step in range(2 if small else 3):
        for x in (424, 576):
            s.oval(x, top - 80 + step * 34, 15, None, ball("#e9e2d0"))
    s.rect(410, 826, 180, 26, lit("#3a2418"), 8)
    for string in range(4 if small else 6):
        place = 480 + string * (40 / (3 if small else 5))
        s.line([(place, top - 6), (place, 838)], "#f7f2e4", 2.6)
    s.glow(400, 820, 90, 100, "#ffffff", 0.4)
    return s


def harmonica(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(80, 400, 840, 90, down("#ffffff", SILVER, "#8d949f"), 30)
    s.rect(60, 476, 880, 84, lit(mix("#8a3f2a", colour, 0.4)), 8)
    for hole in range(10):
        s.rect(106 + hole * 80, 492, 52, 52, "#1d1512", 6)
    s.rect(80, 546, 840, 92, down("#e9edf2", SILVER, "#7d8590"), 30)
    s.text(500, 446, "RIVER BLUES", 46, "#6a717c")
    for x in (150, 850):
        s.oval(x, 446, 14, None, ball("#9aa2ad"))
    s.text(500, 592, "C", 50, "#6a717c")
    s.glow(320, 420, 190, 40, "#ffffff", 0.8)
    return s


KINDS = {
    "phone": phone, "laptop": laptop, "headphones": headphones, "camera": camera, "speaker": speaker,
    "amplifier": amplifier, "controller": controller, "keyboard": keyboard, "television": television, "watch": watch,
    "espresso": espresso, "vinyl": vinyl, "guitar": guitar, "ukulele": lambda c, a: guitar(c, a, "ukulele"),
    "harmonica": harmonica,
}  # fmt: skip
FLAT = {"keyboard", "watch", "vinyl"}
