"""Bodies about decisions."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import FreeData, Shape

INPUTS: dict[str, Any] = {
    "person": {"category": "newborn"},
    "birth": {"date": "2026-03-01"},
    "case": {"opened_on": "2026-03-09"},
}
SUMMARY: dict[str, Any] = {
    "id": "acting_person",
    "name": "Ποιος ενεργεί για τον αιτούντα",
    "requires_inputs": ["person", "birth", "case"],
    "requires_decisions": ["Ηλικία την ημέρα της αίτησης"],
}
EXPLANATION: dict[str, Any] = {
    "decision": "Ποιος ενεργεί για τον αιτούντα",
    "value": "parent",
    "decisions": [
        {
            "id": "age",
            "name": "Ηλικία την ημέρα της αίτησης",
            "value": 0,
            "inputs": [
                {"name": "birth", "value": {"date": "2026-03-01"}},
                {"name": "case", "value": {"opened_on": "2026-03-09"}},
            ],
            "tables": [],
        },
        {
            "id": "acting_person",
            "name": "Ποιος ενεργεί για τον αιτούντα",
            "value": "parent",
            "inputs": [
                {"name": "Ηλικία την ημέρα της αίτησης", "value": 0},
                {"name": "person", "value": {"category": "newborn"}},
            ],
            "tables": [
                {
                    "element": "decisionTable 'acting_person_table'",
                    "hit_policy": "FIRST",
                    "value": "parent",
                    "inputs": [{"label": "Κατηγορία", "value": "newborn"}],
                    "outputs": ["Ποιος ενεργεί"],
                    "rules": [
                        {
                            "number": 1,
                            "id": "acting_parent_of_newborn",
                            "matched": True,
                            "fired": True,
                            "cells": [{"text": '"newborn"', "matched": True}],
                            "outputs": ['"parent"'],
                            "annotations": [],
                        }
                    ],
                }
            ],
        },
    ],
    "problems": [],
}


class InputsBody(ma.Schema):
    """What a decision is tried with."""

    inputs = FreeData(
        means="Values by the name of the input. Dates and times are ISO 8601 text.",
        example=INPUTS,
        required=True,
    )


class ListedDecision(Shape):
    """A decision and what it needs."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    requires_inputs = fields.List(
        fields.String(), required=True, metadata={"description": "Also through the decisions it requires."}
    )
    requires_decisions = fields.List(fields.String(), required=True, metadata={"description": "Names."})


class DecisionList(ma.Schema):
    """The decisions of a version."""

    items = fields.List(fields.Nested(ListedDecision), required=True)


def _value() -> fields.Raw:
    return fields.Raw(required=True, allow_none=True, metadata={"description": "Any JSON value."})


class GivenValue(ma.Schema):
    """A value that a decision was given."""

    name = fields.String(required=True)
    value = _value()


class ColumnValue(ma.Schema):
    """An input column and its value."""

    label = fields.String(required=True)
    value = _value()


class TestedCell(ma.Schema):
    """A cell and whether the value met it."""

    text = fields.String(required=True)
    matched = fields.Boolean(required=True)


class TestedRule(ma.Schema):
    """A rule: whether its cells were met, and whether the hit policy let it decide."""

    number = fields.Integer(required=True)
    id = fields.String(required=True)
    matched = fields.Boolean(required=True)
    fired = fields.Boolean(required=True)
    cells = fields.List(fields.Nested(TestedCell), required=True)
    outputs = fields.List(fields.String(), required=True)
    annotations = fields.List(fields.String(), required=True)


class EvaluatedTable(ma.Schema):
    """A decision table with every rule."""

    element = fields.String(required=True)
    hit_policy = fields.String(required=True)
    value = _value()
    inputs = fields.List(fields.Nested(ColumnValue), required=True)
    outputs = fields.List(fields.String(), required=True)
    rules = fields.List(fields.Nested(TestedRule), required=True)


class EvaluatedDecision(ma.Schema):
    """A decision on the way: what it was given, its tables, and its value."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    value = _value()
    inputs = fields.List(fields.Nested(GivenValue), required=True)
    tables = fields.List(fields.Nested(EvaluatedTable), required=True)


class ExplanationBody(ma.Schema):
    """Why a decision comes out as it does: what it requires stands before it, itself last."""

    decision = fields.String(required=True, metadata={"description": "The name of the decision."})
    value = _value()
    decisions = fields.List(fields.Nested(EvaluatedDecision), required=True)
    problems = fields.List(
        fields.String(), required=True, metadata={"description": "Why something became null."}
    )
