"""Questions about reading: who read what, what is to be looked into, and what citizens are told of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from engine.access import store as access_store
from engine.access.model import AccessFilter, AccessRecord, Concern
from engine.cases import store as cases_store
from engine.cases.case_number import CaseNumber
from engine.cases.tracking_code import Proof, case_of_receipt
from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Purpose, Shown
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import require_reads_access
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.organisation.registers import NameAgencies
from engine.people.queries import NamePeople


@dataclass(frozen=True, kw_only=True)
class ListedAccess:
    """A part of the records, newest first, with case numbers by id and readers' names by user name."""

    page: Page[AccessRecord]
    numbers: Mapping[UUID, str]
    people: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ListAccess:
    """Who read what, for auditors and the data protection officer; `number` narrows it to one case."""

    wanted: AccessFilter = field(default_factory=AccessFilter)
    number: str | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> ListedAccess:
        """The records; none for the number of no case."""
        require_reads_access(context.actor)
        wanted = self.wanted
        if self.number is not None:
            case_id = cases_store.id_of_number(context.connection, str(CaseNumber.read(self.number)))
            if case_id is None:
                return ListedAccess(page=Page(items=(), next=None), numbers={}, people={})
            wanted = replace(wanted, case_id=case_id)
        page = access_store.list_records(context.connection, wanted, self.part)
        return ListedAccess(
            page=page,
            numbers=_numbers((one.case_id for one in page.items), context),
            people=_names((one.reader for one in page.items), context),
        )

    def disclosed(self, answer: ListedAccess) -> Iterable[Disclosure]:
        return _readers_shown(answer.page)


@dataclass(frozen=True, kw_only=True)
class ListedConcerns:
    """A part of what is or was to be looked into, newest first, with case numbers and names."""

    page: Page[Concern]
    numbers: Mapping[UUID, str]
    people: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ListConcerns:
    """What is to be looked into (`are_open`), what was (False), or both."""

    are_open: bool | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> ListedConcerns:
        require_reads_access(context.actor)
        page = access_store.list_concerns(context.connection, self.part, are_open=self.are_open)
        names = (name for one in page.items for name in (one.reader, one.reviewed_by) if name)
        return ListedConcerns(
            page=page,
            numbers=_numbers((one.case_id for one in page.items), context),
            people=_names(names, context),
        )

    def disclosed(self, answer: ListedConcerns) -> Iterable[Disclosure]:
        return _readers_shown(answer.page)


@dataclass(frozen=True, kw_only=True)
class AccessPage:
    """Records, and beside them what is to be looked into."""

    records: ListedAccess
    concerns: ListedConcerns


@dataclass(frozen=True, kw_only=True)
class ShowAccessPage:
    """Who read what, with at most `most` concerns that nobody has reviewed."""

    records: ListAccess
    most: int = 50

    def answer(self, context: QueryContext) -> AccessPage:
        return AccessPage(
            records=self.records.answer(context),
            concerns=ListConcerns(are_open=True, part=Slice(limit=self.most)).answer(context),
        )

    def disclosed(self, answer: AccessPage) -> Iterable[Disclosure]:
        return self.records.disclosed(answer.records)


@dataclass(frozen=True, kw_only=True)
class ToldReading:
    """A reading as the citizen is told of it: by whom in which office and role, and not by whom by name.

    `office` is None where there is none: for the citizen's own readings, and for those who run the system.
    """

    at: datetime
    office: Bilingual | None
    role: Role | None
    purpose: Purpose
    shown: Shown


@dataclass(frozen=True, kw_only=True)
class ToldReadings:
    """A part of what was read of a case, newest first."""

    case_id: UUID
    number: str
    page: Page[ToldReading]


@dataclass(frozen=True, kw_only=True)
class ShowReaders:
    """Who has read my case? Asked with the number and the code on the receipt, or a pass given for it.

    The right of access (GDPR, art. 15): recipients are told by office, role and purpose. Which of an office's
    own people it was need not be told (CJEU, C-579/21).
    """

    number: str
    code: Proof
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> ToldReadings:
        """The readings; a wrong code and an unknown number are told alike."""
        connection = context.connection
        case = case_of_receipt(
            connection, number=self.number, proof=self.code, now=context.now, seals=context.seals
        ).case
        page = access_store.list_records(connection, AccessFilter(case_id=case.id), self.part)
        agencies = NameAgencies().answer(context)
        codes = {one.branch_code for one in page.items if one.branch_code}
        branches = {
            code: organisation_store.branch_coded(connection, code, on=context.today) for code in codes
        }
        told = tuple(
            ToldReading(
                at=one.at,
                office=_office(one, branches, agencies),
                role=one.role,
                purpose=one.purpose,
                shown=one.shown,
            )
            for one in page.items
        )
        return ToldReadings(case_id=case.id, number=case.number, page=Page(items=told, next=page.next))

    def disclosed(self, answer: ToldReadings) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.READERS, case_id=answer.case_id),)


def _office(
    record: AccessRecord, branches: Mapping[str, Branch | None], agencies: Mapping[str, Bilingual]
) -> Bilingual | None:
    if record.agency_key is not None:
        return agencies.get(record.agency_key)
    branch = branches.get(record.branch_code or "")
    return Bilingual(branch.name, el=branch.name, en=branch.name_en or branch.name) if branch else None


def _numbers(case_ids: Iterable[UUID | None], context: QueryContext) -> Mapping[UUID, str]:
    return cases_store.numbers_of(context.connection, {case_id for case_id in case_ids if case_id})


def _names(readers: Iterable[str], context: QueryContext) -> Mapping[str, str]:
    return NamePeople(usernames=tuple(set(readers))).answer(context)


def _readers_shown(page: Page[AccessRecord] | Page[Concern]) -> tuple[Disclosure, ...]:
    return (Disclosure(shown=Shown.READERS, people=len(page.items)),) if page.items else ()
