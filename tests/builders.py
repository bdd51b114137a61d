"""Things of the domain for tests, each sound by itself; a test names only what it is about.

Every builder takes the fields to change by keyword: `a_task(priority=80)`. What belongs to something
takes that first: `a_task(case)` is a task of that case, in its branch.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from engine.cases.case_number import CaseNumber
from engine.cases.journal import JournalEntry, JournalHead
from engine.cases.model import Case
from engine.cases.party import Party
from engine.documents.model import Document
from engine.incidents.model import Attempt, AttemptKind, Incident
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role, Scope
from engine.kernel.clock import identifier_at
from engine.kernel.noticing import NoticeChannel
from engine.kernel.senders import Receiver, Sender
from engine.kernel.vocabulary import Channel, PartyRole, Person
from engine.messages.model import Message, Subscription
from engine.notices.model import Notice, Occasion
from engine.organisation.model import Agency, Branch
from engine.outbox.model import Job, JobKind
from engine.people.model import User
from engine.people.post import Post
from engine.people.session import Session, SignInMethod, Token, digest, digest_of, new_session_text, new_token
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
"""A Monday on which every branch works; the moment at which built things begin."""


def an_id(at: datetime = NOON) -> UUID:
    """A fresh identifier of that moment."""
    return identifier_at(at)


def minutes_later(minutes: float) -> datetime:
    """The moment that many minutes after `NOON`, before it if negative."""
    return NOON + timedelta(minutes=minutes)


_PEOPLE = {
    "maria": "Μαρία Παπαδοπούλου",
    "petros": "Πέτρος Αντωνίου",
    "nikos": "Νίκος Γεωργίου",
    "foteini": "Φωτεινή Ζερβού",
    "stelios": "Στέλιος Μαρκάκης",
    "dimitra": "Δήμητρα Λάμπρου",
}
"""Who works in the office of the tests; every name is invented."""


def a_branch(**changes: Any) -> Branch:
    """The branch 0009 in Athens."""
    branch = Branch(id=an_id(), code="0009", name="ΚΕΠ Αθηναίων", name_en="Athens", municipality="Αθηναίων")
    return replace(branch, **changes)


def a_user(*, username: str = "maria", **changes: Any) -> User:
    """Maria, or somebody else who works with the system."""
    called = _PEOPLE.get(username, username.capitalize())
    return replace(User(id=an_id(), username=username, display_name=called), **changes)


def a_post(user_id: UUID, place_id: UUID, role: Role = Role.CLERK, **changes: Any) -> Post:
    """That somebody works as a clerk there, nobody knows since when."""
    post = Post(
        id=an_id(),
        user_id=user_id,
        organisation_id=place_id,
        role=role,
        valid_from=None,
        given_by="stoa",
        given_at=NOON,
    )
    return replace(post, **changes)


def an_agency(**changes: Any) -> Agency:
    """The municipal registry, which polls for the topic `registry`."""
    agency = Agency(
        id=an_id(), key="registry", name="Δημοτολόγιο", name_en="Municipal registry", topics=("registry",)
    )
    return replace(agency, **changes)


def a_token(
    *, owner: User | Agency, branch: Branch | None = None, text: str | None = None, **changes: Any
) -> Token:
    """A token of a user in a branch, or of an agency; `text` is what its owner shows."""
    token = Token(
        id=an_id(),
        digest=digest(text or new_token()),
        label="at the desk",
        scopes=frozenset(Scope),
        created_at=NOON,
        user_id=owner.id if isinstance(owner, User) else None,
        agency_id=owner.id if isinstance(owner, Agency) else None,
        branch_id=branch.id if branch else None,
    )
    return replace(token, **changes)


def a_session(owner: User, *, text: str | None = None, **changes: Any) -> Session:
    """A session of a user, good for an hour without a request and for ten in all; `text` is the browser's."""
    session = Session(
        id=an_id(),
        digest=digest_of(text or new_session_text()),
        user_id=owner.id,
        method=SignInMethod.PASSWORD,
        created_at=NOON,
        idle_until=minutes_later(60),
        expires_at=minutes_later(600),
    )
    return replace(session, **changes)


