"""What is different between two versions of a procedure."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.calls import Calls
from api.http.context import actor, engine
from api.http.fields import Choice, Shape, TwoLanguages
from engine.bundle.comparing import ChangeKind, PartKind
from engine.kernel.actor import Scope
from engine.operations.comparison import CompareVersions

COMPARISON: dict[str, Any] = {
    "changes": [
        {
            "kind": "changed",
            "part": "term",
            "file": "procedure.yaml",
            "id": "term",
            "text": {
                "el": "Άλλαξε: προθεσμία «term» (term), days: από «5» σε «10».",
                "en": "Changed: term “term” (term), days: from “5” to “10”.",
            },
        }
    ],
    "running": 12,
    "standing": [{"element": "municipality_certifies", "cases": 7}],
    "departures": [],
}


class VersionChangeShape(Shape):
    """One difference."""

    kind = Choice(ChangeKind, required=True)
    part = Choice(PartKind, required=True)
    file = fields.String(required=True)
    id = fields.String(required=True, metadata={"description": "Of the element, rule, field, paper …"})
    text = fields.Nested(TwoLanguages, required=True)


class CasesAtElement(ma.Schema):
    """How many running cases of the old version wait at an element that is changed or gone."""

    element = fields.String(required=True)
    cases = fields.Integer(required=True)


class ScenarioDeparture(Shape):
    """A scenario of one version that goes otherwise on the other."""

    of_old = fields.Boolean(required=True)
    file = fields.String(required=True)
    title = fields.String(required=True)
    found = fields.String(required=True)


class VersionComparison(ma.Schema):
    """Everything that is different, and what that means for running cases and for scenarios."""

    changes = fields.List(fields.Nested(VersionChangeShape), required=True)
    running = fields.Integer(required=True, metadata={"description": "Running cases of the old version."})
    standing = fields.List(fields.Nested(CasesAtElement), required=True)
    departures = fields.List(fields.Nested(ScenarioDeparture), required=True)


class VersionComparisonQuery(ma.Schema):
    """Whether scenarios are played."""

    scenarios = fields.Boolean(
        load_default=False, metadata={"description": "Play those of each on the other: it takes seconds."}
    )


calls = Calls("comparisons", about="What is different between versions, and what that means.")


@calls.call(
    "GET",
    "/procedures/<key:key>/versions/<number:number>/changes/<number:later>",
    scope=Scope.PROCEDURES_READ,
    refuses=[404, 422],
)
@calls.arguments(VersionComparisonQuery, location="query")
@calls.response(200, VersionComparison, example=COMPARISON)
def compare_versions(query: dict[str, bool], key: str, number: int, later: int) -> object:
    """Compare two versions.

    Steps, flows, rules, fields, papers, fees, terms and texts that were added, removed, renamed, rewired or
    changed; the ids are those of the elements in the diagrams.
    """
    found = engine().ask(CompareVersions(key=key, old=number, new=later), actor=actor())
    from engine.rehearsal.outcomes import departures  # loaded when somebody first plays anything

    standing = [{"element": element, "cases": cases} for element, cases in sorted(found.standing.items())]
    return {
        "changes": found.changes,
        "running": found.running,
        "standing": standing,
        "departures": departures(found.old, found.new) if query["scenarios"] else (),
    }
