"""Faces for the people and emblems for their groups: 320 pixels, drawn from a few traits."""

from dataclasses import dataclass

from PIL import Image

from messenger.demo.canvas import Canvas

SKINS = (
    ("#f6d3b8", "#e3b18f"),
    ("#e8b48c", "#cf9468"),
    ("#c98a5e", "#a96c44"),
    ("#8d5a3c", "#6f432b"),
    ("#5f3b28", "#472a1b"),
)
HAIR = {
    "black": "#23201f",
    "brown": "#5a3a26",
    "blond": "#d9ae62",
    "red": "#b4532a",
    "grey": "#a9adb3",
    "white": "#e9ebee",
}
WALLS = (
    ("#ffd8b8", "#ff9d7a"), ("#cfe8ff", "#7ab6f0"), ("#d9f2d0", "#86c98a"), ("#eadcff", "#a78bea"),
    ("#fff1b8", "#f3c552"), ("#ffd6e4", "#f08cae"), ("#d3f3f0", "#66bfb8"), ("#e3e6ef", "#97a1b8"),
)  # fmt: skip


@dataclass(frozen=True)
class Face:
    wall: int
    skin: int
    hair: str
    style: str  # short, long, bun, curly, bald, bob
    shirt: str
    glasses: bool = False
    beard: bool = False


def portrait(face: Face) -> Image.Image:
    canvas = Canvas(320, 320)
    canvas.gradient(*WALLS[face.wall % len(WALLS)])
    canvas.glow(90, 60, 190, "#ffffff", 0.4)
    skin, shade = SKINS[face.skin % len(SKINS)]
    hair = HAIR[face.hair]
    if face.style in ("long", "bob"):
        canvas.rect(82, 92, 156, 190 if face.style == "long" else 130, hair, 70)
    if face.style == "curly":
        for x, y in (
            (96, 110),
            (120, 80),
            (160, 66),
            (200, 80),
            (224, 110),
            (90, 146),
            (230, 146),
            (98, 178),
            (222, 178),
        ):
            canvas.ellipse(x, y, 34, fill=hair)
    if face.style == "bun":
        canvas.ellipse(160, 48, 34, fill=hair)
    canvas.ellipse(160, 338, 128, 96, fill=face.shirt)
    canvas.rect(134, 196, 52, 66, shade, 24)
    canvas.polygon([(126, 246), (194, 246), (160, 288)], skin)
    for x in (94, 226):
        canvas.ellipse(x, 152, 13, 18, fill=shade)
    canvas.ellipse(160, 146, 66, 78, fill=skin)
    if face.beard:
        canvas.sector(160, 160, 66, 66, 8, 172, hair)
        canvas.ellipse(160, 166, 40, 22, fill=skin)
    if face.style != "bald":
        canvas.sector(160, 132, 70, 74, 188, 352, hair)
        if face.style in ("short", "bun", "bob"):
            canvas.polygon([(92, 128), (110, 84), (204, 78), (168, 112), (116, 120), (102, 146)], hair)
        elif face.style == "long":
            canvas.polygon([(90, 190), (92, 110), (160, 74), (150, 110), (108, 138)], hair)
            canvas.polygon([(230, 190), (228, 110), (150, 74), (176, 112), (212, 138)], hair)
    _features(canvas, face, shade, hair)
    return canvas.finish(vignette=0)


