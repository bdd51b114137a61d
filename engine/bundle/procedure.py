"""A procedure version: its metadata, forms and diagrams, read together and checked against each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine import dmn
from engine.bpmn.diagram import is_diagram
from engine.bpmn.shared_parts import divided
from engine.bpmn.topics import TopicUse, topics_among
from engine.bundle.contents import is_executable, read_contents
from engine.bundle.contract import AnswerSheet, DeskAction, Files, Form, OutcomeRule
from engine.bundle.diagrams import FormUse, Outline, ProcessOutline
from engine.bundle.fees import KNOWN_AT_INTAKE, Fee, problems_of
from engine.bundle.files import BundleFindings, fingerprint
from engine.bundle.forms import FormReading
from engine.bundle.metadata import FILE, Metadata, read_metadata
from engine.bundle.party_rules import PartyRule, rule_of
from engine.bundle.shared_part import ReadPart, read_pinned
from engine.kernel.bilingual import Bilingual
from engine.kernel.vocabulary import CaseStatus
from engine.runtime.definition import Definition, PackedFiles
from engine.terms.term import FIRST, Term, TermKind

_COMPLETED = OutcomeRule(
    status=CaseStatus.COMPLETED, text="Η υπόθεση ολοκληρώθηκε.", text_en="The case is completed."
)


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A version of a procedure, read and checked; safe to share between threads.

    `definition` are the executable files, `main_file` is the one with the process that a case starts. A new
    case must fit `start_form`; without one it takes no data. `forms` has every form, by id. `actions` are
    those that the diagrams offer, by the id of the event that waits. `milestones` are the legal moments that
    the diagrams mark; `has_clocks` says whether a timer goes by a clock of the law. `topics` are the places
    that hand work to an agency.
    """

    outline: Metadata
    forms: Mapping[str, Form]
    start_form: Form | None
    answer_forms: Mapping[str, Form]
    answer_sheets: Mapping[str, AnswerSheet]
    actions: Mapping[str, DeskAction]
    english_names: Mapping[str, str]
    definition: Definition
    main_file: str
    milestones: frozenset[str] = frozenset()
    has_clocks: bool = False
    topics: tuple[TopicUse, ...] = ()

    @property
    def key(self) -> str:
        """The key, as in `residence-certificate`."""
        return self.outline.key

    @property
    def title(self) -> str:
        """The Greek title."""
        return self.outline.title

    @property
    def title_en(self) -> str:
        """The English title."""
        return self.outline.title_en

    @property
    def metadata(self) -> Mapping[str, Any]:
        """All of procedure.yaml, as JSON."""
        values: Mapping[str, Any] = self.outline.tree.value
        return values

    @property
    def term(self) -> Term:
        """The term of law; 50 days where the procedure sets none (ν. 2690/1999, art. 4)."""
        return self.terms[TermKind.LEGAL]

    @property
    def terms(self) -> Mapping[TermKind, Term]:
        """Every term that the procedure has, the one of law first."""
        return self.outline.terms

    @property
    def fees(self) -> Mapping[str, Fee]:
        """The fees that the procedure has, by id, in the order of procedure.yaml."""
        return self.outline.fees

    @cached_property
    def first_terms(self) -> Mapping[TermKind, Term]:
        """The terms that begin with the case or with its complete file, the one of law first."""
        return {kind: self.terms[kind] for kind in FIRST if kind in self.terms}

    @property
    def parties(self) -> tuple[PartyRule, ...]:
        """The roles of a case of several people; empty where there is the applicant only."""
        return self.outline.parties

    def signing_form(self, role: str | None) -> Form | None:
        """The form that a party of the role fills in with their signature; None if they fill in nothing."""
        rule = rule_of(role, self.parties)
        return self.forms[rule.form_id] if rule and rule.form_id else None

    @property
    def decisions(self) -> dmn.Bundle | None:
        """The DMN decisions; None where the procedure has none."""
        return self.definition.decisions

    @property
    def diagrams(self) -> tuple[str, ...]:
        """The text of every diagram, the main file's first."""
        files = self.definition.files
        others = (name for name in sorted(files) if name != self.main_file and is_diagram(name))
        return tuple(files[name].decode() for name in (self.main_file, *others))

    def outcome(self, end_event_id: str) -> OutcomeRule:
        """What ending in that event means; `completed` where procedure.yaml says nothing."""
        return self.outline.outcomes.get(end_event_id, _COMPLETED)

    def answer_form(self, element_id: str) -> Form | None:
        """The form that an answer to the service task of that element must fit; None if any will do."""
        return self.answer_forms.get(element_id)

    def answer_sheet(self, element_id: str) -> AnswerSheet:
        """What the service task of that element hands over, and takes of an answer."""
        return self.answer_sheets.get(element_id, AnswerSheet())

    def is_by_hand(self, element_id: str, topic: str) -> bool:
        """Whether people of the branch do the work of that element where no agency serves its topic."""
        return any(
            use.by_hand and (use.topic == topic or (use.topic is None and use.element_id == element_id))
            for use in self.topics
        )

    def called(self, name: str) -> Bilingual:
        """A name that was noted of an element, in both languages; as it is if no element is called so."""
        return Bilingual(name, el=name, en=self.english_names.get(name, name))


