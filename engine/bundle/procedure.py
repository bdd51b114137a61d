"""A procedure version: its metadata, forms and diagrams, read together and checked against each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import Any

from engine import dmn
from engine.bpmn.diagram import is_diagram
from engine.bundle.contract import AnswerSheet, Files, Form, OutcomeRule
from engine.bundle.diagrams import FormUse, Outline, ProcessOutline, outline
from engine.bundle.files import BundleFindings, fingerprint
from engine.bundle.forms import FormReading, ReadForm, read_form
from engine.bundle.metadata import FILE, Metadata, read_metadata
from engine.bundle.party_rules import PartyRule, rule_of
from engine.kernel.bilingual import Bilingual, Language
from engine.kernel.clock import Clock
from engine.kernel.vocabulary import CaseStatus
from engine.runtime.contract import Definition
from engine.terms.term import Term, TermKind

_FORM = re.compile(r"forms/([^/]+)\.form")
_NEITHER_DIAGRAM_NOR_DECISION = re.compile(r"procedure\.yaml|forms/[^/]+\.form|scenarios/[^/]+\.yaml")

_ALWAYS_KNOWN = ("applicant", "representative", "case")
"""What every case has by the time that papers are asked for."""

_COMPLETED = OutcomeRule(
    status=CaseStatus.COMPLETED, text="Η υπόθεση ολοκληρώθηκε.", text_en="The case is completed."
)


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A version of a procedure, read and checked; safe to share between threads.

    `definition` are the executable files, `main_file` is the one with the process that a case starts. A new
    case must fit `start_form`; without one it takes no data. `forms` has every form, by id. `milestones` are
    the legal moments that the diagrams mark; `has_clocks` says whether a timer goes by a clock of the law.
    """

    outline: Metadata
    forms: Mapping[str, Form]
    start_form: Form | None
    answer_forms: Mapping[str, Form]
    answer_sheets: Mapping[str, AnswerSheet]
    english_names: Mapping[str, str]
    definition: Definition
    main_file: str
    milestones: frozenset[str] = frozenset()
    has_clocks: bool = False

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
    def parties(self) -> tuple[PartyRule, ...]:
        """The roles of a case of several people; empty where there is the applicant only."""
        return self.outline.parties

    def signing_form(self, role: str | None) -> Form | None:
        """The form that a party of the role fills in with their signature; None if they fill in nothing."""
        rule = rule_of(role, self.parties)
        return self.forms[rule.form_id] if rule and rule.form_id else None

    @cached_property
    def decisions(self) -> dmn.Bundle | None:
        """The DMN decisions, read when somebody first asks; None where the procedure has none."""
        tables = _tables(self.definition.files)
        return dmn.read(tables) if tables else None

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

    def called(self, name: str) -> Bilingual:
        """A name that was noted of an element, in both languages; as it is if no element is called so."""
        return Bilingual(name, el=name, en=self.english_names.get(name, name))


def read_procedure(files: Files, *, clock: Clock, zone: tzinfo, language: Language) -> Procedure:
    """The procedure of these files; `Invalid` with every finding by file name if they are not sound."""
    findings = BundleFindings()
    for name in files:
        if not (_is_executable(name) or _NEITHER_DIAGRAM_NOR_DECISION.fullmatch(name)):
            findings.add(
                name, "", "Expected only procedure.yaml, *.bpmn, *.dmn, forms/*.form, scenarios/*.yaml."
            )
        if not _is_utf8(files[name]):
            findings.add(name, "", "Expected text in UTF-8.")
    metadata = read_metadata(files.get(FILE), findings)
    diagrams = _outline(files, findings)
    readings = [*_readings(files, findings), *_embedded(diagrams, findings)]
    _check_forms(diagrams, files, findings, of_parties=_check_parties(metadata, diagrams, findings))
    process = _main_process(metadata, diagrams, findings) if metadata else None
    if metadata and process:
        start = next((reading for reading in readings if reading.id == process.start_form_id), None)
        _check_papers_decision(metadata, start_form=start, tables=_tables(files), findings=findings)
    findings.refuse_if_any("The procedure")
    if metadata is None or process is None:
        raise AssertionError("a procedure without findings has metadata and a process")
    forms = {reading.id: ReadForm(reading, clock=clock, zone=zone, language=language) for reading in readings}
    return Procedure(
        outline=metadata,
        forms=forms,
        start_form=forms[process.start_form_id] if process.start_form_id else None,
        answer_forms={element: forms[form_id] for element, form_id in diagrams.answer_forms.items()},
        answer_sheets=diagrams.answer_sheets,
        english_names=diagrams.english_names,
        definition=Definition(
            sha256=fingerprint(files),
            process_id=process.id,
            files={name: content for name, content in files.items() if _is_executable(name)},
        ),
        main_file=process.file,
        milestones=diagrams.milestones,
        has_clocks=diagrams.has_clocks,
    )


