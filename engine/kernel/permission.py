"""Who may see and do what, decided per object and per time; every rule is one function here.

A clerk and a manager work with the cases of their branch. An agent of the call centre opens cases anywhere
and finds them, and is told how one stands once its caller was recognised, as long as that call lasts. An
agency, and the officers who work for it, answer its own service tasks, read the papers that an open one
names, and see nothing else. Auditors and supervisors look at everything, at a case once they have said why,
but not into the work that a colleague has not completed, and change nothing. The data protection officer sees
who has read what. A case that an actor may not see does not exist for them.
Who administers which organisation is in `engine/kernel/administration.py`;
docs/permissions.md has all of it as a table (`engine/kernel/permission_table.py`).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role, Scope
from engine.kernel.papers import NamedPapers, Paper
from engine.kernel.permission_objects import Asked, InHand, OfBranch, Offered, Recognised, Sight, Told
from engine.kernel.refusal import NotFound, NotPermitted
from engine.kernel.senders import Receiver, Sender
from engine.kernel.vocabulary import Fact

_EVERYWHERE = frozenset({Role.SUPERVISOR, Role.AUDITOR})
_BRANCH_WORK = frozenset({Role.CLERK, Role.MANAGER})

_ON_IDENTITY_PAPERS = frozenset({Fact.AMKA, Fact.AFM, Fact.IDENTITY_DOCUMENT})
"""The facts that stand on papers which their owner keeps, and that relatives and neighbours rarely know."""

NOT_RECOGNISED = "caller_not_recognised"
"""The code of the refusal to tell a caller anything."""


def sight_of(actor: Actor) -> Sight:
    """The cases that the actor sees."""
    if actor.kind is ActorKind.SYSTEM or not _EVERYWHERE.isdisjoint(actor.roles):
        return Sight(everywhere=True)
    return Sight(branch_id=None if _BRANCH_WORK.isdisjoint(actor.roles) else actor.branch_id)


def agency_of(actor: Actor) -> UUID | None:
    """The agency that the actor speaks for: itself, or that of an officer; None for everybody else."""
    if actor.kind is ActorKind.AGENCY:
        return actor.id
    return actor.agency_id if actor.has(Role.OFFICER) else None


def require_scope(actor: Actor, scope: Scope) -> None:
    """Refuse an actor whose token was not made for this."""
    if scope not in actor.scopes:
        raise NotPermitted(f"This token lacks the scope {scope}.", code="scope_missing")


def sees_branch(actor: Actor, branch_id: UUID) -> bool:
    """Whether the actor sees what belongs to that branch."""
    sight = sight_of(actor)
    return sight.everywhere or sight.branch_id == branch_id


def require_sees_case(actor: Actor, case: OfBranch) -> None:
    """Refuse an actor for whom the case does not exist."""
    if not sees_branch(actor, case.branch_id):
        raise NotFound.of("case", case.id)


def needs_case(actor: Actor, case: OfBranch) -> bool:
    """Whether the actor's work needs the case, so that nobody asks why they read it.

    Clerks and managers work on the cases of their branch; who looks at everything, or works elsewhere, needs
    none. What an agent of the call centre is told in a call has a rule of its own.
    """
    if actor.kind in (ActorKind.SYSTEM, ActorKind.CITIZEN):
        return True
    return actor.has(*_BRANCH_WORK) and actor.branch_id == case.branch_id


def require_needs_case(actor: Actor, case: OfBranch) -> None:
    """Refuse an actor for whom the case does not exist, or who may read it with a reason alone."""
    if needs_case(actor, case):
        return
    require_sees_case(actor, case)
    raise NotPermitted(
        "Your work does not need this case: give a reason for reading it.", code="reason_needed"
    )


def reads_notes(actor: Actor, case: OfBranch) -> bool:
    """Whether an actor who reads the case reads the notes on it too: not with a reason, from elsewhere."""
    return sees_branch(actor, case.branch_id)


def may_give_reason(actor: Actor) -> bool:
    """Whether the actor may read a case that their work does not need, once they have said why."""
    return actor.has(*_BRANCH_WORK, Role.SUPERVISOR, Role.AUDITOR)


def require_gives_reason(actor: Actor) -> None:
    """Refuse an actor whom no reason opens a case."""
    if not may_give_reason(actor):
        raise NotPermitted("Only clerks, managers, supervisors and auditors open a case with a reason.")


def require_reads_access(actor: Actor) -> None:
    """Refuse an actor who may not see who read what."""
    require_role(actor, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER)


def require_reviews_access(actor: Actor) -> None:
    """Refuse an actor who may not say that an unusual access was looked into."""
    require_role(actor, Role.DATA_PROTECTION_OFFICER)


def require_works_case(actor: Actor, case: OfBranch) -> None:
    """Refuse an actor who may not change the case."""
    require_sees_case(actor, case)
    if actor.kind is ActorKind.SYSTEM:
        return
    if not (actor.has(*_BRANCH_WORK) and actor.branch_id == case.branch_id):
        raise NotPermitted("Only clerks and managers of the case's branch may change it.")


def require_takes_signature(actor: Actor, case: OfBranch) -> None:
    """Refuse an actor who may not take a party's signature, or send and revoke their link."""
    require_works_case(actor, case)


