"""Sealing everything with the key of today, batch by batch, and saying what is sealed with which key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.cases import store as cases_store
from engine.cases.receipt_code import DIGESTED, KEYED
from engine.cases.tracking_code import renew_digests, seal_plain_codes
from engine.context import Command, QueryContext, Transaction
from engine.documents import store as documents_store
from engine.documents.content import seal_plain_documents
from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import Unavailable
from engine.organisation import store as organisation_store
from engine.organisation.agency_secrets import seal_plain_secrets
from engine.people import account_store
from engine.sealing.keyring import KEY_MISSING
from engine.sealing.seals import NO_KEY, PLAIN, SealedAnew, SecretKind, head_of
from engine.signatures import store as signatures_store
from engine.storage.database import Connection
from engine.storage.sealed_column import SealedColumn

_FIRST: Final = UUID(int=0)
_COLUMNS: Mapping[SecretKind, SealedColumn] = {
    SecretKind.SECOND_FACTOR: account_store.SEALED_SECRETS,
    SecretKind.AGENCY_SECRETS: organisation_store.SEALED_SECRETS,
    SecretKind.TRACKING_CODE: cases_store.SEALED_CODES,
    SecretKind.DOCUMENT_KEY: documents_store.SEALED_KEYS,
    SecretKind.SIGNING_CODE: signatures_store.SEALED_CODES,
}


@dataclass(frozen=True, kw_only=True)
class SealPlain(Command[SealedAnew]):
    """Seal up to `limit` secrets or files that are kept in the clear, beginning after the owner `after`.

    An earlier version kept them so, and an installation without a key does.
    """

    kind: SecretKind
    after: UUID = _FIRST
    limit: int = 100


def seal_plain(command: SealPlain, transaction: Transaction) -> SealedAnew:
    """What came of it; `Unavailable` (`NO_KEY`) without a key."""
    _require_key(transaction)
    seal: Mapping[SecretKind, Callable[..., SealedAnew]] = {
        SecretKind.AGENCY_SECRETS: seal_plain_secrets,
        SecretKind.TRACKING_CODE: seal_plain_codes,
        SecretKind.DOCUMENT_KEY: seal_plain_documents,
    }
    if command.kind not in seal:
        return SealedAnew(renewed=0, unopened=0, last=None)
    return seal[command.kind](transaction, after=command.after, limit=command.limit)


@dataclass(frozen=True, kw_only=True)
class SealAnew(Command[SealedAnew]):
    """Seal up to `limit` secrets with the key of today that are sealed with an older one, after `after`."""

    kind: SecretKind
    after: UUID = _FIRST
    limit: int = 100


def seal_anew(command: SealAnew, transaction: Transaction) -> SealedAnew:
    """What came of it; `Unavailable` (`NO_KEY`) without a key."""
    head = _require_key(transaction)
    column, kind, seals = _COLUMNS[command.kind], command.kind, transaction.seals
    outdated = column.outdated(transaction.connection, head, after=command.after, limit=command.limit)
    secrets: dict[UUID, bytes] = {}
    for owner, sealed in outdated.items():
        try:
            secrets[owner] = seals.opened(sealed, kind=kind, owner=owner)
        except Unavailable as refused:
            if refused.code != KEY_MISSING:
                raise
    renewed = {owner: seals.sealed(secret, kind=kind, owner=owner) for owner, secret in secrets.items()}
    column.write(transaction.connection, renewed)
    if kind is SecretKind.TRACKING_CODE:
        renew_digests(transaction, secrets)
    last = list(outdated)[-1] if outdated else None
    return SealedAnew(renewed=len(renewed), unopened=len(outdated) - len(renewed), last=last)


@dataclass(frozen=True, kw_only=True)
class KeyUse:
    """How many secrets of a kind are sealed with a key.

    `key` is its name in hexadecimal, None for what is kept in the clear. `is_at_hand` says whether it can be
    opened, `seals` whether it is the key of today.
    """

    kind: SecretKind
    key: str | None
    count: int
    is_at_hand: bool
    seals: bool


@dataclass(frozen=True, kw_only=True)
class ListKeyUses:
    """What is sealed with which key."""

    def answer(self, context: QueryContext) -> Sequence[KeyUse]:
        """By kind; of each, what is in the clear, then by key."""
        require_role(context.actor, Role.OPERATOR)
        keys = {head_of(key): key for key in context.seals.keyring.keys}
        return [
            KeyUse(
                kind=kind,
                key=None if head == PLAIN else head[1:].hex(),
                count=count,
                is_at_hand=head == PLAIN or head in keys,
                seals=head == context.seals.head,
            )
            for kind in SecretKind
            for head, count in sorted(_counted(context.connection, kind).items())
            if count
        ]


def _counted(connection: Connection, kind: SecretKind) -> dict[bytes, int]:
    counted = dict(_COLUMNS[kind].counts(connection))
    match kind:
        case SecretKind.AGENCY_SECRETS:
            plain = organisation_store.counted_in_the_clear(connection)
        case SecretKind.TRACKING_CODE:
            plain = cases_store.count_plain_codes(connection, (DIGESTED, KEYED))
        case SecretKind.DOCUMENT_KEY:
            plain = documents_store.count_plain_documents(connection)
        case SecretKind.SECOND_FACTOR | SecretKind.SIGNING_CODE:
            plain = 0
    return {**counted, PLAIN: counted.get(PLAIN, 0) + plain}


def _require_key(transaction: Transaction) -> bytes:
    """How everything begins that is sealed today, for an operator."""
    require_role(transaction.actor, Role.OPERATOR)
    head = transaction.seals.head
    if head is None:
        raise Unavailable("Expected a key in STOA_SECRET_KEYS to seal with, but it is empty.", code=NO_KEY)
    return head
