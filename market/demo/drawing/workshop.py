"""Tools of houses and gardens."""

from market.demo.drawing.colours import across, ball, darker, down, lighter, lit, mix, tube
from market.demo.drawing.sketch import Sketch, smooth

STEEL, BEECH = "#aeb5bf", "#d09a5e"


def drill(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(760, 342, 190, 18, down("#eef1f4", STEEL, "#7d8590"), 6)
    for step in range(6):
        s.line([(780 + step * 28, 342), (792 + step * 28, 360)], "#5b616d", 4)
    s.poly([(650, 290), (770, 318), (770, 386), (650, 414)], down("#4a505b", "#23262d"))
    s.poly(smooth([(420, 440), (560, 440), (520, 600), (500, 760), (360, 760), (390, 600)], steps=6), lit("#2c3038"))
    s.poly(smooth([(390, 480), (470, 470), (450, 720), (372, 720)], steps=6), lit(colour))
    s.blob([(170, 300), (260, 240), (560, 240), (660, 280), (664, 420), (560, 460), (260, 462), (160, 410)],
           down(lighter(colour, 0.3), colour, darker(colour, 0.25)))  # fmt: skip
    s.rect(536, 250, 70, 206, "#2c3038")
    s.rect(160, 280, 50, 150, lit("#2c3038"), 20)
    for y in (320, 350, 380):
        s.rect(226, y, 110, 12, darker(colour, 0.45), 6)
    s.rect(540, 470, 44, 76, lit(accent), 14)
    s.rect(290, 750, 300, 120, lit("#2c3038"), 26)
    s.rect(306, 800, 268, 50, lit(colour), 12)
    s.text(440, 826, "18 V", 38, "#ffffff")
    s.text(440, 350, "RX-18", 50, "#ffffff")
    return s


def hammer(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.poly(
        smooth(
            [(455, 260), (545, 260), (540, 600), (560, 800), (545, 950), (455, 950), (440, 800), (460, 600)], steps=6
        ),
        tube(BEECH),
    )
    s.poly(smooth([(440, 690), (560, 690), (566, 800), (548, 955), (452, 955), (434, 800)], steps=6), tube(colour))
    for y in range(730, 930, 34):
        s.line([(446, y), (554, y)], "#00000033", 7)
    s.poly(smooth([(250, 120), (330, 130), (430, 150), (600, 150), (600, 290), (430, 290), (330, 270), (240, 330),
                   (200, 250)], steps=5), down("#dfe3e8", STEEL, "#6a717c"))  # fmt: skip
    s.rect(590, 160, 90, 120, down("#cfd5dc", "#8d949f", "#5b616d"), 6)
    s.rect(670, 130, 70, 180, down("#eef1f4", STEEL, "#6a717c"), 14)
    return s


def saw(colour: str, accent: str) -> Sketch:
    s = Sketch()
    teeth = [(60 + step * 16, 700 + (14 if step % 2 else 0)) for step in range(39)]
    s.poly([(60, 640), (60, 700), *teeth, (690, 700), (720, 420), (620, 430)], down("#eef1f4", STEEL, "#8d949f"))
    s.line([(80, 640), (620, 440)], "#ffffff99", 7)
    s.poly(smooth([(640, 400), (760, 360), (900, 420), (960, 560), (920, 700), (800, 760), (660, 730)], steps=6),
           lit(mix(BEECH, colour, 0.55), 0.35))  # fmt: skip
    s.blob([(760, 480), (850, 500), (868, 600), (800, 660), (730, 640), (720, 540)], "#8d8d93")
    s.hole(smooth([(760, 480), (850, 500), (868, 600), (800, 660), (730, 640), (720, 540)]))
    for x, y in ((690, 460), (690, 690)):
        s.oval(x, y, 17, None, ball("#e0bd74"))
    s.text(380, 630, "RIVER STEEL  7", 32, "#6a717c")
    return s


def ladder(colour: str, accent: str) -> Sketch:
    s = Sketch()
    steel = mix("#c9d0d8", colour, 0.12)
    for a, b in (((560, 120), (760, 950)), ((640, 120), (880, 930))):
        s.line([a, b], tube(darker(steel, 0.35)), 18)
    for step in range(1, 6):
        y = 120 + step * 140
        s.line([(560 + step * 34, y), (640 + step * 41, y - 3)], darker(steel, 0.4), 13)
    s.rect(370, 96, 290, 44, lit(colour), 12)
    for x, foot in ((400, 160), (610, 480)):
        s.line([(x, 130), (foot, 950)], tube(steel), 30)
        s.rect(foot - 24, 930, 48, 30, lit(accent), 6)
    for step in range(1, 7):
        y = 120 + step * 124
        part = (y - 130) / 820
        left, right = 400 - 240 * part, 610 - 130 * part
        s.rect(left, y, right - left, 26, down("#f2f4f6", steel, darker(steel, 0.35)), 6)
    return s


def toolbox(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.rect(340, 250, 320, 42, lit("#2c3038"), 20)
    for x in (340, 620):
        s.rect(x, 266, 40, 120, tube("#2c3038"), 8)
    s.poly([(150, 370), (850, 370), (900, 500), (100, 500)], down(lighter(colour, 0.35), colour))
    s.rect(90, 490, 820, 370, lit(colour), 24)
    s.rect(90, 490, 820, 50, darker(colour, 0.25), 10)
    for x in (270, 660):
        s.rect(x, 470, 74, 110, lit(STEEL), 10)
        s.rect(x + 16, 530, 42, 36, lit("#6a717c"), 6)
    s.rect(390, 640, 220, 110, lit(lighter(accent, 0.4)), 12)
    s.text(500, 696, "TOOLS", 50, darker(accent, 0.5))
    return s


def watering_can(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.arc(480, 400, 190, 200, 180, 360, lit(darker(colour, 0.12)), 30)
    s.ring(270, 600, 130, 30, lit(darker(colour, 0.12)), 160)
    s.poly([(640, 700), (640, 790), (900, 420), (866, 390)], down(lighter(colour, 0.2), darker(colour, 0.15)))
    s.poly([(836, 360), (950, 440), (976, 380), (880, 316)], lit(accent))
    s.poly([(300, 430), (680, 430), (720, 900), (260, 900)], tube(colour))
    s.oval(490, 430, 190, 40, darker(colour, 0.4))
    s.oval(490, 900, 230, 24, darker(colour, 0.3))
    s.rect(284, 560, 412, 16, "#ffffff44", 8)
    s.rect(270, 780, 446, 16, "#00000022", 8)
    return s


def spade(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x, tip in ((390, 0), (630, 1)):
        s.rect(x - 17, 180, 34, 480, tube(BEECH), 10)
        s.rect(x - 70, 90, 140, 36, lit(colour), 16)
        for side in (-52, 52):
            s.line([(x + side, 110), (x, 220)], lit(colour), 22)
        s.rect(x - 22, 600, 44, 80, tube("#5b616d"), 8)
        if tip:
            for side in (-66, -22, 22, 66):
                s.line([(x + side, 700), (x + side, 930)], tube(STEEL), 16)
            s.rect(x - 80, 668, 160, 36, lit("#7d8590"), 12)
        else:
            s.poly(
                smooth(
                    [
                        (x - 86, 680),
                        (x, 666),
                        (x + 86, 680),
                        (x + 84, 830),
                        (x + 44, 920),
                        (x, 950),
                        (x - 44, 920),
                        (x - 84, 830),
                    ],
                    steps=6,
                ),
                across("#8d949f", "#e3e7ec", "#9aa2ad"),
            )
    return s


def wrench(colour: str, accent: str) -> Sketch:
    """A spanner and a screwdriver, crossed: for services."""
    s = Sketch()
    s.line([(250, 760), (700, 280)], tube("#9aa2ad"), 30)
    s.line([(170, 845), (380, 620)], lit(colour), 92)
    s.line([(200, 800), (350, 640)], "#ffffff44", 12)
    s.line([(300, 300), (760, 790)], lit(STEEL), 80)
    for x, y in ((250, 250), (800, 830)):
        s.oval(x, y, 118, None, lit(STEEL, 0.35))
        s.oval(x, y, 58, None, "#6a717c")
    s.poly([(170, 90), (310, 150), (250, 260), (130, 200)], "#6a717c")
    s.hole(((140, 60), (300, 120), (262, 258), (214, 262), (110, 190)))
    s.line([(330, 340), (720, 756)], "#ffffff77", 10)
    return s


def boxes(colour: str, accent: str) -> Sketch:
    """Moving boxes."""
    s = Sketch()
    card = mix("#cf9f69", colour, 0.1)
    for x, y, wide, tall in ((100, 540, 440, 360), (560, 580, 340, 320), (230, 240, 380, 300)):
        s.poly([(x, y + 4), (x + 50, y - 56), (x + wide + 40, y - 56), (x + wide, y + 4)], lighter(card, 0.3))
        s.poly([(x + wide - 2, y), (x + wide + 40, y - 56), (x + wide + 40, y + tall - 70), (x + wide - 2, y + tall)],
               darker(card, 0.3))  # fmt: skip
        s.rect(x, y, wide, tall, lit(card), 4)
        s.rect(x + wide / 2 - 32, y, 64, tall * 0.34, "#f3e3bd")
        s.poly(
            [(x + wide / 2 - 32, y), (x + wide / 2 + 32, y), (x + wide / 2 + 76, y - 56), (x + wide / 2 + 12, y - 56)],
            "#fbf0d3",
        )
        s.rect(x + 40, y + tall * 0.6, wide * 0.36, 60, accent, 8)
    s.text(219, 787, "KITCHEN", 30, "#ffffff")
    s.text(665, 803, "BOOKS", 32, "#ffffff")
    s.text(338, 451, "FRAGILE", 28, "#ffffff")
    return s


KINDS = {
    "drill": drill, "hammer": hammer, "saw": saw, "ladder": ladder, "toolbox": toolbox, "watering-can": watering_can,
    "spade": spade, "wrench": wrench, "boxes": boxes,
}  # fmt: skip
FLAT = {"hammer", "saw", "wrench"}
