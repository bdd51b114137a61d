"""A town in which everybody works who may work anywhere, and everything is there that they could ask for."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.access.exceptions import OpenExceptionally
from engine.appointments.attendance import CallNext, TakeTicket
from engine.case_migration.model import RunKind
from engine.case_migration.plans import DecidePlan, EditPlan
from engine.case_migration.runs import StartRun
from engine.cases.callers import IdentifyCaller
from engine.cases.queries import ShowCase
from engine.dispatch import Engine
from engine.documents.add import AddDocument
from engine.documents.model import View
from engine.documents.view import RecordView
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.permission_examples import AGENCY, COLUMNS, Place
from engine.kernel.vocabulary import Fact
from engine.office_settings.change import ProposeSetting
from engine.organisation import store as organisation_store
from engine.organisation.changes import ChangeOrganisation
from engine.organisation.model import Branch
from engine.organisation.organisation import OrganisationKind
from engine.organisation.queries import ShowOrganisation
from engine.payments import store as payments_store
from engine.people.invitations import InvitePerson
from engine.people.officers import AppointOfficer
from engine.people.register import ShowPerson
from engine.people.users import SaveUser
from engine.procedures.comments import CommentVersion
from engine.procedures.versions import DeployProcedure
from engine.studio import store as studio_store
from engine.studio.begin import BeginDraft
from engine.studio.keep import KeepFile
from tests.api.desk import Desk, a_desk
from tests.appointments.planned import a_planned_branch, asks_appointment, at, offers_appointment
from tests.builders import a_clerk, a_person, a_user, an_id
from tests.content.texts import pushed_text
from tests.fees import offer_licence
from tests.fees import paying as parts_of_licence
from tests.messages.drawn import drawn, judged, message_from, offer_drawn
from tests.office import MovableClock, Office, offer
from tests.organisations import TODAY, save_organisation
from tests.pages.stuck import gets_stuck
from tests.pages.test_decisions import APPLICATION as AMKA_APPLICATION
from tests.pages.visiting import COOKIE, Visitor, session_of
from tests.permissions.rows import Row
from tests.procedures.shipped import files_of
from tests.runtime.diagrams import chain, element, end, message, on_message, property_, start, user
from tests.signatures.selling import Sale

SENDERS = "agency:municipality, role:clerk, role:manager, role:agent"
PAID = message("paid", "payment_received", "case.number")
CALLER = a_person(patronymic="Γεώργιος")
PDF = b"%PDF-1.7 a bill"
_NAMED = re.compile(r"\{(\w+)\}")


@dataclass
class Town:
    """A desk with everybody on it. `ids` are what routes are asked about, by name."""

    desk: Desk
    ids: Mapping[str, object]
    visitors: Mapping[tuple[str, Place], Visitor]

    def asks(self, row: Row, column: str, place: Place) -> TestResponse:
        """Let somebody ask a route."""
        rule = next(self.desk.app.url_map.iter_rules(row.endpoint))
        address = self._address(row, rule.arguments)
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        options = {"query_string": self._filled(row.query), **self._filled(row.options)}
        if address.startswith(("/api/", "/scim/")):
            headers = {"Authorization": f"Bearer {self.desk.tokens[_name(column, place)]}"}
            return self.desk.client.open(address, method=method, headers=headers, **options)
        visitor = self.visitors[column, place]
        headers = {"Accept": "text/html", "X-CSRF-Token": visitor.token}
        return visitor.client.open(address, method=method, headers=headers, **options)

    def asked_by_nobody(self, row: Row) -> TestResponse:
        """Let somebody ask who is not known."""
        rule = next(self.desk.app.url_map.iter_rules(row.endpoint))
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        client: FlaskClient = self.desk.client
        return client.open(self._address(row, rule.arguments), method=method, **row.options)

    def _filled(self, value: Any) -> Any:
        """The value with the things of the town in place of their names in braces."""
        if isinstance(value, Mapping):
            return {name: self._filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        named = _NAMED.fullmatch(value) if isinstance(value, str) else None
        return str(self.ids[named.group(1)]) if named else value

    def _address(self, row: Row, arguments: set[str]) -> str:
        values = {name: self.ids[row.ids.get(name, name)] for name in arguments}
        return self.desk.app.url_map.bind("localhost").build(row.endpoint, values)


class Picture:
    """The database in memory as it was, to go back to."""

    def __init__(self, engine: Engine) -> None:
        anchor = engine.store.anchor
        assert isinstance(anchor, sqlite3.Connection)
        self._anchor = anchor
        self._taken = sqlite3.connect(":memory:")
        self._anchor.backup(self._taken)

    def goes_back(self) -> None:
        self._taken.backup(self._anchor)

    def close(self) -> None:
        self._taken.close()


def a_town(engine: Engine | None = None, *, clock: MovableClock | None = None) -> Town:
    """Somebody of every role in the branch 0009 and in 0010, for the municipality and for the registry."""
    desk = a_desk(engine, clock=clock, STOA_PUBLIC_URL="http://localhost")
    people = _people(desk)
    ids = _things(desk, people)
    visitors = {key: _visitor(desk, user_id) for key, user_id in people.items()}
    return Town(desk=desk, ids=ids, visitors=visitors)


def _visitor(desk: Desk, user_id: UUID) -> Visitor:
    client = desk.app.test_client()
    client.set_cookie(COOKIE, session_of(desk.office.engine, user_id))
    visitor = Visitor(client=client)
    visitor.opens("/account")
    return visitor


def _name(column: str, place: Place) -> str:
    if column == AGENCY:
        return "municipality" if place is Place.HERE else "registry"
    return f"{column}-{place.value}"


def _people(desk: Desk) -> dict[tuple[str, Place], UUID]:
    with desk.office.engine.store.reading() as connection:
        elsewhere = organisation_store.branch_coded(connection, "0010", on=TODAY)
        registry = organisation_store.agency_keyed(connection, "registry", on=TODAY)
    assert elsewhere is not None
    assert registry is not None
    branches = {Place.HERE: desk.office.branch, Place.ELSEWHERE: elsewhere}
    agencies = {Place.HERE: desk.office.agency, Place.ELSEWHERE: registry}
    people = {}
    for column in COLUMNS:
        for place in Place:
            if column == AGENCY:
                continue
            name, branch = _name(column, place), branches[place]
            if column == Role.OFFICER:
                people[column, place] = _officer(desk, name, branch, agencies[place].id)
            else:
                people[column, place] = desk.engages(name, branch, Role(column))
    return people


def _annexes(desk: Desk) -> dict[str, object]:
    """Two annexes of the branch here, of which one is called otherwise from next year on."""
    office = desk.office
    with office.engine.store.begin() as connection:
        for code in ("0011", "0012"):
            save_organisation(connection, OrganisationKind.ANNEX, code, parent_id=office.branch.id)
        connection.commit()
    plan = ChangeOrganisation(
        code="0012", changes={"name": "Παράρτημα"}, from_day=date(2027, 1, 1), reason="Απόφαση", seen=1
    )
    office.does(plan, actor=SYSTEM)
    shown = office.engine.ask(ShowOrganisation(code="0012"), actor=SYSTEM)
    return {"annex": "0011", "planned_annex": "0012", "planned_change": shown.planned[0].id}


def _officer(desk: Desk, name: str, branch: Branch, agency_id: UUID) -> UUID:
    officer = a_user(username=name)
    desk.office.does(SaveUser(user=officer, branch_id=branch.id, roles=frozenset()), actor=SYSTEM)
    desk.office.does(AppointOfficer(user_id=officer.id, agency_id=agency_id), actor=SYSTEM)
    return officer.id


def _things(desk: Desk, people: Mapping[tuple[str, Place], UUID]) -> dict[str, object]:
    office = desk.office
    offer_drawn(office, "measuring", *judged(user("measure", name="Μέτρηση")))
    offer(office.engine, "amka-issue")
    offer_drawn(
        office,
        "paying",
        start(),
        element("intermediateCatchEvent", "wait", on_message("paid"), extensions=message_from(SENDERS)),
        end("done"),
        chain("start", "wait", "done"),
        declares=PAID,
    )
    offer_drawn(
        office,
        "withdrawable",
        start(),
        element(
            "intermediateCatchEvent",
            "wait",
            on_message("paid"),
            extensions=property_(
                "stoa:desk-action",
                "withdraw",
                name_en="Withdraw",
                action_roles="clerk, manager, agency",
                message_from=SENDERS,
            ),
            name="Απόσυρση",
        ),
        end("done"),
        chain("start", "wait", "done"),
        declares=PAID,
    )
    draft = office.does(
        DeployProcedure(
            files=drawn("drafted", start(), user("look"), end("done"), chain("start", "look", "done"))
        ),
        actor=SYSTEM,
    )
    sent = office.sends_to_municipality()
    document = office.does(AddDocument(case_id=sent.case.id, name="bill.pdf", content=PDF))
    office.does(RecordView(document_id=document.id, view=View.SHOWN, copied=PDF), actor=SYSTEM)
    office.clock.advance(timedelta(minutes=1))
    late = office.does(AddDocument(case_id=sent.case.id, name="late.pdf", content=PDF + b" late"))
    called = office.opens_case(applicant=CALLER)
    decided = office.opens_case(procedure="amka-issue", data=AMKA_APPLICATION)
    paying = office.opens_case(procedure="paying", data={})
    acting = office.opens_case(procedure="withdrawable", data={})
    offer_licence(office, *parts_of_licence())
    paid = office.opens_case(procedure="licence", data={"size": 1000})
    with office.engine.store.reading() as connection:
        (payment,) = payments_store.payments_of_case(connection, paid.case.id)
    # Tasks without candidates, which every clerk and manager may take.
    free, other = (office.opens_case(procedure="measuring", data={}).tasks[0] for _ in range(2))
    held = office.claims(other)
    incident = gets_stuck(office)
    incident_case = office.engine.ask(ShowCase(case_id=incident.case_id), actor=SYSTEM).case
    answered = office.sends_to_municipality()
    desk.post(
        f"/service-tasks/{answered.service_tasks[0].id}/complete",
        {"data": {"confirmed": True, "certificate_number": "Β-1"}},
        by="municipality",
    )
    _recognise(desk, people, called.case.id)
    concern = office.does(
        OpenExceptionally(case=paying.case.id, reason="Έλεγχος.", lasts=timedelta(hours=1)),
        actor=a_clerk(office.branch, name="elsewhere", roles=frozenset({Role.SUPERVISOR})),
    )
    planned = a_planned_branch(office)
    offers_appointment(office)
    _, request = asks_appointment(office)
    booked = planned.books(at(8))
    office.does(TakeTicket(service_id=planned.service.id))
    ticket = office.does(CallNext(resource_id=planned.counters[0].id))
    assert ticket is not None
    windows = desk.get("/appointments/schedule", by="nikos").get_json()["windows"]
    commenting = CommentVersion(key="drafted", number=draft.number, text="Γιατί;")
    analyst = a_clerk(office.branch, id=people[Role.ANALYST, Place.HERE], roles=frozenset({Role.ANALYST}))
    comment = office.does(commenting, actor=analyst)
    sketch = office.does(BeginDraft(key="sketched", files=files_of("residence-certificate")), actor=analyst)
    aside = KeepFile(draft_id=sketch.id, name="procedure.yaml", content=b"key: other", made_on=0)
    office.does(aside, actor=analyst)
    with office.engine.store.reading() as connection:
        (laid_aside,) = studio_store.texts_aside(connection, sketch.id)
    sale = Sale.at(desk)
    engaged = office.engine.ask(ShowPerson(username="petros"), actor=SYSTEM).member
    invited = office.does(
        InvitePerson(name="Άννα Γεωργίου", organisation="0009", role=Role.CLERK), actor=SYSTEM
    )
    proposal = ProposeSetting(key="session_hours", value="8", reason="Απόφαση.")
    proposed = office.does(proposal, actor=SYSTEM)
    saved = desk.post("/worklist/filters", {"name": "δικό μου", "query": ""}, by="maria").get_json()
    return {
        **_annexes(desk),
        "case_id": sent.case.id,
        "called_case": called.case.id,
        "paid_case": paid.case.id,
        "payment_id": payment.id,
        "payment_task": payment.service_task_id,
        "take_act": "take",
        "cancel_act": "cancel",
        "decided_case": decided.case.id,
        "paying_number": paying.case.number,
        "acting_case": acting.case.id,
        "action": "withdraw",
        "stuck_case": incident_case.id,
        "task_id": free.id,
        "held_task": held.id,
        "service_task_id": sent.service_tasks[0].id,
        "asked_signature": UUID(sale.awaited("seller")),
        "closed_request": answered.service_tasks[0].id,
        "document_id": document.id,
        "late_document": late.id,
        "incident_id": incident.id,
        "version": incident_case.version_id,
        "code": incident.code,
        "element": incident.element_id,
        "filter_id": saved["id"],
        "appointment_id": booked.id,
        "request_id": request.id,
        "ticket_id": ticket.id,
        "window_id": windows[0]["id"],
        "counter": planned.counters[1].id,
        "service": planned.service.id,
        "end": "serve",
        "act": "cancel",
        "kind": "screen",
        "concern_id": concern.id,
        "term": "legal",
        "comment_id": comment.id,
        "draft_id": sketch.id,
        "text_id": laid_aside.id,
        "key": "residence-certificate",
        "drafted": "drafted",
        "amka": "amka-issue",
        "number": 1,
        "draft_number": draft.number,
        "name": "procedure.yaml",
        "decision": "required_papers",
        "username": "petros",
        "user_id": engaged.user.id,
        "group": f"{desk.office.branch.code}.clerk",
        "post_id": engaged.posts[0].post.id,
        "invitation_id": invited.invitation.id,
        "agency": "municipality",
        "topic": "municipality.residence",
        "setting_key": "access_alert_cases",
        "change_id": proposed.id,
        "change": "suspend",
        "content_id": pushed_text(desk.office),
        "branch_code": desk.office.branch.code,
        "submit_act": "submit",
        "retire_act": "retire",
        "play_id": an_id(),
        **_migration(office),
    }


def _migration(office: Office) -> dict[str, object]:
    """Two versions of a procedure, a plan between them, and a run that nobody has driven yet."""
    for name in ("Έλεγχος", "Εξέταση"):
        parts = (start(), user("look", name=name), end("done"), chain("start", "look", "done"))
        offer_drawn(office, "moved", *parts)
    pair = {"procedure": "moved", "from_number": 1, "to_number": 2}
    office.does(EditPlan(**pair), actor=SYSTEM)
    office.does(DecidePlan(**pair, decree="1/2026"), actor=SYSTEM)
    run = office.does(StartRun(**pair, kind=RunKind.MOVE, by_worker=False), actor=SYSTEM)
    return {"moved": "moved", "one": 1, "two": 2, "run_id": run.id, "moving": "move", "steering": "pause"}


def _recognise(desk: Desk, people: Mapping[tuple[str, Place], UUID], case_id: UUID) -> None:
    """Both agents are in a call with somebody who knows enough to be told how the case stands."""
    said = {Fact.AFM: CALLER.afm or "", Fact.PATRONYMIC: CALLER.patronymic or ""}
    for place in Place:
        actor = a_clerk(desk.office.branch, id=people[Role.AGENT, place], roles=frozenset({Role.AGENT}))
        assert desk.office.does(IdentifyCaller(case_id=case_id, answers=said), actor=actor)
