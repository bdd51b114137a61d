"""Decisions: the DMN decisions of a version, explained with values given by hand or with those of a case."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import FreeData, Shape
from engine.cases.decisions import ExplainCaseDecision, ExplainDecision, ListDecisions
from engine.kernel.actor import Scope

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


calls = Calls(
    "decisions", about="Why a decision comes out as it does: every table, rule and cell on the way."
)

_DECISIONS = "/procedures/<key:key>/versions/<number:number>/decisions"


@calls.call("GET", _DECISIONS, scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, DecisionList, example={"items": [SUMMARY]})
def list_decisions(key: str, number: int) -> object:
    """List the decisions of a version.

    With the names of the inputs that each needs.
    """
    return {"items": engine().ask(ListDecisions(key=key, number=number), actor=actor())}


@calls.call(
    "POST", f"{_DECISIONS}/<decision>/explain", scope=Scope.PROCEDURES_READ, takes=JSON, refuses=[404]
)
@calls.arguments(InputsBody, example={"inputs": INPUTS})
@calls.response(200, ExplanationBody, example=EXPLANATION)
def explain_decision(body: dict[str, Any], key: str, number: int, decision: str) -> object:
    """Try a decision.

    It is taken with the inputs given here, and changes nothing. An input that is left out is null.
    """
    question = ExplainDecision(key=key, number=number, decision=decision, inputs=body["inputs"])
    return engine().ask(question, actor=actor()).as_json()


@calls.call("GET", "/cases/<uuid:case_id>/decisions/<decision>", scope=Scope.CASES_READ, refuses=[404, 409])
@calls.response(200, ExplanationBody, example=EXPLANATION)
def explain_case_decision(case_id: UUID, decision: str) -> object:
    """Explain a decision for a case.

    It is taken anew with what the case knows now; the journal says which rules decided when it was passed.
    """
    return engine().ask(ExplainCaseDecision(case_id=case_id, decision=decision), actor=actor()).as_json()
