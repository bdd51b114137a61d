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
from engine.rehearsal.effects import EffectKind

COMPARISON: dict[str, Any] = {
    "changes": [
        {
            "kind": "changed",
            "part": "term",
            "file": "procedure.yaml",
            "id": "term",
            "text": {
                "el": "Άλλαξε: προθεσμία «νόμιμη προθεσμία» (term), ημέρες: από «5» σε «10».",
                "en": "Changed: term “term of law” (term), days: from “5” to “10”.",
            },
        }
    ],
    "running": 12,
    "standing": [{"element": "municipality_certifies", "cases": 7}],
    "effects": [
        {
            "kind": "papers",
            "subject": "papers",
            "group": {"el": "Ηλικία από 80 και πάνω", "en": "age 80 or more"},
            "before": ["licence", "photo"],
            "after": ["licence", "photo", "medical-eyes"],
            "text": {
                "el": "Ηλικία από 80 και πάνω: από 2 σε 3 δικαιολογητικά. "
                "Επιπλέον: Πιστοποιητικό υγείας οφθαλμιάτρου.",
                "en": "age 80 or more: from 2 to 3 papers. More: Health certificate of an ophthalmologist.",
            },
            "scenarios": [],
        }
    ],
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


class EffectShape(Shape):
    """What is another for a group of cases."""

    kind = Choice(EffectKind, required=True)
    subject = fields.String(required=True, metadata={"description": "Of the fee, the term or the decision."})
    group = fields.Nested(TwoLanguages, required=True)
    before = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "Ids of papers, the amount of a fee, a length or last day, a result, an outcome."
        },
    )
    after = fields.List(fields.String(), required=True)
    text = fields.Nested(TwoLanguages, required=True)
    scenarios = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Files of those that show it; empty where the decisions were taken."},
    )


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
    effects = fields.List(fields.Nested(EffectShape), required=True)
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
    changed; the ids are those of the elements in the diagrams. `effects` says for whom papers, fees, terms or
    outcomes are others: the decisions of both are taken for every group of cases that their tables tell
    apart, and with `scenarios` the stories of both are played on both.
    """
    from engine.rehearsal.outcomes import departures, effects_between  # loaded when somebody first plays

    found = engine().ask(CompareVersions(key=key, old=number, new=later), actor=actor())
    effects = effects_between(
        found.old,
        found.new,
        catalogue=engine().catalogue,
        now=engine().clock.now().astimezone(engine().zone),
        scenarios=query["scenarios"],
    )
    standing = [{"element": element, "cases": cases} for element, cases in sorted(found.standing.items())]
    return {
        "changes": found.changes,
        "running": found.running,
        "standing": standing,
        "effects": effects,
        "departures": departures(found.old, found.new) if query["scenarios"] else (),
    }
