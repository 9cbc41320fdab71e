"""Pictures of things: food, bicycles, paper, a whiteboard."""

import math

from messenger.demo.canvas import Canvas


def _table(canvas: Canvas, light: str = "#c98f5c", dark: str = "#a96f42") -> None:
    canvas.gradient(light, dark)
    for row in range(6):
        y = row * 150
        canvas.rect(0, y, 1200, 3, "#5c371d55")
        for _ in range(14):
            x, width = canvas.random.uniform(0, 1150), canvas.random.uniform(40, 240)
            canvas.rect(x, y + canvas.random.uniform(14, 136), width, 2, "#6d432433", 1)


def pizza() -> Canvas:
    x: float
    y: float
    canvas = Canvas(seed=21)
    _table(canvas)
    canvas.shadow(610, 480, 385, 372, 120)
    canvas.ball(600, 450, 380, "#f7efe2", "#d8c9b2")
    canvas.ball(600, 450, 345, "#e3a457", "#b96f2c")
    canvas.ball(600, 450, 306, "#e5573c", "#c43a26")
    for _ in range(46):
        angle, far = canvas.random.uniform(0, math.tau), 285 * math.sqrt(canvas.random.random())
        x, y, size = 600 + far * math.cos(angle), 450 + far * math.sin(angle), canvas.random.uniform(20, 48)
        canvas.ellipse(x, y, size, size * 0.8, fill="#ffe3a0")
        canvas.ellipse(x - 5, y - 5, size * 0.6, size * 0.45, fill="#fff3cfaa")
    for angle, far in ((0.3, 190), (1.2, 120), (2.1, 215), (3.0, 150), (3.9, 230), (4.7, 110), (5.5, 220), (0.9, 250)):
        x, y = 600 + far * math.cos(angle), 450 + far * math.sin(angle)
        canvas.ball(x, y, 44, "#d94b45", "#9c211f")
        for dx, dy in ((-14, -10), (12, -16), (6, 14), (-12, 16)):
            canvas.ellipse(x + dx, y + dy, 5, fill="#f0877b99")
    for angle, far in ((1.7, 60), (3.4, 240), (5.0, 200), (2.5, 90), (0.0, 90), (4.3, 160)):
        x, y = 600 + far * math.cos(angle), 450 + far * math.sin(angle)
        tip = x + 62 * math.cos(angle * 2), y + 62 * math.sin(angle * 2)
        side = 24 * math.sin(angle * 2), -24 * math.cos(angle * 2)
        middle = (x + tip[0]) / 2, (y + tip[1]) / 2
        leaf = [(x, y), (middle[0] + side[0], middle[1] + side[1]), tip, (middle[0] - side[0], middle[1] - side[1])]
        canvas.polygon(leaf, "#3f9142")
        canvas.line([(x, y), tip], "#2d6e33", 3)
    for angle in range(0, 360, 45):
        turn = math.radians(angle + 20)
        canvas.line(
            [(600, 450), (600 + 344 * math.cos(turn), 450 + 344 * math.sin(turn))], "#7a341c55", 4
        )  # fmt: skip
    return canvas


def coffee() -> Canvas:
    x: float
    y: float
    canvas = Canvas(seed=22)
    canvas.gradient("#f2e7da", "#e0cdb8")
    canvas.polygon([(0, 640), (420, 0), (620, 0), (60, 900), (0, 900)], "#ffffff55")
    canvas.shadow(440, 500, 300, 292, 95)
    canvas.ball(425, 470, 298, "#ffffff", "#dfe5ea")
    canvas.rect(640, 440, 130, 52, "#f3f6f8", 26)
    canvas.ball(425, 470, 222, "#fdfefe", "#cfd8df")
    canvas.ball(425, 470, 196, "#a96b3c", "#6f3f1f")
    canvas.ellipse(425, 472, 168, fill="#c58a55")
    for step in range(4):
        size = 118.0 - step * 30
        y = 520 - step * 44
        colour = "#fbeedd" if step % 2 == 0 else "#c58a55"
        canvas.ellipse(425 - size * 0.42, y - 20, size * 0.55, size * 0.5, fill=colour)
        canvas.ellipse(425 + size * 0.42, y - 20, size * 0.55, size * 0.5, fill=colour)
        canvas.polygon([(425 - size * 0.9, y - 6), (425 + size * 0.9, y - 6), (425, y + size)], colour)
    canvas.shadow(890, 560, 210, 150, 90)
    for step in range(7):
        angle = math.radians(200 + step * 23)
        x, y = 890 + 165 * math.cos(angle), 600 + 128 * math.sin(angle)
        size = 48 + 38 * math.sin(math.pi * step / 6)
        canvas.ball(x, y, size, "#f0b766", "#b86c24")
        canvas.arc(x, y, size * 0.7, size * 0.8, 190, 320, "#fbd99a", 5)
    for _ in range(26):
        canvas.ellipse(canvas.random.gauss(890, 120), canvas.random.gauss(650, 60), 4, 3, fill="#b9783a")
    return canvas


