"""The whole file of a version as a PDF, for the gazette: diagrams, tables, forms, texts, and hashes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.certifying import facts, words
from api.pages.certifying.views import REVIEWERS
from api.pages.frame.dates import full_date, moment
from api.pages.frame.language import ENGLISH, language, localized, localized_pair
from api.pages.frame.language import gettext as _
from api.pages.frame.sessions import actor, signed_in
from api.pages.frame.version_words import version_mark
from engine.bpmn.diagram import Diagram
from engine.bpmn.drawing import draw
from engine.bundle.fact_names import fact_name
from engine.bundle.procedure import Procedure
from engine.bundle.steps import LIMITS
from engine.kernel.money import euro_words
from engine.kernel.refusal import Invalid
from engine.operations.certifying import ReviewVersion, VersionUnderReview
from engine.procedures.acts import ActKind
from engine.procedures.certification import hashes_of
from engine.terms.term import WRITTEN_AS
from engine.terms.words import length_words

blueprint = Blueprint("certifying_print", __name__, url_prefix="/certifying")

_SHEET = Path(__file__).with_name("print.typ")

Table = dict[str, Any]
"""What the sheet sets: `title`, `heads`, and `rows` of as many texts; `widths` are shares of the line."""


@blueprint.get("/<key:key>/<number:number>/file.pdf")
@signed_in(*REVIEWERS)
def download(key: str, number: int) -> Response:
    reviewed = engine().ask(ReviewVersion(key=key, number=number), actor=actor())
    response = make_response(as_pdf(reviewed))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{key}-{number}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def as_pdf(reviewed: VersionUnderReview) -> bytes:
    """The PDF, conforming to PDF/UA-1, in the reader's language."""
    import typst  # the typesetter is loaded with the first print

    shown = json.dumps(shown_file(reviewed), ensure_ascii=False)
    return bytes(typst.compile(_source(), sys_inputs={"shown": shown}, pdf_standards=["ua-1"]))


@cache
def _source() -> bytes:
    return _SHEET.read_bytes()


def shown_file(reviewed: VersionUnderReview) -> dict[str, Any]:
    """Everything that the sheet shows, as JSON."""
    version = reviewed.version
    title = localized_pair(version.title, version.title_en)
    tables = [_table(_("In brief"), (_("What"), _("Value")), _brief(reviewed), (1, 3))]
    try:
        procedure = engine().catalogue.check(reviewed.files)
    except Invalid:
        # Files of earlier releases may not pass today: then they are printed as they are described.
        procedure = None
    if procedure is not None:
        tables += _tables(procedure)
    tables += [
        _table(_("Record"), (_("When"), _("Who"), _("What")), _record(reviewed), (3, 2, 4)),
        _table(_("Files"), (_("File"), "SHA-256"), list(hashes_of(reviewed.files).items()), (2, 3)),
    ]
    return {
        "language": language(),
        "title": title,
        "subtitle": _("version %(number)s", number=version.number),
        "drawings": _drawings(reviewed),
        "tables": [table for table in tables if table["rows"]],
        "word_page": _("Page"),
        "word_diagram": _("Diagram"),
    }


def _table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int] = ()
) -> Table:
    return {
        "title": title,
        "heads": list(heads),
        "rows": [list(row) for row in rows],
        "widths": list(widths) or [1] * len(heads),
    }


def _brief(reviewed: VersionUnderReview) -> list[tuple[str, str]]:
    version, metadata = reviewed.version, reviewed.version.metadata
    rows = [
        (_("Key"), version.key),
        (_("Status"), version_mark(version.status).words),
        ("SHA-256", version.sha256),
    ]
    for act in reviewed.acts:
        if act.kind is ActKind.CERTIFIED:
            rows += [(_("Decree"), act.detail["decree"]), ("ΦΕΚ", act.detail["gazette"])]
            rows += [("ΑΔΑ", act.detail["ada"])]
    days = ((_("Certified from"), version.validity.since), (_("Certified until"), version.validity.until))
    rows += [(called, full_date(day)) for called, day in days if day]
    if version.published_at:
        rows.append((_("On offer from"), moment(version.published_at)))
    laws = (
        f"{one.get('law', '')} {one.get('article', '')}".strip() for one in metadata.get("legal_basis", ())
    )
    rows.append((_("Legal basis"), "; ".join(laws)))
    rows += [(_("Summary"), _pair(metadata["summary"]))] if "summary" in metadata else []
    rows += [(_("Condition"), _pair(one)) for one in metadata.get("conditions", ())]
    return [row for row in rows if row[1]]


