"""Papers: what they are called is said in procedure.yaml, and read from there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from engine.feel.reads import children
from engine.feel.syntax import Literal, SyntaxNode
from engine.kernel.vocabulary import search_form
from engine.lint.checked_bundle import CheckedBundle, CheckedForm, Component, Spot
from engine.lint.finding import Severity, Text
from engine.lint.json_places import Way
from engine.lint.rule import CheckedDiagram, Violation, Violations, bundle_rule, carrier, resembling, rule

_ASKED = re.compile(r'\bstoa\.paper\(\s*(?:id\s*:\s*)?"([^"]*)"\s*\)')
_OPENED = re.compile(r"<(?:\w+:)?(decision|rule)\s[^>]*?id=\"([^\"]+)\"")
_WRITTEN = re.compile(r'"((?:[^"\\]|\\.)+)"')
_OPTION = "stoa:option-en:"
_STANDS_FOR_A_PAPER = frozenset({"checkbox", "filepicker"})
"""The fields whose label may be a paper itself; of others it says what is filled in."""
_MARKDOWN = " *_#-+>"


@rule(
    "paper-known",
    source="the dialect: the function stoa.paper",
    says_el="Το {what} ζητά το δικαιολογητικό {paper}, που δεν υπάρχει στο procedure.yaml.",
    says_en="{what} asks for the paper {paper}, which procedure.yaml does not have.",
    why_el="Η έκφραση θα έδινε κενό, και στη φόρμα δεν θα φαινόταν ποιο δικαιολογητικό είναι.",
    why_en="The expression would be null, and the form would not show which paper it is.",
    remedy_el="Γράψτε ένα id από τα papers του procedure.yaml: {known}.",
    remedy_en="Write an id of the papers of procedure.yaml: {known}.",
)
def paper_known(diagram: CheckedDiagram) -> Violations:
    """Yields expressions that name no paper of the procedure; which a variable names is not known."""
    papers = diagram.files.papers
    if papers is None:
        return
    known = ", ".join(sorted(papers)) or "–"
    for found in diagram.expressions:
        for named in _ASKED.findall(found.text):
            if named not in papers:
                values = {"paper": named or "–", "known": known}
                near = resembling(named, papers)
                yield Violation(element=carrier(found.element), values=values, text=named, near=near)


@bundle_rule(
    "paper-title-once",
    severity=Severity.WARNING,
    source="procedure.yaml: the titles of papers",
    says_el="Στο {what} ξαναγράφεται ο τίτλος «{text}» του δικαιολογητικού {paper}.",
    says_en="{what} has the title “{text}” of the paper {paper} again.",
    why_el="Όταν αλλάζει ο τίτλος στο procedure.yaml, εδώ μένει ο παλιός.",
    why_en="When the title is changed in procedure.yaml, the old one stays here.",
    remedy_el=(
        'Κρατήστε μόνο το id, και διαβάστε τον τίτλο όπου φαίνεται: =stoa.paper("{paper}"), '
        'μέσα σε κείμενο {{{{stoa.paper("{paper}")}}}}. Ετικέτα πεδίου: πείτε μόνο τι συμπληρώνεται.'
    ),
    remedy_en=(
        'Keep the id alone, and read the title where it is shown: =stoa.paper("{paper}"), '
        'in a text {{{{stoa.paper("{paper}")}}}}. The label of a field: say only what is filled in.'
    ),
)
def paper_title_once(bundle: CheckedBundle) -> Violations:
    """Yields titles of papers in decisions, expressions, options, labels and texts.

    Labels of ticks and files and the lines of texts are compared as they are read: without accents, capitals
    and marks. Those of one file are one mistake.
    """
    papers = bundle.index.papers
    if not papers:
        return
    known = {title: paper for paper, titles in papers.items() for title in titles}
    read_alike = {search_form(title): paper for title, paper in known.items()}
    written = (
        *((where, text, known.get(text)) for where, text in _written(bundle)),
        *((where, text, read_alike.get(search_form(text))) for where, text in _read(bundle)),
    )
    for where, text, paper in written:
        if paper is not None:
            file = where.spot.file if where.spot else where.file
            yield replace(
                where,
                values={"text": text, "paper": paper},
                text=text,
                cause=f"titles of papers in {file}",
            )


def _written(bundle: CheckedBundle) -> Iterator[tuple[Violation, str]]:
    """Every constant text of decisions, expressions and options, with its place."""
    for file in sorted(bundle.files):
        if file.lower().endswith(".dmn"):
            yield from _in_decisions(file, bundle.files[file].decode("utf-8", errors="replace"))
    for diagram in bundle.diagrams:
        for found in diagram.expressions:
            for text in _texts_in(found.parsed.node) if found.parsed else ():
                yield Violation(element=carrier(found.element), file=diagram.file), text
    for form in bundle.forms:
        for way, component, text in _options(form):
            yield Violation(spot=form.spot(way, component, text)), text


def _read(bundle: CheckedBundle) -> Iterator[tuple[Violation, str]]:
    """The labels of ticks and files, and each line of the texts of forms, with its place."""
    for form in bundle.forms:
        for way, component in form.components():
            english = component.get("properties")
            properties = english if isinstance(english, dict) else {}
            kind = component.get("type")
            name = "label" if kind in _STANDS_FOR_A_PAPER else "text" if kind == "text" else None
            if name is None:
                continue
            for place, said in (
                ((*way, name), component.get(name)),
                ((*way, "properties", f"stoa:{name}-en"), properties.get(f"stoa:{name}-en")),
            ):
                for line in said.splitlines() if isinstance(said, str) else ():
                    if text := line.strip(_MARKDOWN):
                        yield Violation(spot=form.spot(place, component, text)), text


def _in_decisions(file: str, content: str) -> Iterator[tuple[Violation, str]]:
    """By lines: what a text of FEEL says between quotes, in the rule or decision that was opened last."""
    kind, identifier = "decision", ""
    for number, line in enumerate(content.split("\n"), start=1):
        for opened in _OPENED.finditer(line):
            kind, identifier = opened[1], opened[2]
        if "<text>" not in line:
            continue
        for text in _WRITTEN.findall(unescape(line.partition("<text>")[2])):
            what = Text(el=f"{kind} {identifier}", en=f"{kind} {identifier}")
            yield Violation(spot=Spot(file, number, what, identifier or None, text)), text


def _texts_in(node: SyntaxNode) -> Iterator[str]:
    if isinstance(node, Literal) and isinstance(node.value, str):
        yield node.value
    for child in children(node):
        yield from _texts_in(child)


def _options(form: CheckedForm) -> Iterator[tuple[Way, Component, str]]:
    """The labels of options, those that are worked out included, each with its place."""
    for way, component in form.components():
        options = component.get("values")
        for number, option in enumerate(options if isinstance(options, list) else ()):
            if isinstance(option, dict) and isinstance(option.get("label"), str):
                yield (*way, "values", number, "label"), component, option["label"]
        properties = component.get("properties")
        for name, value in properties.items() if isinstance(properties, dict) else ():
            if str(name).startswith(_OPTION) and isinstance(value, str):
                yield (*way, "properties", name), component, value
        computed = component.get("valuesExpression")
        for text in _WRITTEN.findall(computed) if isinstance(computed, str) else ():
            yield (*way, "valuesExpression"), component, text
