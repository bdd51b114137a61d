"""Procedures drawn for one test: a diagram of a few elements, deployed and on offer."""

from collections.abc import Mapping
from textwrap import dedent
from types import MappingProxyType

from engine.procedures.model import ProcedureVersion
from tests.office import Office, offer_files
from tests.runtime.diagrams import chain, diagram, element, end, flow, mapping, process, start, user

STATUTORY = "{days: 50, working_days: false}"
"""The term of a procedure, as procedure.yaml says it."""


def drawn(
    key: str, *parts: str, declares: str = "", term: str = STATUTORY, further: str = ""
) -> dict[str, bytes]:
    """The files of a procedure whose process has these parts, and whose end event `done` completes a case."""
    return around(
        key, diagram(process(*parts, process_id=key), declares=declares), term=term, further=further
    )


def around(key: str, content: bytes, *, term: str = STATUTORY, further: str = "") -> dict[str, bytes]:
    """The files of a procedure around a diagram that holds the process `key` and its end event `done`.

    `further` is a line of procedure.yaml.
    """
    metadata = f"""\
        key: {key}
        title: {{el: Δοκιμή, en: Test}}
        summary: {{el: Δοκιμή, en: Test}}
        codes: {{mitos: "000000", kep: "0000"}}
        agency: kep
        fee_cents: 0
        term: {term}
        {further}
        channels: [counter]
        papers: []
        process: {key}
        outcomes:
          done:
            status: completed
            text: {{el: Έγινε, en: Done}}
        """
    return {"procedure.yaml": dedent(metadata).encode(), f"{key}.bpmn": content}


def offer_drawn(
    office: Office,
    key: str,
    *parts: str,
    declares: str = "",
    term: str = STATUTORY,
    further: str = "",
    forms: Mapping[str, bytes] = MappingProxyType({}),
) -> ProcedureVersion:
    """Put the next version of such a procedure on offer, with these forms by id."""
    named = {f"forms/{form_id}.form": content for form_id, content in forms.items()}
    files = {**drawn(key, *parts, declares=declares, term=term, further=further), **named}
    return offer_files(office.engine, files)


def message_from(senders: str) -> str:
    """The property of a message event that says who may send its message."""
    entry = f'<zeebe:property name="stoa:message-from" value="{senders}"/>'
    return f"<zeebe:properties>{entry}</zeebe:properties>"


def judged(*steps: str) -> tuple[str, ...]:
    """Steps, a gateway that can only judge once it knows the size, and an inspection that measures again."""
    names = [step.split('id="', 1)[1].split('"', 1)[0] for step in steps]
    return (
        start("opened"),
        *steps,
        element("exclusiveGateway", "size"),
        user("inspect", extensions=mapping(outputs={"measured": "measured"})),
        end("done"),
        chain("opened", *names, "size"),
        flow("size", "inspect", "=measured.area > 100"),
        flow("size", "done", "=measured.area <= 100"),
        chain("inspect", "done"),
    )
