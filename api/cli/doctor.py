"""Keeping an installation in order: bringing the database up to date, checking everything."""

import http.client
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import click

from api.cli import operator
from api.cli.printing import examples
from api.observability.proxies import REMEDY
from engine import bootstrap
from engine.anchors.anchoring import ShowAnchorState
from engine.cases.queries import FindCases, ReadJournal
from engine.dispatch import Engine
from engine.documents.model import Scan
from engine.documents.scan import CountScans
from engine.jobs.clamd import Clamd
from engine.kernel.actor import SYSTEM
from engine.kernel.pages import Slice
from engine.kernel.refusal import Refusal, Unavailable
from engine.operations.key_rotation import ListKeyUses
from engine.operations.model import Gauges
from engine.operations.queries import LATENESS, WORKER_SILENCE, CountEverything
from engine.operations.traffic import UntrustedProxySeen
from engine.organisation.placement import ListMisplaced
from engine.procedures.model import VersionStatus
from engine.procedures.queries import FindProcedures
from engine.sealing.chain import first_broken_line
from engine.sealing.keyring import KeyFile
from engine.service_tasks.held_requests import ListHeldTopics
from engine.service_tasks.switching import ListPausedAgencies
from engine.settings import Settings, SettingsRefused, from_environment
from engine.storage import migrate as migrations

_SAMPLE = 20
_ANCHORS_LATE = 3
"""How many anchors may be missing before it is told."""
_LONGEST_JOURNAL = 100
_PROXY_REMEMBERED = timedelta(days=1)