def require_reads_receipt(actor: Actor, case: OfBranch, call: Recognised | None, *, now: datetime) -> None:
    """Refuse an actor who may not see the receipt of the case: the tracking code stands on it.

    The people of its branch hand it over, and an agent while its caller may be told the code.
    """
    if may_tell(actor, call, Told.TRACKING_CODE, case_id=case.id, now=now):
        return
    require_works_case(actor, case)


def require_opens_case(actor: Actor, branch_id: UUID) -> None:
    """Refuse an actor who may not open a case in that branch."""
    works_here = actor.has(*_BRANCH_WORK) and actor.branch_id == branch_id
    if actor.kind is not ActorKind.USER or not (works_here or actor.has(Role.AGENT)):
        raise NotPermitted(
            "Only clerks and managers of a branch, and call-centre agents, may open a case there."
        )


def require_takes_calls(actor: Actor) -> None:
    """Refuse an actor who may not look for the case of a caller and ask them what shows that it is theirs."""
    require_role(actor, Role.AGENT)


def may_tell(actor: Actor, call: Recognised | None, told: Told, *, case_id: UUID, now: datetime) -> bool:
    """Whether the agent may tell their caller this of the case; `call` is that of the agent, if there is one.

    It has to be this agent's, about this case, and not over. How the case stands is told to whoever was
    recognised; which documents there are, to who named the code of the receipt, with which they could look
    for themselves; and that code, to who named two of the numbers on their identity papers.
    """
    if call is None or not actor.has(Role.AGENT):
        return False
    if call.agent_id != actor.id or call.case_id != case_id or now >= call.until:
        return False
    match told:
        case Told.STANDING:
            return True
        case Told.DOCUMENTS:
            return Fact.TRACKING_CODE in call.facts
        case Told.TRACKING_CODE:
            return len(call.facts & _ON_IDENTITY_PAPERS) > 1


def require_tells(actor: Actor, call: Recognised | None, *, case_id: UUID, now: datetime) -> None:
    """Refuse an actor who may not tell a caller how the case stands."""
    if not may_tell(actor, call, Told.STANDING, case_id=case_id, now=now):
        raise NotPermitted(
            "Expected a caller who was recognised in this call, found none.", code=NOT_RECOGNISED
        )


def may_take(*, name: str, roles: frozenset[Role], task: Offered) -> bool:
    """Whether a user of that name and roles in the task's branch is among those the diagram offers it to."""
    if name in task.candidate_users:
        return True
    if task.candidate_groups:
        return any(role in task.candidate_groups for role in roles)
    return not task.candidate_users and not roles.isdisjoint(_BRANCH_WORK)


def require_sees_task(actor: Actor, task: OfBranch) -> None:
    """Refuse an actor for whom the task does not exist."""
    if not sees_branch(actor, task.branch_id):
        raise NotFound.of("task", task.id)


def reads_contents(actor: Actor, task: InHand) -> bool:
    """Whether an actor who sees the task sees what is typed into it, and what it began with.

    While it is open that is for the people of its branch: what is not completed was told to nobody yet.
    """
    if actor.kind is ActorKind.SYSTEM or not task.is_open:
        return True
    return actor.has(*_BRANCH_WORK) and actor.branch_id == task.branch_id


def require_takes_task(actor: Actor, task: Offered) -> None:
    """Refuse an actor who may not have the task in their hands."""
    require_sees_task(actor, task)
    if actor.branch_id != task.branch_id:
        raise NotPermitted("Only people of the case's branch may work on its tasks.")
    if not may_take(name=actor.name, roles=actor.roles, task=task):
        wanted = ", ".join(task.candidate_groups + task.candidate_users) or "clerks"
        raise NotPermitted(f"Task {task.id} is offered to: {wanted}.")