def a_clerk(branch: Branch | None = None, *, user: User | None = None, **changes: Any) -> Actor:
    """A clerk at work in a branch."""
    branch, user = branch or a_branch(), user or a_user()
    actor = Actor(
        kind=ActorKind.USER,
        id=user.id,
        name=user.username,
        roles=frozenset({Role.CLERK}),
        branch_id=branch.id,
        branch_code=branch.code,
        organisation_id=branch.id,
    )
    return replace(actor, **changes)


def a_manager(branch: Branch | None = None, *, user: User | None = None, **changes: Any) -> Actor:
    """The manager of a branch."""
    manager = user or a_user(username="nikos", display_name="Νίκος Γεωργίου")
    return a_clerk(branch, user=manager, **{"roles": frozenset({Role.MANAGER}), **changes})


def an_agency_actor(agency: Agency, **changes: Any) -> Actor:
    """An agency that asks for itself."""
    return replace(
        Actor(kind=ActorKind.AGENCY, id=agency.id, name=agency.key, organisation_id=agency.id), **changes
    )


def a_version(**changes: Any) -> ProcedureVersion:
    """Version 1 of the permanent residence certificate, published."""
    version = ProcedureVersion(
        id=an_id(),
        key="residence-certificate",
        number=1,
        sha256="5e" * 32,
        title="Βεβαίωση μόνιμης κατοικίας",
        title_en="Permanent residence certificate",
        metadata={"mitos": "080734"},
        created_at=NOON,
        created_by=None,
        status=VersionStatus.PUBLISHED,
        published_at=NOON,
    )
    return replace(version, **changes)


def version_row(version: ProcedureVersion) -> dict[str, Any]:
    """The row of a version as it was kept before versions were certified."""
    since = ("validity", "record", "opened_by")
    row = {name: value for name, value in version.__dict__.items() if name not in since}
    return {**row, "status": version.status.value}


def a_case(
    branch: Branch | None = None, *, version: ProcedureVersion | None = None, running: int = 1, **changes: Any
) -> Case:
    """An open case of the residence certificate, the branch's `running`-th of the year."""
    branch, version = branch or a_branch(), version or a_version()
    case = Case(
        id=an_id(),
        number=str(CaseNumber(branch.code, 2026, running)),
        procedure_key=version.key,
        version_id=version.id,
        version_number=version.number,
        branch_id=branch.id,
        branch_code=branch.code,
        channel=Channel.COUNTER,
        opened_at=NOON,
        opened_by=None,
        due_at=NOON + timedelta(days=5),
        tracking_digest="K7QX9P",
        snapshot=b"\x00\x01state",
    )
    return replace(case, **changes)


def a_person(**changes: Any) -> Person:
    """Eleni, who wants a certificate; her AFM passes its check."""
    return replace(Person(given_name="Ελένη", family_name="Δημητρίου", afm="094014201"), **changes)


def a_party(case: Case, **changes: Any) -> Party:
    """The applicant of a case."""
    return replace(Party(id=an_id(), case_id=case.id, role=PartyRole.APPLICANT, person=a_person()), **changes)


def a_task(case: Case | None = None, **changes: Any) -> Task:
    """An open task of a case that nobody has taken."""
    case = case or a_case()
    task = Task(
        id=an_id(),
        case_id=case.id,
        case_number=case.number,
        procedure_key=case.procedure_key,
        branch_id=case.branch_id,
        token=an_id(),
        element_id="check_papers",
        name="Έλεγχος δικαιολογητικών",
        form_id="papers",
        created_at=NOON,
        prefill={"complete": False},
    )
    return replace(task, **changes)


