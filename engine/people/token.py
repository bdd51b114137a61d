"""Access tokens: long random texts, of which only a digest is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.kernel.actor import Scope

PREFIX = "stoa_"
"""Begins every token, so that one that leaks into a log or a repository is recognised by scanners."""


def new_token() -> str:
    """A token with 256 random bits, shown once to its owner."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a token: its SHA-256. A long random text needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, kw_only=True)
class Token:
    """The record of a token: whose it is, in which branch it acts, what for, and until when.

    Exactly one of `user_id` and `agency_id` is set; `branch_id` goes with a user.
    """

    id: UUID
    digest: bytes
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    user_id: UUID | None = None
    agency_id: UUID | None = None
    branch_id: UUID | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
