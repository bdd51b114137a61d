"""The demo agency, a process of its own: `python -m demo.agency --port 8090 --api http://127.0.0.1:8080`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import click

from demo import conduct
from demo.callbacks import Callbacks
from demo.inbox import Inbox, serve
from demo.order_book import OrderBook
from engine.jobs.connectors.signatures import secret_problem

# The mark keeps click from filling the lines of a paragraph anew.
_EPILOG = "\n\n".join(f"\b\n{paragraph}" for paragraph in (conduct.__doc__ or "").split("\n\n"))


def read_secrets(text: str) -> Mapping[str, Sequence[str]]:
    """Signing secrets by agency, from `municipality=whsec_…,registry=whsec_…`; one may have several."""
    secrets: dict[str, list[str]] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        agency, _, secret = entry.partition("=")
        if reason := secret_problem(secret):
            raise click.BadParameter(f"{agency}: {reason}")
        secrets.setdefault(agency, []).append(secret)
    return secrets


@click.command(epilog=_EPILOG)
@click.option("--port", type=click.IntRange(1, 65535), required=True, help="Loopback port to listen on.")
@click.option("--api", required=True, help="Where Stoa answers, for example http://127.0.0.1:8080.")
@click.option(
    "--secrets",
    envvar="STOA_DEMO_AGENCY_SECRETS",
    required=True,
    help="agency=whsec_…, separated by commas; better given in the environment than on the command line.",
)
@click.option("--book", type=click.Path(path_type=Path), default=":memory:", help="File of the order book.")
@click.option(
    "--pause", type=float, default=2.0, show_default=True, help="Seconds before an ordinary answer."
)
def main(port: int, api: str, secrets: str, book: Path, pause: float) -> None:
    """Answer service tasks for the agencies whose secrets are given, each at http://127.0.0.1:PORT/AGENCY."""
    keys = read_secrets(secrets)
    orders = OrderBook(book)
    server = serve(Inbox(secrets=keys, book=orders, pause=timedelta(seconds=pause)), port)
    callbacks = Callbacks(api=api.rstrip("/"), secrets=keys, book=orders, tell=click.echo)
    Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"The demo agency listens at http://127.0.0.1:{port}/ as {', '.join(keys)}.")
    # Until the process is ended, which loses nothing: what is owed is in the order book.
    callbacks.send_until(Event())


if __name__ == "__main__":
    main()
