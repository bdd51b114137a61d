"""Access tokens: made for people in a branch or for agencies, listed without their texts, revoked."""

from datetime import timedelta
from uuid import UUID

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.kernel.actor import Scope
from engine.people.tokens import FindTokenOwner, IssueToken, ListTokens, RevokeToken

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
@click.option("--user", help="The user name of a person; needs --branch or --organisation.")
@click.option("--branch", help="The code of the branch in which the person acts.")
@click.option("--organisation", help="The code of an organisation that is no branch, for who administers it.")
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
    organisation: str | None,
    agency: str | None,
    label: str,
    scopes: tuple[str, ...],
    days: int | None,
) -> None:
    """Make a token and print its text, this once: only a digest is kept."""
    target, actor = engine(), operator()
    owner = target.ask(
        FindTokenOwner(user=user, branch=branch, agency=agency, organisation=organisation), actor=actor
    )
    command = IssueToken(
        label=label,
        scopes=frozenset(Scope(scope) for scope in scopes or _SCOPES),
        user_id=owner.user_id,
        branch_id=owner.branch_id,
        agency_id=owner.agency_id,
        organisation_id=owner.organisation_id,
        expires_at=target.clock.now() + timedelta(days=days) if days else None,
    )
    click.echo(target.carry_out(command, actor=actor).text)


@token.command("list", epilog=examples("stoa token list"))
def list_tokens() -> None:
    """List the tokens that are valid, newest first."""
    found = engine().ask(ListTokens(), actor=operator())
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
    print_table(("id", "label", "owner", "made", "until", "scopes"), rows)


@token.command(epilog=examples("stoa token revoke 01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b"))
@click.argument("token_id", type=click.UUID)
def revoke(token_id: UUID) -> None:
    """End a token at once."""
    engine().carry_out(RevokeToken(token_id=token_id), actor=operator())
    click.echo(f"{token_id}: revoked")
