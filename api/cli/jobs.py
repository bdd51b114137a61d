"""Background work, as the operator sees it."""

from uuid import UUID

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.kernel.pages import Slice
from engine.operations.queries import ListJobs
from engine.outbox.model import JobState
from engine.service_tasks.deliveries import ReplayJob


@click.group()
def jobs() -> None:
    """List background work, and replay what was given up."""


@jobs.command("list", epilog=examples("stoa jobs list --state dead"))
@click.option("--state", type=click.Choice([state.value for state in JobState]))
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
def list_jobs(state: str | None, limit: int) -> None:
    """List jobs, newest first."""
    question = ListJobs(state=JobState(state) if state else None, part=Slice(limit=limit))
    page = engine().ask(question, actor=operator())
    rows = (
        (job.id, job.kind, job.state, job.attempts, f"{job.run_at:%Y-%m-%d %H:%M:%S}", job.last_error)
        for job in page.items
    )
    print_table(("id", "kind", "state", "attempts", "due (UTC)", "last error"), rows)


@jobs.command(epilog=examples("stoa jobs retry 01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b"))
@click.argument("job_ids", nargs=-1, required=True, type=click.UUID)
def retry(job_ids: tuple[UUID, ...]) -> None:
    """Try dead letters again, from the first attempt and with the same webhook-id."""
    target, actor = engine(), operator()
    for job_id in job_ids:
        job = target.carry_out(ReplayJob(job_id=job_id), actor=actor)
        click.echo(f"{job.id}: {job.state}")
