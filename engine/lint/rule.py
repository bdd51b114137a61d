"""What a rule is: a stable id, its gravity, why it stands, what to do, and what finds its breaches."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from engine.bpmn.diagram import BPMN, Diagram
from engine.bpmn.foreign import ForeignExtension, foreign_extensions
from engine.kernel.xml import Element
from engine.lint import expressions, variables
from engine.lint.file_index import FileIndex
from engine.lint.finding import Severity, Text


class CheckedDiagram(Diagram):
    """A diagram among the other files of its procedure, as the rules see it."""

    files: FileIndex
    """Set when all files are read, before the first rule is asked."""

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of the variables that its processes can have, all ways through them taken together."""
        return variables.names(self, self.files)

    @cached_property
    def variables_complete(self) -> bool:
        """Whether no variable of another name can come in from outside."""
        return self.files.is_whole and variables.all_known(self, self.files)

    @cached_property
    def expressions(self) -> tuple[expressions.FoundExpression, ...]:
        """Its expressions, parsed."""
        return tuple(expressions.read(self, self.variables))

    @cached_property
    def foreign_extensions(self) -> tuple[ForeignExtension, ...]:
        """What other engines and tools have written into it."""
        return tuple(foreign_extensions(self.root))


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A breach of a rule: the element it is at, what fills the rule's sentence, and the way to it.

    `line` is for a place in a text inside the element; otherwise it is where the element begins. `remedy` is
    there where more can be said than the rule's own.
    """

    element: Element
    values: Mapping[str, str | Text] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    line: int | None = None
    remedy: Text | None = None


Violations = Iterable[Violation]
Find = Callable[[CheckedDiagram], Violations]
"""Yields a violation for every breach in a diagram."""


@dataclass(frozen=True)
class Rule:
    """A rule that every diagram must keep.

    `says` is the sentence for one breach, with places for what was found; `why` and `remedy` hold for every
    breach. `source` is where the rule comes from: a section of BPMN 2.0.2, or what the engine needs.
    """

    id: str
    find: Find | None
    """None where the rule is judged while the file is read."""
    severity: Severity = field(kw_only=True)
    source: str = field(kw_only=True)
    says: Text = field(kw_only=True)
    why: Text = field(kw_only=True)
    remedy: Text = field(kw_only=True)

    @property
    def grave(self) -> bool:
        """Whether breaking it keeps a procedure from being certified."""
        return self.severity is Severity.ERROR


def rule(
    id: str,  # noqa: A002 - it is what the word means everywhere else
    *,
    severity: Severity = Severity.ERROR,
    source: str,
    says_el: str,
    says_en: str,
    why_el: str,
    why_en: str,
    remedy_el: str,
    remedy_en: str,
) -> Callable[[Find | None], Rule]:
    """Make the decorated function, which yields a violation for every breach in a diagram, into a rule."""
    return partial(
        Rule,
        id,
        severity=severity,
        source=source,
        says=Text(el=says_el, en=says_en),
        why=Text(el=why_el, en=why_en),
        remedy=Text(el=remedy_el, en=remedy_en),
    )


def at(element: Element, path: tuple[str, ...] = (), **values: str) -> Violation:
    """The breach at an element, `values` filling the rule's sentence."""
    return Violation(element=element, values=values, path=path)


def carrier(extension: Element) -> Element:
    """The BPMN element that an extension element belongs to."""
    around = (one for one in extension.ancestors() if one.namespace == BPMN)
    return next((one for one in around if one.kind != "extensionElements"), extension)


def described(element: Element) -> str:
    """The element as a message names it: kind, name and id, as in `userTask "Check papers" (Task_1)`.

    A flow without an id is named by its ends.
    """
    name = " ".join((element.get("name") or "").split())[:60]
    quoted = f' "{name}"' if name else ""
    identifier = element.get("id")
    if identifier is None and element.get("sourceRef"):
        return f"{element.kind}{quoted} ({element.get('sourceRef')} → {element.get('targetRef')})"
    return f"{element.kind}{quoted}" + (f" ({identifier})" if identifier else "")
