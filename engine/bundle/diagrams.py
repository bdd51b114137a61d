"""What a diagram says about its procedure: its processes, their ends, the forms it names, our own words.

Whether the diagram itself is sound is for the linter and the workflow engine to say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from engine.bpmn.diagram import (
    SUB_PROCESSES,
    Diagram,
    DrawnScope,
    extension,
    form_of,
    mappings,
    nearest_id,
    property_of,
)
from engine.bpmn.shared_parts import PartName, parts_called_in
from engine.bpmn.topics import TopicUse, given_constants, written_topics
from engine.bundle.contract import AnswerSheet, DeskAction
from engine.bundle.files import BundleFindings
from engine.bundle.steps import LIMITS, english_names
from engine.kernel.actor import Role
from engine.kernel.bilingual import Bilingual
from engine.kernel.desk_actions import (
    ACTION_REASON,
    ACTION_ROLES,
    ACTION_SAYS,
    ACTION_SAYS_EN,
    DESK_ACTION,
    REQUIRED,
    acting_roles,
)
from engine.kernel.legal_time import (
    CLOCK,
    LAW,
    LEGAL_EFFECT,
    MILESTONE,
    TERM,
    TIMED_TERMS,
    Clock,
    LegalEffect,
    Milestone,
)
from engine.kernel.papers import PAPERS, is_declaration
from engine.kernel.senders import MESSAGE_FROM
from engine.kernel.signing import SIGNATURE
from engine.kernel.topics import BY_HAND, YES
from engine.kernel.vocabulary import FLAG, Flag
from engine.kernel.xml import Element, Unreadable, XmlCause

TASK_FLAGS: Final = (Flag.AWAITING_CITIZEN, Flag.READY_FOR_PICKUP)
"""The flags that a case carries while a task is open; every other one follows from the case itself."""

SCOPE_FLAGS: Final = (Flag.APPEALED,)
"""The flags that a case carries while a sub-process or a called process is under way."""

_SCOPES: Final = SUB_PROCESSES | {"callActivity"}

_NAME: Final = "stoa:name-en"
_BRANCH: Final = "stoa:branch"
_ANSWER_FORM: Final = "stoa:answer-form"
"""Names, on a service task, the form that an agency's answer must fit."""
_PROPERTIES: Final = (
    _NAME,
    FLAG,
    _BRANCH,
    _ANSWER_FORM,
    MESSAGE_FROM,
    PAPERS,
    BY_HAND,
    LAW,
    CLOCK,
    MILESTONE,
    LEGAL_EFFECT,
    TERM,
    DESK_ACTION,
    ACTION_ROLES,
    ACTION_REASON,
    ACTION_SAYS,
    ACTION_SAYS_EN,
)

_WORDS: Final[Mapping[str, type[StrEnum]]] = {CLOCK: Clock, MILESTONE: Milestone, LEGAL_EFFECT: LegalEffect}
"""The properties whose value is one of a few words."""

_ACTION = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PARTIES = re.compile(r'\bstoa\.parties\(\s*"([^"]*)"\s*\)')
_RESULT = re.compile(r"=\s*([^\W\d]\w*)\s*")
_SOURCE = re.compile(r"=\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*")


@dataclass(frozen=True, kw_only=True)
class FormUse:
    """A place in a diagram that names a form."""

    file: str
    element_id: str
    line: int
    form_id: str

    @property
    def place(self) -> str:
        """Where it is, for a finding."""
        return f"line {self.line}, {self.element_id}"


