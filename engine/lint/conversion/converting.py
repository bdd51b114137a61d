"""The way of a file through the conversion: element by element, and then the expressions."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.diagram import BPMN, ZEEBE, nearest_id
from engine.bpmn.foreign_names import OF_ONE_ORIGIN
from engine.kernel.xml import Element, XmlLimits, declared, drop_unused_prefixes, read, written
from engine.lint.conversion import editing
from engine.lint.conversion.elements import Carrier, converted
from engine.lint.conversion.juel import as_feel, is_juel

EXPRESSIONS = (
    "conditionExpression",
    "condition",
    "completionCondition",
    "loopCardinality",
    "timeDate",
    "timeDuration",
    "timeCycle",
)
"""Elements of BPMN whose text is an expression."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that was rewritten: where it stood in the file that was given, and what became of it."""

    line: int
    element_id: str | None
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """The rewritten file, and what was rewritten in the order of the file."""

    content: bytes
    changes: tuple[Change, ...]


def convert(content: bytes, *, limits: XmlLimits | None = None) -> Conversion:
    """Rewrite a diagram of Camunda 7, Operaton, Activiti or Flowable; `Unreadable` if it is no XML to read.

    What has no exact counterpart is left as it is, for the linter to name and for a person to decide.
    """
    ready = content if ZEEBE.encode() in content else declared(content, "zeebe", ZEEBE)
    root = read(ready, limits or XmlLimits(), to_rewrite=True)
    changes: list[Change] = []
    inside = [element for element in root.within(namespace=BPMN) if element is not root]
    for element in inside:
        for before, after in (*_of_extensions(element), *_of_text(element)):
            identifier = nearest_id(element)
            changes.append(Change(line=element.line, element_id=identifier, before=before, after=after))
    if not changes:
        return Conversion(content=content, changes=())
    drop_unused_prefixes(root, OF_ONE_ORIGIN)
    return Conversion(content=written(root, ready), changes=tuple(changes))


def _of_extensions(element: Element) -> Iterator[tuple[str, str]]:
    if element.kind == "extensionElements":
        return
    for namespace in sorted(OF_ONE_ORIGIN & set(element.nsmap.values())):
        yield from converted(Carrier(element, namespace))
    editing.remove_where_empty(element)


def _of_text(element: Element) -> Iterator[tuple[str, str]]:
    """An expression in the text of an element, as FEEL behind the `=`."""
    if element.kind not in EXPRESSIONS or len(element) or not is_juel(element.content):
        return
    text = as_feel(element.content)
    if text is not None:
        before = element.content
        element.text = f"={text}"
        yield before, f"={text}"
