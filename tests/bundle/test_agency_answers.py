"""Claims about what a diagram takes of an agency's answer."""

from engine.bundle.agency_answers import answer_sheet
from tests.office import ROOT

DIAGRAM = (ROOT / "processes" / "residence-certificate" / "residence-certificate.bpmn").read_bytes()
COMPUTED = (ROOT / "processes" / "family-status-certificate" / "family-status-certificate.bpmn").read_bytes()


def test_an_answer_has_the_results_that_the_diagram_takes() -> None:
    sheet = answer_sheet([DIAGRAM], "municipality_certifies")

    assert sheet.results == ("confirmed", "certificate_number", "certificate_file")


def test_what_is_handed_over_as_it_is_says_where_the_case_has_it() -> None:
    sheet = answer_sheet([DIAGRAM], "municipality_certifies")

    assert sheet.sources["given_name"] == "applicant.given_name"
    assert sheet.sources["residence"] == "residence"


def test_what_is_computed_for_the_agency_comes_from_nowhere() -> None:
    diagram = (ROOT / "processes" / "amka-issue" / "amka-issue.bpmn").read_bytes()

    sheet = answer_sheet([diagram], "register_person")

    assert "not_the_same_as" not in sheet.sources
    assert sheet.sources["category"] == "person.category"


def test_what_the_diagram_computes_itself_is_not_asked_for() -> None:
    ids = ["registry_issues", "municipality_issues"]

    results = {name for element in ids for name in answer_sheet([COMPUTED], element).results}

    assert "issued_by" not in results


def test_a_refusal_is_one_that_the_diagram_catches() -> None:
    sheet = answer_sheet([DIAGRAM], "municipality_certifies")

    assert list(sheet.refusals) == ["NOT_RESIDENT"]
    assert sheet.refusals["NOT_RESIDENT"]


def test_an_element_that_is_in_no_diagram_takes_nothing() -> None:
    sheet = answer_sheet([DIAGRAM], "nowhere")

    assert (sheet.results, dict(sheet.refusals)) == ((), {})