def _features(canvas: Canvas, face: Face, shade: str, hair: str) -> None:
    brow = "#4a3a33" if face.style == "bald" or face.hair in ("white", "grey") else hair
    for side in (-1, 1):
        x = 160 + side * 27
        canvas.ellipse(x, 150, 7.5, 9, fill="#2a2320")
        canvas.ellipse(x - 2.5, 147, 2.6, fill="#ffffff")
        canvas.line([(x - 11, 131), (x + 11, 129 if side > 0 else 133)], brow, 5)
        canvas.ellipse(x + side * 12, 174, 13, 8, fill="#ff7a7a33")
        if face.glasses:
            canvas.ring(x, 150, 20, 4, "#2d3340")
    if face.glasses:
        canvas.line([(153, 149), (167, 149)], "#2d3340", 4)
    canvas.line([(160, 154), (155, 172), (163, 174)], shade, 4)
    canvas.sector(160, 184, 22, 15, 10, 170, "#8f3a3a" if face.skin > 2 else "#b8484f")
    canvas.sector(160, 183, 18, 7, 10, 170, "#ffffff")


def random_face(number: int) -> Face:
    """Another face for each number, always the same one."""
    hair = ("brown", "black", "blond", "red", "grey", "black", "brown", "white")[number * 5 % 8]
    style = ("short", "long", "curly", "bob", "short", "bun", "bald", "short")[number * 3 % 8]
    shirt = ("#3f6fb5", "#c4564f", "#4f8a5b", "#6b4fa0", "#d08a3a", "#34495e", "#b05a86")[number * 4 % 7]
    is_bearded = style in ("short", "bald") and number % 3 == 0
    return Face(number * 3 + 1, number * 2 % 5, hair, style, shirt, number % 4 == 1, is_bearded)


def emblem(kind: str) -> Image.Image:
    """The photo of a group or channel."""
    canvas = Canvas(320, 320)
    if kind == "houses":
        canvas.gradient("#9fd8f2", "#e6f6fb")
        canvas.ball(252, 70, 30, "#fff3b0", "#ffd166")
        for x, wall, roof in ((40, "#f4b183", "#c4564f"), (122, "#f7e3a1", "#8a6bb5"), (204, "#a9d6b8", "#3f6fb5")):
            canvas.rect(x, 130, 78, 110, wall)
            canvas.polygon([(x - 8, 134), (x + 39, 84), (x + 86, 134)], roof)
            canvas.rect(x + 14, 152, 20, 24, "#fffbe8", 3)
            canvas.rect(x + 44, 152, 20, 24, "#fffbe8", 3)
            canvas.rect(x + 29, 196, 22, 44, "#7a5238", 3)
        canvas.gradient("#5aa9d6", "#2f7fb5", top=238)
        for x, y in ((40, 262), (140, 284), (220, 258), (90, 300), (250, 296)):
            canvas.rect(x, y, 56, 4, "#ffffff77", 2)
    elif kind == "flask":
        canvas.gradient("#d8c9ff", "#8f73e0")
        canvas.polygon([(138, 70), (182, 70), (182, 140), (246, 250), (74, 250), (138, 140)], "#ffffff")
        canvas.polygon([(122, 186), (198, 186), (232, 244), (88, 244)], "#3ecf8e")
        canvas.rect(126, 58, 68, 18, "#ffffff", 9)
        for x, y, size in ((140, 214, 9), (176, 226, 12), (164, 168, 7), (150, 130, 6)):
            canvas.ellipse(x, y, size, fill="#eafff4")
    elif kind == "wheel":
        canvas.gradient("#ffe0b0", "#f08a4b")
        canvas.ring(160, 160, 96, 16, "#23272f")
        for turn in range(8):
            end = ((84, 0), (59, 59), (0, 84), (-59, 59), (-84, 0), (-59, -59), (0, -84), (59, -59))[turn]
            canvas.line([(160, 160), (160 + end[0], 160 + end[1])], "#6b4a35", 5)
        canvas.ball(160, 160, 24, "#fff7e6", "#c9a36b")
    else:
        canvas.gradient("#8fd3f4", "#f6d9a8", "#e0a867")
        canvas.ball(160, 150, 60, "#fff6c9", "#ffb347")
        canvas.polygon([(0, 230), (110, 190), (220, 236), (320, 200), (320, 320), (0, 320)], "#3f7fa8")
    return canvas.finish(vignette=0)
