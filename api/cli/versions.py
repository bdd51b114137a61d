"""The life of procedure versions at the command line, each step in the name of a person."""

import json
from datetime import date, datetime
from uuid import UUID

import click

from api.cli.operator import engine, operator, person
from api.cli.printing import examples, print_table
from engine.anchors.version_check import VerifyVersions
from engine.context import Command
from engine.kernel.actor import SYSTEM
from engine.kernel.bilingual import Language
from engine.mitos.unmapped import by_reason
from engine.people.attempts import SignInAttempt
from engine.people.signing_in import CountAttempt, TakeAttemptBack
from engine.procedures.certification import CertifyVersion, Decree
from engine.procedures.comment import Comment
from engine.procedures.comments import AnswerComment, CommentVersion, ListComments, ResolveComment
from engine.procedures.model import ProcedureVersion, Validity
from engine.procedures.publishing import PublishVersion, RetireVersion
from engine.procedures.queries import ListVersions, ShowEvidence, ShowRecord, ShowVersion
from engine.procedures.registry_records import LeftOutOfRecord, RecordOfService, RecordOfVersion
from engine.procedures.submission import FilesToSubmit, ReturnVersion, SubmitVersion

_DAY = click.DateTime(["%Y-%m-%d"])
_KEY = click.argument("key")
_NUMBER = click.argument("number", type=click.IntRange(1))
_REASON = click.option("--reason", required=True, help="Why; it is kept in the record.")


@click.group()
def procedures() -> None:
    """Submit, certify, publish and retire versions of procedures, and read their records.

    Whoever changes something is a person: STOA_TOKEN holds their token, or it is asked for. The operator of
    this machine alone may only deploy drafts.
    """


@procedures.command("versions", epilog=examples("stoa procedures versions residence-certificate"))
@_KEY
def list_versions(key: str) -> None:
    """List the versions of a procedure, newest first."""
    with engine() as target:
        found = target.ask(ListVersions(key=key), actor=operator())
    rows = (
        (one.number, one.status, _moment(one.published_at), _moment(one.retired_at), one.sha256)
        for one in found
    )
    print_table(("version", "status", "since (UTC)", "until (UTC)", "sha256"), rows)


@procedures.command(epilog=examples("stoa procedures export residence-certificate > record.json"))
@_KEY
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--lang", type=click.Choice(["el", "en"]), default="el", show_default=True)
def export(key: str, number: int | None, lang: str) -> None:
    """Print a version, or else what is on offer, as a record of the registry MITOS.

    What such a record cannot say is listed beside it, on standard error.
    """
    question: RecordOfService | RecordOfVersion = (
        RecordOfVersion(key=key, number=number, language=Language(lang))
        if number is not None
        else RecordOfService(key=key, language=Language(lang))
    )
    with engine() as target:
        record = target.ask(question, actor=operator())
        missing = target.ask(LeftOutOfRecord(key=key, number=number), actor=operator())
    click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    for why, listed in by_reason(missing).items():
        click.echo(why.in_language(lang), err=True)
        for one in listed:
            click.echo(f"  {one.path}: {one.value}", err=True)


@procedures.command(epilog=examples("stoa procedures record residence-certificate 2"))
@_KEY
@_NUMBER
def record(key: str, number: int) -> None:
    """Show who did what with a version, when, and why."""
    with engine() as target:
        acts = target.ask(ShowRecord(key=key, number=number), actor=operator())
    rows = (
        (act.number, _moment(act.at), act.kind, act.actor_name, act.detail.get("decree"), act.reason)
        for act in acts
    )
    print_table(("act", "at (UTC)", "what", "by", "decree", "why"), rows)


@procedures.command(epilog=examples("stoa procedures submit residence-certificate 2"))
@_KEY
@_NUMBER
def submit(key: str, number: int) -> None:
    """Submit a draft, or a version that was returned, to be certified; what it lacks is listed."""
    with engine() as target:
        actor = person(target)
        target.evidence_of(target.ask(FilesToSubmit(key=key, number=number), actor=actor))
        _tell(target.carry_out(SubmitVersion(key=key, number=number), actor=actor))


@procedures.command(
    "return", epilog=examples('stoa procedures return residence-certificate 2 --reason "Term unclear"')
)
@_KEY
@_NUMBER
@_REASON
def give_back(key: str, number: int, reason: str) -> None:
    """Return a submitted version to its analysts."""
    _carry_out(ReturnVersion(key=key, number=number, reason=reason))


@procedures.command(
    epilog=examples(
        'stoa procedures certify residence-certificate 2 --decree 1234/2026 --gazette "B 512/2026" '
        "--ada Ψ8Ν246ΜΤΛ6-7ΘΞ --from 2026-12-15"
    )
)
@_KEY
@_NUMBER
@click.option("--decree", required=True, help="The number of the decree.")
@click.option("--gazette", required=True, help="The issue of the Government Gazette (ΦΕΚ).")
@click.option("--ada", required=True, help="The number under which Diavgeia published it (ΑΔΑ).")
@click.option("--from", "since", type=_DAY, help="The first day for which it is certified.")
@click.option("--until", type=_DAY, help="The last day for which it is certified.")
@click.option("--sha256", help="Of the files that you looked at; what is stored is asked about otherwise.")
def certify(
    key: str,
    number: int,
    decree: str,
    gazette: str,
    ada: str,
    since: datetime | None,
    until: datetime | None,
    sha256: str | None,
) -> None:
    """Certify a submitted version by decree; the code of your telephone is asked for."""
    with engine() as target:
        actor = person(target)
        if sha256 is None:
            version, files = target.ask(ShowVersion(key=key, number=number), actor=actor)
            click.confirm(f"{len(files)} files, SHA-256 {version.sha256}: is it these?", abort=True)
            sha256 = version.sha256
        command = CertifyVersion(
            key=key,
            number=number,
            sha256=sha256,
            decree=Decree(number=decree, gazette=gazette, ada=ada),
            validity=Validity(since=_date(since), until=_date(until)),
            second_factor=click.prompt("Code of your second factor", hide_input=True),
        )
        attempt = SignInAttempt(username=actor.name, address="command line")
        target.carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)
        _tell(target.carry_out(command, actor=actor))
        target.carry_out(TakeAttemptBack(attempt=attempt), actor=SYSTEM)