def _tables(procedure: Procedure) -> Iterator[Table]:
    yield _table(
        _("Terms"),
        (_("Term"), _("How long")),
        [
            (facts.said(fact_name(WRITTEN_AS[kind])), localized(length_words(term.length)))
            for kind, term in procedure.terms.items()
        ],
    )
    yield _table(
        _("Papers"),
        (_("Paper"), _("Obligatory"), _("One of")),
        [
            (
                _pair(one["title"]),
                _("yes") if one.get("obligatory") else _("no"),
                str(one.get("any_of") or ""),
            )
            for one in procedure.metadata.get("papers", ())
        ],
        (4, 1, 1),
    )
    yield _table(
        _("Fees"),
        (_("Fee"), _("Amount")),
        [
            (
                localized(fee.title),
                localized(euro_words(fee.amount)) if fee.amount is not None else _("by decision table"),
            )
            for fee in procedure.fees.values()
        ],
        (3, 1),
    )
    yield _table(
        _("Outcomes"),
        (_("End"), _("Text for the citizen")),
        [(end, localized_pair(rule.text, rule.text_en)) for end, rule in procedure.outline.outcomes.items()],
        (1, 3),
    )
    decisions = procedure.decisions
    for element, table in decisions.tables if decisions is not None else ():
        heads = [
            "",
            *(clause.label or clause.expression.text for clause in table.inputs),
            *(clause.label or clause.name or element.name for clause in table.outputs),
        ]
        rows = [
            [
                str(number),
                *(one.text or "–" for one in rule.inputs),
                *(one.text for one in rule.outputs),
            ]
            for number, rule in enumerate(table.rules, 1)
        ]
        yield _table(
            _("Decision: %(name)s (%(policy)s)", name=element.name, policy=table.hit_policy.value),
            heads,
            rows,
            (1, *(4 for _head in heads[1:])),
        )
    for form in procedure.forms.values():
        heading = _("Form: %(id)s", id=form.id)
        yield _table(heading, (_("Field"), _("Text"), _("Kind")), list(_fields(form.schema)), (2, 4, 1))


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The fields and texts of a form, those of groups and lists after them."""
    for component in schema.get("components", ()):
        properties = component.get("properties", {})
        greek = component.get("label") or component.get("dateLabel") or component.get("text") or ""
        english = properties.get("stoa:label-en") or properties.get("stoa:text-en") or ""
        called = english if language() == ENGLISH and english else greek
        yield str(component.get("key") or ""), str(called), _kind_words(str(component.get("type")))
        yield from _fields(component)


def _kind_words(kind: str) -> str:
    """What a component of form-js is, in words; its own name where we have none for it."""
    return {
        "checkbox": _("tick"),
        "checklist": _("several of a list"),
        "datetime": _("date or time"),
        "dynamiclist": _("list"),
        "filepicker": _("file"),
        "group": _("group"),
        "number": _("number"),
        "radio": _("one of a list"),
        "select": _("one of a list"),
        "text": _("text to read"),
        "textarea": _("long text"),
        "textfield": _("text"),
    }.get(kind, kind)


def _record(reviewed: VersionUnderReview) -> list[tuple[str, str, str]]:
    return [
        (
            moment(act.at),
            act.actor_name,
            f"{words.act_words(act.kind)}{': ' + act.reason if act.reason else ''}",
        )
        for act in reviewed.acts
    ]


def _drawings(reviewed: VersionUnderReview) -> list[dict[str, str]]:
    """The diagrams as SVG with their names; one without a layout is left out."""
    found = []
    for file, text in facts.diagrams_of(reviewed.files).items():
        diagram = Diagram.read(file, text.encode(), LIMITS)
        picture = draw(diagram, {}, title=file, english=language() == ENGLISH)
        if picture is not None:
            found.append({"file": file, "svg": picture.replace('"sans-serif"', '"Noto Sans, DejaVu Sans"')})
    return found


def _pair(texts: Mapping[str, str]) -> str:
    return localized_pair(texts.get("el", ""), texts.get("en", ""))
