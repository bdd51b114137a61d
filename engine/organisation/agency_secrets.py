"""The secrets of agencies: in the clear where something is signed or checked, sealed where they are kept."""

from dataclasses import replace
from uuid import UUID

import orjson

from engine.context import QueryContext, Transaction
from engine.organisation import connection_store
from engine.organisation import store as organisation_store
from engine.organisation.connection import fingerprint_of
from engine.organisation.model import Agency
from engine.sealing.seals import SealedAnew, Seals, SecretKind


def opened(agency: Agency, seals: Seals) -> Agency:
    """The agency with its secrets in the clear.

    `Unavailable` (`KEY_MISSING`) if they were sealed with a key that is not at hand.
    """
    if agency.sealed_secrets is None:
        return agency
    kept = seals.opened(agency.sealed_secrets, kind=SecretKind.AGENCY_SECRETS, owner=agency.id)
    return replace(agency, secrets=tuple(orjson.loads(kept)), sealed_secrets=None)


def usable(agency: Agency, source: Transaction | QueryContext) -> Agency:
    """The agency with those of its secrets in the clear whose keys have not ended."""
    clear = opened(agency, source.seals)
    known = connection_store.keys_of(source.connection, agency.id)
    ended = {key.fingerprint for key in known.values() if not key.holds(source.now)}
    return replace(clear, secrets=tuple(one for one in clear.secrets if fingerprint_of(one) not in ended))


def sealed(agency: Agency, seals: Seals) -> Agency:
    """The agency, whose secrets are in the clear, as it is kept: sealed if there is a key and a secret."""
    if seals.head is None or not agency.secrets:
        return agency
    text = orjson.dumps(agency.secrets)
    kept = seals.sealed(text, kind=SecretKind.AGENCY_SECRETS, owner=agency.id)
    return replace(agency, secrets=(), sealed_secrets=kept)


def seal_plain_secrets(transaction: Transaction, *, after: UUID, limit: int) -> SealedAnew:
    """Seal those that are kept in the clear, of up to `limit` agencies; the key of today is at hand."""
    found = organisation_store.lock_agencies_in_the_clear(transaction.connection, after=after, limit=limit)
    plain = [agency for agency in found if agency.secrets]
    for agency in plain:
        organisation_store.write_secrets(transaction.connection, sealed(agency, transaction.seals))
    return SealedAnew(renewed=len(plain), unopened=0, last=found[-1].id if found else None)
