"""Claims about the rules: each finds its failing example, leaves its passing one alone, and is documented."""

from pathlib import Path

import pytest

from engine.lint import RULES, Rule, Severity, check
from engine.lint.report import rules_page
from tests.lint.examples import EXAMPLES

DOCUMENT = Path(__file__).parents[2] / "docs" / "lint-rules.md"
BY_ID = {rule.id: rule for rule in RULES}


def test_every_rule_has_an_example_and_every_example_a_rule() -> None:
    assert sorted(EXAMPLES) == sorted(BY_ID)


def test_the_ids_of_rules_are_unique() -> None:
    assert len(BY_ID) == len(RULES)


def test_the_page_of_rules_is_the_one_that_the_rules_write() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")

    assert written == rules_page()
    assert all(f"`{identifier}`" in written for identifier in BY_ID)


@pytest.mark.parametrize("identifier", sorted(EXAMPLES))
def test_a_rule_finds_its_failing_example(identifier: str) -> None:
    example = EXAMPLES[identifier]

    report = check(example.failing, served=example.served)

    found = [finding for finding in report.findings if finding.rule == identifier]
    assert len(found) == example.times
    assert found[0].severity is BY_ID[identifier].severity
    assert found[0].line >= 1
    if example.at is not None:
        assert found[0].element_id == example.at


@pytest.mark.parametrize("identifier", sorted(EXAMPLES))
def test_a_passing_example_keeps_its_rule_and_every_grave_one(identifier: str) -> None:
    findings = check(EXAMPLES[identifier].passing, served=EXAMPLES[identifier].served).findings

    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []
    assert identifier not in {finding.rule for finding in findings}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_speaks_both_languages(rule: Rule) -> None:
    for text in (rule.says, rule.why, rule.remedy):
        assert text.el.endswith((".", ";"))
        assert text.en.endswith(".")
        assert any("α" <= letter <= "ω" for letter in text.el)
    assert _places(rule.says.el) == _places(rule.says.en)


def _places(sentence: str) -> list[str]:
    return sorted(part.partition("}")[0] for part in sentence.split("{")[1:])
