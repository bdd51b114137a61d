"""Failed attempts in the database, where all processes count them together."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Index, Table
from sqlalchemy.engine import Connection

from engine.people.attempts import Attempts, Subject
from engine.storage.columns import metadata
from engine.storage.statements import execute_for, insert_or_lock, upsert
from engine.storage.types import UtcDateTime

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("digest", sa.LargeBinary, primary_key=True),
    Column("failures", sa.Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("account", sa.LargeBinary),
    CheckConstraint("failures >= 0", name="failures"),
)
Index("ix_sign_in_attempts_last_at", sign_in_attempts.c.last_at)
Index("ix_sign_in_attempts_account", sign_in_attempts.c.account)


_LOCK_ATTEMPTS = insert_or_lock(
    sign_in_attempts,
    (sign_in_attempts.c.failures, sign_in_attempts.c.last_at),
    renewed=sign_in_attempts.c.account,
)
_SAVE_ATTEMPTS = upsert(sign_in_attempts)
_ON_ACCOUNTS = sa.select(*sign_in_attempts.c).where(
    sign_in_attempts.c.account.in_(sa.bindparam("accounts", expanding=True, type_=sa.LargeBinary()))
)
_FORGET = (
    sign_in_attempts.update()
    .where(sign_in_attempts.c.account == sa.bindparam("of_account", type_=sa.LargeBinary()))
    .values(failures=0)
)
_DISCARD = sign_in_attempts.delete().where(
    sign_in_attempts.c.last_at < sa.bindparam("moment", type_=sign_in_attempts.c.last_at.type)
)


def lock_attempts(connection: Connection, subjects: Sequence[Subject], now: datetime) -> Sequence[Attempts]:
    """The attempts of these subjects, locked.

    A subject that was never counted gets its row, so that there is something to lock; in the order of the
    digests, so that two who count the same subjects do not wait for each other in a ring.
    """
    found = {}
    for subject in sorted(subjects, key=lambda one: one.digest):
        first = Attempts(digest=subject.digest, failures=0, last_at=now, account=subject.account)
        row = execute_for(connection, _LOCK_ATTEMPTS, first.__dict__).mappings().one()
        found[subject.digest] = Attempts(digest=subject.digest, account=subject.account, **row)
    return [found[subject.digest] for subject in subjects]


def save_attempts(connection: Connection, attempts: Sequence[Attempts]) -> None:
    """Write changed attempts."""
    for one in attempts:
        execute_for(connection, _SAVE_ATTEMPTS, one.__dict__)


def attempts_on(connection: Connection, accounts: Collection[bytes]) -> Sequence[Attempts]:
    """The attempts to sign in to these accounts, in every place where there were any."""
    rows = connection.execute(_ON_ACCOUNTS, {"accounts": list(accounts)}).mappings()
    return [Attempts(**row) for row in rows]


def forget_attempts_on(connection: Connection, account: bytes) -> None:
    """Forget every attempt to sign in to an account, wherever it was made."""
    connection.execute(_FORGET, {"of_account": account})


def discard_attempts(connection: Connection, before: datetime) -> int:
    """Remove attempts that were last made before that moment, and say of how many subjects."""
    return connection.execute(_DISCARD, {"moment": before}).rowcount
