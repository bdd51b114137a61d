"""Why a decision of a case comes out as it does: the rules that decided, and the others."""

from uuid import UUID

from flask import Blueprint
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, actor, signed_in
from engine.cases.decisions import ExplainCaseDecision
from engine.dmn.outcome import show

blueprint = Blueprint("desk_decisions", __name__, url_prefix="/desk/cases")


@blueprint.get("/<uuid:case_id>/decisions/<decision>")
@signed_in(*CASE_READERS)
def explain(case_id: UUID, decision: str) -> Response:
    """The decision, taken anew with what the case knows now."""
    question = ExplainCaseDecision(case_id=case_id, decision=decision)
    explanation = engine().ask(question, actor=actor())
    return page(
        "decisions/explained.html",
        explanation=explanation,
        decided=tuple(reversed(explanation.decisions)),
        show=show,
        case_address=case_address(case_id),
    )
