"""Pictures of places."""

import math

from messenger.demo.canvas import Canvas, Point


def ridge(canvas: Canvas, level: float, height: float, roughness: float, seed: int) -> list[Point]:
    """The outline of hills across the picture, closed along the bottom."""
    phases = [(seed * 1.7 + n * 2.1, 0.0016 * (1.9**n) * roughness, height / (1.75**n)) for n in range(5)]
    top = [
        (x, level - sum(math.sin(x * frequency + phase) * size for phase, frequency, size in phases))
        for x in range(0, canvas.width + 12, 12)
    ]
    return [(0.0, float(canvas.height)), *top, (float(canvas.width + 12), float(canvas.height))]


def pine(canvas: Canvas, x: float, base: float, size: float, colour: str) -> None:
    canvas.rect(x - size * 0.04, base - size * 0.2, size * 0.08, size * 0.2, "#3a2b25")
    for step in range(4):
        width, top = size * (0.34 - step * 0.07), base - size * (0.45 + step * 0.18)
        canvas.polygon([(x, top - size * 0.1), (x - width, top + size * 0.3), (x + width, top + size * 0.3)], colour)


def river_sunset() -> Canvas:
    x: float
    y: float
    width: float
    canvas = Canvas(seed=3)
    canvas.gradient("#2b1b52", "#7a2f6d", "#e0576a", "#ff9a5a", "#ffd58a", bottom=520)
    canvas.glow(610, 430, 420, "#fff0b8", 0.9)
    canvas.ellipse(610, 430, 62, fill="#fff6d8")
    for y, width, x in ((120, 300, 210), (170, 220, 860), (235, 260, 430), (300, 180, 990), (330, 150, 120)):
        canvas.ellipse(x, y, width / 2, 8, fill="#ffc9a04d")
        canvas.ellipse(x + 40, y + 10, width / 3, 6, fill="#ffd9b84d")
    canvas.shaded(ridge(canvas, 455, 44, 1.0, 2), "#8a4a7a", "#70386b")
    canvas.shaded(ridge(canvas, 495, 30, 1.8, 7), "#5a2c5f", "#482251")
    canvas.gradient("#ffb877", "#d4607a", "#6a2c6a", "#2a1747", top=520)
    for _ in range(150):
        y = canvas.random.uniform(524, 890)
        spread = 40 + (y - 520) * 0.9
        x, width = canvas.random.gauss(610, spread), canvas.random.uniform(14, 90)
        canvas.rect(x, y, width, 2 + (y - 520) / 130, "#ffe6ad66", 2)
    canvas.shaded([(0, 520), (250, 524), (330, 560), (180, 640), (0, 700)], "#3a1d49", "#1d0f2c")
    canvas.shaded([(1200, 518), (960, 522), (860, 552), (1010, 640), (1200, 720)], "#3a1d49", "#1d0f2c")
    for x in range(0, 260, 22):
        pine(canvas, x, 548 + canvas.random.uniform(-8, 20), canvas.random.uniform(70, 150), "#1c0f2b")
    for x in range(960, 1210, 24):
        pine(canvas, x, 546 + canvas.random.uniform(-8, 20), canvas.random.uniform(60, 130), "#1c0f2b")
    for x, y in ((420, 200), (452, 186), (486, 204), (530, 176)):
        canvas.arc(x - 9, y, 10, 7, 200, 340, "#3b1d4a", 3)
        canvas.arc(x + 9, y, 10, 7, 200, 340, "#3b1d4a", 3)
    return canvas


def mountain_lake() -> Canvas:
    x: float
    y: float
    canvas = Canvas(seed=8)
    canvas.gradient("#2f7fd1", "#7bbcec", "#d9effa", bottom=560)
    canvas.glow(980, 130, 260, "#fffbe0", 0.9)
    for x, y, size in ((230, 150, 60), (300, 130, 76), (380, 156, 56), (760, 210, 44), (820, 196, 58), (880, 214, 40)):
        canvas.ellipse(x, y, size, size * 0.5, fill="#ffffffe0")
    peaks: list[tuple[float, float, float]] = [(180, 300, 300), (520, 190, 420), (860, 270, 360), (1120, 330, 260)]
    for x, top, width in peaks:
        canvas.shaded([(x, top), (x - width, 580), (x + width, 580)], "#8fa4bf", "#5f7896")
        canvas.polygon([(x, top), (x + width, 580), (x + width * 0.1, 580), (x - 24, top + 120)], "#4c648399")
        snow = (580 - top) * 0.34
        run = width * snow / (580 - top)
        jag = [(x + run, top + snow), (x + run * 0.5, top + snow * 0.78), (x + run * 0.16, top + snow * 1.15)]
        jag += [(x - run * 0.2, top + snow * 0.8), (x - run * 0.55, top + snow * 1.1), (x - run, top + snow)]
        canvas.polygon([(x, top), *jag], "#f7fbff")
        canvas.polygon([(x, top), jag[0], jag[1], jag[2], (x - 6, top + snow * 0.5)], "#d5e3f1")
    canvas.shaded(ridge(canvas, 560, 24, 1.5, 4), "#3f7d57", "#2d6147")
    for x in range(-10, 1220, 19):
        shade = canvas.random.choice(["#1f4d3a", "#27593f", "#2f6a48"])
        pine(canvas, x, 604 + canvas.random.uniform(-10, 6), canvas.random.uniform(58, 118), shade)
    canvas.gradient("#3f86b8", "#62a9d0", "#2c6f9f", "#1d4f7c", top=600)
    for x, top, width in peaks:
        depth = (600 - top) * 0.5
        canvas.polygon([(x, 600 + depth), (x - width * 0.8, 604), (x + width * 0.8, 604)], "#c7dcea38")
    for _ in range(70):
        y = canvas.random.uniform(612, 890)
        canvas.rect(canvas.random.uniform(-40, 1180), y, canvas.random.uniform(30, 170), 2.5, "#e6f6ff55", 2)
    canvas.polygon([(420, 742), (690, 742), (650, 786), (460, 786)], "#b5442f")
    canvas.polygon([(414, 734), (696, 734), (690, 748), (420, 748)], "#d9684a")
    canvas.line([(520, 735), (430, 800)], "#6b4a2f", 7)
    canvas.shadow(555, 800, 150, 14, 70)
    return canvas


