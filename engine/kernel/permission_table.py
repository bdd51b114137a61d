"""The table of rights, worked out from the rules themselves: who may do what with which object, and when.

`python -m engine.kernel.permission_table > docs/permissions.md` writes the page.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.kernel import (
    administration,
    migration_rights,
    permission,
    permission_to_administer,
    procedure_rights,
    staffing,
    supervision,
)
from engine.kernel.actor import Actor, Role
from engine.kernel.desk_actions import ACTING
from engine.kernel.office_settings import KINDS, SettingKey
from engine.kernel.permission_examples import (
    ACTOR_ID,
    ANYBODY_NAMED,
    CLOSED,
    COLUMNS,
    LATER,
    NAMED,
    NOW,
    THING,
    Example,
    ExampleCall,
    Place,
)
from engine.kernel.permission_objects import Told
from engine.kernel.right import Right, Verdict
from engine.kernel.senders import Sender
from engine.kernel.vocabulary import Fact


def _authorises_content(actor: Actor) -> None:
    supervision.require_writes_content(actor, THING)
    supervision.require_authorises_content(actor, (THING.id,))


def _in_call(told: Told, *facts: Fact) -> Callable[[Actor], object]:
    def rule(actor: Actor) -> object:
        call = ExampleCall(agent_id=ACTOR_ID, facts=frozenset(facts))
        if told is Told.STANDING:
            permission.require_tells(actor, call, case_id=THING.id, now=NOW)
        return permission.may_tell(actor, call, told, case_id=THING.id, now=NOW)

    return rule


def _reads_paper(paper: Example, *, request: Example = THING) -> Callable[[Actor], object]:
    def rule(actor: Actor) -> object:
        permission.require_reads_papers(actor, request)
        return permission.reads_paper(actor, request, paper, NAMED)

    return rule


def _lists_requests(actor: Actor) -> bool:
    agency_id = permission.agency_of(actor)
    if agency_id is not None:
        return agency_id == THING.agency_id
    return permission.sees_branch(actor, THING.branch_id)


def _lists_incidents(actor: Actor) -> bool:
    sight = permission.incidents_in_sight(actor)
    return sight.everywhere or sight.branch_id == THING.branch_id


def _reports_payments(actor: Actor) -> bool:
    sight = permission.payments_in_sight(actor)
    return sight.everywhere or sight.branch_id == THING.branch_id


def _lists_paused(actor: Actor) -> bool:
    sight = permission.paused_in_sight(actor)
    return sight.everywhere or sight.branch_id == THING.branch_id


def _reads_task(actor: Actor) -> None:
    permission.require_sees_task(actor, THING)
    permission.require_needs_case(actor, THING)


def _reads_open_task(actor: Actor) -> bool:
    permission.require_sees_task(actor, THING)
    return permission.reads_contents(actor, THING)


def _reads_closed_task(actor: Actor) -> bool:
    permission.require_sees_task(actor, CLOSED)
    return permission.reads_contents(actor, CLOSED)


def _sees(actor: Actor) -> bool:
    return permission.sees_branch(actor, THING.branch_id)


def _sends(actor: Actor) -> bool:
    return permission.right_to_send(Sender.of(actor), ANYBODY_NAMED) is not None


def _acts(actor: Actor) -> bool:
    if permission.may_act(Sender.of(actor), ACTING, ANYBODY_NAMED):
        return True
    permission.require_may_act(actor, THING)
    return False


def _follows_work(actor: Actor) -> object:
    return permission.agency_of(actor) or permission.require_branch(actor)


def _decides_settings(actor: Actor) -> None:
    kind = KINDS[SettingKey.SESSION_HOURS]
    permission_to_administer.require_decides(actor, kind, of_ministry=False)


def _follows_application(actor: Actor) -> None:
    administration.require_applies(actor)
    administration.require_administers(actor, THING)


def _everybody(_actor: Actor) -> bool:
    return True


_WEAK: Final = (Fact.PATRONYMIC, Fact.BIRTH_DATE)


def _gives(actor: Actor, role: Role) -> None:
    branch = replace(THING, id=THING.branch_id)
    staffing.require_gives(actor, branch, role, ministry_id=branch.line[-1], to=None)


_RIGHTS: Final = (
    Right(thing="case", action="find", rule=_sees),
    Right(
        thing="case",
        action="read",
        rule=lambda actor: permission.require_needs_case(actor, THING),
        when="Without a reason.",
    ),
    Right(
        thing="case",
        action="read for a reason",
        rule=permission.require_gives_reason,
        when="Clerks and managers: of another branch too. It is reviewed.",
    ),
    Right(thing="case", action="change", rule=lambda actor: permission.require_works_case(actor, THING)),
    Right(
        thing="case",
        action="open",
        rule=lambda actor: permission.require_opens_case(actor, THING.branch_id),
    ),
    Right(thing="case", action="repair", rule=lambda actor: permission.require_repairs(actor, THING)),
    Right(
        thing="case",
        action="read receipt",
        rule=lambda actor: permission.require_reads_receipt(actor, THING, None, now=NOW),
        when="An agent: in the call of a caller who may be told the tracking code.",
    ),
    Right(thing="call", action="find case, ask caller", rule=permission.require_takes_calls),
    Right(
        thing="call",
        action="tell how case stands",
        rule=_in_call(Told.STANDING, *_WEAK),
        when="The caller was recognised in this call.",
    ),
    Right(
        thing="call",
        action="tell of documents",
        rule=_in_call(Told.DOCUMENTS, Fact.TRACKING_CODE, Fact.BIRTH_DATE),
        when="The caller named the code of the receipt.",
    ),
    Right(
        thing="call",
        action="tell tracking code",
        rule=_in_call(Told.TRACKING_CODE, Fact.AFM, Fact.AMKA),
        when="The caller named two of AFM, AMKA and the number of the identity document.",
    ),
    Right(
        thing="signature",
        action="take, send link",
        rule=lambda actor: permission.require_takes_signature(actor, THING),
        when="Of a party of the case. The party signs from their own link, and reads nothing else.",
    ),
    Right(thing="task", action="list", rule=_sees),
    Right(thing="task", action="read", rule=_reads_task, when="Without a reason, as its case."),
    Right(thing="task", action="read what is typed", rule=_reads_open_task, when="While it is open."),
    Right(thing="task", action="read what was typed", rule=_reads_closed_task, when="Once it is closed."),
    Right(
        thing="task",
        action="work on",
        rule=lambda actor: permission.require_takes_task(actor, THING),
        when="If the diagram offers it to them: without candidates to clerks and managers.",
    ),
    Right(
        thing="task",
        action="hand out",
        rule=lambda actor: permission.require_manages(actor, THING.branch_id),
    ),
    Right(thing="service task", action="list", rule=_lists_requests),
    Right(
        thing="service task",
        action="read, answer",
        rule=lambda actor: permission.require_answers(actor, THING),
        when="Clerks and managers on behalf of the agency.",
    ),
    Right(thing="service task", action="lease", rule=permission.require_leases),
    Right(
        thing="service task",
        action="ask for supplement",
        rule=lambda actor: permission.require_asks_supplement(actor, THING),
    ),
    Right(
        thing="payment",
        action="take, check",
        rule=lambda actor: permission.require_works_case(actor, THING),
    ),
    Right(
        thing="payment",
        action="cancel its receipt, refund",
        rule=lambda actor: permission.require_manages(actor, THING.branch_id),
        when="A receipt on its own day, and not by who took the money.",
    ),
    Right(thing="payment", action="read the report", rule=_reports_payments),
    Right(
        thing="paper",
        action="read one that the request names",
        rule=_reads_paper(THING),
        when="An agency: while it is asked.",
    ),
    Right(thing="paper", action="read one that came later", rule=_reads_paper(LATER)),
    Right(thing="paper", action="read once the request is closed", rule=_reads_paper(THING, request=CLOSED)),
    Right(
        thing="message",
        action="send to a case",
        rule=_sends,
        when="If `stoa:message-from` names them; here it names all whom it can name.",
    ),
    Right(
        thing="action of a case",
        action="be offered, take",
        rule=_acts,
        when="If `stoa:action-roles` and `stoa:message-from` name them; here both name all whom they can.",
    ),
    Right(thing="incident", action="list", rule=_lists_incidents),
    Right(thing="paused agency", action="list", rule=_lists_paused),
    Right(
        thing="branch",
        action="see its load",
        rule=lambda actor: permission.require_oversees(actor, THING.branch_id),
    ),
    Right(
        thing="branch",
        action="close on a day",
        rule=lambda actor: permission.require_closes(actor, THING.branch_id),
    ),
    Right(
        thing="branch",
        action="pause people",
        rule=lambda actor: permission.require_manages(actor, permission.require_branch(actor)),
        when="Of their own branch.",
    ),
    Right(
        thing="appointment",
        action="see, book, move, cancel",
        rule=lambda actor: permission.require_keeps_appointments(actor, THING),
        when="Those of the branch, its queue included.",
    ),
    Right(
        thing="appointment",
        action="plan when they are taken",
        rule=lambda actor: permission.require_plans_appointments(actor, permission.require_branch(actor)),
        when="Of their own branch.",
    ),
    Right(
        thing="organisation",
        action="list",
        rule=administration.require_lists_organisations,
        when="An administrator: the one in which they act, and all below it.",
    ),
    Right(
        thing="organisation",
        action="read its history, change",
        rule=lambda actor: administration.require_administers(actor, THING),
        when="An administrator: the one in which they act, and all below it.",
    ),
    Right(
        thing="organisation",
        action="move, close",
        rule=lambda actor: administration.require_administers_above(actor, THING),
        when="An administrator: those below the one in which they act.",
    ),
    Right(
        thing="organisation",
        action="enter",
        rule=lambda actor: administration.require_authorises(actor, THING),
        when="An administrator: of the ministry.",
    ),
    Right(thing="application", action="list, file", rule=administration.require_applies),
    Right(thing="application", action="follow", rule=_follows_application),
    Right(thing="register of people", action="open", rule=staffing.require_keeps_some_staff),
    Right(thing="person", action="see, invite as a clerk", rule=lambda actor: _gives(actor, Role.CLERK)),
    Right(
        thing="post",
        action="give, end",
        rule=lambda actor: _gives(actor, Role.MANAGER),
        when="Of others; a manager those of clerks. A role of the ministry: another confirms it.",
    ),
    Right(thing="people", action="push from a directory", rule=staffing.require_provisions),
    Right(
        thing="branch",
        action="see how it does",
        rule=lambda actor: supervision.require_supervises(actor, THING),
        when="An administrator: those that they administer. Numbers of cases, and nobody in them.",
    ),
    Right(thing="text", action="read", rule=permission.require_person, when="For whom it was written."),
    Right(
        thing="text",
        action="write, push, retire",
        rule=lambda actor: supervision.require_writes_content(actor, THING),
        when="An administrator: for what they administer.",
    ),
    Right(thing="text", action="authorise", rule=_authorises_content, when="Not by anybody who wrote in it."),
    Right(thing="branch", action="see who has to wait to sign in", rule=permission.require_helps_in),
    Right(thing="work", action="follow its changes", rule=_follows_work),
    Right(thing="account, saved filter", action="keep one's own", rule=permission.require_person),
    Right(thing="procedure", action="read", rule=_everybody),
    Right(thing="procedure", action="deploy", rule=procedure_rights.require_deploys),
    Right(thing="procedure", action="draw", rule=procedure_rights.require_draws),
    Right(thing="procedure", action="comment", rule=procedure_rights.require_comments),
    Right(thing="procedure", action="replay decisions", rule=procedure_rights.require_replays),
    Right(thing="procedure", action="see where cases wait", rule=procedure_rights.require_sees_waits),
    Right(thing="procedure", action="submit", rule=procedure_rights.require_submits),
    Right(
        thing="procedure",
        action="play",
        rule=permission.require_plays,
        when="One's own plays; those of others do not exist.",
    ),
    Right(
        thing="procedure",
        action="certify, return, publish, retire",
        rule=procedure_rights.require_certifies,
        when="Not by those who deployed or submitted it, but to retire it.",
    ),
    Right(thing="migration", action="plan, try", rule=migration_rights.require_plans_migration),
    Right(
        thing="migration",
        action="decide",
        rule=migration_rights.require_decides_migration,
        when="Not by the person who edited the plan.",
    ),
    Right(thing="migration", action="run, take back", rule=migration_rights.require_runs_migration),
    Right(thing="record of access", action="read", rule=permission.require_reads_access),
    Right(
        thing="record of access",
        action="review a concern",
        rule=permission.require_reviews_access,
        when="Not of what they have read themselves.",
    ),
    Right(thing="setting", action="read", rule=permission_to_administer.require_reads_settings),
    Right(
        thing="setting",
        action="decide",
        rule=_decides_settings,
        when="Besides, what is for the ministry to decide, its administrators.",
    ),
    Right(
        thing="agency",
        action="connect",
        rule=lambda actor: administration.require_administers(actor, THING),
        when="With its keys: those of what they administer.",
    ),
    Right(
        thing="agency",
        action="enter, assign topics",
        rule=permission_to_administer.require_assigns_topics,
    ),
    Right(thing="topic", action="read", rule=permission_to_administer.require_reads_topics),
    Right(thing="topic", action="register, revise", rule=permission_to_administer.require_registers_topics),
    Right(thing="installation", action="run", rule=permission.require_operates),
    Right(thing="installation", action="read switches", rule=permission.require_reads_switches),
    Right(thing="sign-in", action="receive people", rule=permission.require_system),
)

RIGHTS: Final[Mapping[str, Right]] = {f"{right.thing}: {right.action}": right for right in _RIGHTS}
"""Every right, by object and action."""

_PREFACE = """\
# Who may do what
This page is written by `python -m engine.kernel.permission_table` from the rules themselves, each a function
in `engine/kernel/permission.py`; a test says when it is out of date. The reasons are in
[ADR 34](adr/0034-rights-by-need-and-for-a-time.md).