def cake() -> Canvas:
    x: float
    y: float
    canvas = Canvas(seed=23)
    canvas.gradient("#3b2a63", "#6c4390", "#d678a0", bottom=660)
    canvas.gradient("#8b5a44", "#5f3a2c", top=660)
    for _ in range(40):
        colour = canvas.random.choice(["#ffe08a", "#ff9fb2", "#9ae0ff", "#b9f2a1"])
        canvas.ellipse(
            canvas.random.uniform(0, 1200), canvas.random.uniform(0, 600), canvas.random.uniform(3, 9), fill=colour
        )
    canvas.shadow(600, 742, 380, 50, 130)
    canvas.ellipse(600, 730, 380, 44, fill="#f4f6fb")
    for x, y, width, height, colours in (
        (290, 500, 620, 220, ("#ffd9e2", "#f2a5b9")), (380, 330, 440, 180, ("#fff3d9", "#f3d49b"))
    ):  # fmt: skip
        canvas.shaded([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], *colours)
        canvas.ellipse(x + width / 2, y + height, width / 2, 26, fill=colours[1])
        canvas.ellipse(x + width / 2, y, width / 2, 34, fill="#fffdf8")
        for drip in range(int(width / 44)):
            left = x + 8 + drip * 44
            canvas.rect(left, y - 4, 34, canvas.random.uniform(34, 92), "#fffdf8", 17)
    for berry in range(9):
        canvas.ball(318 + berry * 70, 508 + 20 * math.sin(berry * 0.8 + 1), 25, "#ff6b6b", "#b3203a")
    for place, colour in enumerate(["#6ec6ff", "#ffd166", "#9be38a", "#ff9fb2", "#c6a4ff"]):
        x = 440 + place * 80
        canvas.glow(x, 196, 110, "#ffdf8a", 0.75)
        canvas.rect(x - 9, 222, 18, 108, colour, 5)
        for stripe in range(4):
            canvas.polygon([(x - 9, 246 + stripe * 26), (x + 9, 234 + stripe * 26), (x + 9, 242 + stripe * 26),
                            (x - 9, 254 + stripe * 26)], "#ffffffaa")  # fmt: skip
        canvas.polygon([(x, 168), (x - 13, 204), (x, 222), (x + 13, 204)], "#ffb03b")
        canvas.ellipse(x, 206, 7, 12, fill="#fff3c4")
    return canvas


def bicycle(frame: str, dark: str, wall: tuple[str, str], *, basket: bool = False, straight: bool = False) -> Canvas:
    canvas = Canvas(seed=24)
    canvas.gradient(*wall, bottom=700)
    canvas.gradient("#e9e2d6", "#cfc4b2", top=700)
    canvas.glow(330, 180, 520, "#ffffff", 0.45)
    canvas.shadow(600, 752, 470, 26, 110)
    rear, front, crank, seat, head = (350, 570), (870, 570), (560, 585), (485, 300), (770, 300)
    for x, y in (rear, front):
        canvas.ring(x, y, 182, 17, "#23272f")
        canvas.ring(x, y, 163, 6, "#c8ced6")
        for spoke in range(18):
            turn = math.tau * spoke / 18
            canvas.line([(x, y), (x + 160 * math.cos(turn), y + 160 * math.sin(turn))], "#8b93a0aa", 1.6)
        canvas.ellipse(x, y, 15, fill="#59616e")
    tubes = [(rear, crank), (rear, (500, 350)), ((498, 345), crank), (crank, (778, 345))]
    tubes.append(((505, 372), (772, 330)) if straight else ((540, 490), (776, 345)))
    for start, end in tubes:
        canvas.line([start, end], dark, 24)
        canvas.line([start, end], frame, 18)
    canvas.line([head, (792, 390), front], dark, 20)
    canvas.line([head, (792, 390), front], frame, 14)
    canvas.line([seat, (500, 360)], "#a9b1bc", 13)
    canvas.polygon([(402, 276), (556, 284), (540, 310), (440, 316), (404, 300)], "#6b4226")
    canvas.line([(766, 300), (758, 232)], "#a9b1bc", 13)
    bar = [(758, 232), (842, 236)] if straight else [(758, 232), (722, 216), (650, 232)]
    canvas.line(bar, "#a9b1bc", 12)
    canvas.line(bar[-2:] if not straight else [(800, 234), (842, 236)], "#6b4226", 17)
    canvas.line([rear, crank], "#3c424d", 4)
    canvas.line([(350, 550), (560, 556)], "#3c424d", 4)
    canvas.ring(*crank, 44, 9, "#4a515d")
    canvas.line([crank, (606, 664)], "#4a515d", 11)
    canvas.rect(578, 660, 66, 15, "#23272f", 6)
    if basket:
        canvas.shaded([(790, 260), (980, 260), (958, 380), (812, 380)], "#d8a866", "#a9763c")
        for y in (285, 315, 345):
            canvas.line([(798, y), (972, y)], "#8d5f2f88", 4)
        for x, colour in ((826, "#ff8fa3"), (872, "#ffd166"), (918, "#ff8fa3"), (950, "#c6a4ff")):
            canvas.line([(x, 262), (x, 222)], "#4f8a4c", 5)
            canvas.ball(x, 212, 24, "#ffffff", colour)
    return canvas


