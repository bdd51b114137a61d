"""Access tokens: made for people in a branch or for agencies, listed without their texts, revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import click

from api.command_line import tables
from api.command_line.help_texts import examples
from api.command_line.operator import engine, operator
from engine.commands.people import IssueToken, RevokeToken
from engine.domain.actor import Role, Scope
from engine.domain.permission import require_role
from engine.domain.refusal import Invalid
from engine.domain.token import Token
from engine.queries.question import Answering

_SCOPES = [scope.value for scope in Scope]


@click.group()
def token() -> None:
    """Make, list and revoke access tokens."""


@token.command(
    epilog=examples(
        'stoa token create --user maria --branch 0009 --label "desk 3"',
        "stoa token create --agency municipality --scope service-tasks --label polling --days 365",
    )
)
@click.option("--user", help="The user name of a person; needs --branch.")
@click.option("--branch", help="The code of the branch in which the person acts.")
@click.option("--agency", help="The key of an agency, instead of a person.")
@click.option("--label", required=True, help="What the token is for; shown in the list.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(_SCOPES),
    help="What it may be used for; repeat for several. Everything its owner may do, if left out.",
)
@click.option(
    "--days", type=click.IntRange(1, 3650), help="How long it is valid; until revoked, if left out."
)
def create(
    user: str | None,
    branch: str | None,
    agency: str | None,
    label: str,
    scopes: tuple[str, ...],
    days: int | None,
) -> None:
    """Make a token and print its text, this once: only a digest is kept."""
    target, actor = engine(), operator()
    owner = target.ask(_Owner(user=user, branch=branch, agency=agency), actor=actor)
    command = IssueToken(
        label=label,
        scopes=frozenset(Scope(scope) for scope in scopes or _SCOPES),
        user_id=owner.user_id,
        branch_id=owner.branch_id,
        agency_id=owner.agency_id,
        expires_at=target.clock.now() + timedelta(days=days) if days else None,
    )
    click.echo(target.carry_out(command, actor=actor).text)


@token.command("list", epilog=examples("stoa token list"))
def list_tokens() -> None:
    """List the tokens that are valid, newest first."""
    found = engine().ask(_ValidTokens(), actor=operator())
    rows = (
        (
            one.id,
            one.label,
            "agency" if one.agency_id else "person",
            f"{one.created_at:%Y-%m-%d}",
            f"{one.expires_at:%Y-%m-%d}" if one.expires_at else "",
            " ".join(sorted(one.scopes)),
        )
        for one in found
    )
    tables.show(("id", "label", "owner", "made", "until", "scopes"), rows)


@token.command(epilog=examples("stoa token revoke 01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b"))
@click.argument("token_id", type=click.UUID)
def revoke(token_id: UUID) -> None:
    """End a token at once."""
    engine().carry_out(RevokeToken(token_id=token_id), actor=operator())
    click.echo(f"{token_id}: revoked")


@dataclass(frozen=True, kw_only=True)
class _OwnerIds:
    user_id: UUID | None = None
    branch_id: UUID | None = None
    agency_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class _Owner:
    """Whose token it shall be, by the names that people know."""

    user: str | None
    branch: str | None
    agency: str | None

    def answer(self, answering: Answering) -> _OwnerIds:
        """The owner's ids; `Invalid` says which name nobody has."""
        require_role(answering.actor, Role.OPERATOR)
        user = answering.reads.user_named(self.user) if self.user else None
        branch = answering.reads.branch_coded(self.branch) if self.branch else None
        agency = answering.reads.agency_keyed(self.agency) if self.agency else None
        given = {"user": (self.user, user), "branch": (self.branch, branch), "agency": (self.agency, agency)}
        unknown = {
            kind: [f"there is no {kind} {text}"]
            for kind, (text, found) in given.items()
            if text and not found
        }
        if unknown:
            raise Invalid("The owner of the token is not known.", unknown)
        return _OwnerIds(
            user_id=user.id if user else None,
            branch_id=branch.id if branch else None,
            agency_id=agency.id if agency else None,
        )


@dataclass(frozen=True, kw_only=True)
class _ValidTokens:
    """The tokens that open something."""

    def answer(self, answering: Answering) -> Sequence[Token]:
        """Their records, newest first."""
        require_role(answering.actor, Role.OPERATOR)
        return answering.reads.tokens(answering.now)
