"""Anticipated failures at the command line: one clear sentence each, and never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from engine.kernel.refusal import Invalid, Refusal
from engine.settings import SettingsRefused


@contextmanager
def told() -> Iterator[None]:
    """Turn what the engine or the settings refuse into a message on standard error and exit code 1."""
    try:
        yield
    except SettingsRefused as refused:
        raise click.ClickException(" ".join(refused.problems)) from refused
    except Invalid as refused:
        raise click.ClickException("\n".join([refused.message, *_lines(refused)])) from refused
    except Refusal as refused:
        raise click.ClickException(refused.message) from refused


def _lines(refused: Invalid) -> Iterator[str]:
    for place, sentences in refused.errors.items():
        for sentence in sentences:
            if f"{place}: {sentence}" != refused.message:
                yield f"  {place}: {sentence}"
