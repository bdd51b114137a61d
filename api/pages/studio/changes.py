"""What is different between a draft and the version that it was made of: in words, and on two diagrams."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.diagram_sheet import ElementMark, diagram_sheet, with_marks
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.studio.room import frame
from api.pages.studio.views import DRAWING
from engine.bundle.comparing import Change, ChangeKind, changes_between
from engine.studio.queries import ShowBasis

blueprint = Blueprint("studio_changes", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/changes")


@blueprint.get("")
@signed_in(*DRAWING)
def show(draft_id: UUID) -> Response:
    """Every difference as a sentence, and the two diagrams side by side."""
    sheet, basis, old = engine().ask(ShowBasis(draft_id=draft_id), actor=actor())
    changes = changes_between(old, sheet.contents) if basis is not None else ()
    marks = _marks()
    return page(
        "studio/changes.html",
        **frame(sheet),
        basis=basis,
        changes=[(one.file, one.text.in_language(language())) for one in changes],
        pairs=_pairs(old, sheet.contents, changes, marks),
        legend_marks=list(marks.values()),
    )


def _marks() -> dict[str, ElementMark]:
    return {
        "added": ElementMark(name="is-added", words=_("added"), sign="+"),
        "changed": ElementMark(name="is-changed", words=_("changed"), sign="≠"),
        "removed": ElementMark(name="is-removed", words=_("removed"), sign="−"),
    }


def _pairs(
    old: Mapping[str, bytes],
    new: Mapping[str, bytes],
    changes: Sequence[Change],
    marks: Mapping[str, ElementMark],
) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The diagrams that are in both and differ: name, before and after, with the changed elements marked."""
    pairs = []
    for name in sorted(old.keys() & new.keys()):
        if not name.endswith(".bpmn") or old[name] == new[name]:
            continue
        found = {one.id: _mark(one.kind) for one in changes if one.file == name}
        sheets = [
            with_marks(
                diagram_sheet(files[name].decode(errors="replace")),
                {element: [marks[mark]] for element, mark in found.items() if mark != left_out},
                called=called,
            )
            for files, left_out, called in (
                (old, "added", _("The diagram as it was")),
                (new, "removed", _("The diagram as it is drawn now")),
            )
        ]
        pairs.append((name, sheets[0], sheets[1]))
    return pairs


def _mark(kind: ChangeKind) -> str:
    return {ChangeKind.ADDED: "added", ChangeKind.REMOVED: "removed"}.get(kind, "changed")
