"""Captions from the in-memory tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from engine.cases.party import PartyRole
from engine.memory.tables import Tables
from engine.tasks.ports_captions import Caption, Colleague


class MemoryCaptions:
    """Fills the port `CaptionReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def captions(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Caption]:
        """The caption of each case."""
        known = {case_id: self._tables.cases.get(case_id) for case_id in case_ids}
        return {
            case.id: Caption(
                branch_id=case.branch_id,
                version_id=case.version_id,
                number=case.number,
                applicant=self._applicant(case.id),
                title=self._tables.versions[case.version_id].title,
                title_en=self._tables.versions[case.version_id].title_en,
                status=case.status,
                flags=case.flags,
                expected_at=case.expected_at,
            )
            for case in known.values()
            if case is not None
        }

    def people(self, usernames: Sequence[str]) -> Mapping[str, str]:
        """Display names by user name."""
        wanted = set(usernames)
        return {
            user.username: user.display_name
            for user in self._tables.users.values()
            if user.username in wanted
        }

    def at_work(self, branch_id: UUID, now: datetime) -> Sequence[Colleague]:
        """The active people of a branch whose work is not paused."""
        found = [
            Colleague(username=user.username, display_name=user.display_name, roles=roles)
            for (user_id, place), roles in self._tables.members.items()
            if place == branch_id
            and (user := self._tables.users[user_id]).active
            and not ((pause := self._tables.pauses.get((user_id, place))) and pause.holds(now))
        ]
        return sorted(found, key=lambda one: (one.display_name, one.username))

    def _applicant(self, case_id: UUID) -> str | None:
        return next(
            (
                party.person.full_name
                for party in self._tables.parties.values()
                if party.case_id == case_id and party.role is PartyRole.APPLICANT
            ),
            None,
        )