@procedures.command(epilog=examples("stoa procedures publish residence-certificate 2 --from 2026-12-15"))
@_KEY
@_NUMBER
@click.option("--from", "since", type=_DAY, help="On offer from 00:00 of this day; at once, if left out.")
def publish(key: str, number: int, since: datetime | None) -> None:
    """Put a certified version on offer; the one before is superseded in the same moment."""
    _carry_out(PublishVersion(key=key, number=number, since=_date(since)))


@procedures.command(epilog=examples('stoa procedures retire residence-certificate 2 --reason "ν. 1234/2026"'))
@_KEY
@_NUMBER
@_REASON
def retire(key: str, number: int, reason: str) -> None:
    """Offer a version no longer; nothing is on offer in its place."""
    _carry_out(RetireVersion(key=key, number=number, reason=reason))


@procedures.command(epilog=examples("stoa procedures comments residence-certificate 2"))
@_KEY
@_NUMBER
def comments(key: str, number: int) -> None:
    """List what analysts and certifiers wrote about a version."""
    with engine() as target:
        found = target.ask(ListComments(key=key, number=number), actor=person(target))
    rows = (
        (
            one.id,
            one.place if one.thread_id is None else "  answer",
            "resolved" if one.resolved_at else "open" if one.thread_id is None else "",
            one.author_name,
            one.text,
        )
        for one in found
    )
    print_table(("comment", "about", "state", "by", "text"), rows)


@procedures.command(
    epilog=examples('stoa procedures comment residence-certificate 2 "Why five?" --element ask_municipality')
)
@_KEY
@_NUMBER
@click.argument("text")
@click.option("--file", help="The file that it is about.")
@click.option("--line", type=click.IntRange(1), help="The line of the file.")
@click.option("--element", help="The id of the element that it is about.")
def comment(
    key: str, number: int, text: str, file: str | None, line: int | None, element: str | None
) -> None:
    """Begin a thread on a version, a file, a line or an element."""
    command = CommentVersion(key=key, number=number, text=text, file=file, line=line, element_id=element)
    _write(command)


@procedures.command(epilog=examples('stoa procedures answer 01936b2e-… "The law says so."'))
@click.argument("comment_id", type=click.UUID)
@click.argument("text")
def answer(comment_id: UUID, text: str) -> None:
    """Answer a comment."""
    _write(AnswerComment(comment_id=comment_id, text=text))


@procedures.command(epilog=examples("stoa procedures resolve 01936b2e-…"))
@click.argument("comment_id", type=click.UUID)
@click.option("--again", is_flag=True, help="Open the thread again.")
def resolve(comment_id: UUID, *, again: bool) -> None:
    """Say that what a thread was about is settled."""
    _write(ResolveComment(comment_id=comment_id, resolved=not again))


@procedures.command(epilog=examples("stoa procedures evidence residence-certificate 2"))
@_KEY
@_NUMBER
def evidence(key: str, number: int) -> None:
    """Print what was played and covered when a version was submitted, as JSON."""
    with engine() as target:
        found = target.ask(ShowEvidence(key=key, number=number), actor=operator())
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


def _write(command: Command[Comment]) -> None:
    with engine() as target:
        written = target.carry_out(command, actor=person(target))
    click.echo(written.id)


@procedures.command(epilog=examples("stoa procedures verify"))
def verify() -> None:
    """Verify the files and the record of every version against what was certified and anchored.

    Exit code 0: everything is as it was certified. 1: something is broken, or a key is missing.
    """
    findings = versions = acts = uncertified = 0
    after, is_over = None, False
    with engine() as target:
        while not is_over:
            part = target.ask(VerifyVersions(after=after), actor=operator())
            for finding in part.findings:
                line = f" act {finding.line}" if finding.line else ""
                click.echo(f"{finding.what:<18} {finding.version}{line}: {finding.found}")
            findings += len(part.findings)
            versions, acts = versions + part.versions, acts + part.acts
            uncertified += part.uncertified
            after, is_over = part.last, part.last is None
    if uncertified:
        click.echo(f"{uncertified} are of before there were certifications: only their files are known.")
    if findings:
        raise click.ClickException(f"{findings} findings in {versions} versions with {acts} acts.")
    click.echo(f"Intact: {versions} versions with {acts} acts.")


def _carry_out(command: Command[ProcedureVersion]) -> None:
    with engine() as target:
        _tell(target.carry_out(command, actor=person(target)))


def _tell(version: ProcedureVersion) -> None:
    since = f" from {_moment(version.published_at)} UTC" if version.published_at else ""
    click.echo(f"{version.key} version {version.number}: {version.status}{since}")


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _date(day: datetime | None) -> date | None:
    return day.date() if day else None