def _tables(files: Files) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.endswith(".dmn")}


def _is_diagram(name: str) -> bool:
    """Whether a file is a diagram beside procedure.yaml; those in folders below it are not read."""
    return "/" not in name and is_diagram(name)


def _is_executable(name: str) -> bool:
    return _is_diagram(name) or ("/" not in name and name.endswith(".dmn"))


def _outline(files: Files, findings: BundleFindings) -> Outline:
    names = [name for name in sorted(files) if _is_diagram(name)]
    if not names:
        findings.add(FILE, "", "Expected a diagram (*.bpmn) beside this file, found none.")
    return sum((outline(name, files[name], findings) for name in names), Outline())


def _readings(files: Files, findings: BundleFindings) -> list[FormReading]:
    named = ((name, match.group(1)) for name in sorted(files) if (match := _FORM.fullmatch(name)))
    readings = (read_form(form_id, name, files[name], findings) for name, form_id in named)
    return [reading for reading in readings if reading is not None]


def _embedded(diagrams: Outline, findings: BundleFindings) -> list[FormReading]:
    """The forms in the diagrams."""
    readings = (
        read_form(form.form_id, form.file, form.content, findings, says_id=False)
        for form in diagrams.embedded_forms
    )
    return [reading for reading in readings if reading is not None]


def _check_parties(
    metadata: Metadata | None, diagrams: Outline, findings: BundleFindings
) -> tuple[FormUse, ...]:
    """Note roles that diagrams ask for and nobody declares; the forms that parties fill in."""
    if metadata is None:
        return ()
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
    return tuple(
        FormUse(
            file=FILE,
            element_id=rule.role,
            line=metadata.tree.line(("parties", number, "form")),
            form_id=rule.form_id,
        )
        for number, rule in enumerate(metadata.parties)
        if rule.form_id is not None
    )


def _check_forms(
    diagrams: Outline, files: Files, findings: BundleFindings, *, of_parties: tuple[FormUse, ...]
) -> None:
    used = set()
    embedded: set[str] = set()
    for form in diagrams.embedded_forms:
        if form.form_id in embedded or f"forms/{form.form_id}.form" in files:
            sentence = f"Expected one form with the id {form.form_id}, found another one."
            findings.add(form.file, f"line {form.line}", sentence)
        embedded.add(form.form_id)
    for use in (*diagrams.form_uses, *of_parties):
        name = f"forms/{use.form_id}.form"
        used.add(name)
        if name not in files and use.form_id not in embedded:
            findings.add(use.file, use.place, f"Expected the form {name}, but there is no such file.")
    for name in files:
        if _FORM.fullmatch(name) and name not in used:
            findings.add(name, "", "Expected a form that a diagram names; no diagram names this one.")


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


def _check_papers_decision(
    metadata: Metadata,
    *,
    start_form: FormReading | None,
    tables: Mapping[str, bytes],
    findings: BundleFindings,
) -> None:
    """Note what is wrong with `papers_decision`; `tables` are the DMN files by name."""
    decision = metadata.papers_decision
    if decision is None:
        return
    place = metadata.place("papers_decision")
    summary = _summaries(tables).get(decision)
    if summary is None:
        findings.add(FILE, place, f"Expected the id of a decision in the DMN files beside, found {decision}.")
        return
    asked = {question.path[0] for question in start_form.questions} if start_form else set()
    unknown = [name for name in summary.requires_inputs if name not in {*asked, *_ALWAYS_KNOWN}]
    if unknown:
        expected = ", ".join([*_ALWAYS_KNOWN, *sorted(asked)])
        sentence = f"Expected a decision that needs no more than: {expected}. It needs {', '.join(unknown)}."
        findings.add(FILE, place, sentence)


def _summaries(tables: Mapping[str, bytes]) -> Mapping[str, dmn.DecisionSummary]:
    """The decisions by id; none where the files cannot be read, which is found elsewhere."""
    try:
        return dmn.read(tables).decisions if tables else {}
    except dmn.DmnReadError:
        return {}


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
