"""The scenarios of a draft, played, and what they cover of its diagrams."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.diagram_sheet import ElementMark, diagram_sheet, with_marks
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.studio.room import frame
from api.pages.studio.views import DRAWING
from engine.kernel.refusal import Invalid
from engine.studio.queries import ShowDraft

blueprint = Blueprint("studio_scenarios", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/scenarios")

_DRAWN: Final = ("node", "flow")


@blueprint.get("")
@signed_in(*DRAWING)
def show(draft_id: UUID) -> Response:
    """Every scenario with how it went, and the diagrams coloured by what is covered."""
    sheet = engine().ask(ShowDraft(draft_id=draft_id), actor=actor())
    played, problems = _played(sheet.contents)
    saved = (
        FlashMessage(_("What was played is a scenario now.")) if request.args.get("said") == "saved" else None
    )
    return page(
        "studio/scenarios.html",
        **frame(sheet),
        results=played,
        problems=problems,
        coverage=_coverage(sheet.contents, played) if not problems else None,
        flash=saved,
    )


def _played(files: Mapping[str, bytes]) -> tuple[Sequence[Any], Sequence[str]]:
    """How each scenario went; instead why none can be played, in sentences."""
    from engine.rehearsal.rehearsal import run  # loaded where somebody plays

    try:
        return run(files), ()
    except Invalid as refused:
        return (), [f"{place}: {one}" for place, found in refused.errors.items() for one in found]


def _coverage(files: Mapping[str, bytes], results: Sequence[Any]) -> dict[str, Any]:
    """How much is covered, what is not, and the diagrams with marks."""
    from engine.rehearsal.coverage import Measure
    from engine.rehearsal.gate import coverage_of

    marks = {
        True: ElementMark(name="is-covered", words=_("a scenario passes here"), sign="✓"),
        False: ElementMark(name="is-uncovered", words=_("no scenario passes here"), sign="!"),
    }
    found = coverage_of(files, results)
    by_file: dict[str, dict[str, list[ElementMark]]] = {}
    for item in (*found.of(Measure.NODES), *found.of(Measure.FLOWS)):
        by_file.setdefault(item.file, {})[item.id] = [marks[item.is_covered]]
    counts = {
        _("Elements"): found.of(Measure.NODES),
        _("Flows"): found.of(Measure.FLOWS),
        _("Rules of decisions"): found.of(Measure.RULES),
        _("Form fields"): found.of(Measure.FIELDS),
        _("Error codes"): found.of(Measure.ERRORS),
    }
    return {
        "counts": [
            (called, sum(item.is_covered for item in items), len(items)) for called, items in counts.items()
        ],
        "missing": [
            (item.where, item.called.in_language(language()))
            for item in found.missing(Measure.NODES, Measure.FLOWS, Measure.RULES)
        ],
        "drawings": [
            (name, with_marks(diagram_sheet(files[name].decode()), by_file[name]))
            for name in sorted(by_file)
            if not name.startswith("shared/")
        ],
        "legend": list(marks.values()),
    }
