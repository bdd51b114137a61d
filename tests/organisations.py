"""Branches, agencies and others of the tree, put into a database for tests."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from engine.kernel.clock import identifiers
from engine.organisation import entering
from engine.organisation.model import Agency, Branch
from engine.organisation.organisation import (
    BEGINNING,
    Organisation,
    OrganisationKind,
    Particulars,
    Version,
)
from tests.builders import NOON, an_id

TODAY = NOON.date()
"""The local day of `NOON`."""


def save_branch(connection: Connection, branch: Branch) -> None:
    """Write a branch, and the municipality that it names, as they are from the beginning."""
    entering.enter_branch(connection, branch, at=NOON, by="stoa")


def save_agency(connection: Connection, agency: Agency) -> None:
    """Write an agency and its connection."""
    entering.enter_agency(connection, agency, on=TODAY, at=NOON, by="stoa", new_id=identifiers(NOON))


def save_organisation(
    connection: Connection,
    kind: OrganisationKind,
    code: str,
    *,
    parent_id: UUID | None = None,
    on: date = BEGINNING,
    **stated: Any,
) -> Organisation:
    """Write an organisation that is called by its code if not told otherwise."""
    organisation = Organisation(id=an_id(), kind=kind, code=code)
    version = Version(
        id=an_id(),
        organisation_id=organisation.id,
        valid_from=on,
        recorded_at=NOON,
        recorded_by="stoa",
        particulars=Particulars(**{"name": code, "parent_id": parent_id, **stated}),
    )
    entering.enter(connection, organisation, version)
    return organisation
