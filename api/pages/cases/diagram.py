"""The way of a case: its diagram, the same as a list of steps, and why its decisions came out so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from flask import Blueprint
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address
from api.pages.frame.diagram_sheet import diagram_sheet, element_name
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, actor, signed_in
from engine.bundle.steps import DrawnElement, elements_of, steps_among
from engine.cases.decisions import ExplainCaseDecision
from engine.cases.queries import DrawCase, MarkedDiagram
from engine.dmn.outcome import show as show_value
from engine.runtime.contract import Marks

blueprint = Blueprint("diagram", __name__, url_prefix="/desk/cases")


Progress = Literal["done", "now", "stopped", "coming"]


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    """A step of the diagram in the reader's language, and how far it is.

    `inside` says that it is a step of a process that the step before it calls.
    """

    name: str
    progress: Progress
    words: str
    inside: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownDiagram:
    """A case's diagram: `sheet` is the JSON for the island, `steps` the same as a list for reading."""

    sheet: dict[str, object]
    steps: tuple[ShownStep, ...]


def diagram_of_case(drawn: MarkedDiagram) -> ShownDiagram:
    """The diagram of the procedure itself; where the case stands in a called process, the list says."""
    return marked_diagram(drawn.bpmn, drawn.marks, called=drawn.called, has_ended=drawn.status.is_final)


def _with_inside(steps: Sequence[ShownStep], inside: Sequence[ShownStep]) -> tuple[ShownStep, ...]:
    """The steps, with those inside a called process after the last one that is under way: it is the call."""
    place = max(
        (number for number, step in enumerate(steps) if step.progress in {"now", "stopped"}), default=-1
    )
    marked = (replace(step, inside=True) for step in inside)
    return (*steps[: place + 1], *marked, *steps[place + 1 :])


def marked_diagram(
    bpmn: str,
    marks: Marks,
    *,
    called: Sequence[str] = (),
    has_ended: bool = False,
    stuck: str | None = None,
    choices: Sequence[str] = (),
    chosen: str | None = None,
) -> ShownDiagram:
    """A diagram with what is done and what is under way, or where the case was when it was ended.

    `called` are the diagrams of what it calls. `stuck` is where the case stopped. A click on an element
    among `choices` chooses the page's radio button of that value; `chosen` is the one chosen already.
    """
    elements = elements_of(bpmn)
    steps = _steps(steps_among(elements), marks, has_ended=has_ended)
    if not {element.element_id for element in elements}.issuperset(marks.active):
        inside = [step for text in called for step in steps_among(elements_of(text))]
        standing = [step for step in inside if step.element_id in marks.active]
        steps = _with_inside(steps, _steps(standing, marks, has_ended=has_ended))
    return ShownDiagram(
        sheet={
            **diagram_sheet(bpmn, elements),
            "completed": list(marks.completed),
            "active": [] if has_ended else list(marks.active),
            "stopped": list(marks.active) if has_ended else [],
            "stuck": [stuck] if stuck else [],
            "choices": list(choices),
            "chosen": chosen,
        },
        steps=steps,
    )


@blueprint.get("/<uuid:case_id>/diagram")
@signed_in(*CASE_READERS)
def show(case_id: UUID) -> Response:
    return page(
        "cases/diagram.html",
        drawn=diagram_of_case(engine().ask(DrawCase(case_id=case_id), actor=actor())),
        case_address=case_address(case_id),
    )


def _steps(steps: Iterable[DrawnElement], marks: Marks, *, has_ended: bool) -> tuple[ShownStep, ...]:
    """The steps but those where a case can only end; of an ended case those that it reached."""
    words: dict[Progress, str] = {
        "done": _("done"),
        "now": _("under way"),
        "stopped": _("the case was ended here"),
        "coming": _("may still come"),
    }
    shown = ((step, _progress(step, marks, has_ended=has_ended)) for step in steps)
    return tuple(
        ShownStep(name=element_name(step), progress=progress, words=words[progress])
        for step, progress in shown
        if progress != "coming" or not (step.is_end or has_ended)
    )


def _progress(step: DrawnElement, marks: Marks, *, has_ended: bool) -> Progress:
    if step.element_id in marks.active:
        return "stopped" if has_ended else "now"
    return "done" if step.element_id in marks.completed else "coming"


@blueprint.get("/<uuid:case_id>/decisions/<decision>")
@signed_in(*CASE_READERS)
def explain(case_id: UUID, decision: str) -> Response:
    """Why a decision comes out so: it is taken anew with what the case knows now."""
    question = ExplainCaseDecision(case_id=case_id, decision=decision)
    explanation = engine().ask(question, actor=actor())
    return page(
        "cases/explained.html",
        explanation=explanation,
        decided=tuple(reversed(explanation.decisions)),
        show=show_value,
        case_address=case_address(case_id),
    )
