"""What the files of a procedure offer to each other: processes, decisions and forms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import orjson
import yaml

from engine.bpmn.diagram import (
    FLOW_NODES,
    GLOBAL_TASKS,
    Diagram,
    DrawnScope,
    extension,
    is_diagram,
    property_of,
)
from engine.bpmn.reading import version_tags
from engine.bpmn.shared_parts import FILE, FOLDER, PartName, called_parts, part_name
from engine.bpmn.topics import topic_variables, written_topics
from engine.kernel import xml
from engine.kernel.legal_time import TERM
from engine.lint.greek_options import greek_options
from engine.terms.term import FURTHER, STATUTORY, Term, TermKind, term_of, terms_of


@dataclass(frozen=True, kw_only=True)
class PartSignature:
    """What callers know of a shared part: what it takes, needs, gives and calls.

    `types` are those of the inputs by name, `ids` those of its elements; `waits_for_appeal` says whether one
    of them waits for the term to appeal. `topic_inputs` are the variables by which it names topics. What
    shared.yaml does not say as it should is missing here, and found by the bundle.
    """

    name: PartName
    types: Mapping[str, str]
    needed: frozenset[str]
    outputs: frozenset[str]
    calls: frozenset[PartName]
    ids: frozenset[str]
    waits_for_appeal: bool
    topic_inputs: frozenset[str]


@dataclass(frozen=True, eq=False, kw_only=True)
class FileIndex:
    """What the files of the procedure offer to each other.

    `names` are those of the files, without folders. Processes and decisions are known by id, and so are
    global tasks, which can be called too. `version_tags` are those of processes, decisions and forms, by kind
    and id. `forms` maps an id to the variables that the form's fields write, `greek_options` to the ids of
    its fields whose options have no English label, `decision_inputs` the id of a decision to the inputs that
    its texts and those of what it requires read. `term` is that of law, as `procedure.yaml` sets it, and
    `further` are those that come after a decision; `fees` are the ids of its fees, and `papers` the titles of
    its papers by id, None where they cannot be told.
    `is_whole` says that the files are a procedure, with a `procedure.yaml` or forms, or a shared part, so
    that what is not here is missing. `served` are the topics that agencies serve, None where nobody said.
    `parts` are the shared parts beside the files, by name; `part` is the
    one that they are themselves.
    """

    names: frozenset[str]
    processes: Mapping[str, DrawnScope]
    global_tasks: frozenset[str]
    decisions: frozenset[str]
    decision_inputs: Mapping[str, tuple[str, ...]]
    version_tags: Mapping[tuple[str, str], str]
    forms: Mapping[str, frozenset[str]]
    greek_options: Mapping[str, tuple[str, ...]]
    main_process: str | None
    term: Term | None
    further: Mapping[TermKind, Term]
    fees: frozenset[str] | None
    papers: Mapping[str, tuple[str, ...]] | None
    is_whole: bool
    served: frozenset[str] | None
    parts: Mapping[str, PartSignature]
    part: PartSignature | None


def of(
    files: Mapping[str, bytes],
    drawn: Sequence[Diagram],
    *,
    limits: xml.XmlLimits,
    decision_inputs: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    parts: Mapping[str, PartSignature] = MappingProxyType({}),
    served: frozenset[str] | None = None,
) -> FileIndex:
    """The index of these files; one that cannot be read offers nothing."""
    in_files = {form_id: form for _, form_id, form in forms_in(files)}
    metadata = _mapping(files.get("procedure.yaml"))
    read = {**dict(_embedded_forms(drawn)), **in_files}
    forms = {form_id: frozenset(_keys(form)) for form_id, form in read.items()}
    return FileIndex(
        names=frozenset(name.rpartition("/")[2] for name in files),
        processes={scope.id: scope for diagram in drawn for scope in diagram.processes},
        global_tasks=_global_tasks(drawn),
        decisions=frozenset(_decisions(files, limits)),
        decision_inputs=decision_inputs,
        version_tags=dict(_version_tags(files, drawn, read)),
        forms=forms,
        greek_options={
            form_id: tuple(greek_options(_all_components(form))) for form_id, form in read.items()
        },
        main_process=_main_process(metadata) if FILE not in files else _only_process(drawn),
        term=_term(metadata),
        fees=_fees(metadata),
        papers=_papers(metadata),
        further=_further(metadata),
        is_whole=bool(in_files) or "procedure.yaml" in files or FILE in files,
        served=served,
        parts=parts,
        part=signature(files) if FILE in files else None,
    )


def signature(files: Mapping[str, bytes], name: PartName | None = None) -> PartSignature | None:
    """What shared.yaml says; None where it does not say, nor `name`, what the part is called."""
    declared = _mapping(files.get(FILE))
    name = name or part_name(f"{FOLDER}/{declared.get('key')}@{declared.get('version')}")
    if name is None:
        return None
    inputs = {key: value for key, value in _entries(declared, "inputs") if isinstance(value, dict)}
    diagrams = tuple(_diagrams(files))
    return PartSignature(
        name=name,
        types={key: str(value.get("type")) for key, value in inputs.items()},
        needed=frozenset(key for key, value in inputs.items() if value.get("needed") is True),
        outputs=frozenset(key for key, _ in _entries(declared, "outputs")),
        calls=called_parts(files),
        ids=frozenset(
            element.get("id", "")
            for diagram in diagrams
            for element in diagram.elements(*FLOW_NODES, "sequenceFlow")
        ),
        waits_for_appeal=any(
            property_of(element, TERM) == TermKind.APPEAL
            for diagram in diagrams
            for element in diagram.elements(*FLOW_NODES)
        ),
        topic_inputs=topic_variables(use for diagram in diagrams for use in written_topics(diagram)),
    )


def _entries(declared: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    entries = declared.get(name)
    return [(str(key), value) for key, value in entries.items()] if isinstance(entries, dict) else []


def _diagrams(files: Mapping[str, bytes]) -> Iterator[Diagram]:
    for file in (file for file in files if is_diagram(file)):
        try:
            yield Diagram.read(file, files[file], xml.XmlLimits())
        except xml.Unreadable:
            continue


def _only_process(drawn: Sequence[Diagram]) -> str | None:
    """The process of a shared part; None where it has not exactly one."""
    processes = [scope.id for diagram in drawn for scope in diagram.processes]
    return processes[0] if len(processes) == 1 else None


def _version_tags(
    files: Mapping[str, bytes], drawn: Sequence[Diagram], forms: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[tuple[str, str], str]]:
    for diagram in drawn:
        for scope in diagram.processes:
            tag = extension(scope.element, "versionTag")
            if tag is not None:
                yield ("process", scope.id), tag.get("value", "")
    tables = {name: content for name, content in files.items() if name.lower().endswith(".dmn")}
    for decision, tag_of_decision in version_tags(tables).items():
        yield ("decision", decision), tag_of_decision
    for form_id, form in forms.items():
        if isinstance(form.get("versionTag"), str):
            yield ("form", form_id), form["versionTag"]


def _global_tasks(drawn: Sequence[Diagram]) -> frozenset[str]:
    return frozenset(
        element.get("id", "") for diagram in drawn for element in diagram.elements(*GLOBAL_TASKS)
    )


def _decisions(files: Mapping[str, bytes], limits: xml.XmlLimits) -> Iterator[str]:
    for content in (content for name, content in files.items() if name.lower().endswith(".dmn")):
        try:
            root = xml.read(content, limits)
        except xml.Unreadable:
            continue
        yield from (
            element.get("id", "") for element in root.within("decision", "decisionService", namespace="*")
        )


def _embedded_forms(drawn: Sequence[Diagram]) -> Iterator[tuple[str, dict[str, Any]]]:
    for diagram in drawn:
        for form_id, element in diagram.embedded_forms.items():
            form = _json(element.content.encode())
            if form is not None:
                yield form_id, form


def _json(content: bytes) -> dict[str, Any] | None:
    """A form as JSON; None for what is none, which the bundle says."""
    try:
        form = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return form if isinstance(form, dict) else None


def forms_in(files: Mapping[str, bytes]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The forms that can be read: the name of the file, the id, and the form as form-js writes it."""
    for name, content in files.items():
        if not name.lower().endswith(".form"):
            continue
        form = _json(content)
        if form is not None:
            yield name, str(form.get("id") or name.rpartition("/")[2].removesuffix(".form")), form


