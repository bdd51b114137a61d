"""The way of a case: the diagram with what is done and what is under way, and the same as a list of steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask import Blueprint
from werkzeug.wrappers import Response

from api.context import engine
from api.pages.case_facts import case_address
from api.pages.language import gettext as _
from api.pages.language import of_two
from api.pages.page import page
from api.pages.sessions import actor, signed_in
from engine.catalogue.steps import DrawnElement, elements_of, steps_among
from engine.domain.actor import Role
from engine.ports.workflow import Marks
from engine.queries.cases import DrawCase

blueprint = Blueprint("diagram", __name__, template_folder="templates", url_prefix="/desk/cases")

_READERS = (Role.CLERK, Role.MANAGER, Role.AGENT, Role.SUPERVISOR, Role.AUDITOR)

Progress = Literal["done", "now", "coming"]


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    """A step in the reader's language: whether it is done, under way, or may still come."""

    name: str
    progress: Progress
    words: str


@dataclass(frozen=True, kw_only=True)
class ShownDiagram:
    """A case's diagram: `sheet` is the JSON for the island, `steps` the same for reading."""

    sheet: dict[str, object]
    steps: tuple[ShownStep, ...]


@blueprint.app_template_global()
def diagram_of(case_id: UUID) -> ShownDiagram:
    """The diagram of a case that the reader sees; for the case file."""
    drawn = engine().ask(DrawCase(case_id=case_id), actor=actor())
    return marked_diagram(drawn.bpmn, drawn.marks)


def marked_diagram(
    bpmn: str,
    marks: Marks,
    *,
    stuck: str | None = None,
    choices: Sequence[str] = (),
    chosen: str | None = None,
) -> ShownDiagram:
    """A diagram with what is done and what is under way.

    `stuck` is where the case stopped. An element among `choices` is chosen with a click, as the page's radio
    button of that value is; `chosen` is the one that is chosen already.
    """
    elements = elements_of(bpmn)
    steps = steps_among(elements)
    met = {*marks.completed, *marks.active}
    return ShownDiagram(
        sheet={
            "bpmn": bpmn,
            "completed": list(marks.completed),
            "active": list(marks.active),
            "stuck": [stuck] if stuck else [],
            "choices": list(choices),
            "chosen": chosen,
            "names": {one.element_id: _name(one) for one in elements if one.name},
            "words": _words(),
        },
        steps=tuple(_shown(step, marks) for step in steps if not step.is_end or step.element_id in met),
    )


@blueprint.get("/<uuid:case_id>/diagram")
@signed_in(*_READERS)
def show(case_id: UUID) -> Response:
    """The diagram on a page of its own, as wide as there is room."""
    return page(
        "diagram/diagram.html",
        case_id=case_id,
        diagram=diagram_of(case_id),
        case_address=case_address(case_id),
    )


def _shown(step: DrawnElement, marks: Marks) -> ShownStep:
    progress: Progress = "coming"
    if step.element_id in marks.active:
        progress = "now"
    elif step.element_id in marks.completed:
        progress = "done"
    said = {"done": _("done"), "now": _("under way"), "coming": _("may still come")}[progress]
    return ShownStep(name=_name(step), progress=progress, words=said)


def _name(step: DrawnElement) -> str:
    return of_two(step.name, step.name_en)


def _words() -> dict[str, str]:
    return {
        "diagram": _("Diagram of the procedure. The list beside it says the same."),
        "larger": _("Larger"),
        "smaller": _("Smaller"),
        "whole": _("Show all of it"),
    }
