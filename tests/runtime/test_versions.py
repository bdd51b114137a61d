"""Versions that a diagram asks for: the one of the same files, where that is what it asks for."""

import pytest

from engine.lint import Severity, check
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused
from engine.runtime.definition import Definition
from tests.runtime.diagrams import Run, chain, definition, diagram, element, end, process, start, user

DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d" namespace="d">
  <decision id="fee" name="fee">
    <extensionElements>
      <zeebe:versionTag xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" value="v1"/>
    </extensionElements>
    <variable name="fee"/><literalExpression><text>10</text></literalExpression>
  </decision>
</definitions>"""

CALLED = diagram(
    process(start("s"), user("inner"), end("e"), chain("s", "inner", "e"), process_id="other").replace(
        'isExecutable="true">',
        'isExecutable="true"><extensionElements><zeebe:versionTag value="v1"/></extensionElements>',
    )
)


def calling(binding: str, process_id: str = "other") -> Definition:
    call = element(
        "callActivity", "call", extensions=f'<zeebe:calledElement processId="{process_id}" {binding}/>'
    )
    return definition(diagram(process(start(), call, end(), chain("start", "call", "end"))), CALLED)


def deciding(binding: str, decision_id: str = "fee") -> Definition:
    called = f'<zeebe:calledDecision decisionId="{decision_id}" resultVariable="fee" {binding}/>'
    task = element("businessRuleTask", "decide", extensions=called)
    return definition(
        diagram(process(start(), task, end(), chain("start", "decide", "end"))), fee_dmn=DECISION
    )


BINDINGS = [
    "",
    'bindingType="deployment"',
    'bindingType="latest"',
    'bindingType="versionTag" versionTag="v1"',
]


@pytest.mark.parametrize("binding", BINDINGS)
def test_what_the_files_provide_is_called(binding: str) -> None:
    assert Run(calling(binding)).waiting == ["inner"]
    assert Run(deciding(binding)).variables == {"fee": 10}
    for what in (calling(binding), deciding(binding)):
        assert [each for each in check(what.files).findings if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize("binding", ['bindingType="versionTag" versionTag="v2"', 'bindingType="versionTag"'])
def test_another_version_is_refused_by_linter_and_engine(binding: str) -> None:
    for what in (calling(binding), deciding(binding)):
        with pytest.raises(DefinitionRefused, match="with the version tag"):
            SpiffWorkflowEngine().prepare(what)
        assert "version-provided" in {finding.rule for finding in check(what.files).findings}


@pytest.mark.parametrize(("tag", "code"), [("v1", None), ("v2", "unknown")])
def test_a_version_of_what_an_expression_names_is_looked_for_when_it_is_called(
    tag: str, code: str | None
) -> None:
    binding = f'bindingType="versionTag" versionTag="{tag}"'

    call = Run(calling(binding, "=which"), {"which": "other"}).step.incident
    decision = Run(deciding(binding, "=which"), {"which": "fee"}).step.incident

    assert (call is None, decision is None) == (code is None, code is None)
    if call is not None and decision is not None:
        assert (call.code, decision.code) == ("unknown_process", "unknown_decision")


def test_a_form_of_another_version_is_refused() -> None:
    def found(tag: str) -> set[str]:
        form = f'<zeebe:formDefinition formId="f" bindingType="versionTag" versionTag="{tag}"/>'
        task = user("fill", extensions=form)
        files = {
            "p.bpmn": diagram(process(start(), task, end(), chain("start", "fill", "end"))),
            "forms/f.form": b'{"id": "f", "versionTag": "v1", "components": []}',
        }
        return {finding.rule for finding in check(files).findings}

    assert "version-provided" not in found("v1")
    assert "version-provided" in found("v2")
