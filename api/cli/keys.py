"""The keys that secrets and files are sealed with: what is sealed with which, and sealing with a new one."""

from dataclasses import replace
from typing import Final

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.operations.key_rotation import KeyUse, ListKeyUses, SealAnew, SealPlain
from engine.sealing.seals import SecretKind

_NOUNS: Final = {
    SecretKind.SECOND_FACTOR: "second factors",
    SecretKind.AGENCY_SECRETS: "secrets of agencies",
    SecretKind.TRACKING_CODE: "tracking codes",
    SecretKind.DOCUMENT_KEY: "documents",
    SecretKind.SIGNING_CODE: "signing codes",
}
_BATCH: Final = 100
_FILES_A_BATCH: Final = 5
"""Files in the clear are sealed whole, so that fewer make a batch."""


@click.group()
def keys() -> None:
    """See what is sealed with which key, and seal everything with the key of today (docs/keys.md)."""


@keys.command(epilog=examples("stoa keys status"))
def status() -> None:
    """Say what is sealed with which key. Exit code 1 if something is, whose key is not at hand."""
    if _print_uses():
        raise SystemExit(1)


@keys.command(epilog=examples("stoa keys rotate", "stoa keys rotate --batch 20"))
@click.option(
    "--batch",
    type=click.IntRange(1, 1000),
    default=_BATCH,
    show_default=True,
    help="How many secrets one transaction seals.",
)
def rotate(batch: int) -> None:
    """Seal everything with the first key: what has an older one, and what is in the clear.

    It may be done while people work, stopped at any moment, and started again: what is done stays done. After
    that the older keys can be taken out of STOA_SECRET_KEYS. Exit code 1 if there is something that no key
    opens.
    """
    for kind in SecretKind:
        few = min(batch, _FILES_A_BATCH) if kind is SecretKind.DOCUMENT_KEY else batch
        _work_off(SealPlain(kind=kind, limit=few), f"{_NOUNS[kind]} sealed that were in the clear")
        _work_off(SealAnew(kind=kind, limit=batch), f"{_NOUNS[kind]} sealed anew")
    lost = _print_uses()
    if lost:
        click.echo(
            f"no key at hand opens {lost} of them: add the key that is missing to STOA_SECRET_KEYS, "
            "or see in docs/keys.md what can be done without it",
            err=True,
        )
        raise SystemExit(1)


def _work_off(command: SealPlain | SealAnew, noun: str) -> None:
    """Carry the command out, batch after batch, until there is nothing left, and say how far it is."""
    done = 0
    while (batch := engine().carry_out(command, actor=operator())).last is not None:
        done += batch.renewed
        click.echo(f"{done} {noun}")
        command = replace(command, after=batch.last)


def _print_uses() -> int:
    """Print what is sealed with which key; how many secrets no key at hand opens."""
    uses = engine().ask(ListKeyUses(), actor=operator())
    rows = ((_NOUNS[use.kind], use.key or "none", use.count, _state(use)) for use in uses)
    print_table(("what", "key", "count", "state"), rows)
    return sum(use.count for use in uses if not use.is_at_hand)


def _state(use: KeyUse) -> str:
    if use.key is None:
        return "in the clear"
    if use.seals:
        return "sealed with the key of today"
    return "sealed with an older key" if use.is_at_hand else "its key is not at hand"
