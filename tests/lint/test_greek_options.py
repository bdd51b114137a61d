"""Claims about options that a form works out: what counts as a label in Greek alone."""

import pytest

from engine.lint.greek_options import greek_options


def found(expression: str) -> list[str]:
    return list(greek_options(iter([{"id": "Field_1", "valuesExpression": expression}])))


@pytest.mark.parametrize(
    "expression",
    [
        '=[{label: "Ναι", value: 1}]',
        "=for paper in papers return {label: paper.el, value: paper.id}",
        '=if known then [{label: "Ναι", value: 1}] else []',
        '=[{label: "Yes", label_en: "Yes", value: 1}, {label: "Όχι", value: 0}]',
    ],
)
def test_a_greek_label_without_an_english_one_is_found(expression: str) -> None:
    assert found(expression) == ["Field_1"]


@pytest.mark.parametrize(
    "expression",
    [
        '=[{label: "Ναι", label_en: "Yes", value: 1}]',
        '=[{label: "IBAN", value: 1}]',
        '=for one in candidates return {label: one.amka + " " + one.family_name, value: one.amka}',
        "=papers",
        "=for paper in",
        "papers",
    ],
)
def test_what_nobody_can_know_to_be_greek_is_left_alone(expression: str) -> None:
    assert found(expression) == []
