"""Puts a cut-out thing before a backdrop, with the shadow it throws there."""

from dataclasses import dataclass

from PIL import Image, ImageFilter

from market.demo.drawing.scenes import backdrop

PART = 0.625  # of width and height, that details show
_STANDS_AT = {"studio": 0.855, "room": 0.88, "table": 0.86, "grass": 0.88}  # where feet are, of the height


@dataclass(frozen=True)
class Shot:
    """How a thing is photographed. `part`: a detail of the picture around this point (of its width and height)."""

    scene: str = "studio"
    hue: str = "sand"
    width: int = 1200
    height: int = 900
    size: float = 1.0  # of what fits
    is_mirrored: bool = False
    tilt: float = 0.0  # degrees, of flat scenes
    part: tuple[float, float] | None = None


def photograph(layer: Image.Image, shot: Shot) -> Image.Image:
    picture = backdrop(shot.scene, shot.hue, shot.width, shot.height)
    if shot.is_mirrored:
        layer = layer.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if shot.tilt:
        layer = layer.rotate(shot.tilt, Image.Resampling.BICUBIC, expand=True)
    fit = min(shot.width * 0.75 / layer.width, shot.height * 0.74 / layer.height) * shot.size
    size = max(1, round(layer.width * fit)), max(1, round(layer.height * fit))
    thing = layer.resize(size, Image.Resampling.BOX if fit < 0.6 else Image.Resampling.BICUBIC)
    if shot.scene == "flat":
        corner = round((shot.width - size[0]) / 2), round((shot.height - size[1]) / 2)
        _drop(picture, thing, corner, 0.42)
    else:
        ground = round(shot.height * _STANDS_AT[shot.scene])
        corner = round((shot.width - size[0]) / 2), ground - size[1]
        _ground(picture, thing, corner)
    picture.paste(thing, corner, thing)
    return picture


def cut(picture: Image.Image, shot: Shot) -> Image.Image:
    """The detail that the shot wants, or all of it."""
    if shot.part is None:
        return picture
    width, height = round(picture.width * PART), round(picture.height * PART)
    x = round((picture.width - width) * shot.part[0])
    y = round((picture.height - height) * shot.part[1])
    return picture.crop((x, y, x + width, y + height))


def _drop(picture: Image.Image, thing: Image.Image, corner: tuple[int, int], strength: float) -> None:
    """The shadow of something that lies flat: a little lower and to the right, twice, near and far."""
    alpha = thing.getchannel("A").reduce(4)
    for offset, blur, part in ((0.012, 2.2, 0.55), (0.034, 8, 0.6)):
        margin = 24
        mask = Image.new("L", (alpha.width + margin * 2, alpha.height + margin * 2))
        mask.paste(alpha.point([round(value * strength * part) for value in range(256)]), (margin, margin))
        mask = mask.filter(ImageFilter.GaussianBlur(blur))
        mask = mask.resize((mask.width * 4, mask.height * 4), Image.Resampling.BILINEAR)
        step = round(offset * picture.height)
        picture.paste("#1c1426", (corner[0] - margin * 4 + step * 2 // 3, corner[1] - margin * 4 + step), mask)


def _ground(picture: Image.Image, thing: Image.Image, corner: tuple[int, int]) -> None:
    """The shadow of something that stands: a wide soft one of all of it, and a dark one where it touches."""
    alpha = thing.getchannel("A")
    x, ground = corner[0], corner[1] + thing.height
    foot = alpha.crop((0, round(thing.height * 0.955), thing.width, thing.height))
    for part, flat, blur, strength in ((alpha, 0.15, 7.0, 0.34), (foot, 1.3, 3.0, 0.5)):
        wide, tall = max(1, thing.width // 4), max(4, round(part.height * flat / 4))
        margin = 26
        mask = Image.new("L", (wide + margin * 2, tall + margin * 2))
        squashed = part.resize((wide, tall), Image.Resampling.BOX)
        mask.paste(squashed.point([round(value * strength) for value in range(256)]), (margin, margin))
        mask = mask.filter(ImageFilter.GaussianBlur(blur))
        mask = mask.resize((mask.width * 4, mask.height * 4), Image.Resampling.BILINEAR)
        rise = 0.62 if part is alpha else 0.5
        picture.paste("#1c1426", (x - margin * 4, round(ground - tall * 4 * rise) - margin * 4), mask)
