"""What the scenarios cover: counted by what was gone through, told as text, JSON, page and picture."""

from html.parser import HTMLParser

import pytest
from lxml import etree

from engine.bundle.contract import Files
from engine.rehearsal.coverage import Coverage, Measure, coverable
from engine.rehearsal.coverage_report import (
    coverage_drawing,
    coverage_page,
    coverage_text,
    failure_drawing,
)
from engine.rehearsal.gate import coverage_of
from engine.rehearsal.rehearsal import ScenarioResult, report, run
from tests.procedures.shipped import EVERY, diagram_of, files_of, result_of, scenario_names

KEY = "residence-certificate"
DIAGRAM = "residence-certificate.bpmn"


@pytest.mark.parametrize("key", EVERY)
def test_scenarios_of_what_is_shipped_cover_all_that_can_be_covered(key: str) -> None:
    coverage = coverage_of(files_of(key), [result_of(key, name) for name in scenario_names(key)])

    assert coverage.missing() == ()


def covered_without(*names: str) -> Coverage:
    """The coverage of a shipped procedure without some of its scenarios."""
    left = [name for name in scenario_names(KEY) if name not in names]
    return coverage_of(files_of(KEY), [result_of(KEY, name) for name in left])


def missing(coverage: Coverage, measure: Measure) -> list[str]:
    return [item.id for item in coverage.missing(measure)]


def test_without_a_scenario_what_only_it_passes_is_missing() -> None:
    coverage = covered_without("not-resident")

    assert missing(coverage, Measure.NODES) == ["not_resident"]
    assert missing(coverage, Measure.FLOWS) == ["not_resident__not_certified"]
    assert missing(coverage, Measure.ERRORS) == ["NOT_RESIDENT"]


def test_a_field_that_nobody_fills_in_is_missing() -> None:
    lost = {*missing(covered_without("papers-missing"), Measure.FIELDS)} - {
        *missing(covered_without(), Measure.FIELDS)
    }

    assert lost == {"missing_papers", "missing_note"}


def with_a_task_beside() -> Files:
    """A diagram with a loop of two tasks that nothing leads to."""
    beside = (
        b'<bpmn:userTask id="alone" name="Alone"><bpmn:incoming>f1</bpmn:incoming>'
        b"<bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>"
        b'<bpmn:userTask id="beside"><bpmn:incoming>f2</bpmn:incoming>'
        b"<bpmn:outgoing>f1</bpmn:outgoing></bpmn:userTask>"
        b'<bpmn:sequenceFlow id="f1" sourceRef="beside" targetRef="alone"/>'
        b'<bpmn:sequenceFlow id="f2" sourceRef="alone" targetRef="beside"/></bpmn:process>'
    )
    return {**files_of(KEY), DIAGRAM: diagram_of(KEY).replace(b"</bpmn:process>", beside)}


def test_what_no_flow_leads_to_is_said_to_be_out_of_reach() -> None:
    coverage = coverable(with_a_task_beside())

    assert {item.id: item.cannot.en for item in coverage.items if item.cannot} == dict.fromkeys(
        ("alone", "beside", "f1", "f2"), "No flow leads there from where a case begins."
    )
    assert "alone: Alone (No flow leads there" in coverage_text("key", coverage)


def test_as_data_each_thing_has_its_line_and_column() -> None:
    nodes = coverable(files_of(KEY)).as_json()["nodes"]["items"]
    (node,) = [one for one in nodes if one["id"] == "check_papers"]

    line = diagram_of(KEY).decode().splitlines()[node["line"] - 1]
    assert line[node["column"] - 1 :].startswith("<bpmn:userTask")


def test_the_text_counts_and_names_what_is_missing() -> None:
    text = coverage_text(KEY, covered_without("not-resident"))

    assert f"{KEY}: Nodes: 14/15\n" in text
    assert "not_resident: Not a resident" in text


class Structure(HTMLParser):
    """The tags of a page, and the policy that it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.policy = ""
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        values = dict(attrs)
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values.get("content") or ""


@pytest.mark.parametrize(("language", "heading"), [("en", "How much is covered"), ("el", "Πόσα καλύπτονται")])
def test_the_page_is_one_file_for_a_strict_policy(language: str, heading: str) -> None:
    page = coverage_page(KEY, files_of(KEY), covered_without("not-resident"), language=language)

    structure = Structure(page)
    assert heading in page
    assert structure.policy.startswith("default-src 'none'; style-src 'sha256-")
    assert structure.tags.isdisjoint({"script", "link", "img", "iframe"})
    assert "style" not in structure.attributes


def test_the_picture_marks_what_is_missing() -> None:
    pictures = coverage_drawing(files_of(KEY), covered_without("not-resident"))

    root = etree.fromstring((pictures[DIAGRAM] or "").encode())
    signed = [
        group.get("data-element")
        for group in root.iter("{*}g")
        if any(text.text == "!" for text in group.iter("{*}text"))
    ]
    assert sorted(signed) == ["not_resident", "not_resident__not_certified"]


def failed() -> ScenarioResult:
    """A scenario whose agency is called otherwise, and that expects another end."""
    name = "scenarios/issued.yaml"
    wrong = files_of(KEY)[name].replace(b"answer: municipality.residence", b"answer: municipality_rests")
    files = {file: content for file, content in files_of(KEY).items() if not file.startswith("scenarios/")}
    return run({**files, name: wrong.replace(b"- papers_complete", b"- remind_municipality")})[0]


def test_a_failure_tells_where_the_case_stands_and_where_it_departed() -> None:
    text = report(KEY, [failed()])

    assert "       the case stands at: municipality_certifies\n" in text
    assert "departed after check_papers: expected remind_municipality, found papers_complete\n" in text


def test_a_failure_is_drawn_with_its_way_and_the_point_of_departure() -> None:
    picture = failure_drawing(files_of(KEY), failed())[DIAGRAM]

    root = etree.fromstring(picture.encode())
    signs = {
        group.get("data-element"): text.text
        for group in root.iter("{*}g")
        for text in group.iter("{*}text")
        if text.text in ("?", "●")
    }
    assert signs == {"remind_municipality": "?", "municipality_certifies": "●"}
