"""Forms that are written in the diagram itself are forms of the procedure like those in files."""

import json

import pytest

from engine.kernel.refusal import Invalid
from engine.lint import check
from tests.bundle.samples import DIAGRAM, a_catalogue, a_component, procedure_files, procedure_findings


def drawn(key: str, *forms: tuple[str, str]) -> str:
    """The sample's diagram, whose start names the form `key`, with these forms in its process."""
    inside = "".join(f'<zeebe:userTaskForm id="{name}">{text}</zeebe:userTaskForm>' for name, text in forms)
    return DIAGRAM.replace('formId="intake"', f'formKey="{key}"').replace(
        'isExecutable="true">',
        f'isExecutable="true"><bpmn:extensionElements>{inside}</bpmn:extensionElements>',
    )


def written(*components: object) -> str:
    """A form as the modeler writes it into a diagram: without an id of its own."""
    return json.dumps({"type": "default", "schemaVersion": 18, "components": list(components)})


WITHOUT_FILES = {
    name: content for name, content in procedure_files().items() if not name.startswith("forms/")
}


def test_a_form_in_the_diagram_is_a_form_of_the_procedure() -> None:
    diagram = drawn("camunda-forms:bpmn:inside", ("inside", written(a_component("textfield", "name"))))

    procedure = a_catalogue().check({**WITHOUT_FILES, "certificate.bpmn": diagram.encode()})

    assert procedure.start_form is not None
    assert procedure.start_form.accept({"name": "Ελένη"}, scope={}) == {"name": "Ελένη"}
    with pytest.raises(Invalid):
        procedure.start_form.accept({"other": 1}, scope={})


def test_the_linter_knows_the_fields_of_a_form_in_the_diagram() -> None:
    diagram = drawn("camunda-forms:bpmn:inside", ("inside", written(a_component("textfield", "name"))))

    found = check({**WITHOUT_FILES, "certificate.bpmn": diagram.encode()}).findings

    assert [finding.rule for finding in found if finding.rule in {"form-known", "unknown-extension"}] == []


@pytest.mark.parametrize(
    ("key", "forms", "said"),
    [
        ("camunda-forms:bpmn:absent", (), "Expected the form forms/absent.form"),
        ("camunda-forms:bpmn:inside", (("inside", "{"),), "Expected JSON"),
        ("camunda-forms:bpmn:intake", (("intake", "{}"),), "Expected one form with the id intake"),
    ],
)
def test_what_is_wrong_with_a_form_in_the_diagram_is_said_at_the_diagram(
    key: str, forms: tuple[tuple[str, str], ...], said: str
) -> None:
    files = procedure_files(diagram=drawn(key, *forms))

    assert any(said in sentence for sentence in procedure_findings(files)["certificate.bpmn"])


def test_a_reference_to_a_form_outside_means_the_form_of_that_name_here() -> None:
    diagram = DIAGRAM.replace('formId="intake"', 'externalReference="intake"')

    assert procedure_findings(procedure_files(diagram=diagram)) == {}
    absent = DIAGRAM.replace('formId="intake"', 'externalReference="https://forms.example/intake"')
    assert procedure_findings(procedure_files(diagram=absent)) != {}
