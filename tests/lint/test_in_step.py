"""Claims that linter and engine agree: what the linter passes, the engine prepares."""

from hashlib import sha256

import pytest
from lxml import etree

from engine.bpmn.diagram import BPMN
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.definition import Definition
from tests.lint.examples import EXAMPLES


@pytest.mark.parametrize("identifier", sorted(EXAMPLES))
def test_what_passes_the_linter_can_be_run(identifier: str) -> None:
    files = {
        name: content
        for name, content in EXAMPLES[identifier].passing.items()
        if name.endswith((".bpmn", ".dmn"))
    }
    first = etree.fromstring(next(content for name, content in files.items() if name.endswith(".bpmn")))
    processes = [process.get("id", "") for process in first.iter(f"{{{BPMN}}}process")]
    definition = Definition(
        sha256=sha256(b"".join(files.values())).hexdigest(), process_id=processes[0], files=files
    )

    SpiffWorkflowEngine().prepare(definition)
