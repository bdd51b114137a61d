"""What makes a DMN file readable, and what it is refused for."""

import pytest

from engine import dmn
from tests.dmn.models import a_decision, a_literal, a_model, a_table, an_input


def _messages(files: dict[str, bytes]) -> list[str]:
    with pytest.raises(dmn.DmnReadError) as refused:
        dmn.read(files)
    return [str(finding) for finding in refused.value.findings]


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_from_1_1_to_1_5_is_read(namespace: str) -> None:
    model = a_model(a_decision("Answer", a_literal("6 * 7")), version=namespace)

    bundle = dmn.read({"answer.dmn": model})

    assert bundle.decide("Answer", {}).value == 42


def test_a_file_of_another_standard_is_refused_with_its_namespace() -> None:
    content = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'

    (message,) = _messages({"a.bpmn": content})

    assert message.startswith("a.bpmn:1: definitions: expected the definitions element of DMN 1.1")
    assert "BPMN/20100524" in message


def test_a_document_type_declaration_is_refused() -> None:
    content = b'<!DOCTYPE definitions [<!ENTITY a "b">]>' + a_model().partition(b"?>\n")[2]

    (message,) = _messages({"a.dmn": content})

    assert "expected no DOCTYPE declaration" in message


def test_xml_that_is_not_well_formed_is_refused_with_its_line() -> None:
    (message,) = _messages({"a.dmn": b"<definitions>\n<decision>\n</definitions>"})

    assert message.startswith("a.dmn:3: file: expected well-formed XML")


def test_elements_nested_too_deep_are_refused() -> None:
    (message,) = _messages({"a.dmn": a_model("<a>" * 70 + "</a>" * 70)})

    assert "nested at most 60 deep" in message


def test_an_empty_bundle_is_refused() -> None:
    (message,) = _messages({})

    assert "expected at least one DMN file" in message


def test_all_findings_of_all_files_are_told_at_once() -> None:
    one = a_model(
        a_decision("A", a_literal("1 +")), a_decision("B", a_literal("if then")), namespace="urn:one"
    )
    other = a_model(a_decision("C", a_literal("(2")), namespace="urn:other")

    messages = _messages({"one.dmn": one, "other.dmn": other})

    assert [message.partition(":")[0] for message in messages] == ["one.dmn", "one.dmn", "other.dmn"]


def test_a_text_that_is_not_feel_refuses_its_file_with_line_and_element() -> None:
    (message,) = _messages({"a.dmn": a_model(a_decision("A", a_literal("1 +")))})

    assert message.startswith("a.dmn:3: literalExpression: expected FEEL")


def test_a_text_that_is_not_feel_is_null_with_a_problem_where_it_is_tolerated() -> None:
    files = {"a.dmn": a_model(a_decision("A", a_literal("1 +")))}

    outcome = dmn.read(files, strict=False).decide("A", {})

    assert outcome.value is None
    assert [problem.decision for problem in outcome.problems] == ["A"]


def test_another_expression_language_is_refused() -> None:
    logic = '<literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>'

    (message,) = _messages({"a.dmn": a_model(a_decision("A", logic))})

    assert "expected expressionLanguage FEEL, found 'javascript'" in message


def test_an_href_that_leads_nowhere_is_refused() -> None:
    (message,) = _messages({"a.dmn": a_model(a_decision("A", a_literal("1"), inputs=["missing"]))})

    assert "expected an href to a decision or inputData, found nothing at #in_missing" in message


def test_an_href_to_the_wrong_kind_of_element_is_refused() -> None:
    decision = a_decision("A", a_literal("1"), knowledge=["#in_x"])

    (message,) = _messages({"a.dmn": a_model(an_input("x"), decision)})

    assert "expected an href to a businessKnowledgeModel or decisionService, found a inputData" in message


def test_a_requirement_cycle_is_refused_with_the_decisions_on_it() -> None:
    model = a_model(
        a_decision("A", a_literal("1"), decisions=["B"]), a_decision("B", a_literal("1"), decisions=["A"])
    )

    (message,) = _messages({"a.dmn": model})

    assert "expected requirements without a cycle, found 'A' -> 'B' -> 'A'" in message


