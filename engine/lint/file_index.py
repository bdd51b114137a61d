"""What the files of a procedure offer to each other: processes, decisions and forms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import orjson
import yaml

from engine.bpmn.diagram import GLOBAL_TASKS, Diagram, DrawnScope, extension
from engine.bpmn.reading import version_tags
from engine.kernel import xml
from engine.lint.greek_options import greek_options
from engine.terms.term import STATUTORY, Term, term_of


@dataclass(frozen=True, eq=False, kw_only=True)
class FileIndex:
    """What the files of the procedure offer to each other.

    `names` are those of the files, without folders. Processes and decisions are known by id, and so is what
    else can be called: global tasks, and shared processes of other procedures. `version_tags` are those of
    processes, decisions and forms, by kind and id. `forms` maps an id to the
    variables that the form's fields write, `greek_options` to the ids of its fields whose options have no
    English label, `decision_inputs` the id of a decision to the inputs that its texts and those of what it
    requires read. `term` is that of law, as `procedure.yaml` sets it. `is_whole` says that the files are a
    procedure, with a `procedure.yaml` or forms, so that what is not here is missing.
    """

    names: frozenset[str]
    processes: Mapping[str, DrawnScope]
    callable_elsewhere: frozenset[str]
    decisions: frozenset[str]
    decision_inputs: Mapping[str, tuple[str, ...]]
    version_tags: Mapping[tuple[str, str], str]
    forms: Mapping[str, frozenset[str]]
    greek_options: Mapping[str, tuple[str, ...]]
    main_process: str | None
    term: Term | None
    is_whole: bool


def of(
    files: Mapping[str, bytes],
    drawn: Sequence[Diagram],
    *,
    shared: frozenset[str],
    limits: xml.XmlLimits,
    decision_inputs: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> FileIndex:
    """The index of these files; one that cannot be read offers nothing."""
    in_files = dict(_forms(files))
    metadata = _procedure(files.get("procedure.yaml"))
    read = {**dict(_embedded_forms(drawn)), **in_files}
    forms = {form_id: frozenset(_keys(form)) for form_id, form in read.items()}
    return FileIndex(
        names=frozenset(name.rpartition("/")[2] for name in files),
        processes={scope.id: scope for diagram in drawn for scope in diagram.processes},
        callable_elsewhere=shared | _global_tasks(drawn),
        decisions=frozenset(_decisions(files, limits)),
        decision_inputs=decision_inputs,
        version_tags=dict(_version_tags(files, drawn, read)),
        forms=forms,
        greek_options={
            form_id: tuple(greek_options(_all_components(form))) for form_id, form in read.items()
        },
        main_process=_main_process(metadata),
        term=_term(metadata),
        is_whole=bool(in_files) or "procedure.yaml" in files,
    )


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


def _forms(files: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, content in files.items():
        if not name.lower().endswith(".form"):
            continue
        form = _json(content)
        if form is not None:
            yield str(form.get("id") or name.rpartition("/")[2].removesuffix(".form")), form


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


def _procedure(content: bytes | None) -> Mapping[str, Any]:
    """procedure.yaml; empty where it cannot be read, which the bundle says."""
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


def _term(procedure: Mapping[str, Any]) -> Term | None:
    """The term of law; None where there is no procedure, or its term is none."""
    written = procedure.get("term")
    if not procedure or written is None:
        return STATUTORY if procedure else None
    try:
        return term_of(written)
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        return None
