"""Connecting agencies: entering them, their endpoint, their topics, and keys that take turns."""

import base64
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.context import Command, Transaction
from engine.kernel.permission_to_administer import require_assigns_topics
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.kernel.topics import APPOINTMENT_TOPIC, nearest
from engine.organisation import connection_store, version_store
from engine.organisation import store as organisation_store
from engine.organisation.agency_secrets import sealed, usable
from engine.organisation.agency_sight import connected_agency
from engine.organisation.connection import MOST_KEYS, AgencyChange, AgencyKey, fingerprint_of
from engine.organisation.model import Agency
from engine.organisation.organisation import OrganisationKind
from engine.organisation.registers import SaveAgency, save_agency
from engine.topics import store as topics_store

LONGEST_NAME = 200
"""Characters of an agency's name."""

_SECRET_BYTES = 32
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class ChangeEndpoint(Command[None]):
    """Call an agency at another address from now on, or at none: then it polls, or its officers work."""

    agency_key: str
    endpoint: str | None


def change_endpoint(command: ChangeEndpoint, transaction: Transaction) -> None:
    """Write it; `Invalid` for an address that may not be called, or if there is no key to sign with."""
    agency = _locked(command.agency_key, transaction)
    endpoint = (command.endpoint or "").strip() or None
    problems = transaction.check_agency(endpoint, agency.secrets)
    if problems:
        raise Invalid("The agency cannot be called there.", problems)
    connection_store.set_endpoint(transaction.connection, agency.id, endpoint)
    _record(agency, "endpoint", {"from": agency.endpoint, "to": endpoint}, transaction)


@dataclass(frozen=True, kw_only=True)
class ServeTopics(Command[tuple[str, ...]]):
    """Let an agency serve these topics and no others; what it was asked before stays with it."""

    agency_key: str
    topics: Sequence[str]


