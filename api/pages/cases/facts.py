"""The facts of a case as pages list them: names and values, parties, next steps."""

from typing import NamedTuple
from uuid import UUID

from api.pages.frame import dates, words
from api.pages.frame.language import NAMES, localized
from api.pages.frame.language import gettext as _
from api.pages.signing.standing import shown_standing
from engine.cases.expectations import Expectation, WaitsFor
from engine.cases.model import Case
from engine.cases.party import Party
from engine.cases.term_queries import TermView
from engine.kernel.bilingual import Bilingual
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.vocabulary import PartyRole
from engine.signatures.queries import PartyStanding
from engine.terms.term import TermKind

Facts = list[tuple[str, str]]


class ShownParty(NamedTuple):
    """A party: its role in words, and its facts."""

    words: str
    facts: Facts


class NextStep(NamedTuple):
    """Something that the case waits for, with the link to it if the reader may do it."""

    what: str
    who: str
    due: dates.Due | None
    address: str | None
    invitation: str
    is_mine: bool


def facts_of(case: Case, *, branch_name: str) -> Facts:
    facts = [
        (_("Branch"), f"{branch_name} ({case.branch_code})"),
        (_("Opened"), f"{dates.moment(case.opened_at)}, {words.channel_words(case.channel)}"),
    ]
    if case.notify.sms:
        facts.append((_("SMS to"), case.notify.sms))
    if case.notify.email:
        facts.append((_("E-mail to"), case.notify.email))
    if case.notify.sms or case.notify.email:
        facts.append((_("Language of the messages"), NAMES[case.notify.language]))
    if case.suspended_at:
        facts.append((_("Suspended since"), dates.moment(case.suspended_at)))
    if case.term_rests_since:
        facts.append((_("Term rests since"), dates.moment(case.term_rests_since)))
    if case.closed_at:
        facts.append((_("Closed"), dates.moment(case.closed_at)))
    return facts


class ShownTermWords(NamedTuple):
    """A term in words: whose it is, and what has happened to it."""

    name: str
    words: str


def shown_term(term: TermView) -> ShownTermWords:
    return ShownTermWords(term_name(term.kind), localized(term.words))


def term_name(kind: TermKind) -> str:
    """What a term is called."""
    return {
        TermKind.LEGAL: _("Term of law"),
        TermKind.SERVICE: _("Service norm"),
        TermKind.APPEAL: _("Term to appeal"),
        TermKind.ANSWER: _("Term to answer the appeal"),
        TermKind.ACT: _("Term to act after silence"),
    }[kind]


def shown_party(
    party: Party, standing: PartyStanding | None = None, *, title: Bilingual | None = None
) -> ShownParty:
    """A person's details, without the empty ones; with `standing` how their signature stands.

    `title` is what the procedure calls them, which `standing` knows too.
    """
    person = party.person
    facts = (
        (_("Name"), person.full_name),
        (_("Father's name"), person.patronymic),
        (_("Mother's name"), person.matronymic),
        (_("Name at birth"), person.birth_name),
        (_("Born"), person.birth_date),
        (_("AFM"), person.afm),
        (_("AMKA"), person.amka),
        (_("Identity document"), person.identity_document),
        (_("Telephone"), person.phone),
        (_("E-mail"), person.email),
        (_("Address"), person.address),
    )
    known = [(name, value) for name, value in facts if value]
    title = standing.title if standing is not None else title
    called = localized(title) if title is not None else words.party_words(party.role)
    if title is not None and party.role is PartyRole.APPLICANT:
        called = f"{words.party_words(party.role)} ({called})"
    signed = [(_("Signature"), shown_standing(standing).words)] if standing and standing.state else []
    return ShownParty(called, [*known, *signed])


def next_step(
    waiting: Expectation, *, calendar: WorkingCalendar, holder: str | None, is_mine: bool, works_here: bool
) -> NextStep:
    """What the case waits for, whose turn it is, and the button that leads there.

    `holder` is the name of the person or agency that has it.
    """
    address = _address(waiting) if works_here else None
    return NextStep(
        what=_what(waiting),
        who=_whose(waiting, holder, is_mine=is_mine),
        due=dates.due(waiting.due_at, calendar) if waiting.task_id else None,
        address=address,
        invitation=_invitation(waiting, is_mine=is_mine),
        is_mine=is_mine,
    )


def _address(waiting: Expectation) -> str | None:
    if waiting.task_id is not None:
        return f"/desk/tasks/{waiting.task_id}"
    if waiting.waits_for is WaitsFor.PAYMENT:
        return f"/desk/payments/awaited/{waiting.service_task_id}"
    if waiting.is_appointment:
        return f"/desk/appointments/requests/{waiting.service_task_id}"
    if waiting.waits_for is WaitsFor.PARTY:
        return f"/desk/signatures/{waiting.service_task_id}"
    if waiting.service_task_id is not None:
        return f"/desk/agency/{waiting.service_task_id}"
    return None


def _invitation(waiting: Expectation, *, is_mine: bool) -> str:
    if waiting.waits_for is WaitsFor.PAYMENT:
        return _("To the payment")
    if waiting.is_appointment:
        return _("Choose a time")
    if waiting.waits_for is WaitsFor.PARTY:
        return _("See the signature")
    if waiting.is_held:
        return _("Open")
    if waiting.service_task_id is not None:
        return _("Record the answer")
    return _("Go on") if is_mine else _("Open")


def _what(waiting: Expectation) -> str:
    return localized(waiting.what) or {
        WaitsFor.RESUMPTION: _("The case is suspended"),
        WaitsFor.REPAIR: _("The case waits for a repair"),
        WaitsFor.TIME: _("The next date of the procedure"),
    }.get(waiting.waits_for, _("A step of the procedure"))


def _agency_words(waiting: Expectation, holder: str | None) -> str:
    if waiting.is_held:
        return _("No agency serves it: it is held until one does")
    return _("%(agency)s is to answer", agency=holder) if holder else _("No agency takes it yet")


def _whose(waiting: Expectation, holder: str | None, *, is_mine: bool) -> str:
    if waiting.wanted:
        return _("The citizen is to bring: %(wanted)s", wanted=waiting.wanted)
    if waiting.is_appointment:
        return _("The citizen chooses a time, and comes")
    match waiting.waits_for:
        case WaitsFor.AGENCY:
            return _agency_words(waiting, holder)
        case WaitsFor.PAYMENT:
            return _("The citizen has to pay")
        case WaitsFor.PARTY:
            return _("Somebody of the case is to sign")
        case WaitsFor.MESSAGE:
            return _("Waits for a report from outside")
        case WaitsFor.TIME:
            if waiting.due_at is None:
                return _("Goes on by itself")
            return _("Goes on by itself on %(day)s", day=dates.moment(waiting.due_at))
        case WaitsFor.RESUMPTION:
            return _("Until somebody resumes it")
        case WaitsFor.REPAIR:
            return _("The branch manager or an operator is to repair it")
    if is_mine:
        return _("You have it")
    return _("%(person)s has it", person=holder) if holder else _("Nobody has it yet")


def case_address(case_id: UUID) -> str:
    return f"/desk/cases/{case_id}"
