"""What else rolls, and what one takes along."""

from market.demo.drawing.bicycles import METAL, TYRE, wheel
from market.demo.drawing.colours import across, ball, darker, down, lighter, lit, tube
from market.demo.drawing.sketch import Sketch, around


def scooter(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x in (220, 770):
        s.oval(x, 830, 78, None, TYRE)
        s.oval(x, 830, 48, None, ball("#8d949f"))
        s.oval(x, 830, 17, None, "#3c424d")
    s.arc(220, 830, 94, 94, 190, 330, colour, 18)
    s.line([(700, 250), (770, 820)], tube("#4a505b"), 34)
    s.line([(699, 250), (752, 690)], lit(colour), 26)
    s.blob([(232, 768), (330, 762), (640, 764), (742, 690), (770, 712), (690, 822), (600, 838), (290, 836)],
           down(lighter(colour, 0.25), colour, darker(colour, 0.35)))  # fmt: skip
    s.rect(300, 754, 350, 20, "#2a2e36", 9)
    for step in range(11):
        s.line([(318 + step * 30, 760), (330 + step * 30, 768)], "#6b7280", 3)
    s.line([(612, 232), (720, 250), (806, 238)], "#353a44", 20)
    s.line([(596, 229), (654, 240)], accent, 32)
    s.line([(776, 242), (822, 235)], accent, 30)
    s.rect(672, 210, 70, 52, lit("#2a2e36"), 14)
    s.rect(682, 218, 50, 26, "#7be0c3", 6)
    s.oval(728, 330, 24, None, ball("#f5f2e4"))
    s.line([(650, 258), (668, 320), (728, 420)], "#23262d", 5)
    s.oval(190, 780, 13, 9, "#ef4b52")
    return s


def helmet(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.curve([(300, 640), (360, 800), (470, 872), (560, 800), (640, 660)], "#2c313a", 13)
    s.curve([(420, 660), (450, 780), (470, 868)], "#2c313a", 11)
    s.rect(446, 848, 52, 40, lit("#15181d"), 10)
    s.blob([(120, 610), (150, 420), (290, 270), (500, 220), (710, 280), (850, 430), (900, 610), (820, 680), (640, 640),
            (480, 690), (300, 700), (170, 690)], down(lighter(colour, 0.3), colour, darker(colour, 0.35)))  # fmt: skip
    for shift, tall in ((0, 0), (150, 26), (300, 40), (450, 66)):
        x = 210 + shift
        s.blob(
            [
                (x, 560 + tall / 3),
                (x + 30, 420 - tall * 0.2),
                (x + 118, 330 + tall * 0.4),
                (x + 92, 450 + tall * 0.3),
                (x + 66, 590 + tall / 4),
            ],
            down("#1c1f26", "#3c424d"),
        )
    s.curve([(140, 610), (330, 640), (480, 630), (660, 590), (870, 620)], accent, 17)
    s.glow(380, 300, 170, 80, "#ffffff", 0.5)
    s.blob([(800, 610), (890, 590), (970, 650), (900, 676), (820, 664)], lit(darker(colour, 0.5)))
    return s


def pram(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.line([(240, 800), (690, 560)], METAL, 15)
    s.line([(720, 800), (300, 560)], METAL, 15)
    s.curve([(640, 600), (800, 420), (880, 300), (930, 290)], METAL, 15)
    s.line([(872, 303), (936, 288)], accent, 28)
    for x, size in ((240, 106), (725, 120)):
        wheel(s, x, 920 - size, size, 12, 17)
    s.blob([(150, 470), (500, 480), (800, 470), (770, 600), (640, 680), (360, 684), (210, 620)],
           down(lighter(colour, 0.12), colour, darker(colour, 0.3)))  # fmt: skip
    dome = [around(500, 474, 352, 180 + step * 6, 330) for step in range(31)]
    s.poly([*dome[:17], (500, 474)], down(lighter(colour, 0.35), colour))
    for part in (4, 8, 12):
        s.curve([dome[part], (380 - part * 4 + 80, 420), (500, 474)], darker(colour, 0.25) + "aa", 5)
    s.line([(148, 470), (812, 462)], lighter(colour, 0.55), 17)
    s.curve([(520, 470), (610, 400), (700, 396), (780, 462)], lit("#fff7ea"), 52)
    s.glow(300, 280, 140, 110, "#ffffff", 0.4)
    return s


def toy_car(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.blob([(90, 680), (110, 590), (270, 545), (370, 400), (640, 392), (760, 540), (900, 580), (925, 690), (860, 755),
            (160, 755)], down(lighter(colour, 0.32), colour, darker(colour, 0.3)))  # fmt: skip
    s.blob([(330, 545), (405, 440), (500, 436), (500, 545)], down("#e4f3fb", "#a9cbe0"))
    s.blob([(535, 545), (535, 436), (620, 440), (705, 545)], down("#e4f3fb", "#a9cbe0"))
    s.line([(110, 640), (910, 640)], lighter(colour, 0.5) + "aa", 9)
    s.oval(885, 625, 30, 24, ball("#fff3c4"))
    s.oval(118, 640, 20, 26, ball("#ff6a5e"))
    for x in (285, 725):
        s.oval(x, 755, 105, None, darker(colour, 0.55))
        s.oval(x, 765, 96, None, ball(accent, 0.3))
        s.oval(x, 765, 42, None, ball("#f6e6c8"))
        s.oval(x, 765, 14, None, "#8a6a48")
    s.glow(470, 420, 190, 50, "#ffffff", 0.5)
    return s


def skateboard(colour: str, accent: str) -> Sketch:
    s = Sketch()
    for x in (270, 730):
        s.poly([(x - 60, 560), (x + 60, 560), (x + 26, 620), (x - 26, 620)], METAL)
        for side in (-44, 44):
            s.oval(x + side, 640, 46, None, ball(accent, 0.35))
            s.oval(x + side, 640, 15, None, "#f4f4f4")
    s.blob([(40, 440), (150, 500), (320, 532), (680, 532), (850, 500), (960, 440), (975, 470), (860, 545), (690, 574),
            (310, 574), (140, 545), (25, 470)], down("#2b2e35", "#2b2e35", colour, darker(colour, 0.2)))  # fmt: skip
    return s


def lock(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.arc(500, 430, 230, 260, 180, 360, across("#7d8590", "#eceff3", "#8d949f"), 74)
    s.rect(233, 420, 74, 200, tube("#aeb5bf"))
    s.rect(693, 420, 74, 200, tube("#aeb5bf"))
    s.rect(140, 580, 720, 190, down(lighter(colour, 0.3), colour, darker(colour, 0.35)), 60)
    s.oval(500, 675, 46, None, "#1d2026")
    s.rect(491, 650, 18, 52, "#b9c0ca", 5)
    s.rect(180, 600, 640, 18, lighter(colour, 0.5) + "77", 9)
    return s


def pump(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.curve([(540, 840), (700, 800), (720, 500), (640, 340), (596, 330)], "#2b2f37", 15)
    s.rect(560, 306, 60, 34, lit("#3a3f49"), 8)
    s.rect(487, 200, 26, 240, tube(METAL))
    s.rect(330, 160, 340, 52, lit(accent), 26)
    s.rect(440, 400, 120, 420, tube(colour), 18)
    s.rect(430, 392, 140, 40, tube(darker(colour, 0.4)), 12)
    s.blob([(290, 860), (500, 800), (710, 860), (720, 892), (280, 892)], lit("#343943"))
    s.oval(500, 790, 80, None, ball("#e8ebf0"))
    s.oval(500, 790, 62, None, "#ffffff")
    for step in range(9):
        s.line([around(500, 790, 46, 150 + step * 30), around(500, 790, 56, 150 + step * 30)], "#333a45", 4)
    s.line([(500, 790), around(500, 790, 44, 290)], "#e0483f", 6)
    s.text(500, 560, "8 bar", 38, "#ffffff")
    return s


def trailer(colour: str, accent: str) -> Sketch:
    s = Sketch()
    s.line([(640, 720), (930, 700), (975, 640)], METAL, 18)
    s.blob([(170, 330), (560, 300), (720, 520), (730, 740), (150, 740), (130, 520)],
           down(lighter(colour, 0.25), colour, darker(colour, 0.28)))  # fmt: skip
    s.blob([(395, 372), (548, 362), (655, 530), (650, 590), (400, 590)], down("#39424f", "#5b6878"))
    s.rect(200, 392, 150, 180, lit("#3f4855"), 22)
    s.line([(150, 640), (728, 640)], accent, 16)
    s.line([(180, 740), (180, 350)], darker(colour, 0.4) + "88", 8)
    wheel(s, 400, 740, 142, 16, 20)
    s.line([(200, 350), (205, 130)], "#dfe3e8", 6)
    s.poly([(205, 130), (300, 160), (207, 195)], "#ff8c42")
    return s


KINDS = {
    "scooter": scooter, "helmet": helmet, "pram": pram, "toy-car": toy_car, "skateboard": skateboard, "lock": lock,
    "pump": pump, "trailer": trailer,
}  # fmt: skip
