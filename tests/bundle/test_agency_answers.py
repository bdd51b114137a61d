"""Claims about what a diagram takes of an agency's answer."""

from engine.bundle import folder
from engine.bundle.contract import AnswerSheet
from tests.bundle.samples import a_catalogue
from tests.office import ROOT


def answer_sheet(key: str, element_id: str) -> AnswerSheet:
    files = folder(ROOT / "processes", ROOT / "forms", key)
    return a_catalogue().check(files).answer_sheet(element_id)


def test_an_answer_has_the_results_that_the_diagram_takes() -> None:
    sheet = answer_sheet("residence-certificate", "municipality_certifies")

    assert sheet.results == ("confirmed", "certificate_number", "certificate_file")


def test_what_is_handed_over_as_it_is_says_where_the_case_has_it() -> None:
    sheet = answer_sheet("residence-certificate", "municipality_certifies")

    assert sheet.sources["given_name"] == "applicant.given_name"
    assert sheet.sources["residence"] == "residence"


def test_what_is_computed_for_the_agency_comes_from_nowhere() -> None:
    sheet = answer_sheet("amka-issue", "register_person")

    assert "not_the_same_as" not in sheet.sources
    assert sheet.sources["category"] == "person.category"


def test_what_the_diagram_computes_itself_is_not_asked_for() -> None:
    ids = ["registry_issues", "municipality_issues"]

    results = {name for element in ids for name in answer_sheet("family-status-certificate", element).results}

    assert "issued_by" not in results


def test_a_refusal_is_one_that_the_diagram_catches() -> None:
    sheet = answer_sheet("residence-certificate", "municipality_certifies")

    assert list(sheet.refusals) == ["NOT_RESIDENT"]
    assert sheet.refusals["NOT_RESIDENT"]


def test_an_element_that_is_in_no_diagram_takes_nothing() -> None:
    sheet = answer_sheet("residence-certificate", "nowhere")

    assert (sheet.results, dict(sheet.refusals)) == ((), {})
