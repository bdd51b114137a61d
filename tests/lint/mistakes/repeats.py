"""Mistakes in what is said again: titles of papers, and papers that nobody declares."""

from tests.lint.mistakes.mistake import Mistake

AMKA = "amka-issue.bpmn"
PAPERS = "amka-papers.dmn"
ONE = "stoa.paper(one.id)"

MISTAKES = (
    Mistake(
        name="the title of a paper typed again in a decision table",
        procedure="amka-issue",
        made=((PAPERS, '<text>"tax-number"</text>', '<text>"Βεβαίωση ΑΦΜ"</text>'),),
        rule="paper-title-once",
        at="Βεβαίωση ΑΦΜ",
        element="paper_tax_number",
        says=("rule paper_tax_number", "Βεβαίωση ΑΦΜ", "tax-number"),
        remedy='=stoa.paper("tax-number")',
    ),
    Mistake(
        name="the title of a paper typed again in an option of a form",
        made=(
            (
                "forms/check-papers.form",
                '"label": "Έγγραφο ταυτότητας"',
                '"label": "Δελτίο ταυτότητας ή διαβατήριο"',
            ),
        ),
        rule="paper-title-once",
        at="Δελτίο ταυτότητας ή διαβατήριο",
        element="Field_missing_papers",
        says=("Λείπουν", "identity"),
        remedy='=stoa.paper("identity")',
    ),
    Mistake(
        name="the title of a paper, in other letters, as the label of a tick",
        made=(
            (
                "forms/check-papers.form",
                '"label": "Έγινε έλεγχος ταυτότητας"',
                '"label": "Δελτίο Ταυτοτητας ή διαβατήριο:"',
            ),
        ),
        rule="paper-title-once",
        at="Δελτίο Ταυτοτητας ή διαβατήριο:",
        element="Field_identity_checked",
        says=("Δελτίο Ταυτοτητας", "identity"),
        remedy="say only what is filled in",
    ),
    Mistake(
        name="the title of a paper typed again in a text of a form",
        made=(
            (
                "forms/check-papers.form",
                "Υπόθεση {{case.number}}",
                "**Δελτίο ταυτότητας ή διαβατήριο**",
            ),
        ),
        rule="paper-title-once",
        at="Δελτίο ταυτότητας ή διαβατήριο",
        element="Text_about",
        says=("Δελτίο ταυτότητας", "identity"),
        remedy='{{stoa.paper("identity")}}',
    ),
    Mistake(
        name="a paper that procedure.yaml does not have",
        procedure="amka-issue",
        made=((AMKA, ONE, "stoa.paper(&quot;tax-numbr&quot;)"),),
        rule="paper-known",
        at="tax-numbr",
        element="check_papers",
        says=("tax-numbr", "Did you mean tax-number"),
        remedy="papers of procedure.yaml",
    ),
)