def test_a_very_long_chain_of_requirements_is_refused() -> None:
    chain = [a_decision(f"D{n}", a_literal("1"), decisions=[f"D{n + 1}"]) for n in range(80)]

    (message,) = _messages({"a.dmn": a_model(*chain, a_decision("D80", a_literal("1")))})

    assert "expected at most 60 elements that require one another" in message


def test_an_import_of_a_file_that_is_not_there_is_refused() -> None:
    entry = '<import name="other" namespace="urn:other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'

    (message,) = _messages({"a.dmn": a_model(entry)})

    assert "expected a file of namespace 'urn:other' in the bundle, found 'urn:test'" in message


def test_two_files_of_one_namespace_are_refused() -> None:
    (message,) = _messages({"a.dmn": a_model(), "b.dmn": a_model()})

    assert "expected its own namespace, found 'urn:test', that of a.dmn" in message


def test_two_elements_of_one_id_are_refused() -> None:
    (message,) = _messages({"a.dmn": a_model(an_input("x"), an_input("x"))})

    assert "expected an id of its own, found 'in_x' a second time" in message


def test_a_decision_that_reads_an_element_it_does_not_require_is_refused() -> None:
    (message,) = _messages(
        {"a.dmn": a_model(an_input("income"), a_decision("Offer", a_literal("income * 2")))}
    )

    assert "expected a requirement of 'income', which its expression reads, found none" in message


def test_a_filter_may_read_entries_that_are_named_like_an_input() -> None:
    logic = (
        f"<filter><in>{a_literal('[{age: 1}, {age: 3}]')}</in><match>{a_literal('age > 2')}</match></filter>"
    )
    model = a_model(an_input("age"), a_decision("Old", logic))

    assert dmn.read({"a.dmn": model}).decide("Old", {}).value == [{"age": 3}]


def test_an_element_without_an_id_is_known_by_its_name() -> None:
    decision = a_decision("Answer", a_literal("42")).replace('id="d_Answer" ', "")

    assert list(dmn.read({"a.dmn": a_model(decision)}).decisions) == ["Answer"]


def test_an_unknown_type_is_refused() -> None:
    (message,) = _messages({"a.dmn": a_model(an_input("x", "tMissing"))})

    assert "expected a type that is built in, defined or imported, found 'tMissing'" in message


def test_a_type_defined_by_itself_is_refused() -> None:
    item = '<itemDefinition name="tLoop"><typeRef>tLoop</typeRef></itemDefinition>'

    (message,) = _messages({"a.dmn": a_model(item, an_input("x", "tLoop"))})

    assert "expected a type made of others, found 'tLoop' defined by itself" in message


def test_a_rule_with_too_few_entries_is_refused_with_its_number() -> None:
    table = a_table("1 | 2 : 3", "1 : 3", inputs=["1", "2"])

    (message,) = _messages({"a.dmn": a_model(a_decision("A", table))})

    assert "expected 2 input entries in rule 2, found 1" in message


def test_an_unknown_hit_policy_is_refused() -> None:
    table = a_table("1 : 3", inputs=["1"], hit_policy="BEST")

    (message,) = _messages({"a.dmn": a_model(a_decision("A", table))})

    assert "expected hitPolicy to be one of UNIQUE, ANY" in message


def test_an_unknown_element_of_the_model_is_refused() -> None:
    (message,) = _messages({"a.dmn": a_model("<decisionTree/>")})

    assert "expected an element of a DMN model, found decisionTree" in message


def test_the_summary_of_a_decision_names_what_it_needs() -> None:
    model = a_model(
        an_input("income"),
        an_input("age"),
        a_decision("Limit", a_literal("income * 2"), inputs=["income"]),
        a_decision("Offer", a_literal("Limit"), decisions=["Limit"], inputs=["age"]),
    )

    summary = dmn.read({"offer.dmn": model}).decisions["d_Offer"]

    assert summary == dmn.DecisionSummary(
        id="d_Offer",
        name="Offer",
        variable="Offer",
        file="offer.dmn",
        requires_inputs=("age", "income"),
        requires_decisions=("Limit",),
    )
