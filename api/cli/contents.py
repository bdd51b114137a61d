"""Texts for the branches: which there are, one of them, and who has not read it yet."""

from uuid import UUID

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.content.keeping import ListContents, ListReaders, ShowContent
from engine.content.model import ContentKind, ContentStatus
from engine.content.writing import RetireContent
from engine.kernel.pages import Slice


@click.group()
def content() -> None:
    """See the texts for the branches, who has not read them, and retire one.

    Writing and authorising take two people, and so are done in the browser or over REST.
    """


@content.command("list", epilog=examples("stoa content list --status submitted"))
@click.option("--kind", type=click.Choice([kind.value for kind in ContentKind]))
@click.option("--status", type=click.Choice([status.value for status in ContentStatus]))
def list_texts(kind: str | None, status: str | None) -> None:
    """List the 100 texts that were changed last."""
    question = ListContents(
        kind=ContentKind(kind) if kind else None,
        status=ContentStatus(status) if status else None,
        part=Slice(limit=100),
    )
    rows = (
        (one.id, one.kind, f"{one.key} v{one.version}", one.status, one.author_name, one.writing.title_el)
        for one in engine().ask(question, actor=operator()).items
    )
    print_table(("id", "kind", "key", "status", "author", "title"), rows)


@content.command(epilog=examples("stoa content show 01936b2e-8000-7aaa-8bbb-0123456789ab"))
@click.argument("content_id", type=click.UUID)
def show(content_id: UUID) -> None:
    """Print a text in both languages."""
    found = engine().ask(ShowContent(content_id=content_id), actor=operator())
    for title, text in (
        (found.writing.title_el, found.writing.text_el),
        (found.writing.title_en, found.writing.text_en),
    ):
        click.echo(f"# {title}\n\n{text}\n")


@content.command(epilog=examples("stoa content unread 01936b2e-8000-7aaa-8bbb-0123456789ab"))
@click.argument("content_id", type=click.UUID)
def unread(content_id: UUID) -> None:
    """List by branch who has not confirmed that they read a text."""
    found = engine().ask(ListReaders(content_id=content_id), actor=operator())
    rows = (
        (one.code, one.name, f"{one.read}/{one.readers}", ", ".join(one.usernames)) for one in found.branches
    )
    print_table(("branch", "name", "read", "unread"), rows)


@content.command(epilog=examples("stoa content retire 01936b2e-… --reason 'Παλιό.'"))
@click.argument("content_id", type=click.UUID)
@click.option("--reason", required=True, help="Why: whoever wrote it reads it.")
def retire(content_id: UUID, reason: str) -> None:
    """Let a text be read no more."""
    retired = engine().carry_out(RetireContent(content_id=content_id, reason=reason), actor=operator())
    click.echo(f"{retired.key}: version {retired.version} is retired")
