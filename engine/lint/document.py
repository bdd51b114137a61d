"""Writes docs/lint-rules.md from the rules: `python -m engine.lint.document > docs/lint-rules.md`."""

import sys
from collections.abc import Iterator

from engine.lint.rule import Rule
from engine.lint.rules import RULES, SUBJECTS

TITLE = "# What the linter checks"
PREFACE = """Written by `python -m engine.lint.document`; change `engine/lint/rules`, not this page.

An **error** keeps a version from being certified; a **warning** is shown to the certifying official; a
**hint** is for the analyst. *Source* names the section of BPMN 2.0.2 that a rule comes from, with the
numbers by which its constraints are known (EXT.001 to EXT.152), or what the engine needs."""


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    grave = sum(rule.grave for rule in RULES)
    yield from (TITLE, "", PREFACE, "", f"{len(RULES)} rules, {grave} of them errors.")
    for subject, rules in SUBJECTS.items():
        yield from ("", f"## {subject}")
        for rule in rules:
            yield from _entry(rule)


def _entry(rule: Rule) -> Iterator[str]:
    yield from ("", f"### `{rule.id}` ({rule.severity.value})")
    yield from ("", f"{rule.why.en} {rule.remedy.en}")
    yield from ("", f"{rule.why.el} {rule.remedy.el}")
    yield from ("", f"Source: {rule.source}.")


if __name__ == "__main__":
    sys.stdout.write(page())
