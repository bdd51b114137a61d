"""Claims about what procedure.yaml says for those who look for a procedure, certify it and keep its files."""

import pytest

from engine.bundle import folder
from engine.bundle.description import lacking
from engine.bundle.files import keys
from engine.bundle.yaml_tree import read_yaml
from tests.bundle.samples import METADATA, a_catalogue, procedure_files, procedure_findings
from tests.office import ROOT

DESCRIPTION = """keywords: {el: [κατοικία], en: [residence]}
agencies: [tax-office]
life_events: [moving]
legal_basis:
  - {law: ν. 3463/2006, article: "279", gazette: ΦΕΚ Α 114/2006, ada: ΨΛΖΩ46ΜΤΛ6-Χ7Κ, address: "https://www.et.gr/"}
conditions: []
silence: none
languages: [el, en]
outputs:
  - {id: certificate, title: {el: Πιστοποιητικό, en: Certificate}, kind: certificate}
retention: {years: 5, then: destroy}
data_classes: [personal]
"""
"""What a draft may leave out."""


def described(change: str = "", by: str = "") -> str:
    assert change in DESCRIPTION
    return METADATA.replace("obligatory: true", "obligatory: true\n    source: shown") + (
        DESCRIPTION.replace(change, by) if change else DESCRIPTION
    )


def test_a_file_that_says_everything_lacks_nothing() -> None:
    procedure = a_catalogue().check(procedure_files(metadata=described()))

    assert list(lacking(procedure.metadata)) == []


def test_a_draft_may_say_less_and_what_it_lacks_is_named() -> None:
    procedure = a_catalogue().check(procedure_files())

    assert list(lacking(procedure.metadata)) == [
        ("keywords",),
        ("legal_basis",),
        ("conditions",),
        ("silence",),
        ("languages",),
        ("outputs",),
        ("retention",),
        ("data_classes",),
        ("papers", 0, "source"),
    ]


@pytest.mark.parametrize(
    ("change", "by", "finding"),
    [
        ("en: [residence]", "en: []", "keywords.en: Length must be between 1 and 40"),
        ("el: [κατοικία]", "el: [κατοικία, κατοικία]", "keywords.el: Expected every item once."),
        ("[moving]", "[flying]", "life_events.0: Must be one of: having_a_child"),
        ("ΨΛΖΩ46ΜΤΛ6-Χ7Κ", "ΨΛΖΩ", "legal_basis.0.ada: Expected an ΑΔΑ, such as"),
        (
            "https://www.et.gr/",
            "http://www.et.gr/",
            "address: Expected an address that begins with https",
        ),
        (
            "silence: none",
            "silence: yes",
            "silence: Must be one of: none, approval, rejection, compensation.",
        ),
        ("[el, en]", "[el, fr]", "languages.1: Must be one of: el, en."),
        ("kind: certificate", "kind: thing", "outputs.0.kind: Must be one of: certificate, licence"),
        ("years: 5", "years: 500", "retention.years: Must be greater than or equal to 0"),
        ("then: destroy", "then: burn", "retention.then: Must be one of: destroy, transfer."),
        ("[personal]", "[]", "data_classes: Expected at least one."),
    ],
)
def test_what_is_said_wrongly_is_found_at_its_place(change: str, by: str, finding: str) -> None:
    findings = procedure_findings(procedure_files(metadata=described(change, by)))

    assert len(findings["procedure.yaml"]) == 1
    assert int(findings["procedure.yaml"][0].split()[1].rstrip(",")) > METADATA.count("\n")
    assert finding in findings["procedure.yaml"][0]


@pytest.mark.parametrize("key", keys(ROOT / "processes"))
def test_a_shipped_procedure_says_all_that_is_asked_before_it_is_submitted(key: str) -> None:
    files = folder(ROOT / "processes", ROOT / "forms", key)

    assert list(lacking(read_yaml(files["procedure.yaml"]).value)) == []
