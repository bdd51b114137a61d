"""The XML Schema of BPMN 2.0, as the SpiffWorkflow distribution carries it, parsed once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, cast

from lxml import etree

from engine.kernel.xml import Element


@dataclass(frozen=True)
class SchemaError:
    """What the schema does not allow, in the words of the validator, and the line it is at."""

    line: int
    detail: str


@dataclass(frozen=True)
class _Schema:
    """A parsed schema; its log belongs to one validation at a time."""

    schema: etree.XMLSchema
    turn: Lock

    def errors(self, root: Element) -> Iterator[SchemaError]:
        with self.turn:
            if self.schema.validate(root.getroottree()):
                return
            entries = list(cast("Iterable[Any]", self.schema.error_log))
        for entry in entries:
            yield SchemaError(line=entry.line, detail=_plain(entry.message))


def errors(root: Element) -> Iterator[SchemaError]:
    """Everything in the document that the BPMN 2.0 schema does not allow."""
    return _bpmn().errors(root)


@cache
def _bpmn() -> _Schema:
    # Where the package is, without importing it, which `importlib.resources` would.
    package = find_spec("SpiffWorkflow")
    if package is None or package.origin is None:
        raise RuntimeError("SpiffWorkflow, which carries the schema of BPMN, is not installed")
    schema = Path(package.origin).parent / "bpmn" / "parser" / "schema" / "BPMN20.xsd"
    return _Schema(schema=etree.XMLSchema(etree.parse(schema)), turn=Lock())


def _plain(message: str) -> str:
    """The validator's sentence without the namespace that every name in it carries."""
    return message.replace("{http://www.omg.org/spec/BPMN/20100524/MODEL}", "").strip().rstrip(".")
