"""Who acts at the command line and on which engine, and how refusals are told."""

import getpass
import os

import click

from engine import bootstrap
from engine.dispatch import Engine
from engine.kernel.actor import Actor, ActorKind, Scope
from engine.kernel.permission import require_scope
from engine.people.session import digest
from engine.settings import TOKEN, Settings, SettingsRefused, from_environment


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


def person(target: Engine) -> Actor:
    """Whose token STOA_TOKEN is, or is typed: for what the operator of the machine alone may not do."""
    token = os.environ.get(TOKEN) or click.prompt("Your token", hide_input=True)
    actor = target.identify(digest(token.strip()))
    if actor is None or actor.kind is not ActorKind.USER:
        raise click.ClickException("Expected the token of a person; this one opens nothing for a person.")
    require_scope(actor, Scope.PROCEDURES_WRITE)
    return actor
