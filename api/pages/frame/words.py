"""Status, flags, roles and other values of the engine in the reader's language."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from babel.numbers import format_decimal

from api.http.context import engine
from api.pages.frame.language import gettext as _
from api.pages.frame.language import in_each_language, language
from engine.cases.model import Case
from engine.kernel.actor import CITIZEN, Role
from engine.kernel.vocabulary import CaseStatus, Channel, Flag, PartyRole
from engine.tasks.worklist_model import CaseLabel
from engine.terms.term import TermState

_NEWS = timedelta(days=7)
"""How long it is said in lists that a term has changed."""


class Mark(NamedTuple):
    """A short text that stands out, with its icon and tone."""

    words: str
    icon: str
    tone: str


@in_each_language
def status_mark(status: CaseStatus) -> Mark:
    return {
        CaseStatus.OPEN: Mark(_("Under way"), "progress", "calm"),
        CaseStatus.SUSPENDED: Mark(_("Suspended"), "pause", "quiet"),
        CaseStatus.COMPLETED: Mark(_("Completed"), "check", "good"),
        CaseStatus.REJECTED: Mark(_("Rejected"), "cross", "bad"),
        CaseStatus.WITHDRAWN: Mark(_("Withdrawn"), "back", "quiet"),
    }[status]


@in_each_language
def flag_mark(flag: Flag) -> Mark:
    return {
        Flag.AWAITING_CITIZEN: Mark(_("Waits for the citizen"), "person", "soon"),
        Flag.AWAITING_AGENCY: Mark(_("Waits for the agency"), "agency", "calm"),
        Flag.OVERDUE: Mark(_("Overdue"), "late", "late"),
        Flag.STUCK: Mark(_("Waits for a repair"), "warning", "late"),
        Flag.READY_FOR_PICKUP: Mark(_("Ready for pickup"), "document", "good"),
        Flag.APPEALED: Mark(_("Appealed"), "warning", "soon"),
    }[flag]


def marks_of(case: Case) -> list[Mark]:
    """The status of a case, then its flags, the most urgent first, and that it came late, if it did."""
    late = [Mark(_("Done late"), "late", "bad")] if case.term_state is TermState.LATE else []
    return [*marks(case.status, case.flags), *late, *term_marks(case)]


def term_marks(case: Case | CaseLabel) -> list[Mark]:
    """That a further term of an open case is over, and that a term of it was moved in the last days."""
    now, found = engine().clock.now(), []
    if case.status is CaseStatus.OPEN and (case.answer_due_at or now) < now:
        found.append(Mark(_("Answer to the appeal overdue"), "late", "late"))
    if case.status is CaseStatus.OPEN and (case.act_due_at or now) < now:
        found.append(Mark(_("Act after silence overdue"), "late", "late"))
    if case.term_changed_at is not None and now - case.term_changed_at < _NEWS and not case.status.is_final:
        found.append(Mark(_("Term changed"), "warning", "soon"))
    return found


def marks(
    status: CaseStatus, flags: frozenset[Flag], *, open_goes_without_saying: bool = False
) -> list[Mark]:
    order = (
        Flag.STUCK,
        Flag.OVERDUE,
        Flag.READY_FOR_PICKUP,
        Flag.AWAITING_CITIZEN,
        Flag.AWAITING_AGENCY,
        Flag.APPEALED,
    )
    shown = [flag_mark(flag) for flag in order if flag in flags]
    if open_goes_without_saying and status is CaseStatus.OPEN:
        return shown
    return [status_mark(status), *shown]


@in_each_language
def channel_words(channel: Channel) -> str:
    return {
        Channel.COUNTER: _("at the counter"),
        Channel.PHONE: _("by phone"),
        Channel.WEB: _("on the web"),
        Channel.VIDEO: _("by video"),
        Channel.POST: _("by post"),
    }[channel]


@in_each_language
def party_words(role: PartyRole) -> str:
    return {
        PartyRole.APPLICANT: _("Applicant"),
        PartyRole.REPRESENTATIVE: _("Representative"),
        PartyRole.COSIGNER: _("Co-signer"),
    }[role]


@in_each_language
def role_words(role: Role) -> str:
    return {
        Role.CLERK: _("Clerk"),
        Role.MANAGER: _("Branch manager"),
        Role.AGENT: _("Call-centre agent"),
        Role.ANALYST: _("Process analyst"),
        Role.CERTIFIER: _("Certifying official"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.AUDITOR: _("Auditor"),
        Role.OPERATOR: _("Operator"),
        Role.OFFICER: _("Agency officer"),
        Role.DATA_PROTECTION_OFFICER: _("Data protection officer"),
        Role.ADMINISTRATOR: _("Administrator of an organisation"),
    }[role]


def person_words(name: str, people: Mapping[str, str]) -> str:
    """The name of a person by user name (`people`), the citizen in words."""
    return _("The citizen") if name == CITIZEN.name else people.get(name, name)


def size_words(size: int) -> str:
    """The size of a file: `1,2 MB`, `34 kB`, at least 1 kB."""
    if size >= 1_000_000:
        return f"{format_decimal(size / 1_000_000, '0.0', locale=language())} MB"
    return f"{max(1, round(size / 1000))} kB"


@in_each_language
def version_words(number: int) -> str:
    """Which version of its procedure a case is on."""
    return _("version %(number)s", number=number)
