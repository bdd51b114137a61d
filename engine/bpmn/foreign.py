"""Extensions of other engines in a diagram: which of them mean behaviour there, and which are only notes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from engine.bpmn.foreign_names import (
    BY_VALUE,
    DRAWING_TOOLS,
    ENGINES,
    IN_DIALECT,
    WITHOUT_EFFECT,
    Engine,
    ForeignMeaning,
)
from engine.kernel.xml import Element

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


class Standing(Enum):
    """What is known of a foreign extension."""

    BEHAVIOUR = auto()
    """Its engine would have done something because of it, or it is unknown in the engine's namespace."""
    NOTE = auto()
    """Only people and tools read it."""
    UNKNOWN = auto()
    """Its namespace is of no engine or tool that is known here."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ForeignExtension:
    """Elements and attributes of a foreign namespace on one BPMN element that together mean one thing.

    `names` are written as in the file, with the prefix. `engine` is the name of the engine or, where it is
    none that is known here, the namespace. `meaning` is None for what is no behaviour.
    """

    element: Element
    names: tuple[str, ...]
    engine: str
    standing: Standing
    meaning: ForeignMeaning | None


def foreign_extensions(root: Element) -> Iterator[ForeignExtension]:
    """What other engines and tools have written on BPMN's elements, in the order of the file."""
    for element in root.within():
        if element.kind == "extensionElements":
            continue
        found: dict[tuple[str, Standing, ForeignMeaning | None], list[str]] = {}
        for namespace, name, value, written in _written_on(element):
            engine, standing, meaning = _judged(namespace, name, value)
            found.setdefault((engine, standing, meaning), []).append(written)
        for (engine, standing, meaning), names in found.items():
            yield ForeignExtension(
                element=element,
                names=tuple(dict.fromkeys(names)),
                engine=engine,
                standing=standing,
                meaning=meaning,
            )


def _written_on(element: Element) -> Iterator[tuple[str, str, str, str]]:
    """Namespace, name, value and the name as written of each foreign attribute and extension element.

    The value of an element is its attribute `name`, by which jBPM tells its `metaData` apart.
    """
    for key, value in element.attrib.items():
        if str(key).startswith("{"):
            namespace, _, name = str(key)[1:].partition("}")
            if not _is_own(namespace):
                yield namespace, name, str(value).strip(), _prefixed(namespace, name, element.nsmap)
    holder = element.child("extensionElements", namespace=_BPMN)
    for part in () if holder is None else holder.children(namespace="*"):
        if part.namespace and not _is_own(part.namespace):
            written = _prefixed(part.namespace, part.kind, part.nsmap)
            yield part.namespace, part.kind, part.get("name", ""), written


def _is_own(namespace: str) -> bool:
    return namespace.startswith(IN_DIALECT)


def _prefixed(namespace: str, name: str, prefixes: Mapping[str | None, str]) -> str:
    prefix = next((prefix for prefix, space in prefixes.items() if prefix and space == namespace), None)
    return f"{prefix}:{name}" if prefix else name


def _judged(namespace: str, name: str, value: str) -> tuple[str, Standing, ForeignMeaning | None]:
    engine = ENGINES.get(namespace)
    if engine is None:
        is_tool = namespace.startswith(DRAWING_TOOLS)
        return namespace, Standing.NOTE if is_tool else Standing.UNKNOWN, None
    meaning = _meaning(engine, name, value)
    if meaning is None:
        return engine.name, Standing.NOTE, None
    return engine.name, Standing.BEHAVIOUR, meaning


def _meaning(engine: Engine, name: str, value: str) -> ForeignMeaning | None:
    """What a name means in an engine; None for a note, and for a value that says what holds anyway."""
    if name in engine.notes or (name, value) in WITHOUT_EFFECT or (name, value) in engine.note_values:
        return None
    return BY_VALUE.get((name, value)) or engine.names.get(name, ForeignMeaning.UNKNOWN)
