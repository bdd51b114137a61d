"""Small procedures and forms for tests, each sound by itself; a test names only what it is about."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.bundle import Catalogue, Language
from engine.bundle.files import BundleFindings
from engine.bundle.forms import ReadForm, read_form
from engine.kernel.refusal import Invalid
from tests.builders import NOON


class StandingClock:
    """A clock that stands at noon on Monday, 9 March 2026."""

    def now(self) -> datetime:
        return NOON


def a_catalogue(**options: Any) -> Catalogue:
    """A catalogue at noon."""
    return Catalogue(StandingClock(), **options)


def a_component(type_: str, key: str = "answer", **settings: Any) -> dict[str, Any]:
    """A form-js component, with its key as its id too."""
    return {"type": type_, "key": key, "id": f"Field_{key}", **settings}


def a_group(*components: dict[str, Any], path: str | None = None, **settings: Any) -> dict[str, Any]:
    """A group of components, whose answers are nested if it has a path."""
    group = {"type": "group", "id": f"Group_{path}", "components": list(components), **settings}
    return {**group, "path": path} if path else group


def a_list(*components: dict[str, Any], path: str) -> dict[str, Any]:
    """A dynamic list."""
    return {"type": "dynamiclist", "id": f"List_{path}", "path": path, "components": list(components)}


def form_json(*components: dict[str, Any], form_id: str = "intake", **settings: Any) -> bytes:
    """A form's file."""
    form = {"type": "default", "id": form_id, "schemaVersion": 18, "components": list(components)}
    return json.dumps({**form, **settings}).encode()


def a_form(*components: dict[str, Any], language: Language = Language.EN) -> ReadForm:
    """A form of these components; fails if it has findings."""
    findings = BundleFindings()
    reading = read_form("intake", "forms/intake.form", form_json(*components), findings)
    findings.refuse_if_any("The form")
    assert reading is not None
    return ReadForm(reading, clock=StandingClock(), zone=NOON.tzinfo, language=language)


def form_findings(*components: Any) -> list[str]:
    """What is found in a form of these components."""
    findings = BundleFindings()
    read_form("intake", "forms/intake.form", form_json(*components), findings)
    try:
        findings.refuse_if_any("The form")
    except Invalid as refusal:
        return refusal.errors["forms/intake.form"]
    return []


def refused(form: ReadForm, data: Mapping[str, Any], **scope: Any) -> dict[str, list[str]]:
    """The problems by field of data that the form refuses; none if it takes them."""
    try:
        form.accept(data, scope=scope)
    except Invalid as refusal:
        return refusal.errors
    return {}


DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="certificate" isExecutable="true">
    <bpmn:startEvent id="asked">
      <bpmn:extensionElements><zeebe:formDefinition formId="intake" /></bpmn:extensionElements>
      <bpmn:outgoing>to_end</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="done"><bpmn:incoming>to_end</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="to_end" sourceRef="asked" targetRef="done" />
  </bpmn:process>
</bpmn:definitions>
"""

METADATA = """key: certificate
title: {el: Πιστοποιητικό, en: Certificate}
summary: {el: Ένα πιστοποιητικό., en: A certificate.}
codes: {mitos: "080734", kep: "0182"}
agency: municipality
fee_cents: 0
term:
  days: 5
  working_days: true
process: certificate
channels: [counter]
papers:
  - id: identity
    title: {el: Ταυτότητα, en: Identity card}
    obligatory: true
outcomes:
  done:
    status: completed
    text: {el: Εκδόθηκε., en: Issued.}
"""


def procedure_files(
    others: Mapping[str, bytes] | None = None, *, metadata: str = METADATA, diagram: str = DIAGRAM
) -> dict[str, bytes]:
    """The files of a sound little procedure; `others` are added or replaced by name."""
    files = {
        "procedure.yaml": metadata.encode(),
        "certificate.bpmn": diagram.encode(),
        "forms/intake.form": form_json(a_component("textfield", "name")),
    }
    return files | dict(others or {})


def procedure_findings(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """What is found in a procedure, by file; nothing if it is sound."""
    try:
        a_catalogue().check(files)
    except Invalid as refusal:
        return refusal.errors
    return {}
