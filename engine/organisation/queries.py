"""Branches and agencies, looked up by their codes and keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency, Branch


@dataclass(frozen=True, kw_only=True)
class WhoSends:
    """Who sends a webhook: the agency of a key, with its secrets, which no other question gives out.

    It is asked before anything is proven.
    """

    agency_key: str

    def answer(self, context: QueryContext) -> Agency | None:
        """The agency; None if there is none of that key."""
        return organisation_store.agency_keyed(context.connection, self.agency_key)


@dataclass(frozen=True, kw_only=True)
class NameAgencies:
    """What agencies are called; everybody who is known may ask."""

    def answer(self, context: QueryContext) -> Mapping[str, Bilingual]:
        """Names in both languages, by key."""
        return {agency.key: agency.called for agency in organisation_store.all_agencies(context.connection)}


@dataclass(frozen=True, kw_only=True)
class ShowBranch:
    """A branch with its calendar, the asker's own where no code is given."""

    code: str | None = None

    def answer(self, context: QueryContext) -> Branch | None:
        """The branch; None if there is none of that code."""
        code = self.code or context.actor.branch_code
        return organisation_store.branch_coded(context.connection, code) if code else None
