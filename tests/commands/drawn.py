"""Procedures drawn for one test: a diagram of a few elements, deployed and on offer."""

from textwrap import dedent

from engine.commands.versions import DeployProcedure, PublishVersion
from engine.domain.actor import SYSTEM
from engine.domain.procedure import ProcedureVersion
from tests.office import Office
from tests.spiff.diagrams import diagram, process


def drawn(key: str, *parts: str, declares: str = "") -> dict[str, bytes]:
    """The files of a procedure whose process has these parts, and whose end event `done` completes a case."""
    return around(key, diagram(process(*parts, process_id=key), declares=declares))


def around(key: str, content: bytes) -> dict[str, bytes]:
    """The files of a procedure around a diagram that holds the process `key` and its end event `done`."""
    metadata = f"""\
        key: {key}
        title: {{el: Δοκιμή, en: Test}}
        summary: {{el: Δοκιμή, en: Test}}
        codes: {{mitos: "000000", kep: "0000"}}
        agency: kep
        fee_cents: 0
        channels: [counter]
        papers: []
        process: {key}
        outcomes:
          done:
            status: completed
            text: {{el: Έγινε, en: Done}}
        """
    return {"procedure.yaml": dedent(metadata).encode(), f"{key}.bpmn": content}


def offer_drawn(office: Office, key: str, *parts: str, declares: str = "") -> ProcedureVersion:
    """Deploy and publish the next version of such a procedure."""
    command = DeployProcedure(files=drawn(key, *parts, declares=declares))
    version = office.does(command, actor=SYSTEM)
    return office.does(PublishVersion(key=version.key, number=version.number), actor=SYSTEM)
