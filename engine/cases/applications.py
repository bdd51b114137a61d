"""Applications: cases that an administrator opens for an organisation, and where they are examined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from engine.bundle.procedure import Procedure
from engine.cases import applications_store, changeset_store
from engine.cases.model import Case
from engine.cases.tracking_code import code_of
from engine.context import QueryContext, Transaction
from engine.kernel.administration import require_administers, require_applies
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Shown
from engine.kernel.office_settings import SettingKey
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, NotFound, NotPermitted
from engine.kernel.vocabulary import OpenedBy
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.model import Branch
from engine.organisation.organisation import OFFICES, OrganisationOnDay
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion, VersionStatus

_SHOWN = 100
_OFFERED = 50


def applying(context: Transaction | QueryContext) -> OrganisationOnDay:
    """The organisation for which the actor opens cases; refused where they administer none, or an office."""
    organisation_id = require_applies(context.actor)
    found = version_store.organisation(context.connection, organisation_id, on=context.today)
    if found is None:
        raise NotFound.of("organisation", organisation_id)
    if found.organisation.kind in OFFICES:
        raise NotPermitted("What concerns an office is asked by the organisation above it.")
    return found


def examining_branch(transaction: Transaction) -> Branch:
    """The office that examines what organisations ask; `Conflict` until officials have decided which."""
    code = str(transaction.decided().value(SettingKey.APPLICATIONS_BRANCH, transaction.now))
    branch = (
        organisation_store.branch_coded(transaction.connection, code, on=transaction.today) if code else None
    )
    if branch is None or not branch.is_open:
        raise Conflict(
            "Expected an open office that examines what organisations ask; the ministry decides which in the "
            f"setting {SettingKey.APPLICATIONS_BRANCH}. Found {code or 'none'}.",
            code="no_examining_branch",
        )
    return branch


def facts_of_organisation(organisation: OrganisationOnDay) -> dict[str, str]:
    """The variable `organisation`: for whom the case was opened."""
    return {
        "code": organisation.code,
        "kind": organisation.organisation.kind.value,
        "name": organisation.particulars.name,
        "name_en": organisation.particulars.name_en,
    }


@dataclass(frozen=True, kw_only=True)
class ListedApplication:
    """A case that was opened for an organisation, with what both are called."""

    case: Case
    title: Bilingual
    organisation: Bilingual


@dataclass(frozen=True, kw_only=True)
class Applications:
    """What an administrator may ask for, by key, and what was asked, newest first."""

    offers: Sequence[ProcedureVersion]
    made: Sequence[ListedApplication]


@dataclass(frozen=True, kw_only=True)
class ListApplications:
    """The procedures that organisations open, and the newest cases of the actor's and of those below it."""

    def answer(self, context: QueryContext) -> Applications:
        """Both; refused for whoever administers no organisation."""
        organisation_id = require_applies(context.actor)
        connection = context.connection
        among = version_store.below(connection, organisation_id, on=context.today)
        found = applications_store.applications_of(connection, among, limit=_SHOWN)
        names = version_store.names_on(connection, set(found.values()), on=context.today)
        views = [changeset_store.case(connection, case_id) for case_id in found]
        return Applications(
            offers=() if _is_office(organisation_id, context) else _offers(context),
            made=[
                ListedApplication(
                    case=view.case,
                    title=_title(view.case, context),
                    organisation=names[found[view.case.id]].called,
                )
                for view in views
                if view is not None
            ],
        )

    def disclosed(self, answer: Applications) -> Iterable[Disclosure]:
        return [Disclosure(shown=Shown.TRACKING, case_id=one.case.id) for one in answer.made]


@dataclass(frozen=True, kw_only=True)
class ShowApplicationForm:
    """The procedure of that key as it is offered to organisations, with its start form."""

    key: str

    def answer(self, context: QueryContext) -> Procedure:
        """The version on offer; `NotFound` if there is none that organisations open."""
        organisation_id = require_applies(context.actor)
        version = procedures_store.version_on_offer(context.connection, self.key, context.now)
        is_offered = version is not None and version.opened_by is OpenedBy.ORGANISATION
        if version is None or not is_offered or _is_office(organisation_id, context):
            raise NotFound.of("procedure on offer", self.key)
        return context.procedure(version.id)


@dataclass(frozen=True, kw_only=True)
class ShownApplication:
    """An application with the code by which it is tracked, as a receipt has it."""

    case: Case
    title: Bilingual
    code: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class ShowApplication:
    """One application, for who administers the organisation that made it."""

    case_id: UUID

    def answer(self, context: QueryContext) -> ShownApplication:
        """The application; `NotFound` where it is none, or another's."""
        connection = context.connection
        organisation_id = applications_store.applicant_organisation(connection, self.case_id)
        view = changeset_store.case(connection, self.case_id) if organisation_id else None
        organisation = (
            version_store.organisation(connection, organisation_id, on=context.today)
            if organisation_id
            else None
        )
        if view is None or organisation is None:
            raise NotFound.of("case", self.case_id)
        require_applies(context.actor)
        try:
            require_administers(context.actor, organisation)
        except NotFound as refused:
            raise NotFound.of("case", self.case_id) from refused
        return ShownApplication(
            case=view.case,
            title=_title(view.case, context),
            code=code_of(connection, view.case, context.seals),
        )

    def disclosed(self, _answer: ShownApplication) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.RECEIPT, case_id=self.case_id),)


def _offers(context: QueryContext) -> Sequence[ProcedureVersion]:
    page = procedures_store.procedures(
        context.connection,
        at=context.now,
        words=None,
        status=VersionStatus.PUBLISHED,
        part=Slice(limit=_OFFERED),
        opened_by=OpenedBy.ORGANISATION,
    )
    return page.items


def _is_office(organisation_id: UUID, context: QueryContext) -> bool:
    """Whether it is an office: what concerns one is asked by the organisation above it."""
    found = version_store.organisation(context.connection, organisation_id, on=context.today)
    return found is None or found.organisation.kind in OFFICES


def _title(case: Case, context: QueryContext) -> Bilingual:
    version = procedures_store.version_by_id(context.connection, case.version_id)
    if version is None:
        raise AssertionError("a case has the version that it was opened with")
    return Bilingual(version.title, el=version.title, en=version.title_en or version.title)
