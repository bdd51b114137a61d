"""Acts in the registers of organisations and agencies, asked by diagrams by the topic `stoa:organisation`.

An act either does all of it, and says what the case gets as its answer, or it refuses before it has written
anything. No act takes or gives a secret: keys are made and shown on the page of the agency alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from engine.context import Transaction
from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, Refusal
from engine.kernel.register_acts import ACT, ActError, RegisterAct
from engine.organisation import connection_store, version_store
from engine.organisation import store as organisation_store
from engine.organisation.changes import EnterOrganisation, enter_organisation
from engine.organisation.connect import (
    EnterAgency,
    ServeTopics,
    enter_agency,
    problems_of_agency,
    serve_topics,
)
from engine.organisation.model import Agency
from engine.organisation.organisation import (
    OFFICES,
    Decision,
    NotOffered,
    OrganisationKind,
    OrganisationOnDay,
    Particulars,
)
from engine.organisation.placement import problem_of_place
from engine.people.invitations import InvitePerson, invite_person
from engine.service_tasks.connector import DeliveryResult

_REACHED: Final = frozenset({DeliveryResult.ANSWERED.value, DeliveryResult.ACCEPTED.value})


@dataclass(frozen=True)
class ActRefusedError(Exception):
    """The act cannot be done as it is asked, and nothing was written."""

    code: ActError
    message: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a service task hands over: its input variables, and the case that asks, by its number."""

    values: Mapping[str, Any]
    case_number: str

    def text(self, name: str) -> str:
        """A text, without spaces around it; empty where there is none."""
        found = self.values.get(name)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise _unfit(f"{name}: expected a text, found {type(found).__name__}")
        return found.strip()

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise _unfit(
                f"{name}: expected a day such as 2027-01-31, found {self.text(name)!r:.40}"
            ) from None

    def entries(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """A list of contexts; empty where there is none."""
        found = self.values.get(name) or []
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            raise _unfit(f"{name}: expected a list of contexts")
        return tuple(found)

    def texts(self, name: str) -> tuple[str, ...]:
        """The words of a text, with spaces or lines between them."""
        return tuple(self.text(name).split())

    @property
    def decision(self) -> Decision:
        """The act by which it was decided; without numbers where nobody stated any."""
        found = self.values.get("decision")
        stated = Asked(values=found if isinstance(found, Mapping) else {}, case_number=self.case_number)
        return Decision(number=stated.text("number"), gazette=stated.text("gazette"), ada=stated.text("ada"))


def carry_out_act(act: str, asked: Asked, transaction: Transaction) -> Mapping[str, Any]:
    """What the case is answered; `ActRefusedError` names the BPMN error that it gets instead."""
    if act not in list(RegisterAct):
        raise _unfit(f"{ACT}: expected one of {', '.join(RegisterAct)}, found {act!r:.40}")
    try:
        return _ACTS[RegisterAct(act)](asked, transaction)
    except Invalid as refused:
        raise _unfit(_sentence(refused)) from refused
    except (Conflict, NotFound) as refused:
        raise _unfit(refused.message) from refused


def _enter_branch(asked: Asked, transaction: Transaction) -> Mapping[str, Any]:
    kind = asked.text("kind")
    if kind not in OFFICES:
        raise _unfit(f"kind: expected one of {', '.join(sorted(OFFICES))}, found {kind!r:.40}")
    _enter(OrganisationKind(kind), asked, transaction)
    return {"entered": asked.text("code")}


def _enter_agency(asked: Asked, transaction: Transaction) -> Mapping[str, Any]:
    agency = Agency(
        id=transaction.new_id(),
        key=asked.text("code"),
        name=asked.text("name"),
        name_en=asked.text("name_en"),
        topics=(),
    )
    problems = problems_of_agency(agency)
    if problems:
        raise Invalid("The agency cannot be entered so.", problems)
    _enter(OrganisationKind.AGENCY, asked, transaction)
    enter_agency(EnterAgency(agency=agency), transaction)
    return {"entered": agency.key}


def _enter(kind: OrganisationKind, asked: Asked, transaction: Transaction) -> None:
    from_day = asked.day("from_day")
    parent = _parent(kind, asked.text("parent"), from_day, transaction)
    code = asked.text("code")
    if version_store.identity_coded(transaction.connection, code) is not None:
        raise ActRefusedError(ActError.CODE_TAKEN, f"Expected a code that is free, but {code} is taken.")
    stated = Particulars(
        name=asked.text("name"),
        name_en=asked.text("name_en"),
        parent_id=parent.id,
        address=asked.text("address"),
        hours=asked.text("hours"),
        phone=asked.text("phone"),
        not_offered=tuple(
            NotOffered(procedure=str(one.get("procedure", "")), reason=str(one.get("reason", "")))
            for one in asked.entries("not_offered")
        ),
    )
    command = EnterOrganisation(
        id=transaction.new_id(),
        kind=kind,
        code=code,
        particulars=stated,
        from_day=from_day,
        reason=asked.case_number,
        decision=asked.decision,
    )
    enter_organisation(command, transaction)


def _parent(kind: OrganisationKind, code: str, day: date, transaction: Transaction) -> OrganisationOnDay:
    found = version_store.organisation_coded(transaction.connection, code, on=day)
    if found is None or not found.particulars.is_open:
        raise ActRefusedError(
            ActError.PARENT_UNKNOWN,
            f"Expected an open organisation above it on {day.isoformat()}, found no {code!r:.40}.",
        )
    misplaced = problem_of_place(kind, found.organisation.kind)
    if misplaced:
        raise ActRefusedError(ActError.PARENT_UNKNOWN, f"parent: {misplaced}, {code!r:.40}.")
    return found


def _invite(asked: Asked, transaction: Transaction) -> Mapping[str, Any]:
    role = asked.text("role")
    if role not in (Role.MANAGER, Role.ADMINISTRATOR):
        raise _unfit(f"role: expected manager or administrator, found {role!r:.40}")
    command = InvitePerson(
        name=asked.text("name"),
        organisation=asked.text("code"),
        role=Role(role),
        email=asked.text("email"),
    )
    if not command.email:
        # The code of a slip is for the eyes of whoever prints it.
        raise _unfit("email: expected the address to which the invitation is sent")
    invite_person(command, transaction)
    return {"invited": True}


def _check_connection(asked: Asked, transaction: Transaction) -> Mapping[str, Any]:
    """Whether the last call to the agency's endpoint came through, and that is the one that was stated."""
    agency = organisation_store.agency_keyed(transaction.connection, asked.text("code"), on=transaction.today)
    if agency is None:
        raise NotFound.of("agency", asked.text("code"))
    if agency.endpoint != (asked.text("endpoint") or None):
        return {"connected": False, "found": "another_endpoint" if agency.endpoint else "no_endpoint"}
    if agency.endpoint is None:
        # It polls, or its officers work in the browser: there is nothing to call.
        return {"connected": True, "found": "nothing_to_call"}
    last = next(iter(connection_store.pings_of(transaction.connection, agency.id, limit=1)), None)
    if last is None or last.result is None:
        return {"connected": False, "found": "no_call"}
    connected = last.result in _REACHED and _tried_as_it_is(agency, last.asked_at, transaction)
    return {"connected": connected, "found": "reached" if connected else "not_reached"}


def _tried_as_it_is(agency: Agency, asked_at: Any, transaction: Transaction) -> bool:
    """Whether the endpoint is the same since the call was asked for."""
    changes = connection_store.changes_of(transaction.connection, agency.id, limit=100)
    return not any(change.what == "endpoint" and change.at > asked_at for change in changes)


def _serve_topics(asked: Asked, transaction: Transaction) -> Mapping[str, Any]:
    command = ServeTopics(agency_key=asked.text("code"), topics=asked.texts("topics"))
    try:
        return {"served": list(serve_topics(command, transaction))}
    except Invalid as refused:
        raise ActRefusedError(ActError.TOPIC_UNKNOWN, _sentence(refused)) from refused


_ACTS: Final[Mapping[RegisterAct, Callable[[Asked, Transaction], Mapping[str, Any]]]] = {
    RegisterAct.ENTER_BRANCH: _enter_branch,
    RegisterAct.ENTER_AGENCY: _enter_agency,
    RegisterAct.INVITE: _invite,
    RegisterAct.CHECK_CONNECTION: _check_connection,
    RegisterAct.SERVE_TOPICS: _serve_topics,
}


def _unfit(message: str) -> ActRefusedError:
    return ActRefusedError(ActError.NOT_POSSIBLE, message)


def _sentence(refused: Refusal) -> str:
    """What is wrong, field by field."""
    errors = refused.errors if isinstance(refused, Invalid) else {}
    found = [f"{field}: {problem}" for field, problems in errors.items() for problem in problems]
    return "; ".join(found) or refused.message
