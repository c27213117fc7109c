"""Small pictures of text and icons, drawn once and laid over many frames."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from formcheck.reports.style import GRADE_ON_VIDEO, OUTLINE, SIGN, Colour, font_file

Picture = NDArray[np.uint8]
Sprite = tuple[NDArray[np.uint16], NDArray[np.uint16]]
"""Colour times opacity, shape (height, width, rgb), and transparency 0…255, shape (height, width, 1)."""

_GLASS: Final = (14, 18, 22, 190)
_WHITE: Final[Colour] = (255, 255, 255)
_FINER: Final = 4


@lru_cache(maxsize=256)
def _font(size_px: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(bold=bold)), size_px)


def icon(grade: str, size_px: int) -> Image.Image:
    """Return the icon of a grade with soft edges, on nothing."""
    fine = size_px * _FINER
    scale = fine / 24
    image = Image.new("RGBA", (fine, fine))
    draw = ImageDraw.Draw(image)
    fill = (*GRADE_ON_VIDEO[grade], 255)
    if grade == "good":
        draw.ellipse([scale, scale, 23 * scale, 23 * scale], fill=fill)
    else:
        draw.polygon([(x * scale, y * scale) for x, y in OUTLINE[grade]], fill=fill)
    width = round(3.1 * scale)
    for stroke in SIGN[grade]:
        points = [(x * scale, y * scale) for x, y in stroke]
        draw.line(points, fill=(16, 20, 24, 255), width=width, joint="curve")
        for x, y in points:
            draw.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=(16, 20, 24, 255))
    return image.resize((size_px, size_px), Image.Resampling.LANCZOS)


@lru_cache(maxsize=512)
def text_sprite(text: str, size_px: int, *, bold: bool = False, colour: Colour = _WHITE) -> Sprite:
    """Return a line of text with a dark edge, readable on any picture."""
    font = _font(size_px, bold=bold)
    edge = max(1, size_px // 14)
    left, top, right, bottom = font.getbbox(text, stroke_width=edge)
    image = Image.new("RGBA", (round(right - left) + 2, round(bottom - top) + 2))
    ImageDraw.Draw(image).text(
        (1 - left, 1 - top),
        text,
        font=font,
        fill=(*colour, 255),
        stroke_width=edge,
        stroke_fill=(0, 0, 0, 150),
    )
    return _sprite(image)


@lru_cache(maxsize=1024)
def label_sprite(name: str, value: str, grade: str | None, size_px: int) -> Sprite:
    """Return a plate with the icon of the grade, the name in small and the value in large letters."""
    small, large = _font(max(9, round(0.68 * size_px)), bold=False), _font(size_px, bold=True)
    pad = max(3, round(0.3 * size_px))
    wide = round(max(small.getlength(name), large.getlength(value)))
    high = round(1.95 * size_px)
    icon_px = round(1.25 * size_px) if grade else 0
    lead = icon_px + pad if grade else 0
    image = Image.new("RGBA", (wide + lead + 3 * pad, high + pad))
    draw = ImageDraw.Draw(image)
    size = (image.width - 1, image.height - 1)
    draw.rounded_rectangle([(0, 0), size], radius=pad, fill=_GLASS)
    draw.rounded_rectangle([(0, 0), (pad * 0.7, size[1])], radius=pad / 3, fill=(*GRADE_ON_VIDEO[grade], 255))
    if grade:
        image.alpha_composite(icon(grade, icon_px), (round(1.5 * pad), (image.height - icon_px) // 2))
    left = lead + round(1.6 * pad)
    draw.text((left, pad // 2), name, font=small, fill=(225, 230, 234, 255))
    draw.text((left, pad // 2 + 0.78 * size_px), value, font=large, fill=(255, 255, 255, 255))
    return _sprite(image)


@lru_cache(maxsize=64)
def tag_sprite(text: str, size_px: int, colour: Colour) -> Sprite:
    """Return a small filled tag with dark letters."""
    font = _font(size_px, bold=True)
    pad = max(2, round(0.35 * size_px))
    image = Image.new("RGBA", (round(font.getlength(text)) + 2 * pad, round(1.3 * size_px) + pad))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle([(0, 0), (image.width - 1, image.height - 1)], radius=pad, fill=(*colour, 235))
    draw.text((pad, pad // 2), text, font=font, fill=(10, 14, 18, 255))
    return _sprite(image)


def size_of(sprite: Sprite) -> tuple[int, int]:
    """Return width and height."""
    return sprite[0].shape[1], sprite[0].shape[0]


def paste(canvas: Picture, sprite: Sprite, x: int, y: int) -> None:
    """Lay ``sprite`` over ``canvas`` with its upper left corner at (x, y); what is outside is cut off."""
    colour, clear = sprite
    height, width = colour.shape[:2]
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + width, canvas.shape[1]), min(y + height, canvas.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
    under = canvas[y0:y1, x0:x1]
    under[:] = (colour[part] + under * clear[part]) // 255


def _sprite(image: Image.Image) -> Sprite:
    rgba = np.asarray(image).astype(np.uint16)
    return rgba[..., :3] * rgba[..., 3:], 255 - rgba[..., 3:]
