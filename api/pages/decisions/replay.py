"""Cases of the past replayed: which of them a decision of a version would decide otherwise."""

from datetime import date, timedelta
from typing import NamedTuple

from flask import Blueprint, request
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address
from api.pages.decisions.views import REPLAYERS
from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, actor, signed_in
from engine.kernel.refusal import Invalid

blueprint = Blueprint("decision_replays", __name__, url_prefix="/decisions")

_LONGEST = 80
"""Characters of a result."""


class Listed(NamedTuple):
    """A case that would be decided otherwise; `address` is empty for who does not read cases."""

    number: str
    address: str


@blueprint.get("/<key>/<int:number>/<decision>/replay")
@signed_in(*REPLAYERS)
def show(key: str, number: int, decision: str) -> Response:
    """The cases of a period, by default those of last month."""
    from engine.rehearsal.decision_replay import ReplayDecision  # loaded when somebody first looks

    first, last = _last_month(dates.local(engine().clock.now()).date())
    since = dates.day_sent(request.args.get("since", "")) or first
    until = dates.day_sent(request.args.get("until", "")) or last
    question = ReplayDecision(key=key, number=number, decision=decision, since=since, until=until)
    replay, problems = None, {}
    try:
        replay = engine().ask(question, actor=actor())
    except Invalid:
        problems = {"until": [_("Choose a last day within a year after the first one.")]}
    reads_cases = actor().has(*CASE_READERS)
    return page(
        "decisions/replay.html",
        status=422 if problems else 200,
        key=key,
        number=number,
        decision=decision,
        since=since.isoformat(),
        until=until.isoformat(),
        replay=replay,
        changes=[(_cut(one.before), _cut(one.after), one.cases) for one in replay.changes] if replay else [],
        cases=[
            Listed(one.number, case_address(one.case_id) if reads_cases else "") for one in replay.otherwise
        ]
        if replay
        else [],
        problems=problems,
    )


def _last_month(today: date) -> tuple[date, date]:
    """The first and the last day of the month before."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
