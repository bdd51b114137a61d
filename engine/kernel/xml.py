"""XML from anybody, read in one place: bounded, with no entity, network address or document type followed."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import cast

from lxml import etree


@dataclass(frozen=True, kw_only=True)
class XmlLimits:
    """What one file may ask for; no honest file comes near."""

    file_bytes: int = 5_000_000
    elements: int = 60_000
    depth: int = 120


class XmlCause(Enum):
    """Why a file is not read."""

    SYNTAX = "not well-formed"
    DOCTYPE = "a document type declaration"
    BYTES = "too many bytes"
    ELEMENTS = "too many elements"
    DEPTH = "elements nested too deep"
    ROOT = "another kind of file"


class Unreadable(Exception):
    """The file is not XML that is read here.

    `detail` is the parser's message, the declaration, the root's name, or the number of bytes, elements or
    levels found.
    """

    def __init__(self, cause: XmlCause, *, line: int, detail: str) -> None:
        super().__init__(f"{cause.value}: {detail}")
        self.cause = cause
        self.line = line
        self.detail = detail


class Element(etree.ElementBase):
    """An element of a file, as lxml's parser makes them, with the questions that our readers ask of it.

    Where `kinds` of elements are asked for, these are names without the namespace, any where none is given,
    and the namespace is the element's own unless another is named.
    """

    @property
    def kind(self) -> str:
        """The name without its namespace."""
        return self.tag.rpartition("}")[2]

    @property
    def namespace(self) -> str:
        """The namespace; empty where there is none."""
        return self.tag.rpartition("}")[0][1:]

    @property
    def line(self) -> int:
        """The line that its tag ends on, from 1."""
        return cast("int | None", self.sourceline) or 1

    @property
    def parent(self) -> "Element | None":
        """The element around it."""
        return cast("Element | None", self.getparent())

    @property
    def verbatim(self) -> str:
        """The text in it and in all that it holds, as it is written."""
        return "".join(cast("Iterator[str]", self.itertext()))

    @property
    def content(self) -> str:
        """The same text without space around it."""
        return self.verbatim.strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean attribute as XML Schema writes it: `true`, `false`, `1` or `0`."""
        value = self.get(name)
        return default if value is None else value.strip() in {"true", "1"}

    def ancestors(self) -> "Iterator[Element]":
        """The elements around it, the nearest first."""
        return cast("Iterator[Element]", self.iterancestors())

    def children(self, *kinds: str, namespace: str | None = None) -> "list[Element]":
        """The elements directly inside, in the order of the file."""
        return cast("list[Element]", list(self.iterchildren(*self._tags(kinds, namespace))))

    def child(self, kind: str, *, namespace: str | None = None) -> "Element | None":
        """The first of the `children` of that kind."""
        tag = f"{{{self.namespace if namespace is None else namespace}}}{kind}"
        return cast("Element | None", next(self.iterchildren(tag), None))

    def within(self, *kinds: str, namespace: str | None = None) -> "Iterator[Element]":
        """The element itself and all inside it, in the order of the file."""
        return cast("Iterator[Element]", self.iter(*self._tags(kinds, namespace)))

    def having_attributes_of(self, namespace: str) -> "list[Element]":
        """The element itself and all inside it that have an attribute of a namespace."""
        return cast(
            "list[Element]", self.xpath("descendant-or-self::*[@space:*]", namespaces={"space": namespace})
        )

    def _tags(self, kinds: tuple[str, ...], namespace: str | None) -> list[str]:
        start = f"{{{self.namespace if namespace is None else namespace}}}"
        return [start + kind for kind in kinds or ("*",)]


_PARSES_INTO = etree.ElementDefaultClassLookup(element=Element)


