"""What a rule is: a stable id, its gravity, why it stands, what to do, and what finds its breaches."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property, partial
from typing import Any

from engine import feel
from engine.bpmn.diagram import BPMN, Diagram, DrawnNode
from engine.bpmn.foreign import ForeignExtension, foreign_extensions
from engine.kernel.xml import Element
from engine.lint import expressions, from_outside, variables
from engine.lint.checked_bundle import CheckedBundle, Spot
from engine.lint.file_index import FileIndex
from engine.lint.finding import Severity, Text

RESEMBLING = 0.6
"""How alike a name is to the one that is suggested in its place, at least."""


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
        return self.files.is_whole and not self._entrances

    @cached_property
    def _entrances(self) -> tuple[Element, ...]:
        return variables.entrances(self, self.files)

    @cached_property
    def _open_nodes(self) -> frozenset[DrawnNode] | None:
        return from_outside.reached(self, self._entrances)

    def knows_all_at(self, element: Element) -> bool:
        """Whether no variable of another name can be there, where the element is evaluated."""
        if self.variables_complete or not self.files.is_whole:
            return self.files.is_whole
        owner = from_outside.owner_of(self, element)
        return owner is not None and self._open_nodes is not None and owner not in self._open_nodes

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

    It is at an `element` of the diagram, named by its `file` where several were looked at, or at a `spot` of
    another file. `line` is for a place in a text
    inside the element; otherwise it is where the element begins. `text` is what is wrong, as it stands there.
    `remedy` is there where more can be said than the rule's own. `given` are the values with which a case
    comes by `path` to the place. Breaches with one `cause` are one mistake. `near` is the known name that is
    most likely meant.
    """

    element: Element | None = None
    file: str = ""
    spot: Spot | None = None
    values: Mapping[str, str | Text] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    line: int | None = None
    text: str = ""
    cause: str = ""
    near: str = ""
    remedy: Text | None = None


Violations = Iterable[Violation]
Find = Callable[[CheckedDiagram], Violations]
"""Yields a violation for every breach in a diagram."""

FindInBundle = Callable[[CheckedBundle], Violations]
"""Yields a violation for every breach in the files of a procedure, taken together."""


@dataclass(frozen=True)
class Rule:
    """A rule that every diagram must keep, or every procedure.

    `says` is the sentence for one breach, with places for what was found; `why` and `remedy` hold for every
    breach. `source` is where the rule comes from: a section of BPMN 2.0.2, or what the engine needs.
    """

    id: str
    find: Find | None
    """None where the rule is about the files together, or is judged while the file is read."""
    find_in_bundle: FindInBundle | None = None
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


def bundle_rule(identifier: str, **texts: Any) -> Callable[[FindInBundle], Rule]:
    """The same for a function that is asked once about all files of a procedure; `texts` as for `rule`."""

    def made(find: FindInBundle) -> Rule:
        return replace(rule(identifier, **texts)(None), find_in_bundle=find)

    return made


def at(element: Element, path: tuple[str, ...] = (), **values: str) -> Violation:
    """The breach at an element, `values` filling the rule's sentence."""
    return Violation(element=element, values=values, path=path)


def resembling(name: str, known: Iterable[str]) -> str:
    """The known name that is most likely meant; empty where none is like it."""
    nearest = feel.nearest(name, known)
    return nearest if nearest and alike(name, nearest) >= RESEMBLING else ""


def alike(name: str, other: str) -> float:
    """How alike two names are, from 0 to 1, whatever the case of their letters."""
    return SequenceMatcher(None, name.lower(), other.lower()).ratio()


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
