"""A new organisation with its first version, and the short ways of those who put in a branch or an agency."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from engine.kernel.clock import identifiers
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.history import Change, changed_from
from engine.organisation.model import Agency, Branch
from engine.organisation.organisation import (
    BEGINNING,
    OFFICES,
    Changes,
    Closure,
    Organisation,
    OrganisationKind,
    Particulars,
    Version,
)
from engine.storage.database import Connection


def enter(connection: Connection, organisation: Organisation, version: Version) -> None:
    """Write a new organisation; one of the `OFFICES` is a branch to everything else."""
    version_store.add_organisation(connection, organisation, version)
    if organisation.kind in OFFICES:
        organisation_store.add_branch(connection, organisation.id, organisation.code)


def enter_branch(connection: Connection, branch: Branch, *, at: datetime, by: str) -> None:
    """Write a branch as it is, and the municipality that it names; it is true from the beginning.

    For installations that are set up at once: demonstrations, rehearsals, measurements. Where the branch is
    there, it is corrected from the beginning on.
    """
    parent_id = _municipality(connection, branch, at=at, by=by) if branch.municipality else None
    stated: Changes = {
        "name": branch.name,
        "name_en": branch.name_en,
        "parent_id": parent_id,
        "local_holidays": branch.local_holidays,
        "closures": tuple(Closure(day=date.fromisoformat(day)) for day in branch.closures),
    }
    known = organisation_store.branch(connection, branch.id, on=BEGINNING)
    if known is None:
        identity = Organisation(id=branch.id, kind=OrganisationKind.BRANCH, code=branch.code)
        enter(connection, identity, _first(identity, Particulars(**stated), at=at, by=by))
        return
    change = Change(valid_from=BEGINNING, changes=stated, recorded_at=at, recorded_by=by)
    rewrite(connection, branch.id, change)


def enter_agency(
    connection: Connection, agency: Agency, *, on: date, at: datetime, by: str, new_id: Callable[[], UUID]
) -> None:
    """Write an agency and its connection; another name than before is true from that day on."""
    stated: Changes = {"name": agency.name, "name_en": agency.name_en}
    known = organisation_store.agency(connection, agency.id, on=on)
    if known is None:
        is_taken = version_store.identity_coded(connection, agency.key) is not None
        code = f"{OrganisationKind.AGENCY}-{agency.key}" if is_taken else agency.key
        identity = Organisation(id=agency.id, kind=OrganisationKind.AGENCY, code=code)
        first = _first(identity, Particulars(**stated), at=at, by=by, version_id=new_id())
        enter(connection, identity, first)
    elif (known.name, known.name_en) != (agency.name, agency.name_en):
        change = Change(valid_from=on, changes=stated, recorded_at=at, recorded_by=by)
        rewrite(connection, agency.id, change)
    organisation_store.save_connection(connection, agency)


def rewrite(connection: Connection, organisation_id: UUID, change: Change) -> None:
    """Write what the change makes of the versions of an organisation."""
    versions = version_store.counting(connection, organisation_id)
    rewritten = changed_from(versions, change, new_id=identifiers(change.recorded_at))
    version_store.rewrite(
        connection, organisation_id, rewritten, at=change.recorded_at, by=change.recorded_by
    )


def _municipality(connection: Connection, branch: Branch, *, at: datetime, by: str) -> UUID:
    """The municipality of that name; a new one if there is none."""
    kinds = (OrganisationKind.MUNICIPALITY,)
    for organisation, version in version_store.every_organisation(connection, on=BEGINNING, kinds=kinds):
        if version.particulars.name == branch.municipality:
            return organisation.id
    code = f"municipality-{branch.code}"
    identity = Organisation(id=identifiers(at)(), kind=OrganisationKind.MUNICIPALITY, code=code)
    stated = Particulars(name=branch.municipality or code)
    enter(connection, identity, _first(identity, stated, at=at, by=by))
    return identity.id


def _first(
    organisation: Organisation, stated: Particulars, *, at: datetime, by: str, version_id: UUID | None = None
) -> Version:
    return Version(
        id=version_id or identifiers(at)(),
        organisation_id=organisation.id,
        valid_from=BEGINNING,
        recorded_at=at,
        recorded_by=by,
        particulars=stated,
    )