def read(content: bytes, limits: XmlLimits, *, to_rewrite: bool = False) -> Element:
    """The root of a file; `Unreadable` if it is refused.

    Comments, processing instructions and CDATA sections are left out, except where the file is read
    `to_rewrite` it.
    """
    if len(content) > limits.file_bytes:
        raise Unreadable(XmlCause.BYTES, line=1, detail=str(len(content)))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=not to_rewrite,
        remove_pis=not to_rewrite,
        strip_cdata=not to_rewrite,
    )
    parser.set_element_class_lookup(_PARSES_INTO)
    try:
        root = cast("Element", etree.fromstring(content, parser))
    except etree.XMLSyntaxError as error:
        raise Unreadable(XmlCause.SYNTAX, line=error.lineno or 1, detail=error.msg or "empty") from error
    except (ValueError, LookupError) as error:
        raise Unreadable(XmlCause.SYNTAX, line=1, detail=str(error)) from error
    if doctype := str(root.getroottree().docinfo.doctype):  # type: ignore[attr-defined]  # missing in the stubs
        raise Unreadable(XmlCause.DOCTYPE, line=1, detail=doctype)
    _refuse_large_tree(root, limits)
    return root


def declared(content: bytes, prefix: str, namespace: str) -> bytes:
    """The file with a prefix declared at its root; unchanged where it holds no element."""
    tag = _ROOT_TAG.match(content)
    if tag is None:
        return content
    declaration = f' xmlns:{prefix}="{namespace}"'.encode()
    return content[: tag.end()] + declaration + content[tag.end() :]


def drop_unused_prefixes(root: Element, namespaces: Collection[str]) -> None:
    """Take out the declarations of these namespaces where nothing of them is left; others stay."""
    kept = [prefix for prefix, space in root.nsmap.items() if prefix and space not in namespaces]
    etree.cleanup_namespaces(root, keep_ns_prefixes=kept)


def written(root: Element, original: bytes) -> bytes:
    """The file of a root that was read `to_rewrite`, and whose own attributes are as they were.

    The tag of the root and what stood around it stay as in the original, but for declarations that are gone.
    Attributes of any other tag that stood on several lines come to stand on one.
    """
    found = _ROOT_TAG.match(original)
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    if found is None:
        return cast("bytes", etree.tostring(root.getroottree(), encoding=encoding, xml_declaration=True))
    body = cast("bytes", etree.tostring(root, encoding=encoding, xml_declaration=False, with_tail=False))
    tag = original[found.start("root") : _end_of_tag(original, found.start("root"))]
    for declaration in _DECLARED.finditer(tag):
        if declaration.group("prefix").decode() not in root.nsmap:
            tag = tag.replace(declaration.group(), b"")
    behind = original[_end_of_root(original) :]
    return original[: found.start("root")] + tag + body[_end_of_tag(body, 0) :] + behind


_ROOT_TAG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*+(?P<root><[\w.:-]+)", re.DOTALL)
"""What stands before the root, and the beginning of its tag, in an encoding that writes ASCII as ASCII."""


_DECLARED = re.compile(rb"""\s+xmlns:(?P<prefix>[\w.-]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")


def _end_of_tag(content: bytes, start: int) -> int:
    found = _TAG.match(content, start)
    return start if found is None else found.end()


def _end_of_root(content: bytes) -> int:
    """Where the last tag of the root ends: behind it are comments and space at most."""
    end = content.rfind(b">") + 1
    while end > 0 and content[:end].endswith((b"-->", b"?>")):
        start = content.rfind(b"<!--" if content[:end].endswith(b"-->") else b"<?", 0, end)
        end = content.rfind(b">", 0, max(start, 0)) + 1
    return end


def _refuse_large_tree(root: Element, limits: XmlLimits) -> None:
    """Asks in XPath, which the parser's library answers many times faster than a walk through the tree."""
    for too_deep in cast("list[Element]", _first_deeper_than(limits.depth)(root)):
        raise Unreadable(XmlCause.DEPTH, line=too_deep.line, detail=str(limits.depth + 1))
    count = int(cast("float", root.xpath("count(descendant-or-self::*)")))
    if count > limits.elements:
        (too_many,) = cast("list[Element]", root.xpath(f"(//*)[{limits.elements + 1}]"))
        raise Unreadable(XmlCause.ELEMENTS, line=too_many.line, detail=str(count))


@cache
def _first_deeper_than(depth: int) -> etree.XPath:
    return etree.XPath(f"({'/*' * (depth + 1)})[1]")
