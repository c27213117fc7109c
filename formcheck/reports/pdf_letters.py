"""The letters of a PDF: DejaVu's own, and the East Asian ones that every PDF reader brings along."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from formcheck.reports.style import font_file

_REGULAR: Final = "DejaVu"
_BOLD: Final = "DejaVu-Bold"

# Nothing of them is put into the file: they are among the fonts that the PDF standard lets a reader supply.
_CHINESE: Final = "STSong-Light"
_JAPANESE: Final = "HeiseiKakuGo-W5"
_KOREAN: Final = "HYGothic-Medium"

_KANA: Final = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_EAST_ASIAN: Final = re.compile(
    "[\u3000-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uffee]"
)
_NOT_ASCII: Final = re.compile("[^\x00-\x7f]+")
_UNKNOWN: Final = "?"


@cache
def register_fonts() -> None:
    """Make the fonts known to the PDF library, once."""
    pdfmetrics.registerFont(TTFont(_REGULAR, str(font_file())))
    pdfmetrics.registerFont(TTFont(_BOLD, str(font_file(bold=True))))
    pdfmetrics.registerFontFamily(_REGULAR, normal=_REGULAR, bold=_BOLD, italic=_REGULAR, boldItalic=_BOLD)
    for name in (_CHINESE, _JAPANESE, _KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
        pdfmetrics.registerFontFamily(name, normal=name, bold=name, italic=name, boldItalic=name)


def with_fonts(markup: str) -> str:
    """Return the markup with an East Asian font around what DejaVu lacks, and ``?`` for what no font has.

    Chinese, Japanese or Korean is told by kana and hangul among neighbouring letters.
    """
    return _NOT_ASCII.sub(lambda found: _run_with_fonts(found.group()), markup)


def _run_with_fonts(run: str) -> str:
    font = _JAPANESE if _KANA.search(run) else _KOREAN if _HANGUL.search(run) else _CHINESE
    parts = []
    for asian, letters in groupby(run, _is_east_asian):
        part = "".join(letters)
        parts.append(f'<font name="{font}">{part}</font>' if asian else "".join(map(_in_dejavu, part)))
    return "".join(parts)


def _is_east_asian(letter: str) -> bool:
    return letter not in _drawn() and _EAST_ASIAN.match(letter) is not None


def _in_dejavu(letter: str) -> str:
    # What only changes its neighbour, such as the form of an emoji, has no place of its own.
    if unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f":
        return ""
    return letter if letter in _drawn() else _UNKNOWN


@cache
def _drawn() -> frozenset[str]:
    """Return the letters that DejaVu draws in both weights; those beyond 16 bits are lost in copying."""
    register_fonts()
    faces = (pdfmetrics.getFont(name).face.charToGlyph for name in (_REGULAR, _BOLD))
    return frozenset(map(chr, range(32, 127))) | frozenset(
        chr(code) for code in frozenset.intersection(*map(frozenset, faces)) if code <= 0xFFFF
    )
