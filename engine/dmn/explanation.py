"""Why a decision came out as it did, for people and for tools."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.dmn.outcome import DecisionProblem, DecisionTrace, RuleTrace, TableTrace, as_json, show

_MET: Final = "✓"
_NOT_MET: Final = "✗"
_FIRED: Final = "►"
_MATCHED: Final = "•"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision's value with everything that led to it.

    `decisions` holds each decision that was evaluated, once, in the order in which they were finished: what
    one requires stands before it, the decision that was asked for is the last.
    """

    decision: str
    value: object
    decisions: tuple[DecisionTrace, ...]
    problems: tuple[DecisionProblem, ...]

    def as_json(self) -> dict[str, object]:
        """The explanation in values that JSON has; FEEL values as `feel.to_json` writes them."""
        return {
            "decision": self.decision,
            "value": as_json(self.value),
            "decisions": [_decision_json(decision) for decision in self.decisions],
            "problems": [str(problem) for problem in self.problems],
        }

    def as_text(self) -> str:
        """The explanation as text: tables drawn, cells marked as met (✓) or not (✗), deciding ones by ►."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for decision in self.decisions:
            yield f"{decision.name} = {show(decision.value)}"
            for given in decision.inputs:
                yield f"  {given.label}: {show(given.value)}"
            for table in decision.tables:
                yield ""
                yield from _table_lines(table)
            yield ""
        for problem in self.problems:
            yield f"! {problem}"


def _decision_json(decision: DecisionTrace) -> dict[str, object]:
    return {
        "id": decision.id,
        "name": decision.name,
        "value": as_json(decision.value),
        "inputs": [{"name": given.label, "value": as_json(given.value)} for given in decision.inputs],
        "tables": [_table_json(table) for table in decision.tables],
    }


def _table_json(table: TableTrace) -> dict[str, object]:
    return {
        "element": table.element,
        "hit_policy": table.hit_policy,
        "value": as_json(table.value),
        "inputs": [{"label": given.label, "value": as_json(given.value)} for given in table.inputs],
        "outputs": list(table.outputs),
        "rules": [_rule_json(rule) for rule in table.rules],
    }


def _rule_json(rule: RuleTrace) -> dict[str, object]:
    return {
        "number": rule.number,
        "id": rule.id,
        "matched": rule.matched,
        "fired": rule.fired,
        "cells": [{"text": cell.text, "matched": cell.matched} for cell in rule.cells],
        "outputs": list(rule.outputs),
        "annotations": list(rule.annotations),
    }


def _table_lines(table: TableTrace) -> Iterator[str]:
    header = ["", table.hit_policy, *(given.label for given in table.inputs), *table.outputs]
    values = ["", "", *(show(given.value) for given in table.inputs), *("" for _ in table.outputs)]
    rows = [_cells(rule) for rule in table.rules]
    widths = [max(len(row[column]) for row in (header, values, *rows)) for column in range(len(header))]
    yield _rule_off(widths, "┌", "┬", "┐")
    yield _line(header, widths)
    yield _line(values, widths)
    yield _rule_off(widths, "├", "┼", "┤")
    for row in rows:
        yield _line(row, widths)
    yield _rule_off(widths, "└", "┴", "┘")


def _cells(rule: RuleTrace) -> list[str]:
    mark = _FIRED if rule.fired else _MATCHED if rule.matched else ""
    cells = (f"{_MET if cell.matched else _NOT_MET} {' '.join(cell.text.split())}" for cell in rule.cells)
    return [mark, str(rule.number), *cells, *rule.outputs]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return f"│ {' │ '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} │"


def _rule_off(widths: Sequence[int], left: str, middle: str, right: str) -> str:
    return left + middle.join("─" * (width + 2) for width in widths) + right
