"""Serving the API with gunicorn, and running the worker."""

import os
import tempfile

import click

from api.cli.operator import settings
from api.cli.printing import examples
from engine.settings import variable_of


@click.command(
    epilog=examples(
        "stoa serve", "STOA_DATABASE_URL=postgresql://stoa@db/stoa stoa serve --host 0.0.0.0 --workers 4"
    )
)
@click.option("--host", help="The address to listen on; the setting STOA_HOST if left out.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port; STOA_PORT if left out.")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="API processes; 1 on SQLite, else 2, if left out."
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Requests that one process works on at a time; connections may be many more.",
)
def serve(host: str | None, port: int | None, workers: int | None, threads: int) -> None:
    """Serve the API until SIGTERM or SIGINT; requests that have begun are finished."""
    given = settings()
    with tempfile.TemporaryDirectory(prefix="stoa-") as folder:
        # prometheus_client reads it when it is first imported, which is after this.
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        os.environ.setdefault(variable_of("shared_folder"), folder)
        from api.cli.gunicorn import Gunicorn

        Gunicorn(
            given,
            bind=f"{host or given.host}:{port or given.port}",
            workers=workers or (1 if given.uses_sqlite else 2),
            threads=threads,
        ).run()


@click.command(epilog=examples("stoa worker"))
def worker() -> None:
    """Do background work until SIGTERM or SIGINT: deliver to agencies, fire timers, keep house.

    Any number of workers may run on PostgreSQL; on SQLite run one.
    """
    given = settings()
    from api.observability import logs
    from engine.bootstrap import build_worker
    from engine.jobs.worker import stop_signal

    logs.set_up(given)
    logs.warn_of_missing_key(given)
    stop, working = stop_signal(), build_worker(given)
    with working.engine:
        working.run_forever(stop)
