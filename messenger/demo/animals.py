"""Cats, and what grows."""

import math

from messenger.demo.canvas import Canvas


def cat(fur: str, dark: str, pale: str, iris: str, room: tuple[str, str, str], *, stripes: bool) -> Canvas:
    """A cat on a cushion, looking at you."""
    canvas = Canvas(seed=31)
    canvas.gradient(room[0], room[1])
    canvas.glow(220, 160, 520, "#ffffff", 0.5)
    canvas.rect(60, 60, 330, 420, "#ffffff99", 12)
    canvas.gradient(room[2], room[2], top=760)
    canvas.shadow(640, 800, 420, 60, 110)
    canvas.ellipse(640, 780, 430, 96, fill="#d05a6e")
    canvas.ellipse(640, 758, 420, 84, fill="#e87f8c")
    canvas.line([(870, 720), (1000, 690), (1030, 580), (990, 520)], dark, 54)
    canvas.line([(870, 720), (1000, 690), (1030, 580), (990, 520)], fur, 46)
    canvas.ellipse(640, 640, 250, 190, fill=dark)
    canvas.ellipse(636, 632, 246, 186, fill=fur)
    canvas.ellipse(600, 690, 130, 120, fill=pale)
    for x in (540, 668):
        canvas.ellipse(x, 786, 66, 38, fill=fur)
        for toe in (-22, 0, 22):
            canvas.line([(x + toe, 794), (x + toe, 812)], dark, 4)
    for side in (-1, 1):
        canvas.polygon([(600 + side * 190, 190), (600 + side * 184, 400), (600 + side * 40, 300)], dark)
        canvas.polygon([(600 + side * 182, 206), (600 + side * 176, 392), (600 + side * 44, 302)], fur)
        canvas.polygon([(600 + side * 168, 240), (600 + side * 162, 350), (600 + side * 82, 298)], "#f3a8a8")
    canvas.ellipse(600, 410, 206, 172, fill=dark)
    canvas.ellipse(600, 406, 202, 168, fill=fur)
    canvas.ellipse(600, 490, 116, 78, fill=pale)
    if stripes:
        for x in (-46, 0, 46):
            canvas.line([(600 + x, 252 + abs(x) * 0.14), (600 + x * 0.8, 308)], dark, 14)
        for side in (-1, 1):
            for y in (410, 444):
                canvas.line([(600 + side * 196, y), (600 + side * 150, y + 8)], dark, 12)
    for side in (-1, 1):
        x = 600 + side * 84
        canvas.ellipse(x, 404, 46, 48, fill="#20242c")
        canvas.ball(x, 404, 41, iris, dark)
        canvas.ellipse(x, 404, 15, 34, fill="#14161c")
        canvas.ellipse(x - 13, 386, 11, fill="#ffffffee")
        for angle in (-8, 4, 16):
            turn = math.radians(angle)
            start = (600 + side * 70, 486 + angle * 0.7)
            canvas.line(
                [start, (600 + side * (70 + 190 * math.cos(turn)), start[1] + 190 * math.sin(turn))], "#ffffffcc", 3
            )
    canvas.polygon([(578, 458), (622, 458), (600, 482)], "#e87f8c")
    canvas.arc(578, 486, 24, 20, 10, 170, "#6d4a44", 5)
    canvas.arc(622, 486, 24, 20, 10, 170, "#6d4a44", 5)
    return canvas