@dataclass(frozen=True, kw_only=True)
class RoleUse:
    """A place in a diagram where the parties of a role are asked for; `role` is empty for a signature."""

    file: str
    place: str
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class EmbeddedForm:
    """A form that is written in a diagram, as form-js JSON."""

    file: str
    line: int
    form_id: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class ProcessOutline:
    """A process: the end events that a case can end in, and the form of its plain start event, by id."""

    id: str
    file: str
    line: int
    executable: bool
    end_events: frozenset[str]
    start_form_id: str | None


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What one diagram, or several, say.

    `form_uses` are all places that name a form, `embedded_forms` the forms in the diagrams themselves,
    `answer_forms` the ids of those that answers of agencies must fit, by the id of the element that is
    answered, `answer_sheets` what elements hand over and take.
    `actions` are those that elements offer, by the id of the element. `english_names` are those of the
    elements by their Greek ones, `milestones` the legal moments that elements mark, and `has_clocks` says
    whether a timer names a clock. `role_uses` are the roles whose parties expressions ask for, `signature` is
    the first service task in which a party signs. `written_topics` are the places that hand work to an
    agency, `given_constants` what calls give, of which some are topics. `calls` are the shared parts called.
    """

    processes: tuple[ProcessOutline, ...] = ()
    form_uses: tuple[FormUse, ...] = ()
    embedded_forms: tuple[EmbeddedForm, ...] = ()
    answer_forms: Mapping[str, str] = field(default_factory=dict)
    answer_sheets: Mapping[str, AnswerSheet] = field(default_factory=dict)
    actions: Mapping[str, DeskAction] = field(default_factory=dict)
    english_names: Mapping[str, str] = field(default_factory=dict)
    milestones: frozenset[str] = frozenset()
    has_clocks: bool = False
    role_uses: tuple[RoleUse, ...] = ()
    signature: RoleUse | None = None
    written_topics: tuple[TopicUse, ...] = ()
    given_constants: tuple[TopicUse, ...] = ()
    calls: frozenset[PartName] = frozenset()

    def __add__(self, other: "Outline") -> "Outline":
        return Outline(
            processes=self.processes + other.processes,
            form_uses=self.form_uses + other.form_uses,
            embedded_forms=self.embedded_forms + other.embedded_forms,
            answer_forms={**self.answer_forms, **other.answer_forms},
            answer_sheets={**other.answer_sheets, **self.answer_sheets},
            actions={**other.actions, **self.actions},
            english_names={**self.english_names, **other.english_names},
            milestones=self.milestones | other.milestones,
            has_clocks=self.has_clocks or other.has_clocks,
            role_uses=self.role_uses + other.role_uses,
            signature=self.signature or other.signature,
            written_topics=self.written_topics + other.written_topics,
            given_constants=self.given_constants + other.given_constants,
            calls=self.calls | other.calls,
        )


def outline(file: str, content: bytes, findings: BundleFindings) -> Outline:
    """What a BPMN file says; empty after noting that it cannot be read. Notes our own words used wrongly."""
    try:
        diagram = Diagram.read(file, content, LIMITS)
    except Unreadable as refusal:
        if refusal.cause is not XmlCause.ROOT:  # what else it may be is for the linter to say
            place = "" if refusal.cause is XmlCause.BYTES else f"line {refusal.line}"
            findings.add(file, place, _refused(refusal))
        return Outline()
    for element in diagram.extensions("property", "assignmentDefinition"):
        problem = (
            _group_problem(element) if element.kind == "assignmentDefinition" else _property_problem(element)
        )
        if problem is not None:
            findings.add(file, f"line {element.line}, {nearest_id(element) or ''}", problem)
    answers = tuple(_answer_form_uses(diagram))
    properties = [(one.get("name"), one.get("value", "")) for one in diagram.extensions("property")]
    return Outline(
        processes=tuple(_process(file, scope) for scope in diagram.processes),
        form_uses=(*_form_uses(diagram), *answers),
        embedded_forms=tuple(_embedded_forms(diagram)),
        answer_forms={use.element_id: use.form_id for use in answers},
        answer_sheets=_answer_sheets(diagram),
        actions=_actions(diagram),
        english_names=english_names(diagram),
        milestones=frozenset(value for name, value in properties if name == MILESTONE),
        has_clocks=any(name == CLOCK for name, _ in properties),
        role_uses=tuple(_role_uses(diagram)),
        signature=next(_signatures(diagram), None),
        written_topics=tuple(written_topics(diagram)),
        given_constants=tuple(given_constants(diagram)),
        calls=frozenset(parts_called_in(diagram)),
    )


def _role_uses(diagram: Diagram) -> Iterator[RoleUse]:
    """The roles that expressions name in a call of `stoa.parties`, each with its place."""
    for element in (*diagram.root.within(), *diagram.extensions()):
        texts = (*element.attrib.values(), element.text or "")
        for role in (role for text in texts for role in _PARTIES.findall(str(text))):
            place = f"line {element.line}, {nearest_id(element) or ''}"
            yield RoleUse(file=diagram.file, place=place, role=role)


def _signatures(diagram: Diagram) -> Iterator[RoleUse]:
    for definition in diagram.extensions("taskDefinition"):
        if definition.get("type") == SIGNATURE:
            yield RoleUse(file=diagram.file, place=f"line {definition.line}, {nearest_id(definition) or ''}")


def _refused(refusal: Unreadable) -> str:
    match refusal.cause:
        case XmlCause.BYTES:
            return f"Expected at most {LIMITS.file_bytes:,} bytes, found {int(refusal.detail):,}."
        case XmlCause.SYNTAX:
            return f"Expected XML: {refusal.detail}."
        case XmlCause.DOCTYPE:
            return "Expected no DOCTYPE."
        case _:
            return f"Expected at most {LIMITS.elements:,} elements, nested at most {LIMITS.depth} deep."


def _process(file: str, scope: DrawnScope) -> ProcessOutline:
    plain_starts = (start for start in scope.of("startEvent") if not start.definitions)
    return ProcessOutline(
        id=scope.element.get("id", ""),
        file=file,
        line=scope.element.line,
        executable=scope.executable,
        end_events=frozenset(end.element.get("id", "") for end in scope.of("endEvent")),
        start_form_id=next(
            (form_id for start in plain_starts if (form_id := form_of(start.element)) is not None), None
        ),
    )


def _form_uses(diagram: Diagram) -> Iterator[FormUse]:
    taking = [node.element for node in diagram.nodes if property_of(node.element, DESK_ACTION) is not None]
    for element in dict.fromkeys((*diagram.root.within("userTask", "startEvent"), *taking)):
        form_id = form_of(element)
        if form_id is not None:
            yield FormUse(
                file=diagram.file, element_id=element.get("id", ""), line=element.line, form_id=form_id
            )


def _embedded_forms(diagram: Diagram) -> Iterator[EmbeddedForm]:
    for form_id, element in diagram.embedded_forms.items():
        yield EmbeddedForm(
            file=diagram.file, line=element.line, form_id=form_id, content=element.content.encode()
        )


def _answer_form_uses(diagram: Diagram) -> Iterator[FormUse]:
    for named in diagram.extensions("property"):
        around = _extension_elements(named)
        owner = named.parent if around is None else around.parent
        if named.get("name") == _ANSWER_FORM and owner is not None:
            yield FormUse(
                file=diagram.file,
                element_id=owner.get("id", ""),
                line=named.line,
                form_id=named.get("value", ""),
            )


def _extension_elements(element: Element) -> Element | None:
    return next((around for around in element.ancestors() if around.kind == "extensionElements"), None)


def _property_problem(element: Element) -> str | None:
    """What is wrong with a property that begins with `stoa:`; others are free."""
    name, value = element.get("name", ""), element.get("value", "")
    if name.startswith("stoa:") and name not in _PROPERTIES:
        return f"Expected one of the properties {', '.join(_PROPERTIES)}, found {name!r:.80}."
    if (words := _WORDS.get(name)) is not None and value not in list(words):
        return f"Expected {name} to be one of {', '.join(words)}, found {value!r:.80}."
    if name == BY_HAND and value != YES:
        return f"Expected {BY_HAND} to be {YES}, found {value!r:.80}."
    if name == ACTION_REASON and value != REQUIRED:
        return f"Expected {ACTION_REASON} to be {REQUIRED}, found {value!r:.80}."
    if name == DESK_ACTION and not _ACTION.fullmatch(value):
        return f"Expected {DESK_ACTION} to be small Latin letters, digits and hyphens, found {value!r:.80}."
    if name == TERM and value not in TIMED_TERMS:
        return f"Expected {TERM} to be one of {', '.join(TIMED_TERMS)}, found {value!r:.80}."
    if name == FLAG and value not in (known := _flags_of(element)):
        return f"Expected {FLAG} to be one of {', '.join(known)}, found {value!r:.80}."
    if name == PAPERS and not is_declaration(value):
        return f"Expected {PAPERS} to be all, none, or names of variables, found {value!r:.80}."
    if name in (_ANSWER_FORM, PAPERS):
        around = _extension_elements(element)
        if around is None or around.parent is None or extension(around.parent, "taskDefinition") is None:
            return f"Expected {name} on what an agency answers: an element with a zeebe:taskDefinition."
    if name == _BRANCH and not (len(value) == 4 and value.isascii() and value.isdigit()):
        return f"Expected {_BRANCH} to be the four digits of a branch's code, found {value!r:.80}."
    return None


def _flags_of(element: Element) -> tuple[Flag, ...]:
    """The flags that the element with this property may put on the case."""
    around = _extension_elements(element)
    is_scope = around is not None and around.parent is not None and around.parent.kind in _SCOPES
    return SCOPE_FLAGS if is_scope else TASK_FLAGS


def _group_problem(element: Element) -> str | None:
    """What is wrong with a list of groups; those of an expression are not known before it is evaluated."""
    groups = element.get("candidateGroups", "")
    if groups.startswith("="):
        return None
    named = [group.strip() for group in groups.split(",") if group.strip()]
    unknown = [group for group in named if group not in list(Role)]
    if not unknown:
        return None
    return f"Expected the candidate groups to be roles ({', '.join(Role)}), found {', '.join(unknown)!r:.80}."


def _answer_sheets(diagram: Diagram) -> Mapping[str, AnswerSheet]:
    """What each element hands over and takes, by id; those that do neither are left out."""
    refusals = _refusals(diagram)
    sheets: dict[str, AnswerSheet] = {}
    for node in diagram.nodes:
        element_id = node.element.get("id", "")
        sheet = AnswerSheet(
            results=_results(node.element),
            refusals=refusals.get(element_id, {}),
            sources=_sources(node.element),
            papers=property_of(node.element, PAPERS),
        )
        if sheet != AnswerSheet():
            sheets.setdefault(element_id, sheet)
    return sheets


def _actions(diagram: Diagram) -> Mapping[str, DeskAction]:
    """The actions that elements offer, by the id of the element."""
    actions: dict[str, DeskAction] = {}
    for node in diagram.nodes:
        element = node.element
        name = property_of(element, DESK_ACTION)
        if name is None:
            continue
        label = element.get("name") or name
        says = property_of(element, ACTION_SAYS)
        actions[element.get("id", "")] = DeskAction(
            name=name,
            label=Bilingual(label, el=label, en=property_of(element, _NAME) or label),
            roles=acting_roles(property_of(element, ACTION_ROLES) or ""),
            says=Bilingual(says, el=says, en=property_of(element, ACTION_SAYS_EN) or says) if says else None,
            law=property_of(element, LAW),
            needs_reason=property_of(element, ACTION_REASON) == REQUIRED,
            interrupts=None if node.kind == "intermediateCatchEvent" else node.interrupts,
            form_id=form_of(element),
        )
    return actions


def _results(element: Element) -> tuple[str, ...]:
    """The variables that the output mappings take as they are; what is computed is not asked for."""
    named = (_RESULT.fullmatch(mapping.get("source", "")) for mapping in mappings(element, "output"))
    return tuple(dict.fromkeys(match.group(1) for match in named if match))


def _sources(element: Element) -> Mapping[str, str]:
    """The paths that the input mappings hand over as they are, by the name that the agency sees."""
    return {
        mapping.get("target", ""): match.group(1)
        for mapping in mappings(element, "input")
        if (match := _SOURCE.fullmatch(mapping.get("source", "")))
    }


def _refusals(diagram: Diagram) -> Mapping[str, Mapping[str, str]]:
    """The error codes that are caught at each activity, each with what it is called."""
    errors = {error.get("id"): error for error in diagram.root.children("error")}
    caught: dict[str, dict[str, str]] = {}
    for boundary in diagram.elements("boundaryEvent"):
        definition = boundary.child("errorEventDefinition")
        error = None if definition is None else errors.get(definition.get("errorRef"))
        code = None if error is None else error.get("errorCode")
        if error is not None and code:
            name = boundary.get("name") or error.get("name") or code
            caught.setdefault(boundary.get("attachedToRef", ""), {})[code] = name
    return caught
