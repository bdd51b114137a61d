"""Agencies as those look at them who connect them: the list, and one with keys, topics, calls and history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.context import QueryContext
from engine.organisation import connection_store, version_store
from engine.organisation import store as organisation_store
from engine.organisation.agency_secrets import opened
from engine.organisation.agency_sight import agencies_in_sight, connected_agency
from engine.organisation.connection import AgencyChange, AgencyFilter, AgencyKey, Ping, fingerprint_of
from engine.organisation.model import Agency, AgencySwitch
from engine.organisation.organisation import Particulars
from engine.people import post_store
from engine.people.model import User
from engine.service_tasks import store as service_tasks_store
from engine.topics import store as topics_store
from engine.topics.model import TopicVersion

_CHANGES_SHOWN = 100
_PINGS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class ListedAgency:
    """An agency without its secrets, and how many open requests wait for it."""

    agency: Agency
    waiting: int


@dataclass(frozen=True, kw_only=True)
class ListAgencies:
    """The agencies that the asker connects, by key."""

    wanted: AgencyFilter = field(default_factory=AgencyFilter)

    def answer(self, context: QueryContext) -> Sequence[ListedAgency]:
        among = agencies_in_sight(context)
        wanted = replace(self.wanted, among=among)
        ids = connection_store.found_ids(context.connection, wanted, on=context.today)
        waiting = service_tasks_store.count_waiting(context.connection)
        return [
            ListedAgency(agency=_without_secrets(one), waiting=waiting.get(one.id, 0))
            for one in organisation_store.agencies_with(context.connection, ids, on=context.today)
        ]


@dataclass(frozen=True, kw_only=True)
class AgencySheet:
    """An agency with how it is connected; `keys` are those that still sign, newest first, without secrets.

    `topics` are those that it serves and that are registered, by name; `place` says where and when it works.
    """

    listed: ListedAgency
    place: Particulars | None
    keys: Sequence[AgencyKey]
    topics: Mapping[str, TopicVersion]
    officers: Sequence[User]
    pings: Sequence[Ping]
    changes: Sequence[AgencyChange]
    switches: Sequence[AgencySwitch]


@dataclass(frozen=True, kw_only=True)
class ShowAgency:
    """One agency, for who connects it."""

    agency_key: str

    def answer(self, context: QueryContext) -> AgencySheet:
        connection = context.connection
        agency = connected_agency(self.agency_key, context)
        waiting = service_tasks_store.count_waiting(connection)
        return AgencySheet(
            listed=ListedAgency(agency=_without_secrets(agency), waiting=waiting.get(agency.id, 0)),
            place=version_store.names_on(connection, [agency.id], on=context.today).get(agency.id),
            keys=_keys(agency, context),
            topics=topics_store.current_versions(connection, agency.topics),
            officers=post_store.officers_of(connection, agency.id, on=context.today),
            pings=connection_store.pings_of(connection, agency.id, limit=_PINGS_SHOWN),
            changes=connection_store.changes_of(connection, agency.id, limit=_CHANGES_SHOWN),
            switches=organisation_store.switches_of(connection, agency.id, limit=_CHANGES_SHOWN),
        )


def _keys(agency: Agency, context: QueryContext) -> list[AgencyKey]:
    known = connection_store.keys_of(context.connection, agency.id)
    held = [fingerprint_of(secret) for secret in opened(agency, context.seals).secrets]
    keys = [known.get(one) or AgencyKey(agency_id=agency.id, fingerprint=one) for one in held]
    return [key for key in keys if key.holds(context.now)]


def _without_secrets(agency: Agency) -> Agency:
    return replace(agency, secrets=(), sealed_secrets=None)
