"""The XML Schema of BPMN 2.0, as the SpiffWorkflow distribution carries it, parsed once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
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
    with as_file(files("SpiffWorkflow") / "bpmn" / "parser" / "schema") as folder:
        return _Schema(schema=etree.XMLSchema(etree.parse(folder / "BPMN20.xsd")), turn=Lock())


def _plain(message: str) -> str:
    """The validator's sentence without the namespace that every name in it carries."""
    return message.replace("{http://www.omg.org/spec/BPMN/20100524/MODEL}", "").strip().rstrip(".")
