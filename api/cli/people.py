"""Who works where: the register of people, posts given and ended, invitations, and files."""

import sys
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.people.invitations import InvitePerson
from engine.people.posts import ConfirmPost, EndPost, GivePost
from engine.people.register import ListStaff, ShowPerson, StaffMember, StaffPost
from engine.people.rights_here import WhoMayDoWhat
from engine.people.staff_files import ExportPosts, ImportPosts

_role = click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
_organisation = click.option("--organisation", required=True, help="The code of the organisation.")
_DAY = click.DateTime(["%Y-%m-%d"])
_first = click.option("--from", "first", type=_DAY, help="The first day; today if left out.")
_last = click.option("--until", "last", type=_DAY, help="The last day; none if left out.")


@click.group()
def people() -> None:
    """See who works where, give and end posts, invite people, and read and write files."""


@people.command("list", epilog=examples("stoa people list --organisation 0009", "stoa people list --leaving"))
@click.option("--organisation", help="The code of an organisation.")
@click.option("--role", type=click.Choice([role.value for role in Role]))
@click.option("--text", default="", help="Words of a name.")
@click.option("--leaving", is_flag=True, help="Who leaves within a month.")
@click.option("--proposed", is_flag=True, help="Of whom a post waits to be confirmed.")
def list_people(
    organisation: str | None, role: str | None, text: str, *, leaving: bool, proposed: bool
) -> None:
    """List people with the posts that are not over, the first hundred of them."""
    wanted = ListStaff(
        text=text,
        organisation=organisation,
        role=Role(role) if role else None,
        leaving=leaving,
        proposed=proposed,
        part=Slice(limit=100),
    )
    found = engine().ask(wanted, actor=operator())
    _print_posts(found.items)
    if found.next is not None:
        click.echo("There are more: narrow the search, or export them.")


@people.command(epilog=examples("stoa people show maria"))
@click.argument("username")
def show(username: str) -> None:
    """Show every post of somebody, past ones too."""
    _print_posts((engine().ask(ShowPerson(username=username), actor=operator()).member,))


@people.command(
    epilog=examples("stoa people give maria --organisation 0009 --role manager --until 2027-06-30")
)
@click.argument("username")
@_organisation
@_role
@_first
@_last
@click.option("--position", default="", help="How they are called in it.")
@click.option("--for", "absent", help="The user name of whom they stand in for.")
def give(
    username: str,
    organisation: str,
    role: str,
    first: datetime | None,
    last: datetime | None,
    position: str,
    absent: str | None,
) -> None:
    """Give somebody a post, or let them stand in for somebody."""
    command = GivePost(
        username=username,
        organisation=organisation,
        role=Role(role),
        valid_from=_day(first),
        valid_until=_day(last),
        position=position,
        substitute_for=absent,
    )
    post = engine().carry_out(command, actor=operator())
    click.echo(f"{username}: {role} in {organisation} from {post.valid_from}, post {post.id}")


@people.command(epilog=examples("stoa people end 01936b2e-9000-7aaa-8bbb-0123456789ab --last 2026-12-31"))
@click.argument("post", type=click.UUID)
@click.option("--last", type=_DAY, help="The last day; without one the post ends at once.")
def end(post: UUID, last: datetime | None) -> None:
    """End a post; what the person has in hand goes back to the branch."""
    ended = engine().carry_out(EndPost(post_id=post, last_day=_day(last)), actor=operator())
    click.echo(f"{post}: ends with {ended.valid_until}" if last else f"{post}: ended")


@people.command(epilog=examples("stoa people confirm 01936b2e-9000-7aaa-8bbb-0123456789ab"))
@click.argument("post", type=click.UUID)
def confirm(post: UUID) -> None:
    """Confirm a post that somebody has proposed."""
    engine().carry_out(ConfirmPost(post_id=post), actor=operator())
    click.echo(f"{post}: confirmed")


@people.command(
    epilog=examples(
        "stoa people invite 'Άννα Γεωργίου' --organisation 0009 --role clerk --email a@example.gr"
    )
)
@click.argument("name")
@_organisation
@_role
@_first
@_last
@click.option("--email", help="Where the code is sent; without it the code is printed here, this once.")
def invite(
    name: str,
    organisation: str,
    role: str,
    first: datetime | None,
    last: datetime | None,
    email: str | None,
) -> None:
    """Invite somebody who is new."""
    command = InvitePerson(
        name=name,
        organisation=organisation,
        role=Role(role),
        valid_from=_day(first),
        valid_until=_day(last),
        email=email,
    )
    made = engine().carry_out(command, actor=operator())
    until = f"{made.invitation.expires_at:%Y-%m-%d %H:%M} UTC"
    click.echo(f"{name}: invited until {until}, " + (f"code {made.code}" if made.code else "by e-mail"))


@people.command(
    "import", epilog=examples("stoa people import people.csv", "stoa people import people.csv --confirm")
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", is_flag=True, help="Give the posts. Without it, only try the file.")
def import_file(file: Path, *, confirm: bool) -> None:
    """Give the posts of a CSV file, all or, with a problem, none."""
    command = ImportPosts(content=file.read_bytes(), is_trial=not confirm)
    report = engine().carry_out(command, actor=operator())
    if report.problems:
        rows = ((one.line, one.field, one.value, one.rule) for one in report.problems)
        print_table(("line", "column", "value", "rule"), rows)
        raise click.ClickException("Nothing was changed: correct these lines.")
    click.echo(f"{report.posts} posts {'given' if confirm else 'would be given: confirm it'}")


@people.command(epilog=examples("stoa people export > people.csv"))
@click.option("--organisation", help="The code of an organisation.")
def export(organisation: str | None) -> None:
    """Write the posts that are not over as CSV."""
    content = engine().ask(ExportPosts(organisation=organisation), actor=operator())
    sys.stdout.buffer.write(content)


@people.command(epilog=examples("stoa people rights --organisation 0009"))
@_organisation
def rights(organisation: str) -> None:
    """Tell who may do what in an organisation."""
    found = engine().ask(WhoMayDoWhat(organisation=organisation), actor=operator()).rights
    rows = (
        (f"{one.thing}: {one.action}", holder.user.username, holder.role.value, holder.source.value)
        for one in found
        for holder in one.holders
        if holder.user is not None
    )
    print_table(("right", "who", "as", "by"), rows)


def _print_posts(members: tuple[StaffMember, ...]) -> None:
    rows = (
        (
            member.user.username,
            member.user.display_name,
            one.post.role.value,
            one.code,
            one.post.valid_from or "",
            one.post.valid_until or "",
            _state(one),
            one.post.id,
        )
        for member in members
        for one in member.posts
    )
    print_table(("user", "name", "role", "in", "from", "until", "state", "post"), rows)


def _state(one: StaffPost) -> str:
    if one.post.withdrawn_at is not None:
        return f"ended {one.post.withdrawn_at:%Y-%m-%d}"
    if one.wants_confirmation:
        return "proposed" if one.post.awaits_confirmation else "to confirm"
    return f"for {one.in_place_of}" if one.in_place_of else ""


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
