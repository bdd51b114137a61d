"""Claims about how pages read: one transaction for each, so that no page mixes two states of the database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Connection

from engine.bootstrap import build_in_memory
from engine.bundle.files import to_zip
from engine.case_migration.model import MigrationRun, RunKind
from engine.case_migration.plans import DecidePlan, EditPlan
from engine.case_migration.runs import StartRun
from engine.cases.callers import IdentifyCaller
from engine.cases.lifecycle import WithdrawCase
from engine.dispatch import Engine
from engine.documents.add import AddDocument
from engine.documents.model import View
from engine.documents.view import RecordView
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.vocabulary import Fact
from engine.payments import store as payments_store
from engine.payments.counter import PayAtCounter
from engine.people.officers import AppointOfficer
from engine.people.passkey import RelyingParty
from engine.people.second_factor import EnrolSecondFactor
from engine.people.session import SignInMethod
from engine.people.users import SaveUser
from engine.plays.model import KeptPlay
from engine.rehearsal.playing import Playhouse
from engine.storage.database import Database
from engine.studio.begin import BeginDraft
from engine.studio.keep import KeepFile
from engine.studio.model import LaidAside, StudioDraft
from engine.studio.queries import ShowDraft
from tests.api.desk import a_desk
from tests.applying import BRANCH, applying
from tests.appointments.planned import a_planned_branch, asks_appointment, at, offers_appointment
from tests.builders import NOON, a_clerk, a_person, a_user
from tests.case_migration.test_residence_certificate import with_five_more_days
from tests.case_migration.versions import publish
from tests.cases.test_further_terms import fires, goes_to, silent
from tests.content.texts import pushed_text
from tests.fees import offer_licence, paying
from tests.messages.drawn import judged, offer_drawn
from tests.messages.test_desk_actions import under_way
from tests.office import EVERY_WAY, MovableClock, Office, offer
from tests.pages.stuck import gets_stuck, incident_now
from tests.pages.test_decisions import APPLICATION as AMKA_APPLICATION
from tests.pages.visiting import OpenDesk, Visitor
from tests.people.device import adds_passkey
from tests.procedures.shipped import files_of
from tests.runtime.diagrams import user
from tests.signatures.selling import Sale

PARTY = RelyingParty(id="kep.example", origin="https://kep.example")
NEED_A_SESSION = (
    "/desk",
    "/account",
    "/admin",
    "/certifying",
    "/decisions",
    "/heat",
    "/migrations",
    "/studio",
)


class CountingDatabase(Database):
    """The database, which counts its read transactions; looking up a session is not one of them."""

    reads = 0

    @classmethod
    def of(cls, store: Database) -> "CountingDatabase":
        """The same database, counting."""
        return cls(store._engine, anchor=store.anchor)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self.reads += 1
        with super().reading() as connection:
            yield connection


@dataclass(frozen=True, kw_only=True)
class FilledDesk:
    """A desk at which every page has something to show: the pages' addresses, and who reads them."""

    store: CountingDatabase
    desk: OpenDesk
    ids: Mapping[str, object]
    other_ids: Mapping[str, Mapping[str, object]]
    """What a page is also shown with, by endpoint."""
    searches: Mapping[str, tuple[str, ...]]
    """Queries of addresses beside the plain one, by endpoint."""
    readers: Mapping[str, Visitor]

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Each page that needs a session, by endpoint and address, in each of its ways."""
        routes = self.desk.desk.app.url_map
        build = routes.bind("localhost").build
        for rule in routes.iter_rules():
            if "GET" not in (rule.methods or ()) or not str(rule).startswith(NEED_A_SESSION):
                continue
            for other in ({}, self.other_ids.get(rule.endpoint, {})):
                ids = {**self.ids, **other}
                address = build(rule.endpoint, {name: ids[name] for name in rule.arguments})
                yield rule.endpoint, address
                for query in self.searches.get(rule.endpoint, ()):
                    yield rule.endpoint, f"{address}?{query}"

    def reads_of(self, reader: Visitor, address: str) -> tuple[int, int]:
        """How many read transactions the page takes, and its status."""
        before = self.store.reads
        response = reader.client.get(address, headers={"Accept": "text/html", "Accept-Language": "en"})
        return self.store.reads - before, response.status_code


@pytest.fixture(scope="module")
def filled() -> FilledDesk:
    clock = MovableClock(NOON)
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"), noticing=EVERY_WAY)
    store = CountingDatabase.of(engine.store)
    desk = OpenDesk(
        desk=a_desk(
            replace(engine, store=store),
            clock=clock,
            STOA_SECOND_FACTOR_ROLES="analyst",
            STOA_PUBLIC_URL=PARTY.origin,
        )
    )
    office = desk.desk.office
    offer_drawn(office, "measuring", *judged(user("measure", name="Μέτρηση")))
    offer(office.engine, "amka-issue")
    offer_licence(office, *paying())
    paid = office.opens_case(procedure="licence", data={"size": 1000})
    with office.engine.store.reading() as connection:
        (payment,) = payments_store.payments_of_case(connection, paid.case.id)
    command = PayAtCounter(payment_id=payment.id, amount="75.00")
    office.does(command)
    sent = office.sends_to_municipality()
    decided = office.opens_case(procedure="amka-issue", data=AMKA_APPLICATION)
    acting, approved = under_way(office), silent(office)
    goes_to(office, "2026-04-12 10:00")
    fires(office, approved)
    goes_to(office, "2026-03-09 14:00")
    document = office.does(AddDocument(case_id=sent.case.id, name="bill.pdf", content=b"%PDF-1.7 a bill"))
    office.does(RecordView(document_id=document.id, view=View.SHOWN, copied=b"%PDF-1.7 a copy"), actor=SYSTEM)
    incident, resolved = gets_stuck(office), gets_stuck(office)
    office.does(WithdrawCase(case_id=resolved.case_id, reason="Ανακλήθηκε."))
    assert incident_now(office, resolved).resolved_by is not None
    office.does(EnrolSecondFactor())
    version = office.opens_case(procedure="measuring", data={}).case.version_id
    thalia = desk.desk.engages("thalia", office.branch, Role.ANALYST)
    sketch, aside, play = _sketched(engine, desk)
    agent = a_clerk(office.branch, id=desk.person("dimitra"), roles=frozenset({Role.AGENT}))
    said = {Fact.TRACKING_CODE: office.code_of(sent.case), Fact.AFM: a_person().afm or ""}
    assert office.does(IdentifyCaller(case_id=sent.case.id, answers=said), actor=agent)
    sale = Sale.at(desk.desk)
    claimed = office.claims(office.opens_case().tasks[0])
    planned = a_planned_branch(office)
    offers_appointment(office)
    _, request = asks_appointment(office)
    booked = planned.books(at(8))
    asked = applying(office)
    applied = asked.applies("branch-authorisation", BRANCH)
    run = _planned(office)
    readers = {
        name: desk.visit(who)
        for name, who in {
            "maria": office.clerk,
            "nikos": office.manager,
            "olga": desk.person("olga"),
            "dimitra": desk.person("dimitra"),
            "thanos": desk.person("thanos"),
            "anna": desk.person("anna"),
            "kostas": desk.person("kostas"),
            "stelios": _officer(office),
            "stamatia": asked.administrator,
            "eva": desk.desk.engages("eva", office.branch, Role.SUPERVISOR),
        }.items()
    }
    # The identity provider asks her for her second factor.
    readers["thalia"] = desk.visit(thalia, method=SignInMethod.OIDC)
    return FilledDesk(
        store=store,
        desk=desk,
        readers=readers,
        ids={
            "case_id": sent.case.id,
            "task_id": claimed.id,
            "service_task_id": sent.service_tasks[0].id,
            "document_id": document.id,
            "passkey_id": adds_passkey(office, PARTY),
            "incident_id": incident.id,
            "appointment_id": booked.id,
            "request_id": request.id,
            "key": "residence-certificate",
            "number": 1,
            "decision": "required_papers",
            "action": "withdraw",
            "payment_id": payment.id,
            "content_id": pushed_text(office),
            "code": "0009",
            "username": "maria",
            "topic": "municipality.residence",
            "agency": "municipality",
            "from_number": 1,
            "to_number": 2,
            "run_id": run.id,
            "kind": "move",
            "act": "stop",
            "draft_id": sketch.id,
            "name": "procedure.yaml",
            "text_id": aside.id,
            "play_id": play.id,
        },
        other_ids={
            "admin_agencies.show": {"key": "municipality"},
            "decision_tables.show": {"key": "amka-issue"},
            "decision_replays.show": {"key": "amka-issue"},
            "applications.show": {"case_id": applied.case.id},
            "applications.show_form": {"key": "agency-connection"},
            "payments_desk.find": {"service_task_id": payment.service_task_id},
            "diagram.explain": {"case_id": decided.case.id},
            "case_file.show": {"case_id": decided.case.id},
            "desk_actions.show": {"case_id": acting.case.id},
            "silent_approval.show": {"case_id": approved.case.id},
            "desk_signatures.show": {"service_task_id": sale.awaited("seller")},
            "desk_signatures.letter": {"service_task_id": sale.awaited("seller")},
            "repairs.show": {"incident_id": resolved.id},
            "moves.show": {"incident_id": resolved.id},
            "corrections.show": {"incident_id": resolved.id},
        },
        searches={
            "staff_register.show_rights": ("organisation=0009",),
            "worklist.show": (
                "tab=awaiting_agency",
                "tab=branch&q=Ελένη",
                "tab=branch&procedure=measuring",
            ),
            "desk_incidents.show_cause": (
                f"version={version}&code={incident.code}&element={incident.element_id}",
            ),
            "decision_tables.show": ("value.age=7",),
            "moves.show": ("target=measure",),
            "corrections.show": ("path=area",),
            "calls.find": (f"q={sent.case.number}",),
            "open_case.choose": ("q=a",),
            "desk_appointments.show_booking": ("service=id-photo",),
            "agency.show": (f"q={sent.case.number}",),
        },
    )


def _planned(office: Office) -> MigrationRun:
    """A run that waits for the worker, between two versions of the residence certificate."""
    publish(office, with_five_more_days())
    pair = {"procedure": "residence-certificate", "from_number": 1, "to_number": 2}
    office.does(EditPlan(**pair), actor=SYSTEM)
    office.does(DecidePlan(**pair, decree="ΥΑ 1/2026"), actor=SYSTEM)
    return office.does(StartRun(**pair, kind=RunKind.MOVE, by_worker=False), actor=SYSTEM)


def _sketched(engine: Engine, desk: OpenDesk) -> tuple[StudioDraft, LaidAside, KeptPlay]:
    """A draft with a text laid aside, and a play of it; both of thalia, an analyst."""
    actor = desk.desk.actor("thalia")
    files = files_of("residence-certificate")
    draft = engine.carry_out(BeginDraft(key="residence-certificate", files=files, based_on=1), actor=actor)
    late = KeepFile(draft_id=draft.id, name="procedure.yaml", content=b"key: other", made_on=0)
    engine.carry_out(late, actor=actor)
    (aside,) = engine.ask(ShowDraft(draft_id=draft.id), actor=actor).aside
    return draft, aside, Playhouse(engine).begin_files(to_zip(files), actor=actor).play


def _officer(office: Office) -> UUID:
    stelios = a_user(username="stelios")
    office.does(SaveUser(user=stelios, branch_id=office.branch.id, roles=frozenset()), actor=SYSTEM)
    office.does(AppointOfficer(user_id=stelios.id, agency_id=office.agency.id), actor=SYSTEM)
    return stelios.id


def test_each_page_is_read_in_one_transaction(filled: FilledDesk) -> None:
    # The figures of the system on the operators' page are counted once in a while, for everybody.
    filled.readers["olga"].opens("/desk/incidents")

    reads = {
        f"{address} for {name}": filled.reads_of(reader, address)[0]
        for _endpoint, address in filled.addresses()
        for name, reader in filled.readers.items()
    }

    assert {page: count for page, count in reads.items() if count > 1} == {}


def test_each_page_is_there_for_somebody(filled: FilledDesk) -> None:
    answers = [
        (endpoint, filled.reads_of(reader, address)[1])
        for endpoint, address in filled.addresses()
        for reader in filled.readers.values()
    ]

    assert {endpoint for endpoint, _ in answers} == {endpoint for endpoint, code in answers if code == 200}
    assert [(endpoint, code) for endpoint, code in answers if code >= 500] == []
