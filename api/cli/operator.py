"""Who acts at the command line and on which engine, and how refusals are told."""

import getpass
import os

import click

from engine import bootstrap
from engine.dispatch import Engine
from engine.kernel.actor import Actor, ActorKind
from engine.settings import Settings, SettingsRefused, from_environment


def settings() -> Settings:
    """The settings of the environment; refused with every variable that cannot be used."""
    try:
        return from_environment(os.environ)
    except SettingsRefused as refused:
        raise click.ClickException(" ".join(refused.problems)) from refused


def engine() -> Engine:
    """The engine on the database of the settings."""
    return bootstrap.build(settings())


def operator() -> Actor:
    """Whoever sits at this machine: whoever may read its settings may do everything.

    The journal names their account on the machine, as `cli:<user>`.
    """
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = str(os.getuid())
    return Actor(kind=ActorKind.SYSTEM, id=None, name=f"cli:{account}")