def whiteboard() -> Canvas:
    canvas = Canvas(seed=25)
    canvas.gradient("#dfe4ea", "#c4ccd6")
    canvas.shadow(600, 460, 520, 390, 60)
    canvas.rect(90, 70, 1020, 720, "#9aa5b3", 16)
    canvas.gradient("#dfe4ea", "#c4ccd6", top=0, bottom=2)
    canvas.rect(108, 88, 984, 684, "#fcfdff", 8)
    canvas.polygon([(108, 520), (560, 88), (760, 88), (108, 740)], "#ffffff")
    canvas.text(600, 140, "STREET PARTY  -  who does what", 44, "#274c8f", "mm")
    canvas.line([(250, 172), (950, 168)], "#d64545", 5)
    boxes = ((170, 230, "Food", "#2f7d4f"), (480, 230, "Music", "#b04a1f"), (790, 230, "Kids", "#6b3fa0"))
    notes = (
        ("grill: Tom", "salads: all", "cake: Alice"),
        ("Leo + band", "amp: Bob", "till 22:00!"),
        ("face paint", "chalk", "treasure hunt"),
    )
    for (x, y, title, colour), lines in zip(boxes, notes, strict=True):
        canvas.line([(x, y), (x + 250, y - 4), (x + 246, y + 66), (x + 4, y + 70), (x, y)], colour, 5)
        canvas.text(x + 125, y + 34, title, 40, colour, "mm")
        for row, line in enumerate(lines):
            canvas.text(x + 12, y + 120 + row * 56, f"-  {line}", 34, "#3a4250")
    canvas.line([(600, 500), (598, 560)], "#274c8f", 6)
    canvas.polygon([(582, 552), (616, 552), (598, 582)], "#274c8f")
    canvas.ring(598, 656, 66, 6, "#d64545")
    canvas.text(598, 640, "SAT", 38, "#d64545", "mm")
    canvas.text(598, 680, "15:00", 32, "#d64545", "mm")
    canvas.text(210, 690, "rain?  ->  garage", 34, "#3a4250")
    canvas.text(800, 690, "lights: ask Dana", 34, "#3a4250")
    canvas.rect(420, 782, 360, 26, "#7d8896", 8)
    for x, colour in ((450, "#274c8f"), (520, "#d64545"), (590, "#2f7d4f")):
        canvas.rect(x, 768, 54, 16, colour, 7)
    canvas.rect(680, 758, 76, 26, "#474f5c", 5)
    return canvas


def receipt() -> Canvas:
    x: float
    y: float
    canvas = Canvas(900, 1200, seed=26)
    canvas.gradient("#5b6b7f", "#3b4757")
    canvas.shadow(465, 610, 300, 500, 110)
    teeth = [(190 + step * 20, 1120 + (16 if step % 2 else 0)) for step in range(27)]
    canvas.shaded([(190, 70), (710, 70), *reversed(teeth)], "#fffef9", "#f1ede2")
    canvas.text(450, 140, "GREEN CORNER", 44, "#2b2f36", "mm")
    canvas.text(450, 190, "Mill Lane 12  ·  Riverside", 24, "#5f6570", "mm")
    rows = (("Charcoal 5 kg", "9.90"), ("Sausages x 40", "38.00"), ("Veggie patties x 20", "24.00"),
            ("Bread rolls x 60", "21.60"), ("Lemonade x 24", "19.20"), ("Paper cups", "4.50"),
            ("Balloons", "3.80"))  # fmt: skip
    for step, (name, price) in enumerate(rows):
        y = 290 + step * 68
        canvas.text(230, y, name, 30, "#2b2f36")
        canvas.text(670, y, price, 30, "#2b2f36", "rm")
    for x in range(230, 670, 18):
        canvas.rect(x, 770, 10, 3, "#8a8f99")
    canvas.text(230, 830, "TOTAL", 42, "#1b1e24")
    canvas.text(670, 830, "121.00", 42, "#1b1e24", "rm")
    canvas.text(230, 890, "Card  **** 4821", 26, "#5f6570")
    canvas.text(450, 1080, "Thank you!", 30, "#5f6570", "mm")
    x = 250.0
    while x < 650:
        width = canvas.random.choice([3, 3, 6, 9])
        canvas.rect(x, 940, width, 90, "#23262c")
        x += width + canvas.random.choice([4, 6, 9])
    return canvas


SCENES = {
    "pizza": pizza,
    "coffee": coffee,
    "cake": cake,
    "bicycle-red": lambda: bicycle("#e5484d", "#a72a35", ("#f7e3cf", "#f0cfae"), basket=True),
    "bicycle-blue": lambda: bicycle("#2f7de1", "#1d4f9c", ("#dfeefb", "#bcd9f2"), straight=True),
    "bicycle-green": lambda: bicycle("#3aa675", "#1f6f4c", ("#e6f3e3", "#c6e2c4")),
    "whiteboard": whiteboard,
    "receipt": receipt,
}
