"""One XML element of a DMN file with the questions a reader asks of it: children, names, types, its place."""

from collections.abc import Iterator
from typing import Final

from engine.dmn.document import VERSIONS
from engine.dmn.findings import DmnFindings, DmnPlace
from engine.dmn.model import DmnVariable, LiteralExpression, UnaryTestsText
from engine.kernel.xml import Element

FEEL_LANGUAGES: Final = frozenset(
    {
        "feel",
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    }
)
"""How the versions of the standard name FEEL as a language, and as an XML namespace of its types."""


class DmnNode:
    """An element of the model; children of other namespaces (extensions, diagram data) are not seen."""

    __slots__ = ("element", "file", "findings", "place", "tag")

    def __init__(self, element: Element, file: str, findings: DmnFindings) -> None:
        self.element = element
        self.file = file
        self.findings = findings
        self.tag = element.kind
        label = element.get("name") or element.get("id")
        self.place = DmnPlace(file, element.line, f"{self.tag} '{label}'" if label else self.tag)

    def children(self, tag: str | None = None) -> Iterator["DmnNode"]:
        """The child elements of the model's own namespace, all or those with one name."""
        for child in self.element.children(*[tag] if tag else []):
            yield DmnNode(child, self.file, self.findings)

    def descendants(self, tags: tuple[str, ...]) -> Iterator["DmnNode"]:
        """All elements of the model's own namespace below this one that have one of some names."""
        for element in self.element.within(*tags):
            if element is not self.element:
                yield DmnNode(element, self.file, self.findings)

    def child(self, tag: str) -> "DmnNode | None":
        return next(self.children(tag), None)

    def optional(self, attribute: str) -> str | None:
        return self.element.get(attribute)

    def required(self, attribute: str) -> str:
        """An attribute's text; its absence is a finding and reads as an empty text."""
        value = self.optional(attribute)
        if value is None:
            self.findings.add(self.place, f"expected an attribute {attribute!r}, found none")
            return ""
        return value

    def name(self) -> str:
        """The name with runs of blanks made one, as FEEL compares names (DMN 1.5, 10.3.1.4)."""
        return " ".join((self.optional("name") or "").split())

    def required_name(self) -> str:
        """The name, whose absence is a finding."""
        name = self.name()
        if not name:
            self.findings.add(self.place, "expected a name, found none")
        return name

    def identity(self) -> str:
        """The id, which the standard leaves optional: the name stands in for one that is absent."""
        return self.optional("id") or self.name()

    def flag(self, attribute: str) -> bool:
        """A boolean attribute, false where it is absent."""
        return self.optional(attribute) in ("true", "1")

    def text(self) -> str:
        """The text of the child `text`; empty where there is none."""
        child = self.child("text")
        return "" if child is None else child.element.verbatim

    def variable(self) -> DmnVariable:
        return DmnVariable(name=self.name(), type_ref=self.type_ref(), place=self.place)

    def own_variable(self) -> DmnVariable:
        """The child `variable`; files of modelers that leave it out mean one with the element's own name."""
        child = self.child("variable")
        if child is None:
            return DmnVariable(name=self.name(), type_ref=None, place=self.place)
        variable = child.variable()
        return variable if variable.name else DmnVariable(self.name(), variable.type_ref, variable.place)

    def type_ref(self, attribute: str = "typeRef") -> str | None:
        """The text of a type reference written as an attribute."""
        return self.qualified(self.optional(attribute))

    def type_ref_child(self) -> str | None:
        """The text of a type reference written as a child element, or as an attribute."""
        child = self.child("typeRef")
        return self.type_ref() if child is None else child.qualified(child.element.verbatim)

    def qualified(self, text: str | None) -> str | None:
        """A type reference without its XML prefix, which DMN 1.1 wrote and which is known only here."""
        text = " ".join((text or "").split())
        if not text:
            return None
        prefix, colon, local = text.partition(":")
        namespace = self.element.nsmap.get(prefix)
        if not colon or "<" in prefix:
            return text
        if namespace in FEEL_LANGUAGES or namespace in VERSIONS:
            return local.strip()
        return f"{{{namespace}}}{local}" if namespace else f"{prefix}.{local}"

    def check_expression_language(self, attribute: str) -> None:
        """A language other than FEEL is a finding."""
        language = self.optional(attribute)
        if language is None or language in FEEL_LANGUAGES or language.lower() == "feel":
            return
        self.findings.add_if_strict(
            self.place, f"expected {attribute} FEEL, found {language!r}; no other language is evaluated"
        )


def null(place: DmnPlace) -> LiteralExpression:
    """The expression that stands where none is written."""
    return LiteralExpression(place=place, type_ref=None, text="null")


def read_literal(node: DmnNode) -> LiteralExpression:
    """FEEL text; another language and values imported from elsewhere are findings (DMN 1.5, 7.3.3)."""
    node.check_expression_language("expressionLanguage")
    if node.child("importedValues") is not None:
        node.findings.add_if_strict(
            node.place, "expected text, found importedValues; only imports of DMN files are read"
        )
    return LiteralExpression(place=node.place, type_ref=node.type_ref(), text=node.text())


def read_unary_tests(node: DmnNode | None) -> UnaryTestsText | None:
    """Unary tests as text, where they are written and not blank."""
    if node is None:
        return None
    node.check_expression_language("expressionLanguage")
    text = node.text().strip()
    return UnaryTestsText(place=node.place, text=text) if text else None