def city_night() -> Canvas:
    x: float
    y: float
    canvas = Canvas(seed=11)
    canvas.gradient("#070b22", "#141a4a", "#3b2a70", "#8a4587")
    for _ in range(130):
        size = canvas.random.uniform(0.8, 2.2)
        canvas.ellipse(canvas.random.uniform(0, 1200), canvas.random.uniform(0, 430), size, fill="#ffffffbb")
    canvas.glow(930, 170, 240, "#cfd8ff", 0.6)
    canvas.ball(930, 170, 66, "#ffffff", "#c3c9e6")
    for x, y, size in ((910, 150, 13), (950, 190, 18), (945, 145, 7)):
        canvas.ellipse(x, y, size, fill="#b9c0e066")
    for colours, low, high, lit in ((("#3a2d6e", "#2c2159"), 300, 520, 0), (("#1d1846", "#120f30"), 380, 640, 1)):
        x = -20.0
        while x < 1220:
            width, top = canvas.random.uniform(60, 130), canvas.random.uniform(low, high)
            canvas.shaded([(x, top), (x + width, top), (x + width, 900), (x, 900)], *colours)
            if canvas.random.random() < 0.3:
                canvas.line([(x + width / 2, top), (x + width / 2, top - 46)], colours[0], 4)
            for row in range(int((820 - top) / 26) if lit else 0):
                for column in range(int((width - 20) / 20)):
                    if canvas.random.random() < 0.5:
                        glass = canvas.random.choice(["#ffd27a", "#ffe6ad", "#ffb45e", "#a9c7ff"])
                        canvas.rect(x + 12 + column * 20, top + 16 + row * 26, 10, 14, glass, 1)
            x += width + canvas.random.uniform(2, 14)
    canvas.gradient("#1a1440", "#0a0820", top=810)
    for _ in range(190):
        colour = canvas.random.choice(["#ffd27a55", "#ff9f6b44", "#9db7ff44"])
        canvas.rect(
            canvas.random.uniform(0, 1200), canvas.random.uniform(816, 895), canvas.random.uniform(8, 60), 3, colour, 1
        )
    return canvas


def sea() -> Canvas:
    x: float
    y: float
    canvas = Canvas(seed=5)
    canvas.gradient("#4bb3e6", "#a9def5", "#fff1d6", bottom=430)
    canvas.glow(260, 200, 300, "#fffbe6", 0.8)
    canvas.ellipse(260, 200, 52, fill="#fffdf2")
    for x, y, size in ((700, 130, 70), (780, 110, 90), (870, 138, 66), (1060, 230, 46), (1110, 220, 60)):
        canvas.ellipse(x, y, size, size * 0.42, fill="#ffffffe6")
    canvas.gradient("#1f8fb5", "#2bb3bf", "#6fd6c8", top=430, bottom=700)
    for _ in range(110):
        y = canvas.random.uniform(438, 690)
        canvas.rect(
            canvas.random.uniform(-30, 1190), y, canvas.random.uniform(20, 40 + (y - 430) / 2), 3, "#ffffff59", 2
        )
    canvas.polygon([(800, 470), (800, 270), (930, 462)], "#fff8ec")
    canvas.polygon([(790, 470), (790, 300), (700, 462)], "#ff7d5e")
    canvas.line([(795, 262), (795, 486)], "#6b4a35", 6)
    canvas.polygon([(690, 482), (930, 482), (890, 526), (730, 526)], "#274b6d")
    canvas.rect(686, 476, 248, 10, "#f4d9a6", 5)
    beach: list[Point] = [(0.0, 700.0)]
    beach += [(x, 700 + math.sin(x / 140) * 16 + math.sin(x / 47) * 5) for x in range(0, 1212, 12)]
    canvas.shaded([*((x, y - 22) for x, y in beach), (1200, 900), (0, 900)], "#c9f1e6", "#c9f1e6")
    canvas.shaded([*beach, (1200, 900), (0, 900)], "#f2d9a4", "#e6bd7d")
    for _ in range(160):
        x, y = canvas.random.uniform(0, 1200), canvas.random.uniform(735, 895)
        canvas.ellipse(x, y, 2.2, 1.4, fill="#b98d5577")
    canvas.shadow(330, 838, 170, 22, 80)
    for step, colour in enumerate(["#ef5b5b", "#fff4e6"] * 4):
        start = 180 + step * 22.5
        canvas.draw.pieslice([(190) * 2, 610 * 2, 470 * 2, 890 * 2], start, start + 22.5, fill=colour)
    canvas.line([(330, 620), (330, 840)], "#8a6a4c", 8)
    return canvas


SCENES = {"sunset": river_sunset, "mountains": mountain_lake, "city": city_night, "sea": sea}
