"""A procedure as a record of MITOS, in the shape in which `engine.mitos.record` reads one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine.bpmn.diagram import Diagram, DrawnNode, DrawnScope, content_of, is_diagram, property_of
from engine.bundle.contract import Files
from engine.bundle.metadata import FILE
from engine.bundle.yaml_tree import read_yaml
from engine.kernel.bilingual import Language
from engine.kernel.xml import XmlLimits
from engine.mitos import words
from engine.mitos.drawn import ENGLISH_NAME

_DURATIONS: Final = {"days": "P{0}D", "weeks": "P{0}W", "months": "P{0}M", "years": "P{0}Y"}
_OFFICIALS: Final = {
    "userTask": words.CLERK,
    "manualTask": words.CLERK,
    "serviceTask": words.OFFICER,
    "sendTask": words.OFFICER,
}
_NUMBERED: Final = re.compile(r"(?P<kind>.+?) (?P<number>[^\s/]+)/(?P<year>[0-9]{4})")
_GAZETTE: Final = re.compile(r"(?P<issue>\S+) (?P<number>[0-9]+)(?:/[0-9]{4})?")


def record_of(
    files: Files,
    *,
    agency: Mapping[str, str] | None = None,
    language: Language = Language.EL,
    address: str | None = None,
    updated: str | None = None,
) -> dict[str, Any]:
    """The answer of the registry's API for a sound procedure.

    `agency` is the name of the competent one by language, else its key is written; texts are in the
    `language`, the words between which the registry's forms choose always in Greek. What the registry cannot
    say is left out: terms in working days, who is exempt from a fee, fees that depend on who pays.
    """
    metadata: Mapping[str, Any] = read_yaml(files[FILE]).value
    writer = _RecordWriter(metadata, language)
    code = metadata.get("codes", {}).get("mitos")
    title = dict(metadata["title"])
    return {
        "success": True,
        "data": _without_nothing(
            {
                "id": code,
                "title": {name: title[name] for name in ("el", "en")},
                "url": address,
                "last_updated": updated,
                "metadata": {
                    "process": _without_nothing(
                        {
                            "id": code,
                            **writer.process(),
                            "org_owner": {"title": (agency or {}).get(language, metadata["agency"])},
                        }
                    ),
                    "process_conditions": list(writer.conditions()),
                    "process_evidences": list(writer.evidences()),
                    "process_evidences_cost": list(writer.costs()),
                    "process_steps": list(_steps(files, metadata["process"], language)),
                    "process_rules": [_provision(one) for one in metadata.get("legal_basis", ())],
                },
            }
        ),
    }


def _without_nothing(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in value.items() if one not in (None, [], {})}


class _RecordWriter:
    """Writes the parts of procedure.yaml."""

    def __init__(self, metadata: Mapping[str, Any], language: Language) -> None:
        self.metadata = metadata
        self.language = str(language)

    def process(self) -> dict[str, Any]:
        metadata, title = self.metadata, self.metadata["title"][self.language]
        silences = {str(silence): word for word, silence in words.SILENCES.items()}
        return {
            "official_title": title,
            "alternative_titles": [
                one for one in metadata.get("keywords", {}).get(self.language, ()) if one != title
            ],
            "description": metadata["summary"][self.language],
            "deadline": _duration(metadata.get("term")),
            "sdg_lack_of_response_rule": silences.get(metadata.get("silence", "")),
            "trigger_type": _named(metadata["channels"], words.TRIGGERS),
            "output_type": list(dict.fromkeys(_output(one["kind"]) for one in metadata.get("outputs", ()))),
            "provided_language": (
                [words.ENGLISH_SPOKEN] if Language.EN in metadata.get("languages", ()) else []
            ),
            "life_events": _named(metadata.get("life_events", ()), words.LIFE_EVENTS),
        }

    def conditions(self) -> Iterator[dict[str, Any]]:
        for number, one in enumerate(self.metadata.get("conditions", ()), start=1):
            yield {
                "conditions_num_id": number,
                "conditions_name": one[self.language],
                "conditions_alternative": False,
            }

    def evidences(self) -> Iterator[dict[str, Any]]:
        """The papers; of those of which one is enough the first stands for itself."""
        first_of: dict[str, int] = {}
        sources = {source: word for word, source in words.SUBMISSIONS.items()}
        for number, one in enumerate(self.metadata.get("papers", ()), start=1):
            group = one.get("any_of")
            first = first_of.setdefault(group, number) if group else number
            kind = words.kind_of(one["id"], words.PAPER_KINDS) or words.OTHER
            named = {"evidence_type": {"title": kind}}
            if one["title"]["el"] != kind:
                named["evidence_description"] = one["title"][self.language]
            yield {
                "evidence_num_id": number,
                **named,
                **({"evidence_submission_type": [sources[one["source"]]]} if "source" in one else {}),
                "evidence_alternative": first != number,
                **({"evidence_alternative_of": first} if first != number else {}),
            }

    def costs(self) -> Iterator[dict[str, Any]]:
        for number, one in enumerate(self.metadata.get("fees", ()), start=1):
            kind = words.kind_of(one["id"], words.COST_KINDS) or words.FEE
            amounts = (
                {"evidence_cost_min": one["amount"], "evidence_cost_max": one["amount"]}
                if "amount" in one
                else {}
            )
            yield {
                "evidence_cost_num_id": number,
                "evidence_cost_type": kind,
                **(
                    {"evidence_cost_description": one["title"][self.language]}
                    if one["title"]["el"] != kind
                    else {}
                ),
                **amounts,
                **({"evidence_cost_code": one["code"]} if "code" in one else {}),
            }


def _named(ours: Iterable[str], known: Mapping[str, Any]) -> list[str]:
    """Their words for ours, as far as they have any."""
    theirs = {str(one): word for word, one in known.items()}
    return [theirs[one] for one in ours if one in theirs]


def _output(kind: str) -> str:
    theirs = {str(one): word for word, one in words.OUTPUTS.items()}
    further = {str(one): word for one, word in words.FURTHER_OUTPUTS.items()}
    return {**further, **theirs}[kind]


def _duration(term: Mapping[str, Any] | None) -> str | None:
    """The term of law; None where there is none, or it is one of working days."""
    if term is None or term.get("working_days") is True:
        return None
    return next((text.format(term[unit]) for unit, text in _DURATIONS.items() if unit in term), None)


def _provision(basis: Mapping[str, str]) -> dict[str, Any]:
    kinds = {abbreviation: word for word, abbreviation in words.PROVISIONS.items()}
    named = _NUMBERED.fullmatch(basis["law"])
    cited = (
        {
            "rule_type": kinds.get(named["kind"], named["kind"]),
            "rule_decision_number": named["number"],
            "rule_decision_year": named["year"],
        }
        if named
        else {"rule_type": basis["law"]}
    )
    gazette = _GAZETTE.fullmatch(basis.get("gazette", ""))
    published = (
        {"rule_gazette_doc_issue": gazette["issue"], "rule_gazette_doc_number": int(gazette["number"])}
        if gazette
        else {}
    )
    further = {"rule_article": "article", "rule_ada": "ada", "rule_url": "address"}
    return {**cited, **published, **{name: basis[ours] for name, ours in further.items() if ours in basis}}


def _steps(files: Files, process: str, language: Language) -> Iterator[dict[str, Any]]:
    """What people and agencies do, in the order in which a case first comes to it."""
    diagrams = (Diagram.read(name, files[name], XmlLimits()) for name in sorted(files) if is_diagram(name))
    scopes = ((diagram, scope) for diagram in diagrams for scope in diagram.scopes)
    drawn = next((one for one in scopes if one[1].id == process), None)
    if drawn is None:
        return
    for number, node in enumerate(_tasks(*drawn), start=1):
        element = node.element
        named = {Language.EL: element.get("name"), Language.EN: property_of(element, ENGLISH_NAME)}
        description = content_of(element.child("documentation")).strip()
        yield {
            "step_num_id": number,
            "step_title": named[language] or named[Language.EL] or node.id,
            "step_official": _OFFICIALS[node.kind],
            **({"step_description": description} if description else {}),
        }


def _tasks(diagram: Diagram, scope: DrawnScope) -> Iterator[DrawnNode]:
    """The tasks of a scope and of those inside it, each once, nearest to the beginning first."""
    inside = {id(one.element): one for one in diagram.scopes}
    ahead = [node for node in scope.nodes if not scope.incoming(node) and node.kind != "boundaryEvent"]
    seen = set(ahead)
    for node in ahead:
        if node.kind in _OFFICIALS:
            yield node
        elif (within := inside.get(id(node.element))) is not None:
            yield from _tasks(diagram, within)
        followed = [flow.target for flow in scope.outgoing(node) if flow.target is not None]
        for after in (*followed, *scope.attached(node)):
            if after not in seen:
                seen.add(after)
                ahead.append(after)
