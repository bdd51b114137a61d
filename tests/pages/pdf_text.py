"""The text of a PDF that this system has set, by the maps from glyphs to characters that it carries."""

import re
from io import BytesIO
from typing import Any

import pikepdf

_PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def text_of(pdf: bytes) -> str:
    """What can be read on all pages, without the spaces and line breaks."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return "".join("".join(_text_of_page(page).split()) for page in opened.pages)


def _text_of_page(page: pikepdf.Page) -> str:
    fonts = {name: _characters(font) for name, font in page.resources.get("/Font", {}).items()}
    found, characters = [], dict[int, str]()
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            characters = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            found += [_read(bytes(part), characters) for part in _strings(operands[0])]
    return "".join(found)


def _strings(shown: Any) -> list[Any]:
    parts = list(shown) if isinstance(shown, pikepdf.Array) else [shown]
    return [part for part in parts if isinstance(part, pikepdf.String)]


def _read(glyphs: bytes, characters: dict[int, str]) -> str:
    codes = (int.from_bytes(glyphs[at : at + 2]) for at in range(0, len(glyphs), 2))
    return "".join(characters.get(code, "") for code in codes)


def _characters(font: Any) -> dict[int, str]:
    """The characters of each glyph of a font, by its code of two bytes."""
    found = {}
    stated = font["/ToUnicode"].read_bytes()
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", stated, re.DOTALL):
        for first, last, characters in _RANGE.findall(block):
            start = int(characters, 16)
            codes = range(int(first, 16), int(last, 16) + 1)
            found |= {code: chr(start + place) for place, code in enumerate(codes)}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", stated, re.DOTALL):
        for code, characters in _PAIR.findall(block):
            found[int(code, 16)] = bytes.fromhex(characters.decode()).decode("utf-16-be")
    return found