def _keys(form: dict[str, Any]) -> Iterator[str]:
    """The variables that the fields of a form write; of a field in a group only what the group writes to."""
    waiting = _components(form)
    while waiting:
        component = waiting.pop()
        for key in (component.get("key"), component.get("path")):
            if isinstance(key, str) and key:
                yield key.partition(".")[0]
        if component.get("type") == "group":
            waiting.extend(_components(component))


def _all_components(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every component, those in groups and lists included."""
    waiting = _components(form)
    while waiting:
        component = waiting.pop(0)
        yield component
        waiting = [*_components(component), *waiting]


def _components(holder: dict[str, Any]) -> list[dict[str, Any]]:
    components = holder.get("components")
    return [part for part in components if isinstance(part, dict)] if isinstance(components, list) else []


def _mapping(content: bytes | None) -> Mapping[str, Any]:
    """procedure.yaml or shared.yaml; empty where it cannot be read, which the bundle says."""
    if content is None:
        return {}
    try:
        procedure = yaml.load(content, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return procedure if isinstance(procedure, dict) else {}


def _main_process(procedure: Mapping[str, Any]) -> str | None:
    process = procedure.get("process")
    return process if isinstance(process, str) else None


def _fees(procedure: Mapping[str, Any]) -> frozenset[str] | None:
    """The ids of the fees; None where there is no procedure, or its fees are no list."""
    if not procedure:
        return None
    fees = procedure.get("fees", [{"id": "fee"}] if procedure.get("fee_cents") else [])
    if not isinstance(fees, list):
        return None
    return frozenset(str(fee.get("id")) for fee in fees if isinstance(fee, dict))


def _papers(procedure: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]] | None:
    """The titles of each paper by its id; None where there is no procedure, or its papers are no list."""
    papers = procedure.get("papers", []) if procedure else None
    if not isinstance(papers, list):
        return None
    found: dict[str, tuple[str, ...]] = {}
    for paper in papers:
        title = paper.get("title") if isinstance(paper, dict) else None
        if isinstance(title, dict):
            found[str(paper.get("id"))] = tuple(text for text in title.values() if isinstance(text, str))
    return found


def _term(procedure: Mapping[str, Any]) -> Term | None:
    """The term of law; None where there is no procedure, or its term is none."""
    written = procedure.get("term")
    if not procedure or written is None:
        return STATUTORY if procedure else None
    try:
        return term_of(written)
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        return None


def _further(procedure: Mapping[str, Any]) -> Mapping[TermKind, Term]:
    """The further terms; none where there is no procedure, or they cannot be read, which the bundle says."""
    try:
        terms = terms_of(procedure) if procedure else {}
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        return {}
    return {kind: terms[kind] for kind in FURTHER if kind in terms}
