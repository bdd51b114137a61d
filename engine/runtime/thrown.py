"""What a token has thrown and the runner still has to bring to whoever catches it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.runtime.tokens import Token


@dataclass(frozen=True, kw_only=True)
class ThrownError:
    """A BPMN error, at the token it was thrown by."""

    token: Token
    code: str | None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ThrownEscalation:
    """A BPMN escalation, at the token it was thrown by."""

    token: Token
    code: str | None


@dataclass(frozen=True, kw_only=True)
class ThrownWithin:
    """A signal, for the tokens of the same case that waited for it when it was thrown."""

    listening: frozenset[UUID]
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ThrownTermination:
    """A terminate end event: everything else in the token's scope stops."""

    token: Token


@dataclass(frozen=True, kw_only=True)
class ThrownCancellation:
    """A cancel end event: the transaction around the token is undone."""

    token: Token


Thrown = ThrownError | ThrownEscalation | ThrownWithin | ThrownTermination | ThrownCancellation