def seedlings() -> Canvas:
    """The beans of the science class on the window sill."""
    x: float
    canvas = Canvas(seed=32)
    canvas.gradient("#bfe3f5", "#eaf6fb", bottom=640)
    canvas.glow(900, 120, 420, "#fff8d8", 0.9)
    for x in (390, 800):
        canvas.rect(x, 0, 20, 640, "#f8fafb")
    canvas.rect(0, 0, 1200, 22, "#f8fafb")
    canvas.gradient("#f5efe4", "#dfd3bf", top=640)
    for place, (leaves, pot) in enumerate(((1, "#d9764a"), (3, "#4a90b8"), (5, "#8a6bb5"))):
        x, base = 250 + place * 310, 640
        canvas.shadow(x, 800, 120, 20, 90)
        top = base - 60 - leaves * 72
        stem = [(x + math.sin(step / 2 + place) * 14, base - (base - top) * step / 12) for step in range(13)]
        canvas.line(stem, "#4f9a4a", 13)
        for leaf in range(leaves):
            px, py = stem[min(12, 4 + leaf * 2)]
            side = 1 if leaf % 2 else -1
            for lift, colour in ((0, "#3f8a3f"), (6, "#66b85c")):
                canvas.polygon([(px, py), (px + side * 44, py - 46 - lift), (px + side * 104, py - 30 - lift),
                                (px + side * 60, py + 4 - lift)], colour)  # fmt: skip
        canvas.ellipse(x, base, 100, 24, fill="#4a3527")
        canvas.shaded([(x - 108, base), (x + 108, base), (x + 78, 800), (x - 78, 800)], pot, pot)
        canvas.rect(x - 116, base - 8, 232, 40, pot, 8)
        canvas.polygon([(x + 40, base + 32), (x + 104, base + 32), (x + 76, 800), (x + 34, 800)], "#00000022")
        canvas.rect(x - 56, 690, 112, 62, "#fffdf6", 6)
        canvas.text(x, 722, f"Day {(3, 7, 14)[place]}", 34, "#3a4250", "mm")
    canvas.rect(1062, 180, 58, 620, "#f2cf6b", 4)
    for tick in range(25):
        canvas.rect(1062, 200 + tick * 24, 30 if tick % 5 == 0 else 16, 3, "#6d5518")
    return canvas


def balcony() -> Canvas:
    """Tomatoes in the evening sun."""
    x: float
    canvas = Canvas(seed=33)
    canvas.gradient("#f9c58d", "#fbe3c0", "#fdf3e1", bottom=620)
    canvas.glow(930, 210, 430, "#fff6d0", 0.95)
    for x in range(0, 1200, 150):
        canvas.shaded(
            [(x, 430 - x % 400 / 4), (x + 120, 430 - x % 400 / 4), (x + 120, 640), (x, 640)], "#e3b68f", "#d39f78"
        )
    canvas.gradient("#b4754e", "#8f5639", top=620)
    for x in range(20, 1200, 62):
        canvas.rect(x, 380, 14, 250, "#5c4a44")
    canvas.rect(0, 366, 1200, 22, "#4a3b37")
    for place, x in enumerate((230, 600, 970)):
        canvas.shadow(x, 850, 150, 24, 120)
        canvas.line([(x, 640), (x, 180)], "#8a6a45", 9)
        canvas.line([(x + math.sin(step / 1.6 + place) * 26, 650 - step * 42) for step in range(11)], "#3f7d3c", 13)
        for _ in range(42):
            px, py = canvas.random.gauss(x, 66), canvas.random.uniform(220, 640)
            size = canvas.random.uniform(18, 40)
            green = canvas.random.choice(["#3c7d3a", "#4f9a48", "#68b356"])
            canvas.polygon([(px, py - size), (px + size * 0.8, py), (px, py + size), (px - size * 0.8, py)], green)
        for _ in range(11):
            px, py = canvas.random.gauss(x, 60), canvas.random.uniform(300, 620)
            ripe = canvas.random.random() < 0.75
            size = canvas.random.uniform(21, 31)
            canvas.ball(px, py, size, "#ff8a6b" if ripe else "#d6e07a", "#c22a22" if ripe else "#8da83a")
            canvas.polygon(
                [(px - 12, py - size + 2), (px, py - size + 10), (px + 12, py - size + 2), (px, py - size - 7)],
                "#2f6a2e",
            )
        canvas.shaded([(x - 120, 640), (x + 120, 640), (x + 92, 850), (x - 92, 850)], "#d57b50", "#a9532f")
        canvas.rect(x - 130, 630, 260, 44, "#df8a5e", 8)
    return canvas


SCENES = {
    "cat-orange": lambda: cat(
        "#f0a04b", "#c9752a", "#fdeed9", "#b7d36b", ("#bfe0ea", "#e9f5f3", "#c79a6b"), stripes=True
    ),
    "cat-grey": lambda: cat(
        "#6f7b8c", "#4d5767", "#e6eaf0", "#ffd166", ("#f3dfcf", "#faf0e6", "#8d6b57"), stripes=False
    ),
    "seedlings": seedlings,
    "balcony": balcony,
}
