"""What the citizen of a case was told."""

from uuid import UUID

from api.http.calls import Calls
from api.http.context import actor, engine
from api.rest.schemas import notices as bodies
from engine.kernel.actor import Scope
from engine.notices.queries import ListNotices

calls = Calls("notices", about="Messages to the citizen of a case.")


@calls.call("GET", "/cases/<uuid:case_id>/notices", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, bodies.Notices, example={"items": [bodies.NOTICE]})
def list_notices(case_id: UUID) -> object:
    """List the messages to the citizen of a case.

    At most a hundred, newest first. Of the number or address they say the end or the beginning.
    """
    return {"items": engine().ask(ListNotices(case_id=case_id), actor=actor())}
