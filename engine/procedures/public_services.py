"""Procedures as public services in the words of CPSV-AP 3.2, the European profile, as JSON-LD.

https://semiceu.github.io/CPSV-AP/releases/3.2.0/ . Every resource that a link leads to stands in the same
graph with its class, so that who checks it needs to fetch nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.pages import Slice
from engine.kernel.refusal import NotFound
from engine.kernel.vocabulary import Channel
from engine.organisation import store as organisation_store
from engine.organisation import tree_store
from engine.organisation.tree import Refusing
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion, VersionStatus

Node = dict[str, Any]
"""A resource of JSON-LD."""

CONTEXT: Final[Mapping[str, str]] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
_GREECE: Final = f"{_AUTHORITY}/country/GRC"
_EURO: Final = f"{_AUTHORITY}/currency/EUR"
_LANGUAGES: Final = {"el": f"{_AUTHORITY}/language/ELL", "en": f"{_AUTHORITY}/language/ENG"}
_ADMINISTRATIVE_UNIT: Final = "http://data.europa.eu/88u/dataset/atu-type"
_DURATIONS: Final = {"days": (1, "D"), "weeks": (7, "D"), "months": (1, "M"), "years": (1, "Y")}
"""In what XML Schema writes a term, and how many of it are in a unit; it has no weeks and no working days."""
_BUSINESS: Final = frozenset({"starting_a_business", "running_a_business"})


@dataclass(frozen=True, kw_only=True)
class DescribeServices:
    """The procedures on offer as public services, by key; open to everybody, as the gazette is.

    `base` is the address of the catalogue: the identifier of each is below it.
    """

    base: str
    part: Slice

    def answer(self, context: QueryContext) -> tuple[Node, str | None]:
        """The graph of a part of the catalogue, and the cursor to the next part; None on the last."""
        page = procedures_store.procedures(
            context.connection,
            at=context.now,
            words=None,
            status=VersionStatus.PUBLISHED,
            part=self.part,
        )
        return _graph(page.items, context, base=self.base), page.next


@dataclass(frozen=True, kw_only=True)
class DescribeService:
    """One procedure on offer as a public service; open to everybody."""

    key: str
    base: str

    def answer(self, context: QueryContext) -> Node:
        """The graph; `NotFound` if no version of it is on offer."""
        version = procedures_store.version_on_offer(context.connection, self.key, context.now)
        if version is None:
            raise NotFound.of("procedure", self.key)
        return _graph([version], context, base=self.base)


def _graph(versions: Iterable[ProcedureVersion], context: QueryContext, *, base: str) -> Node:
    agencies = organisation_store.all_agencies(context.connection, on=context.today)
    return graph_of(
        versions,
        {agency.key: agency.called for agency in agencies},
        refusing=tree_store.refusing(context.connection, context.today),
        base=base,
    )


def graph_of(
    versions: Iterable[ProcedureVersion],
    agencies: Mapping[str, Bilingual],
    *,
    base: str,
    refusing: Mapping[str, Sequence[Refusing]] | None = None,
) -> Node:
    """The versions with all that they lead to, as a document.

    `agencies` are the names that are known, `refusing` the branches that do not offer a
    procedure, by its key.
    """
    nodes: dict[str, Node] = {}
    for version in versions:
        for node in _resources(version, agencies, (refusing or {}).get(version.key, ()), base):
            nodes.setdefault(node["@id"], node)
    return {"@context": dict(CONTEXT), "@graph": list(nodes.values())}


def _resources(
    version: ProcedureVersion, agencies: Mapping[str, Bilingual], refusing: Sequence[Refusing], base: str
) -> Iterator[Node]:
    """The service, and every resource to which it leads."""
    metadata = version.metadata
    here = f"{base}/{version.key}"
    links: dict[str, list[Node]] = {
        "cv:hasCompetentAuthority": [_authority(metadata["agency"], agencies, base)],
        "dct:spatial": [_typed(_GREECE, "dct:Location", _ADMINISTRATIVE_UNIT)],
        "dct:language": [
            _typed(_LANGUAGES[one], "dct:LinguisticSystem") for one in metadata.get("languages", ())
        ],
        "cpsv:hasInput": [
            _titled(f"{here}#paper-{one['id']}", one["id"], one["title"], "cv:Evidence")
            for one in metadata.get("papers", ())
        ],
        "cpsv:produces": [
            _titled(f"{here}#output-{one['id']}", one["id"], one["title"], "cv:Output")
            for one in metadata.get("outputs", ())
        ],
        "cv:hasCost": [_cost(fee, here) for fee in metadata.get("fees", ())],
        "cv:hasChannel": [_channel(one, here, refusing) for one in metadata["channels"]],
        "cv:holdsRequirement": [
            _titled(f"{here}#condition-{number}", f"condition-{number}", one, "cv:Requirement")
            for number, one in enumerate(metadata.get("conditions", ()), 1)
        ],
        "cv:isGroupedBy": [_event(one, base) for one in metadata.get("life_events", ())],
        "cv:hasLegalResource": [
            _legal_resource(one, f"{here}#law-{number}")
            for number, one in enumerate(metadata.get("legal_basis", ()), 1)
        ],
    }
    yield _service(version, here) | {
        name: [{"@id": node["@id"]} for node in nodes] for name, nodes in links.items() if nodes
    }
    for nodes in links.values():
        yield from nodes
    if metadata.get("fees"):
        yield _typed(_EURO, "skos:Concept")


def _service(version: ProcedureVersion, here: str) -> Node:
    metadata = version.metadata
    duration = _duration(metadata.get("term"))
    words = metadata.get("keywords", {})
    return {
        **_typed(here, "cpsv:PublicService"),
        "dct:identifier": metadata.get("codes", {}).get("mitos", version.key),
        "dct:title": _both(metadata["title"]),
        "dct:description": _both(metadata["summary"]),
        **({"cv:processingTime": {"@type": "xsd:duration", "@value": duration}} if duration else {}),
        **({"dcat:keyword": [_in(one, lang) for lang in words for one in words[lang]]} if words else {}),
    }


def _authority(key: str, agencies: Mapping[str, Bilingual], base: str) -> Node:
    name = agencies.get(key, Bilingual(key, el=key, en=key))
    return {
        **_typed(f"{base}/agencies/{key}", "cv:PublicOrganisation"),
        "dct:identifier": key,
        "skos:prefLabel": [_in(name.el, "el"), _in(name.en, "en")],
        "dct:spatial": [{"@id": _GREECE}],
    }


def _channel(name: str, here: str, refusing: Sequence[Refusing]) -> Node:
    """A way in which the service is offered; of the counter, at which branches it is not, and why."""
    channel = {**_typed(f"{here}#channel-{name}", "cv:Channel"), "dct:identifier": name}
    if name != Channel.COUNTER or not refusing:
        return channel
    greek = "; ".join(f"{one.called.el} ({one.code}): {one.reason}" for one in refusing)
    english = "; ".join(f"{one.called.en} ({one.code}): {one.reason}" for one in refusing)
    told = [_in(f"Δεν παρέχεται στα: {greek}", "el"), _in(f"Not offered at: {english}", "en")]
    return {**channel, "dct:description": told}


def _cost(fee: Mapping[str, Any], here: str) -> Node:
    """A fee; without a value where it depends on who pays."""
    value = {"@type": "xsd:double", "@value": fee["amount"]} if "amount" in fee else None
    return {
        **_typed(f"{here}#fee-{fee['id']}", "cv:Cost"),
        "dct:identifier": fee["id"],
        "dct:description": _both(fee["title"]),
        "cv:currency": {"@id": _EURO},
        **({"cv:hasValue": value} if value else {}),
    }


def _event(name: str, base: str) -> Node:
    kind = "cv:BusinessEvent" if name in _BUSINESS else "cv:LifeEvent"
    return {
        **_typed(f"{base}/events/{name}", "cv:Event", kind),
        "dct:identifier": name,
        "dct:title": [_in(name.replace("_", " "), "en")],
    }


def _legal_resource(basis: Mapping[str, str], identifier: str) -> Node:
    named = " ".join([basis["law"], *([f"άρθρο {basis['article']}"] if "article" in basis else [])])
    known = {"dct:bibliographicCitation": basis["gazette"]} if "gazette" in basis else {}
    return {**_typed(basis.get("address", identifier), "eli:LegalResource"), "dct:title": named, **known}


def _duration(term: Mapping[str, Any] | None) -> str | None:
    """The term of law as a duration; None where there is none, or it is one of working days."""
    if term is None or term.get("working_days") is True:
        return None
    for unit, (times, letter) in _DURATIONS.items():
        if unit in term:
            return f"P{times * term[unit]}{letter}"
    return None


def _typed(identifier: str, *types: str) -> Node:
    return {"@id": identifier, "@type": types[0] if len(types) == 1 else list(types)}


def _titled(identifier: str, name: str, title: Mapping[str, str], kind: str) -> Node:
    return {**_typed(identifier, kind), "dct:identifier": name, "dct:title": _both(title)}


def _both(text: Mapping[str, str]) -> list[Node]:
    return [_in(text["el"], "el"), _in(text["en"], "en")]


def _in(text: str, language: str) -> Node:
    return {"@language": language, "@value": text}
