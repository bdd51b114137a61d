"""All of Stoa on this machine, for trying out: API, worker and demo agency on SQLite, and a first case."""

import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click

from demo.country.filling import Country, fill
from demo.folder import TokenFile, only_one_in
from demo.guide import guide
from demo.network import Unreachable, free_ports, wait_until_up
from demo.processes import DemoProcess, ProcessGroup
from demo.sample_cases import SetClock, open_once
from demo.seed import Seeded, publish_procedures, seed, set_passwords
from demo.walk import Clerk, Walk, WalkFailed
from engine import bootstrap
from engine.jobs.worker import stop_signal
from engine.kernel.refusal import Conflict
from engine.settings import Settings, SettingsRefused, from_environment
from engine.storage.migrate import upgrade

_START_SECONDS = 60.0
_PASSWORD = "password"  # noqa: S105 - the name under which it is kept


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """Where the demonstration lives: its folder, its ports, and the environment of its processes."""

    folder: Path
    port: int
    agency_port: int
    environment: Mapping[str, str]

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def agencies_at(self) -> str:
        return f"http://127.0.0.1:{self.agency_port}"

    @property
    def settings(self) -> Settings:
        return from_environment(self.environment)


def arrange(folder: Path, port: int) -> Demonstration:
    """A demonstration in that folder, at that port or, if somebody is there already, at a free one.

    A database that the environment names is used; otherwise it is a file in the folder.
    """
    api_port, agency_port = free_ports(port, port + 1)
    environment = {
        "STOA_DATABASE_URL": f"sqlite:///{folder.resolve() / 'stoa.db'}",
        "STOA_LOG_FORMAT": "text",
        # By name, as browsers have passkeys for no number.
        "STOA_PUBLIC_URL": f"http://localhost:{api_port}",
        "STOA_NOTICE_FOLDER": str(folder.resolve() / "notices"),
        **os.environ,
        "STOA_PORT": str(api_port),
        "STOA_PRIVATE_ENDPOINTS": f"127.0.0.1:{agency_port}",
    }
    return Demonstration(folder=folder, port=api_port, agency_port=agency_port, environment=environment)


def prepare(demonstration: Demonstration) -> Seeded:
    """Bring the database to the newest schema, publish all procedures, with people, agencies and work."""
    settings = demonstration.settings
    upgrade(settings.database_url)
    token_file = TokenFile(path=demonstration.folder / "demo-tokens.json")
    password_file = TokenFile(path=demonstration.folder / "demo-password.json")
    with bootstrap.build(settings) as engine:
        seeded = seed(engine, agencies_at=demonstration.agencies_at, known=token_file.read())
        # Once there are agencies that serve their topics.
        publish_procedures(engine, processes=settings.procedures, forms=settings.forms)
        known = password_file.read().get(_PASSWORD)
        password = set_passwords(engine, bootstrap.build_authenticator(settings).passwords, known=known)
        if password != known:
            # Another password revokes the tokens that people had.
            seeded = seed(engine, agencies_at=demonstration.agencies_at, known=seeded.tokens)
    clock = SetClock(at=datetime.now(UTC))
    with bootstrap.build(settings, clock=clock) as earlier:
        open_once(earlier, clock, token=seeded.tokens["maria"])
    token_file.write(seeded.tokens)
    password_file.write({_PASSWORD: password})
    return replace(seeded, password=password)


def processes(demonstration: Demonstration, seeded: Seeded) -> ProcessGroup:
    environment = demonstration.environment
    secrets = ",".join(f"{key}={secret}" for key, secret in seeded.secrets.items())
    book = str(demonstration.folder / "demo-agency.db")
    agency = ["--port", str(demonstration.agency_port), "--api", demonstration.api, "--book", book]
    stoa = [sys.executable, "-m", "api.cli.main"]
    serve = [
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(demonstration.port),
        "--workers",
        "1",
        "--threads",
        "2",
    ]
    programs = (
        DemoProcess(
            name="agency",
            command=[sys.executable, "-m", "demo.agency", *agency],
            environment={**environment, "STOA_DEMO_AGENCY_SECRETS": secrets},
        ),
        DemoProcess(name="api", command=[*stoa, *serve], environment=environment),
        DemoProcess(name="worker", command=[*stoa, "worker"], environment=environment),
    )
    return ProcessGroup(programs=programs, logs=demonstration.folder / "log", print=click.echo)


def fill_country(demonstration: Demonstration, country: Country) -> None:
    """Put a made-up country into the database; one that is there already stays as it is."""
    settings = demonstration.settings
    with bootstrap.build(settings) as engine:
        try:
            fill(engine, country, processes=settings.procedures, forms=settings.forms, say=click.echo)
        except Conflict as there:
            click.echo(there.message)


def run(*, port: int, folder: Path, exit_after_walk: bool, country: Country | None = None) -> int:
    """Start everything, walk one case through, and serve until SIGTERM or SIGINT; gives the exit code.

    With `exit_after_walk`, stop when the case has come to its end. The code is 1 if something kept crashing,
    or if that case did not end. Only for the main thread of a process. Raises `SettingsRefused`, `Refusal`.
    """
    stop = stop_signal()
    with only_one_in(folder):
        demonstration = arrange(folder, port)
        click.echo("Preparing the database, the procedures and the demo data …")
        seeded = prepare(demonstration)
        if country is not None:
            fill_country(demonstration, country)
        # Left from the inside out: the watch ends before the processes are stopped, whatever was raised.
        with processes(demonstration, seeded) as running, ThreadPoolExecutor(1) as pool:
            keeps_running = pool.submit(running.watch, stop)
            try:
                walked = _show(demonstration, seeded, stop)
                if not exit_after_walk:
                    stop.wait()
                click.echo("Stopping …")
            finally:
                stop.set()
    failed = not keeps_running.result() or (exit_after_walk and not walked)
    return 1 if failed else 0


@click.command()
@click.option("--port", type=click.IntRange(1, 65000), default=8080, show_default=True, help="For the API.")
@click.option(
    "--folder", type=click.Path(path_type=Path), default="var", show_default=True, help="For everything kept."
)
@click.option("--exit-after-walk", is_flag=True, help="Stop when the first case has come to its end.")
@click.option("--country", is_flag=True, help="With 332 municipalities, 1,050 branches and a year of cases.")
@click.option("--cases", type=click.IntRange(1, 10_000_000), default=20_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same country.")
def main(port: int, folder: Path, *, exit_after_walk: bool, country: bool, cases: int, seed: int) -> None:
    """Start Stoa with demo data, walk one case through it, and keep serving until Ctrl-C."""
    wanted = Country(cases=cases, seed=seed, processes=os.cpu_count() or 1) if country else None
    try:
        raise SystemExit(run(port=port, folder=folder, exit_after_walk=exit_after_walk, country=wanted))
    except SettingsRefused as refused:
        raise click.ClickException(" ".join(refused.problems)) from refused


def _show(demonstration: Demonstration, seeded: Seeded, stop: Event) -> bool:
    """Wait for the API, walk one case through, and say how to go on; False if the case did not end."""
    try:
        wait_until_up(f"{demonstration.api}/readyz", seconds=_START_SECONDS, stop=stop)
        clerk = Clerk(api=demonstration.api, token=seeded.tokens["maria"])
        walked = Walk(clerk=clerk, print=click.echo, stop=stop).go()
    except (Unreachable, WalkFailed) as problem:
        click.echo(f"The first case did not come to its end: {problem}")
        return False
    notices = demonstration.settings.notice_folder
    click.echo(guide(site=demonstration.api, seeded=seeded, walked=walked, notices=notices))
    return True
