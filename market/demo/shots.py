"""Chooses how a listing's pictures are taken: a cover, its variants, and a closer or another look."""

import random
from dataclasses import replace

from market.demo.drawing.photograph import Shot
from market.demo.drawing.printing import FLAT, Order
from market.demo.reading import ListingNote, PictureNote

COLOURS = {
    "red": "#d8434b", "blue": "#2f74d0", "green": "#2f9468", "yellow": "#efb338", "purple": "#7a5ac8",
    "orange": "#e57c3b", "pink": "#e38aa6", "teal": "#2f9c9b", "navy": "#34466b", "sky": "#7fb4e6", "mint": "#8fd0b5",
    "cream": "#efe6d4", "white": "#f1f1ee", "black": "#2f333c", "grey": "#98a0ab", "brown": "#7a4d31",
    "sage": "#9fb594", "olive": "#77803f", "coral": "#ef8a72", "clay": "#b9694a", "lilac": "#b9a7e0", "sand": "#d8c19c",
}  # fmt: skip
_HUES = ("sand", "rose", "sky", "mint", "lilac", "grey", "lemon", "peach", "sage", "ice", "teal", "clay")
# What bears words that would be read backwards.
_READ = {
    "amplifier", "blocks", "book", "boxes", "candle", "chalkboard", "coffee", "comic", "drill", "dumbbell", "ebook",
    "gift-card", "harmonica", "honey", "jam", "juice", "map", "pattern", "phone", "poster", "pump", "samples", "saw",
    "shirt", "soap", "speaker", "syrup", "ticket", "tomatoes", "toolbox", "vinyl",
}  # fmt: skip
_TALL = {
    "book",
    "comic",
    "ebook",
    "poster",
    "map",
    "dress",
    "floor-lamp",
    "guitar",
    "ukulele",
    "skis",
    "shelf",
    "ladder",
}
_LARGE, _SMALL = (800, 600), (640, 480)  # the cover, and all others


def pictures_of(note: ListingNote, number: int) -> tuple[list[Order], dict[int, int]]:
    """What to print, the cover first, and which picture belongs to which variant (both by place)."""
    if note.picture is None:
        return [], {}
    rng = random.Random(f"{number} {note.title}")  # noqa: S311
    cover = _order(note.picture, _cover_shot(note.picture, rng))
    orders, of_variant = [cover], {}
    small = replace(cover.shot, width=_SMALL[0], height=_SMALL[1])
    for place, variant in enumerate(note.variants):
        if variant.picture is not None:
            pictured = _order(variant.picture, small)
            if pictured == replace(cover, shot=small):
                pictured = cover
            if pictured not in orders:
                orders.append(pictured)
            of_variant[place] = orders.index(pictured)
    if len(orders) < 2:
        orders.append(_closer(cover, rng))
    if len(orders) < 3 and rng.random() < 0.2:
        orders.append(_other(cover, small, rng))
    return orders, of_variant


def _order(picture: PictureNote, shot: Shot) -> Order:
    return Order(picture.kind, COLOURS[picture.colour], COLOURS[picture.accent], picture.words, shot)


def _cover_shot(picture: PictureNote, rng: random.Random) -> Shot:
    scene = "flat" if picture.kind in FLAT else picture.scene or rng.choice(("studio", "studio", "room"))
    width, height = _LARGE
    if picture.kind in _TALL and rng.random() < 0.5:
        width, height = height, width
    elif rng.random() < 0.08:
        width = height
    tilt = rng.choice((-6.0, -3.0, 0.0, 0.0, 4.0)) if scene == "flat" else 0.0
    return Shot(scene, picture.hue or rng.choice(_HUES), width, height, rng.uniform(0.92, 1.0), tilt=tilt)


def _closer(cover: Order, rng: random.Random) -> Order:
    return replace(cover, shot=replace(cover.shot, part=rng.choice(((0.3, 0.4), (0.68, 0.42), (0.5, 0.75)))))


def _other(cover: Order, small: Shot, rng: random.Random) -> Order:
    hue = rng.choice([hue for hue in _HUES if hue != small.hue])
    scene = "flat" if cover.kind in FLAT else "studio" if small.scene != "studio" else "room"
    is_read = cover.kind in _READ
    return replace(
        cover, shot=replace(small, scene=scene, hue=hue, is_mirrored=not is_read, size=0.84, tilt=small.tilt / 2)
    )
