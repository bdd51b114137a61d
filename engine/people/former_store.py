"""Tables from before there were posts, which programs of the release before read until they are stopped.

Nothing here reads or writes them. The next release removes this file, and its migration drops them.
"""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.types import PlainText

memberships = Table(
    "memberships",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    columns.json("roles"),
)
Index("ix_memberships_branch_id", memberships.c.branch_id)

officers = Table(
    "officers",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
)
Index("ix_officers_agency_id", officers.c.agency_id)

granted_roles = Table(
    "granted_roles",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("place_id", sa.Uuid, primary_key=True),
    Column("role", PlainText(binary=True), primary_key=True),
)