def require_manages(actor: Actor, branch_id: UUID) -> None:
    """Refuse an actor who may not hand out the branch's work."""
    if not (actor.has(Role.MANAGER) and actor.branch_id == branch_id):
        raise NotPermitted("Only the manager of the branch may hand out its work.")


def require_keeps_appointments(actor: Actor, thing: OfBranch) -> None:
    """Refuse an actor who may not see and change who comes to the branch and when, and call the next one.

    `thing` is an appointment, a number of the queue, or the service that is asked for.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    if not sees_branch(actor, thing.branch_id):
        raise NotFound.of("appointment", thing.id)
    if not (actor.has(*_BRANCH_WORK) and actor.branch_id == thing.branch_id):
        raise NotPermitted("Only clerks and managers of the branch may keep its appointments.")


def require_plans_appointments(actor: Actor, branch_id: UUID) -> None:
    """Refuse an actor who may not say what the branch offers by appointment, where and when."""
    manages = actor.has(Role.MANAGER) and actor.branch_id == branch_id
    if actor.kind is not ActorKind.SYSTEM and not manages:
        raise NotPermitted("Only the manager of the branch may change when it takes appointments.")


def require_repairs(actor: Actor, case: OfBranch) -> None:
    """Refuse an actor who may not repair the case.

    The manager of its branch may, and an operator, whatever the branch.
    """
    if actor.kind is ActorKind.SYSTEM or actor.has(Role.OPERATOR):
        return
    require_sees_case(actor, case)
    if not (actor.has(Role.MANAGER) and actor.branch_id == case.branch_id):
        raise NotPermitted("Only the manager of the case's branch, or an operator, may repair it.")


def incidents_in_sight(actor: Actor) -> Sight:
    """The cases whose incidents the actor lists."""
    require_role(actor, Role.MANAGER, Role.OPERATOR)
    return Sight(everywhere=True) if actor.has(Role.OPERATOR) else sight_of(actor)


def paused_in_sight(actor: Actor) -> Sight:
    """The cases for which the actor sees which agencies are paused; an operator sees them for all."""
    return Sight(everywhere=True) if actor.has(Role.OPERATOR) else sight_of(actor)


def require_answers(actor: Actor, task: Asked) -> None:
    """Refuse an actor who may not answer the service task.

    Its agency and its officers may, and, for an agency that is not connected, the branch's clerks, who record
    what came back.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    agency_id = agency_of(actor)
    if agency_id is not None:
        if task.agency_id != agency_id:
            raise NotFound.of("service task", task.id)
        return
    if not sees_branch(actor, task.branch_id):
        raise NotFound.of("service task", task.id)
    if not (actor.has(*_BRANCH_WORK) and actor.branch_id == task.branch_id):
        raise NotPermitted(
            "Only the agency, or clerks of the case's branch on its behalf, may answer this service task."
        )


def require_reads_papers(actor: Actor, task: Asked) -> None:
    """Refuse an actor who may not see any document of the case that the service task is about.

    Whoever may answer it may, for an agency only while it is asked.
    """
    require_answers(actor, task)
    if _speaks_for_agency(actor) and not task.is_open:
        raise NotFound.of("service task", task.id)


def reads_paper(actor: Actor, task: Asked, paper: Paper, named: NamedPapers) -> bool:
    """Whether an actor for whom there are papers at all reads this one of the service task's case.

    An agency reads those that its request names and those that it added to it; the branch reads all.
    """
    return not _speaks_for_agency(actor) or paper.service_task_id == task.id or named.have(paper)


def _speaks_for_agency(actor: Actor) -> bool:
    return actor.kind is ActorKind.AGENCY or agency_of(actor) is not None


def require_asks_supplement(actor: Actor, task: Asked) -> None:
    """Refuse an actor who may not ask the citizen for something on behalf of the task's agency."""
    if actor.kind is ActorKind.SYSTEM:
        return
    agency_id = agency_of(actor)
    if agency_id is None or task.agency_id != agency_id:
        raise NotFound.of("service task", task.id)


def right_to_send(sender: Sender, receiver: Receiver) -> str | None:
    """The entry of `stoa:message-from` by which the receiver takes the sender's message; None if it does not.

    Without entries nobody outside may send it, and every case here may; with entries, those whom they name,
    and the cases of the same procedure. Of a case a clerk and a manager reach it in their own branch only,
    and a citizen their own only.
    """
    is_expected = not sender.is_outside and (
        receiver.senders is None or sender.procedure_key == receiver.procedure_key
    )
    for entry in sender.entries:
        is_named = is_expected or entry in (receiver.senders or ())
        if is_named and _reaches(sender, entry, receiver):
            return entry
    return None