def a_service_task(case: Case | None = None, *, agency: Agency | None = None, **changes: Any) -> ServiceTask:
    """An open service task of a case, for `agency` if one is given."""
    case = case or a_case()
    service_task = ServiceTask(
        id=an_id(),
        case_id=case.id,
        case_number=case.number,
        procedure_key=case.procedure_key,
        branch_id=case.branch_id,
        token=an_id(),
        element_id="ask_registry",
        name="Αίτημα στο δημοτολόγιο",
        topic="registry",
        created_at=NOON,
        agency_id=agency.id if agency else None,
        agency_key=agency.key if agency else None,
        headers={"urgency": "normal"},
        variables={"afm": "094014201"},
    )
    return replace(service_task, **changes)


def a_document(**changes: Any) -> Document:
    """A scan of a bill."""
    return replace(
        Document(
            id=an_id(),
            case_id=an_id(),
            name="bill.pdf",
            media_type="application/pdf",
            size=48_213,
            sha256="9f" * 32,
            added_at=NOON,
            added_by="maria",
        ),
        **changes,
    )


def a_subscription(case: Case, **changes: Any) -> Subscription:
    """A case that waits for the message `payment_received` with its own number."""
    subscription = Subscription(
        id=an_id(),
        case_id=case.id,
        token=an_id(),
        element_id="await_payment",
        message="payment_received",
        correlation_key=case.number,
        created_at=NOON,
    )
    return replace(subscription, **changes)


A_CASE = Sender.of(SYSTEM, procedure_key="residence-certificate")
"""A sender: some case here."""


def a_receiver(**changes: Any) -> Receiver:
    """What takes a message from every case here, and from nobody outside."""
    return replace(Receiver(procedure_key="residence-certificate", senders=None), **changes)


def a_message(**changes: Any) -> Message:
    """A message of a case that nobody waits for yet, kept for an hour."""
    message = Message(
        id=an_id(),
        name="payment_received",
        correlation_key="0009-26-000001-6",
        created_at=NOON,
        expires_at=minutes_later(60),
        data={"cents": 800},
        sender=A_CASE,
    )
    return replace(message, **changes)


def a_notice(case: Case, **changes: Any) -> Notice:
    """An SMS that is to say that the case was filed."""
    notice = Notice(
        id=an_id(),
        case_id=case.id,
        channel=NoticeChannel.SMS,
        occasion=Occasion.FILED,
        created_at=NOON,
    )
    return replace(notice, **changes)


def an_incident(case: Case, **changes: Any) -> Incident:
    """A case in which no way led on from a gateway once a task was done."""
    incident = Incident(
        id=an_id(),
        case_id=case.id,
        case_number=case.number,
        procedure_key=case.procedure_key,
        branch_id=case.branch_id,
        opened_at=NOON,
        last_at=NOON,
        code="no_flow_chosen",
        message="Expected a way on from papers_complete, found none.",
        element_id="papers_complete",
        variable="papers_verdict",
        attempt=Attempt(kind=AttemptKind.COMPLETE, token=an_id(), data={"papers_verdict": "unclear"}),
    )
    return replace(incident, **changes)


def a_job(service_task: ServiceTask | None = None, **changes: Any) -> Job:
    """A webhook delivery that is due; of `service_task` if one is given."""
    job = Job(
        id=an_id(),
        kind=JobKind.DELIVER_WEBHOOK,
        case_id=service_task.case_id if service_task else None,
        service_task_id=service_task.id if service_task else None,
        run_at=NOON,
        created_at=NOON,
        payload={"agency": "registry"},
    )
    return replace(job, **changes)


def a_journal(
    case: Case, *actions: str, actor: Actor | None = None
) -> tuple[tuple[JournalEntry, ...], JournalHead]:
    """The journal lines that follow those of `case`, a minute apart, and the head after them."""
    actor = actor or a_clerk()
    lines: list[JournalEntry] = []
    head = case.journal
    for minute, action in enumerate(actions):
        line, head = head.next(case_id=case.id, at=minutes_later(minute), actor=actor, action=action)
        lines.append(line)
    return tuple(lines), head
