"""Markdown as HTML: what people write for people, without HTML of their own, images, or dangerous links."""

from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup

_SCHEMES = frozenset({"https", "http", "mailto", "tel"})
"""Where a link may lead outside; without a scheme it stays here."""

_HEADINGS_BELOW = 2
"""A heading of the text stands below those of the page around it."""


def as_html(text: str) -> Markup:
    """The text as HTML: CommonMark with tables; HTML is shown as it was typed, a dangerous link as text."""
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _HEADINGS_BELOW, 6)}"
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - the renderer escapes


class _Reader(MarkdownIt):
    """The library asks this method which links to make."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return _is_safe(url)


@cache
def _reader() -> MarkdownIt:
    return _Reader("commonmark", {"html": False}).enable("table").disable("image")


def _is_safe(address: str) -> bool:
    """Whether a link may lead there: to a page of ours by its path, or outside by a known scheme."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in _SCHEMES
    is_path = address.startswith(("/", "#")) and not address.startswith(("//", "/\\"))
    return is_path and "\\" not in address
