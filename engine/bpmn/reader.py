"""Reads the BPMN files of a definition into one diagram, or says everything that is wrong with them."""

from collections.abc import Mapping

from engine.bpmn.bodies import GLOBAL_TASKS, BodyReader
from engine.bpmn.checks import check_diagram
from engine.bpmn.declarations import read_declarations
from engine.bpmn.extensions import check_extensions
from engine.bpmn.findings import Findings, Place
from engine.bpmn.model import Body, Diagram
from engine.bpmn.xml import BPMN, children, line_of, read
from engine.runtime.limits import Limits


def read_diagram(files: Mapping[str, bytes], *, limits: Limits, findings: Findings) -> Diagram:
    """The processes of every `.bpmn` file.

    What cannot be run is noted in `findings`, and then the diagram must not be run.
    """
    bodies: dict[str, Body] = {}
    processes: list[str] = []
    for file in sorted(files):
        if file.endswith(".bpmn"):
            _read_file(
                file, files[file], bodies=bodies, processes=processes, limits=limits, findings=findings
            )
    diagram = Diagram(bodies=bodies, process_ids=tuple(processes))
    if not findings.lines:
        check_diagram(diagram, limits=limits, findings=findings)
    return diagram


def _read_file(
    file: str,
    content: bytes,
    *,
    bodies: dict[str, Body],
    processes: list[str],
    limits: Limits,
    findings: Findings,
) -> None:
    root = read(file, content, limits=limits, findings=findings)
    if root is None:
        return
    if root.tag != f"{{{BPMN}}}definitions":
        place = Place(file=file, line=line_of(root))
        findings.add(
            place, f"Expected BPMN's definitions, found {root.tag}.", remedy="Export the file as BPMN 2.0."
        )
        return
    declarations = read_declarations(file, root, findings)
    check_extensions(root, declarations)
    reader = BodyReader(declarations=declarations, limits=limits)
    for element in children(root, "process"):
        reader.read(element)
    for kind in GLOBAL_TASKS:
        for element in children(root, kind):
            reader.read_global_task(element)
    for body in reader.bodies.values():
        if body.id in bodies:
            reason = f"The id {body.id!r} is already used at {bodies[body.id].place}."
            findings.add(
                body.place, reason, remedy="Give every process and sub-process of the bundle its own id."
            )
            continue
        bodies[body.id] = body
        if body.kind == "process":
            processes.append(body.id)
