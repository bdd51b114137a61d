"""Many posts at once: given by a file, tried first, and the register as a file."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.actor import Role
from engine.kernel.refusal import Invalid, Refusal
from engine.kernel.staffing import require_keeps_some_staff
from engine.organisation.tree_store import tree_on
from engine.people import post_store, register_store, staff_csv
from engine.people.post import Grant, Post
from engine.people.posts import (
    GivePost,
    kept_places,
    kept_user,
    place_coded,
    post_to_give,
    require_no_overlap,
    write_post,
)
from engine.people.staff_csv import Line


@dataclass(frozen=True, kw_only=True)
class LineProblem:
    """What is wrong with one cell of a file: the rule that its value breaks, in a sentence."""

    line: int
    field: str
    value: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What came of a file: how many posts it gives, and every problem. With a problem it gives none.

    `posts` leaves out lines that say what is there already. Nothing was changed by a trial.
    """

    lines: int
    posts: int
    problems: tuple[LineProblem, ...]
    is_trial: bool


@dataclass(frozen=True, kw_only=True)
class ImportPosts(Command[ImportReport]):
    """Give the posts of a CSV file: all of them, or, where a line has a problem, none.

    Half a file would leave somebody to find out which half. A trial changes nothing. The people are there
    already: who is new is invited.
    """

    content: bytes
    is_trial: bool = True


def import_posts(command: ImportPosts, transaction: Transaction) -> ImportReport:
    """The report; `Invalid` only for a file that cannot be read at all."""
    require_keeps_some_staff(transaction.actor)
    lines = staff_csv.read(command.content)
    problems: list[LineProblem] = []
    posts: list[Post] = []
    known: dict[UUID, list[Post]] = {}
    for line in lines:
        try:
            post = _post_of(line, transaction, known)
            posts += [post] if post else []
        except Invalid as refused:
            problems += [
                _problem(line, field, rule) for field, rules in refused.errors.items() for rule in rules
            ]
        except Refusal as refused:
            problems.append(_problem(line, _FIELDS.get(refused.code, "username"), refused.message))
    if not problems and not command.is_trial:
        for post in posts:
            write_post(transaction, post)
    return ImportReport(
        lines=len(lines),
        posts=0 if problems else len(posts),
        problems=tuple(problems),
        is_trial=command.is_trial,
    )


@dataclass(frozen=True, kw_only=True)
class ExportPosts:
    """The register as a CSV file, as far as the actor keeps it; the same file may be read again."""

    organisation: str | None = None

    def answer(self, context: QueryContext) -> bytes:
        """The posts that are not over, by user name."""
        require_keeps_some_staff(context.actor)
        kept, connection, today = kept_places(context), context.connection, context.today
        place = place_coded(context, self.organisation) if self.organisation is not None else None
        every = tree_on(connection, today).nodes
        rows = register_store.written_posts(connection, on=today, at=place.id if place else None)
        return staff_csv.written(
            {
                "username": row.username,
                "name": row.display_name,
                "organisation": every[row.organisation_id].code,
                "role": row.role,
                "position": row.position,
                "from": _written(row.valid_from),
                "until": _written(row.valid_until),
                "substitute_for": row.substitute_for or "",
            }
            for row in rows
            if row.organisation_id in every and (kept is None or row.organisation_id in kept)
        )


_FIELDS = {"already_exists": "from", "own_post": "username", "not_permitted": "role"}
"""The column to which a refusal belongs, by its code."""
_COLUMNS = {"valid_from": "from", "valid_until": "until"}


def _post_of(line: Line, transaction: Transaction, known: dict[UUID, list[Post]]) -> Post | None:
    """The post that a line means; None if it is there already."""
    values = line.values
    problems: dict[str, list[str]] = {}
    days: dict[str, date | None] = {}
    for column in ("from", "until"):
        try:
            days[column] = staff_csv.day_of(values[column])
        except ValueError:
            problems[column] = ["expected a day such as 2026-12-31 or 31/12/2026"]
    if values["role"] not in set(Role):
        problems["role"] = [f"expected one of {', '.join(role.value for role in Role)}"]
    for column in staff_csv.REQUIRED:
        if not values[column]:
            problems[column] = ["expected something, found nothing"]
    if problems:
        raise Invalid("The line cannot be read.", problems)
    command = GivePost(
        username=values["username"],
        organisation=values["organisation"],
        role=Role(values["role"]),
        valid_from=days["from"],
        valid_until=days["until"],
        position=values["position"],
        substitute_for=values["substitute_for"] or None,
    )
    try:
        place = place_coded(transaction, command.organisation)
    except Refusal as refused:
        raise Invalid.field("organisation", "there is no organisation of yours with this code") from refused
    user = kept_user(transaction, command.username)
    theirs = known.setdefault(user.id, list(post_store.lock_posts(transaction.connection, user.id)))
    if any(_says_the_same(command, one, place.id, transaction.today) for one in theirs):
        return None
    post = post_to_give(command, transaction, place=place, user=user)
    require_no_overlap(post, theirs)
    theirs.append(post)
    return post


def _says_the_same(command: GivePost, post: Post, place_id: UUID, today: date) -> bool:
    return (
        not post.is_over(today)
        and post.grant == Grant(place_id, command.role)
        and (post.valid_from, post.valid_until) == (command.valid_from, command.valid_until)
        and (post.substitute_for is None) == (command.substitute_for is None)
    )


def _problem(line: Line, field: str, rule: str) -> LineProblem:
    column = _COLUMNS.get(field, field)
    return LineProblem(line=line.number, field=column, value=line.values.get(column, ""), rule=rule)


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
