"""The runner of the compatibility kit: what it takes for right, and what for a failure."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.conformance_dmn.judge import is_same
from tests.conformance_dmn.report import tally
from tests.conformance_dmn.run import Verdict, verdicts
from tests.dmn.models import a_decision, a_literal, a_model, an_input

_CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <modelName>model.dmn</modelName>
  <testCase id="001">
    <inputNode name="n"><value xsi:type="xsd:decimal">20</value></inputNode>
    {nodes}
  </testCase>
</testCases>"""


def _verdicts(folder: Path, *nodes: str) -> list[Verdict]:
    """Verdicts on a model whose decision Double is twice its input n, which is 20."""
    case = folder / "compliance-level-2" / "0001-double"
    case.mkdir(parents=True)
    model = a_model(an_input("n"), a_decision("Double", a_literal("n * 2"), inputs=["n"]))
    (case / "model.dmn").write_bytes(model)
    (case / "0001-double-test-01.xml").write_text(_CASES.format(nodes="".join(nodes)))
    return list(verdicts(folder))


def _node(name: str, value: str) -> str:
    return f'<resultNode name="{name}"><expected>{value}</expected></resultNode>'


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (Decimal(1), Decimal("1.000000001"), True),
        (Decimal(1), Decimal("1.0000001"), False),
        ("1", Decimal(1), False),
        (True, "true", False),
        ([Decimal(1)], Decimal(1), False),
        ([Decimal(1), Decimal(2)], [Decimal(2), Decimal(1)], False),
        ({"a": None}, {}, False),
        ({"a": Decimal(1)}, {"a": Decimal(1)}, True),
        (None, None, True),
        (None, False, False),
    ],
)
def test_a_result_is_right_only_with_type_order_and_keys(
    expected: object, got: object, *, same: bool
) -> None:
    assert is_same(expected, got) is same


def test_a_right_result_passes_and_is_counted(tmp_path: Path) -> None:
    found = _verdicts(tmp_path, _node("Double", '<value xsi:type="xsd:decimal">40</value>'))

    assert [verdict.reason for verdict in found] == [""]
    assert (tally(found).passed, tally(found).total, tally(found).total_values) == (1, 1, 1)


def test_a_wrong_result_fails_with_what_was_expected_and_computed(tmp_path: Path) -> None:
    (verdict,) = _verdicts(tmp_path, _node("Double", '<value xsi:type="xsd:string">40</value>'))

    assert verdict.reason == "expected '40', got Decimal('40')"


def test_an_expected_null_is_not_met_by_a_decision_that_is_not_there(tmp_path: Path) -> None:
    (verdict,) = _verdicts(tmp_path, _node("Treble", '<value xsi:nil="true"/>'))

    assert "UnknownElement" in verdict.reason
    assert not verdict.expects_value


def test_a_value_that_cannot_be_read_fails_its_own_result_only(tmp_path: Path) -> None:
    found = _verdicts(
        tmp_path,
        _node("Double", '<value xsi:type="xsd:hexBinary">28</value>'),
        _node("Double", '<value xsi:type="xsd:integer">40</value>'),
    )

    assert [verdict.passed for verdict in found] == [False, True]