class Mark(Enum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """What was looked at, how it came out, what was found, and what to do about it."""

    name: str
    mark: Mark
    found: str
    remedy: str = ""


@click.command(epilog=examples("stoa doctor"))
def doctor() -> None:
    """Check settings, database, migrations, worker, journals, procedures and the API; say what to do.

    Exit code 1 if a check fails; a warning is no failure.
    """
    failed = False
    for check in _checks():
        click.echo(f"{check.mark.value:<5} {check.name:<12} {check.found}")
        if check.remedy:
            click.echo(f"{'':<18} → {check.remedy}")
        failed = failed or check.mark is Mark.FAIL
    if failed:
        raise SystemExit(1)


def _checks() -> Iterator[Check]:
    try:
        settings = from_environment(os.environ)
    except SettingsRefused as refused:
        yield Check(
            "settings", Mark.FAIL, " ".join(refused.problems), "correct the variables; see docs/settings.md"
        )
        return
    yield Check("settings", Mark.OK, "every variable can be used")
    database = _database(settings)
    yield database
    if database.mark is Mark.OK:
        with bootstrap.build(settings) as engine:
            gauges = engine.ask(CountEverything(), actor=SYSTEM)
            yield from (
                _worker(engine, gauges),
                _jobs(gauges),
                _agencies(engine),
                _held(engine),
                _tree(engine),
                _cases(gauges),
                _access(gauges),
                _journals(engine),
                _journal_key(engine),
                _anchors(engine, settings),
                *_guard(engine),
                _procedures(engine),
                _secrets(engine, settings),
                _documents(engine, settings),
                _proxies(engine, settings),
            )
    yield _api(settings)


def _database(settings: Settings) -> Check:
    try:
        current, newest = migrations.current(settings.database_url), migrations.head()
    except Refusal as refused:
        return Check(
            "database", Mark.FAIL, refused.message, "start the database, or correct STOA_DATABASE_URL"
        )
    if current != newest:
        found = f"stands at {current}, the newest schema is {newest}" if current else "was never migrated"
        return Check("database", Mark.FAIL, found, "run `stoa migrate upgrade`")
    kind = "SQLite" if settings.uses_sqlite else "PostgreSQL"
    return Check("database", Mark.OK, f"{kind}, at the newest schema {newest}")


def _worker(engine: Engine, gauges: Gauges) -> Check:
    beat = gauges.last_worker_beat
    if beat is None:
        return Check("worker", Mark.WARN, "no worker was ever seen", "start `stoa worker`")
    silence = engine.clock.now() - beat
    seconds = int(silence.total_seconds())
    if silence > WORKER_SILENCE:
        found = f"silent for {seconds} seconds: nothing is delivered and no timer fires"
        return Check("worker", Mark.WARN, found, "start `stoa worker`, and see its log")
    return Check("worker", Mark.OK, f"alive {seconds} seconds ago")


def _jobs(gauges: Gauges) -> Check:
    if gauges.dead_letters:
        found = f"{gauges.dead_letters} dead letters"
        return Check("jobs", Mark.WARN, found, "see `stoa jobs list --state dead`, then `stoa jobs retry`")
    if gauges.job_lag_seconds > LATENESS.total_seconds():
        found = f"the oldest job is {int(gauges.job_lag_seconds)} seconds late"
        return Check("jobs", Mark.WARN, found, "start more workers, or see which agency is slow")
    return Check("jobs", Mark.OK, f"{gauges.jobs_ready} to do, none late")


def _agencies(engine: Engine) -> Check:
    paused = engine.ask(ListPausedAgencies(), actor=SYSTEM)
    if paused:
        found = "; ".join(
            f"{one.key} is paused since {one.since:%Y-%m-%d %H:%M} UTC, {one.waiting} waiting: {one.reason}"
            for one in paused
        )
        return Check("agencies", Mark.WARN, found, "once it takes webhooks: `stoa agencies switch-on <key>`")
    return Check("agencies", Mark.OK, "none is paused")


def _held(engine: Engine) -> Check:
    """Requests whose topic has lost its agency."""
    held = engine.ask(ListHeldTopics(), actor=SYSTEM)
    if held:
        found = "; ".join(
            f"{one.number} of {one.topic}, the oldest since {one.since:%Y-%m-%d %H:%M} UTC" for one in held
        )
        return Check(
            "topics",
            Mark.WARN,
            f"requests are held: {found}",
            "let an agency serve it: `stoa agencies serve`, or /admin/agencies",
        )
    return Check("topics", Mark.OK, "no request waits for an agency that is not there")


def _tree(engine: Engine) -> Check:
    """Organisations from before the rules of the tree, which stand where their kind may not."""
    misplaced = engine.ask(ListMisplaced(), actor=SYSTEM)
    if misplaced:
        shown = "; ".join(
            f"{one.code} ({one.kind}) below "
            + (f"{one.above_code} ({one.above_kind})" if one.above_code else "no other")
            for one in misplaced[:_SAMPLE]
        )
        found = f"{len(misplaced)} stand where their kind may not: {shown}"
        remedy = "they work as they are; move them: `stoa org change <code> --below <code>`, or /admin"
        return Check("tree", Mark.WARN, found, remedy)
    return Check("tree", Mark.OK, "every organisation stands where its kind may")


def _cases(gauges: Gauges) -> Check:
    if gauges.stuck_cases:
        found = f"{gauges.stuck_cases} cases are stuck"
        return Check(
            "cases", Mark.WARN, found, "their journals say why: `stoa cases list`, `stoa cases journal`"
        )
    return Check("cases", Mark.OK, f"{gauges.cases_started} opened, none stuck")


def _access(gauges: Gauges) -> Check:
    if gauges.access_concerns:
        found = f"{gauges.access_concerns} exceptional or unusual readings that nobody has reviewed"
        return Check("access", Mark.WARN, found, "the data protection officer reviews them at /desk/access")
    return Check("access", Mark.OK, "every exceptional reading was reviewed")


def _journals(engine: Engine) -> Check:
    """The newest cases' journals, recomputed as far as one page goes."""
    sample = engine.ask(FindCases(part=Slice(limit=_SAMPLE)), actor=SYSTEM).items
    for case in sample:
        part = Slice(limit=_LONGEST_JOURNAL)
        lines = engine.ask(ReadJournal(case_id=case.id, part=part), actor=SYSTEM).items
        broken = first_broken_line(lines, engine.journal_keys)
        if broken is not None:
            found = f"case {case.number}: line {broken} does not follow from the one before"
            return Check(
                "journals", Mark.FAIL, found, "somebody changed the database by hand; keep a copy and ask why"
            )
    return Check("journals", Mark.OK, f"intact in the {len(sample)} newest cases")


def _journal_key(engine: Engine) -> Check:
    key = engine.journal_keys.newest
    if key is None:
        found = "there is none: who may write to the database can rewrite a journal so that it seems intact"
        remedy = "give STOA_SECRET_KEYS a key, such as `openssl rand -base64 32` makes"
        return Check("journal key", Mark.WARN, found, remedy)
    return Check("journal key", Mark.OK, f"new lines have the key {key.name}")


def _anchors(engine: Engine, settings: Settings) -> Check:
    """Whether journals are anchored as often as they should be, and each place has every anchor."""
    places = [place.name for place in bootstrap.build_anchor_places(settings)]
    state = engine.ask(ShowAnchorState(places=places), actor=SYSTEM)
    longest = _ANCHORS_LATE * timedelta(minutes=settings.anchor_minutes)
    if state.waits_since is not None and engine.clock.now() - state.waits_since > longest:
        made = f"the last was made {state.last.at:%Y-%m-%d %H:%M} UTC" if state.last else "none was ever made"
        return Check("anchors", Mark.WARN, f"{made}; journals have grown since", "start `stoa worker`")
    if not places:
        found = "no place outside of the database has them"
        remedy = "set STOA_ANCHOR_FILE, STOA_ANCHOR_MAILBOX or STOA_TIME_STAMP_URL"
        return Check("anchors", Mark.WARN, found, remedy)
    lacking = [f"{place} lacks {count}" for place, count in state.missing.items() if count >= _ANCHORS_LATE]
    if lacking:
        return Check("anchors", Mark.WARN, ", ".join(lacking), "`stoa journal anchor` says why")
    number = state.last.number if state.last else 0
    return Check("anchors", Mark.OK, f"{number} made, all in {', '.join(places)}")


def _guard(engine: Engine) -> Iterator[Check]:
    """Whether our own role of the database could change what is written once; on SQLite there are none."""
    unguarded = engine.ask(ShowAnchorState(places=()), actor=SYSTEM).unguarded
    if unguarded:
        found = f"it could change or remove rows of {', '.join(unguarded)}"
        remedy = "let another role own the tables: docs/recipes/guard-the-journal.md"
        yield Check("role", Mark.WARN, found, remedy)


def _procedures(engine: Engine) -> Check:
    question = FindProcedures(status=VersionStatus.PUBLISHED, part=Slice(limit=100))
    page = engine.ask(question, actor=SYSTEM)
    if not page.items:
        found = "no procedure is on offer"
        return Check("procedures", Mark.WARN, found, "deploy one, and see `stoa procedures --help`")
    return Check("procedures", Mark.OK, f"{len(page.items)}{'+' if page.next else ''} on offer")


def _secrets(engine: Engine, settings: Settings) -> Check:
    """What is sealed with which key, and whether only this installation can read the key."""
    if not settings.secret_keys and settings.key_file is None:
        found = (
            "STOA_SECRET_KEYS is empty: secrets and files are kept in the clear, nobody has a second factor"
        )
        if settings.second_factor_roles:
            found += f", which {', '.join(sorted(settings.second_factor_roles))} need before anything opens"
        mark = Mark.FAIL if settings.second_factor_roles else Mark.WARN
        return Check("secrets", mark, found, "give it a key as docs/keys.md says, then `stoa keys rotate`")
    uses = engine.ask(ListKeyUses(), actor=SYSTEM)
    lost = sum(use.count for use in uses if not use.is_at_hand)
    if lost:
        found = f"no key at hand opens {lost} secrets: `stoa keys status` says which"
        return Check("secrets", Mark.FAIL, found, "add the key that is missing to STOA_SECRET_KEYS")
    if settings.key_file and settings.key_file.exists() and not KeyFile(settings.key_file).is_private:
        found = f"others than its owner may read {settings.key_file}"
        return Check("secrets", Mark.WARN, found, f"run `chmod 600 {settings.key_file}`")
    outdated = sum(use.count for use in uses if not use.seals)
    if outdated:
        found = f"{outdated} secrets are sealed with an older key, or are in the clear"
        return Check("secrets", Mark.WARN, found, "run `stoa keys rotate`")
    total = sum(use.count for use in uses)
    return Check("secrets", Mark.OK, f"{total} secrets, sealed with the key of today")


def _documents(engine: Engine, settings: Settings) -> Check:
    """What the virus scanner makes of documents, and whether it can be reached from here."""
    counted = engine.ask(CountScans(), actor=SYSTEM)
    unclean = {scan: counted[scan] for scan in (Scan.INFECTED, Scan.FAILED) if scan in counted}
    if settings.clamav is not None:
        try:
            Clamd(address=settings.clamav, patience=timedelta(seconds=5)).scan([b"doctor"])
        except Unavailable as away:
            found = f"{away.message} {counted.get(Scan.PENDING, 0)} documents wait for it"
            return Check("documents", Mark.FAIL, found, "start clamd, or correct STOA_CLAMAV")
    elif counted.get(Scan.PENDING):
        found = f"{counted[Scan.PENDING]} documents wait for a virus scanner, and STOA_CLAMAV is empty"
        return Check("documents", Mark.FAIL, found, "set STOA_CLAMAV for every process")
    if unclean:
        found = ", ".join(f"{number} {scan}" for scan, number in unclean.items())
        remedy = "the journals of their cases say which; after a mistake of the scanner `stoa documents scan`"
        return Check("documents", Mark.WARN, found, remedy)
    total = sum(counted.values())
    return Check("documents", Mark.OK, f"{total} kept, {counted.get(Scan.CLEAN, 0)} found clean by a scanner")


def _proxies(engine: Engine, settings: Settings) -> Check:
    """Whether all callers may seem to come from one address, which is a proxy's."""
    if settings.trusted_proxies:
        return Check("proxies", Mark.OK, f"{settings.trusted_proxies} trusted")
    if settings.https_only or settings.public_url.startswith("https:"):
        found = "browsers come over https, which a proxy in front must be answering, but none is trusted"
        return Check("proxies", Mark.WARN, found, REMEDY)
    seen = engine.ask(UntrustedProxySeen(), actor=SYSTEM)
    if seen is not None and engine.clock.now() - seen < _PROXY_REMEMBERED:
        found = "requests came over a proxy within the last day, but none is trusted"
        return Check("proxies", Mark.WARN, found, REMEDY)
    return Check("proxies", Mark.OK, "no request came over one")


def _api(settings: Settings) -> Check:
    connection = http.client.HTTPConnection(settings.host, settings.port, timeout=3)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        found = f"nothing answers at {settings.host}:{settings.port} ({type(error).__name__})"
        return Check("api", Mark.WARN, found, "start `stoa serve`, unless it runs on another machine")
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        return Check("api", Mark.FAIL, f"/readyz answers {status}", "see its answer and its log")
    return Check("api", Mark.OK, f"ready at {settings.host}:{settings.port}")


@click.group()
def migrate() -> None:
    """Bring the database to the newest schema, or say where it stands."""


@migrate.command(epilog=examples("stoa migrate upgrade"))
def upgrade() -> None:
    """Bring the database to the newest schema, in one transaction. Harmless if it is there already."""
    url = operator.settings().database_url
    migrations.upgrade(url)
    click.echo(f"The database stands at {migrations.current(url)}.")


@migrate.command(epilog=examples("stoa migrate grant stoa_app"))
@click.argument("role")
def grant(role: str) -> None:
    """Give a role of PostgreSQL what the application needs, as the owner of the tables; after each upgrade.

    The role can add to the journal and to the anchors, and change or remove nothing in them.
    """
    migrations.grant(operator.settings().database_url, role)
    click.echo(f"{role} may do what the application does, and cannot change what is written once.")


@migrate.command(epilog=examples("stoa migrate status"))
def status() -> None:
    """Say where the database stands; exit code 1 if it is not at the newest schema."""
    current, newest = migrations.current(operator.settings().database_url), migrations.head()
    if current != newest:
        found = f"stands at {current}" if current else "was never migrated"
        raise click.ClickException(
            f"The database {found}, the newest is {newest}: run `stoa migrate upgrade`."
        )
    click.echo(f"The database stands at {newest}, the newest.")