| in a cell | meaning |
|---|---|
| yes | wherever they work |
| own | in their own branch; for officers and agencies, what their own agency is asked |
| no | refused, and told so (403) |
| – | it does not exist for them: not found (404), left out, or an empty list |

Where two answers stand, the second is for what is elsewhere. A person with several roles has the rights of
each, in the branch in which they are signed in. A citizen holds the receipt of a case and sees what the
tracking page shows, nothing else; the system itself may do everything. A token has scopes besides, and never
allows more than its owner may do.
"""

_WORDS: Final = {Verdict.REFUSED: "no", Verdict.HIDDEN: "–"}


def page() -> str:
    """The page docs/permissions.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _PREFACE
    yield f"| object | action | {' | '.join(COLUMNS)} | when |"
    yield "|---|---|" + "---|" * len(COLUMNS) + "---|"
    for right in RIGHTS.values():
        cells = " | ".join(_cell(right, column) for column in COLUMNS)
        yield f"| {right.thing} | {right.action} | {cells} | {right.when} |"


def _cell(right: Right, column: str) -> str:
    here, elsewhere = (right.verdict(column, place) for place in Place)
    if here is elsewhere:
        return _WORDS.get(here, "yes")
    if here is Verdict.ALLOWED:
        return "own" if elsewhere is Verdict.HIDDEN else f"own, else {_WORDS[elsewhere]}"
    return f"{_WORDS[here]}, {_WORDS.get(elsewhere, 'yes')}"


if __name__ == "__main__":
    sys.stdout.write(page())