def serve_topics(command: ServeTopics, transaction: Transaction) -> tuple[str, ...]:
    """The topics; `Invalid` names those that are not registered, each with the one that was probably meant.

    Requests that are held for want of an agency are sent by the worker's next round.
    """
    require_assigns_topics(transaction.actor)
    agency = _locked(command.agency_key, transaction)
    topics = tuple(dict.fromkeys(topic.strip() for topic in command.topics if topic.strip()))
    known = topics_store.all_names(transaction.connection) | {APPOINTMENT_TOPIC}
    problems = []
    for topic in topics:
        if topic not in known:
            meant = nearest(topic, known)
            question = f"; did you mean {meant}?" if meant else ""
            problems.append(f"expected a registered topic, found {topic!r:.80}{question}")
    if problems:
        raise Invalid("The agency cannot serve these topics.", {"topics": problems})
    connection_store.replace_topics(transaction.connection, agency.id, topics)
    detail = {
        "added": sorted(set(topics) - set(agency.topics)),
        "removed": sorted(set(agency.topics) - set(topics)),
    }
    _record(agency, "topics", detail, transaction)
    return topics


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key that was just made; its secret is shown now and never again."""

    fingerprint: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class AddKey(Command[NewKey]):
    """Make a further key for an agency: it signs beside the others until these are ended."""

    agency_key: str


def add_key(command: AddKey, transaction: Transaction) -> NewKey:
    """The key with its secret; `Conflict` where too many sign already."""
    agency = _locked(command.agency_key, transaction)
    if len(agency.secrets) >= MOST_KEYS:
        raise Conflict(f"Expected less than {MOST_KEYS} keys that sign: end one first.", code="too_many_keys")
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    key = AgencyKey(
        agency_id=agency.id,
        fingerprint=fingerprint_of(secret),
        added_at=transaction.now,
        added_by=transaction.actor.name,
    )
    _write_secrets(replace(agency, secrets=(secret, *agency.secrets)), transaction)
    connection_store.save_key(transaction.connection, key)
    _record(agency, "key_added", {"key": key.fingerprint}, transaction)
    return NewKey(fingerprint=key.fingerprint, secret=secret)


@dataclass(frozen=True, kw_only=True)
class EndKey(Command[None]):
    """Let a key of an agency sign and prove nothing from `at` on, or from now on."""

    agency_key: str
    fingerprint: str
    at: datetime | None = None


def end_key(command: EndKey, transaction: Transaction) -> None:
    """Write it; `Conflict` for the last key of an agency with an endpoint: nothing could be sent then."""
    agency = _locked(command.agency_key, transaction)
    held = {fingerprint_of(secret): secret for secret in agency.secrets}
    if command.fingerprint not in held:
        raise NotFound.of("key", command.fingerprint)
    ends_at = max(command.at or transaction.now, transaction.now)
    known = connection_store.keys_of(transaction.connection, agency.id)
    staying = [
        one for one in held if one != command.fingerprint and (one not in known or known[one].ends_at is None)
    ]
    if agency.receives_deliveries and not staying:
        raise Conflict("Expected another key that goes on: add it first.", code="last_key")
    key = known.get(command.fingerprint) or AgencyKey(agency_id=agency.id, fingerprint=command.fingerprint)
    ended = replace(key, ends_at=ends_at, ended_by=transaction.actor.name)
    connection_store.save_key(transaction.connection, ended)
    if ends_at == transaction.now:
        kept = tuple(secret for secret in agency.secrets if fingerprint_of(secret) != command.fingerprint)
        _write_secrets(replace(agency, secrets=kept), transaction)
    detail = {"key": command.fingerprint, "at": ends_at.isoformat()}
    _record(agency, "key_ended", detail, transaction)


def _locked(key: str, transaction: Transaction) -> Agency:
    """The agency with the secrets that still hold, in the clear, locked against others who connect it."""
    found = connected_agency(key, transaction)
    organisation_store.paused_since(transaction.connection, found.id)
    agency = organisation_store.agency(transaction.connection, found.id, on=transaction.today) or found
    return usable(agency, transaction)


def _write_secrets(agency: Agency, transaction: Transaction) -> None:
    kept = sealed(agency, transaction.seals)
    if not agency.secrets:
        kept = replace(kept, sealed_secrets=None)
    organisation_store.write_secrets(transaction.connection, kept)


def _record(agency: Agency, what: str, detail: Mapping[str, Any], transaction: Transaction) -> None:
    change = AgencyChange(
        id=transaction.new_id(),
        agency_id=agency.id,
        at=transaction.now,
        by=transaction.actor.name,
        what=what,
        detail=detail,
    )
    connection_store.add_change(transaction.connection, change)


@dataclass(frozen=True, kw_only=True)
class EnterAgency(Command[None]):
    """Enter a new agency by its key and its names; it is connected afterwards.

    Where the key is the code of an agency among the organisations, it is that one, under its own names.
    """

    agency: Agency


def enter_agency(command: EnterAgency, transaction: Transaction) -> None:
    """Write it; `Conflict` if there is one with that key."""
    require_assigns_topics(transaction.actor)
    agency = command.agency
    problems = problems_of_agency(agency)
    if problems:
        raise Invalid("The agency cannot be entered so.", problems)
    connection = transaction.connection
    if organisation_store.agency_keyed(connection, agency.key, on=transaction.today) is not None:
        raise Conflict(f"There is an agency {agency.key} already.", code="agency_known")
    organisation = version_store.identity_coded(connection, agency.key)
    if organisation is not None and organisation.kind is OrganisationKind.AGENCY:
        agency = replace(agency, id=organisation.id)
        organisation_store.save_connection(connection, agency)
    else:
        save_agency(SaveAgency(agency=agency), transaction)
    _record(agency, "entered", {}, transaction)


def problems_of_agency(agency: Agency) -> dict[str, list[str]]:
    """What is wrong with the key and the names of a new agency, by field."""
    problems: dict[str, list[str]] = {}
    if not _KEY.fullmatch(agency.key):
        problems["key"] = [f"expected small Latin letters, digits and hyphens, found {agency.key!r:.80}"]
    for field in ("name", "name_en"):
        length = len(getattr(agency, field).strip())
        if not 0 < length <= LONGEST_NAME:
            problems[field] = [f"expected from 1 to {LONGEST_NAME} characters, found {length}"]
    return problems