def may_act(sender: Sender, roles: Iterable[str], receiver: Receiver) -> bool:
    """Whether the sender is offered an action of a case: its roles name them, and they may send its message.

    `roles` are those of `stoa:action-roles`.
    """
    return not sender.acts_as.isdisjoint(roles) and right_to_send(sender, receiver) is not None


def require_may_act(actor: Actor, case: OfBranch) -> None:
    """Refuse an actor who is offered no action of the case: for an agency there is no such case then."""
    if agency_of(actor) is not None:
        raise NotFound.of("case", case.id)
    require_works_case(actor, case)


def _reaches(sender: Sender, entry: str, receiver: Receiver) -> bool:
    if receiver.case_id is None:
        return True
    if sender.kind is ActorKind.CITIZEN:
        return sender.case_id == receiver.case_id
    if entry in {f"role:{role}" for role in _BRANCH_WORK}:
        return sender.branch_id == receiver.branch_id
    return True


def require_closes(actor: Actor, branch_id: UUID | None) -> None:
    """Refuse an actor who may not enter days on which the branch is closed, nor see what that would move.

    Its manager may, and an operator, whatever the branch.
    """
    manages = actor.has(Role.MANAGER) and branch_id is not None and actor.branch_id == branch_id
    if actor.kind is not ActorKind.SYSTEM and not manages and not actor.has(Role.OPERATOR):
        raise NotPermitted("Only the manager of the branch, or an operator, closes it.")


def require_oversees(actor: Actor, branch_id: UUID) -> None:
    """Refuse an actor who may not see how much each person of the branch has in hand."""
    manages = actor.has(Role.MANAGER) and actor.branch_id == branch_id
    if actor.kind is not ActorKind.SYSTEM and not (manages or actor.has(Role.SUPERVISOR, Role.AUDITOR)):
        raise NotPermitted("Only the manager of the branch, supervisors and auditors may see its load.")


def payments_in_sight(actor: Actor) -> Sight:
    """The branches of which the actor reads what was paid each day.

    The manager reads that of their own, supervisors and auditors that of all.
    """
    require_role(actor, Role.MANAGER, Role.SUPERVISOR, Role.AUDITOR)
    return sight_of(actor)


def require_person(actor: Actor) -> UUID:
    """Refuse whoever is no user: only people have an account, and filters of their own. The user's id."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        raise NotPermitted("Only a person has an account, and keeps filters.")
    return actor.id


def require_leases(actor: Actor) -> UUID:
    """Refuse whoever is no agency: only a program of one polls for its work. The agency's id."""
    if actor.kind is not ActorKind.AGENCY or actor.id is None:
        raise NotPermitted("Only an agency leases service tasks.")
    return actor.id


def require_branch(actor: Actor) -> UUID:
    """Refuse whoever works in no branch. The branch's id."""
    if actor.branch_id is None:
        raise NotPermitted("Only those who work in a branch may do this.")
    return actor.branch_id


def require_system(actor: Actor) -> None:
    """Refuse everybody but the system itself, for what no person and no agency may say."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted("Only the system itself may do this.")


def require_operates(actor: Actor) -> None:
    """Refuse an actor who may not run the installation: branches, agencies, people, tokens, deliveries."""
    require_role(actor, Role.OPERATOR)


def require_reads_switches(actor: Actor) -> None:
    """Refuse an actor who may not read who paused an agency and switched it on."""
    require_role(actor, Role.OPERATOR, Role.AUDITOR)


def require_helps_in(actor: Actor) -> None:
    """Refuse an actor who may not see which colleagues have to wait before they can sign in."""
    require_role(actor, Role.MANAGER, Role.OPERATOR)


def require_plays(actor: Actor) -> UUID:
    """Refuse whoever neither draws procedures nor certifies them; a play is one person's. The user's id."""
    require_role(actor, Role.ANALYST, Role.CERTIFIER)
    return require_person(actor)


def require_role(actor: Actor, *roles: Role) -> None:
    """Refuse an actor with none of `roles`."""
    if actor.kind is not ActorKind.SYSTEM and not actor.has(*roles):
        raise NotPermitted(f"This needs the role {' or '.join(roles)}.")
