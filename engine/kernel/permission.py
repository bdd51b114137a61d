"""Who may see and do what, decided per object.

A clerk and a manager work with the cases of their branch; an agent of the call centre looks up and opens
cases anywhere; an agency, and the officers who work for it, answer its own service tasks, see the documents
of the cases that these are about, and see nothing else; auditors and supervisors look at everything, at a
case once they have said why, and change nothing; the data protection officer sees who has read what. A case
that an actor may not see does not exist for them.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role, Scope
from engine.kernel.refusal import NotFound, NotPermitted
from engine.kernel.senders import Receiver, Sender

_EVERYWHERE = (Role.AGENT, Role.SUPERVISOR, Role.AUDITOR)
_BRANCH_WORK = (Role.CLERK, Role.MANAGER)


class OfBranch(Protocol):
    """Something that belongs to a branch: a case, or what is open in one."""

    @property
    def id(self) -> UUID: ...
    @property
    def branch_id(self) -> UUID: ...


class Offered(OfBranch, Protocol):
    """A task: the diagram offers it to users by name, or to roles."""

    @property
    def candidate_users(self) -> tuple[str, ...]: ...
    @property
    def candidate_groups(self) -> tuple[str, ...]: ...


class Asked(OfBranch, Protocol):
    """A service task: an agency is asked, until the request is taken back."""

    @property
    def agency_id(self) -> UUID | None: ...
    @property
    def is_cancelled(self) -> bool: ...


@dataclass(frozen=True)
class Sight:
    """Which cases an actor sees in lists: those of `branch_id`, all (`everywhere`), or none."""

    everywhere: bool = False
    branch_id: UUID | None = None

    @property
    def nothing(self) -> bool:
        """Whether every list is empty for the actor."""
        return not self.everywhere and self.branch_id is None


def sight_of(actor: Actor) -> Sight:
    """The cases that the actor sees."""
    if actor.kind is ActorKind.SYSTEM:
        return Sight(everywhere=True)
    if actor.kind is ActorKind.AGENCY:
        return Sight()
    if actor.has(*_EVERYWHERE):
        return Sight(everywhere=True)
    return Sight(branch_id=actor.branch_id if actor.has(*_BRANCH_WORK) else None)


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

    Clerks and managers work on the cases of their branch, agents of the call centre are asked about any; who
    looks at everything, or works elsewhere, needs none.
    """
    if actor.kind in (ActorKind.SYSTEM, ActorKind.CITIZEN) or actor.has(Role.AGENT):
        return True
    return actor.has(*_BRANCH_WORK) and actor.branch_id == case.branch_id


def may_give_reason(actor: Actor) -> bool:
    """Whether the actor may read a case that their work does not need, once they have said why."""
    return actor.kind is ActorKind.USER and actor.has(*_BRANCH_WORK, Role.SUPERVISOR, Role.AUDITOR)


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


def require_opens_case(actor: Actor, branch_id: UUID) -> None:
    """Refuse an actor who may not open a case in that branch."""
    works_here = actor.has(*_BRANCH_WORK) and actor.branch_id == branch_id
    if actor.kind is not ActorKind.USER or not (works_here or actor.has(Role.AGENT)):
        raise NotPermitted(
            "Only clerks and managers of a branch, and call-centre agents, may open a case there."
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


def require_answers(actor: Actor, task: Asked) -> None:
    """Refuse an actor who may not answer the service task.

    Its agency and its officers may, and, for an agency that is not connected, the branch's clerks, who record
    what came back.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    agency_id = agency_of(actor)
    if agency_id is not None or actor.kind is ActorKind.AGENCY:
        if agency_id is None or task.agency_id != agency_id:
            raise NotFound.of("service task", task.id)
        return
    if not sees_branch(actor, task.branch_id):
        raise NotFound.of("service task", task.id)
    if not (actor.has(*_BRANCH_WORK) and actor.branch_id == task.branch_id):
        raise NotPermitted(
            "Only the agency, or clerks of the case's branch on its behalf, may answer this service task."
        )


def require_reads_papers(actor: Actor, task: Asked) -> None:
    """Refuse an actor who may not see the documents of the case that the service task is about.

    Whoever may answer it may, for an agency as long as it is asked, and when it has answered: not once the
    request was taken back.
    """
    require_answers(actor, task)
    speaks_for_agency = actor.kind is ActorKind.AGENCY or agency_of(actor) is not None
    if speaks_for_agency and task.is_cancelled:
        raise NotFound.of("service task", task.id)


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


def _reaches(sender: Sender, entry: str, receiver: Receiver) -> bool:
    if receiver.case_id is None:
        return True
    if sender.kind is ActorKind.CITIZEN:
        return sender.case_id == receiver.case_id
    if entry in {f"role:{role}" for role in _BRANCH_WORK}:
        return sender.branch_id == receiver.branch_id
    return True


def require_reads_notes(actor: Actor, case: OfBranch) -> None:
    """Refuse an actor for whom the notes on the case are not meant.

    They are for the people of its branch, and for those who look at everything.
    """
    require_sees_case(actor, case)
    works_here = actor.has(*_BRANCH_WORK) and actor.branch_id == case.branch_id
    if actor.kind is not ActorKind.SYSTEM and not (works_here or actor.has(Role.SUPERVISOR, Role.AUDITOR)):
        raise NotPermitted("Only people of the case's branch, supervisors and auditors may read its notes.")


def require_oversees(actor: Actor, branch_id: UUID) -> None:
    """Refuse an actor who may not see how much each person of the branch has in hand."""
    manages = actor.has(Role.MANAGER) and actor.branch_id == branch_id
    if actor.kind is not ActorKind.SYSTEM and not (manages or actor.has(Role.SUPERVISOR, Role.AUDITOR)):
        raise NotPermitted("Only the manager of the branch, supervisors and auditors may see its load.")


def require_role(actor: Actor, *roles: Role) -> None:
    """Refuse an actor with none of `roles`."""
    if actor.kind is not ActorKind.SYSTEM and not actor.has(*roles):
        raise NotPermitted(f"This needs the role {' or '.join(roles)}.")