def read_procedure(files: Files, *, read_part: ReadPart, form_of: Callable[[FormReading], Form]) -> Procedure:
    """The procedure of these files; `Invalid` with every finding by file name if they are not sound."""
    findings = BundleFindings()
    own, _parts = divided(files)
    metadata = read_metadata(own.get(FILE), findings)
    contents = read_contents(own, FILE, findings, more_uses=_forms_of_parties(metadata))
    _check_roles(metadata, contents.outline, findings)
    process = _main_process(metadata, contents.outline, findings) if metadata else None
    definition = Definition(
        sha256=fingerprint(files),
        process_id=process.id if process else "",
        files=PackedFiles({name: content for name, content in files.items() if is_executable(name)}),
    )
    if metadata and process:
        start = next((form for form in contents.forms if form.id == process.start_form_id), None)
        _check_intake(metadata, start_form=start, decisions=_decisions(definition), findings=findings)
    own_forms = {form.id: form_of(form) for form in contents.forms}
    contents, forms_of_parts = read_pinned(files, contents, findings, read=read_part)
    findings.refuse_if_any("The procedure")
    if metadata is None or process is None:
        raise AssertionError("a procedure without findings has metadata and a process")
    forms = {**forms_of_parts, **own_forms}
    diagrams = contents.outline
    return Procedure(
        outline=metadata,
        forms=forms,
        start_form=forms[process.start_form_id] if process.start_form_id else None,
        answer_forms={element: forms[form_id] for element, form_id in diagrams.answer_forms.items()},
        answer_sheets=diagrams.answer_sheets,
        actions=diagrams.actions,
        english_names=diagrams.english_names,
        definition=definition,
        main_file=process.file,
        milestones=diagrams.milestones,
        has_clocks=diagrams.has_clocks,
        topics=topics_among(diagrams.written_topics, diagrams.given_constants),
    )


def _check_roles(metadata: Metadata | None, diagrams: Outline, findings: BundleFindings) -> None:
    """Note roles that diagrams ask for and nobody declares, and signatures that nobody is to give."""
    if metadata is None:
        return
    known = {rule.role for rule in metadata.parties}
    for use in diagrams.role_uses:
        if use.role not in known:
            expected = ", ".join(sorted(known)) or "none is declared"
            findings.add(
                use.file,
                use.place,
                f"Expected a role of the parties in procedure.yaml ({expected}), found {use.role}.",
            )
    if diagrams.signature is not None and not any(rule.statement for rule in metadata.parties):
        findings.add(
            diagrams.signature.file,
            diagrams.signature.place,
            "Expected parties in procedure.yaml of whom some sign or consent, found none.",
        )


def _forms_of_parties(metadata: Metadata | None) -> tuple[FormUse, ...]:
    """The forms that parties fill in."""
    return (
        tuple(
            FormUse(
                file=FILE,
                element_id=rule.role,
                line=metadata.tree.line(("parties", number, "form")),
                form_id=rule.form_id,
            )
            for number, rule in enumerate(metadata.parties)
            if rule.form_id is not None
        )
        if metadata
        else ()
    )


def _main_process(metadata: Metadata, diagrams: Outline, findings: BundleFindings) -> ProcessOutline | None:
    found = [process for process in diagrams.processes if process.id == metadata.process_id]
    if len(found) != 1:
        known = ", ".join(process.id for process in diagrams.processes) or "none"
        sentence = f"Expected the id of one process in the diagrams ({known}), found {len(found)} of that id."
        findings.add(FILE, metadata.place("process"), sentence)
        return None
    process = found[0]
    if not process.executable:
        findings.add(
            process.file, f"line {process.line}, {process.id}", "Expected the process to be executable."
        )
    for event in metadata.outcomes:
        if event not in process.end_events:
            ends = ", ".join(sorted(process.end_events)) or "none"
            sentence = f"Expected the id of an end event of {process.id}: {ends}."
            findings.add(FILE, metadata.place("outcomes", event), sentence)
    return process


def _check_intake(
    metadata: Metadata,
    *,
    start_form: FormReading | None,
    decisions: dmn.Bundle | None,
    findings: BundleFindings,
) -> None:
    """Note what is wrong with what is decided at the intake."""
    asked = {question.path[0] for question in start_form.questions} if start_form else set()
    _check_papers_decision(metadata, asked=asked, decisions=decisions, findings=findings)
    for path, sentence in problems_of(metadata.tree.value, asked=asked, decisions=decisions):
        findings.add(FILE, metadata.place(*path), sentence)


def _check_papers_decision(
    metadata: Metadata, *, asked: set[str], decisions: dmn.Bundle | None, findings: BundleFindings
) -> None:
    decision = metadata.papers_decision
    if decision is None:
        return
    place = metadata.place("papers_decision")
    summary = decisions.decisions.get(decision) if decisions else None
    if summary is None:
        findings.add(FILE, place, f"Expected the id of a decision in the DMN files beside, found {decision}.")
        return
    unknown = [name for name in summary.requires_inputs if name not in {*asked, *KNOWN_AT_INTAKE}]
    if unknown:
        expected = ", ".join([*KNOWN_AT_INTAKE, *sorted(asked)])
        sentence = f"Expected a decision that needs no more than: {expected}. It needs {', '.join(unknown)}."
        findings.add(FILE, place, sentence)


def _decisions(definition: Definition) -> dmn.Bundle | None:
    """The decisions; none where the files cannot be read, which is found elsewhere."""
    try:
        return definition.decisions
    except dmn.DmnReadError:
        return None
