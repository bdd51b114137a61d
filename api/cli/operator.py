"""Who acts at the command line and on which engine, and how refusals are told."""

import getpass
import os

from engine import bootstrap
from engine.dispatch import Engine
from engine.kernel.actor import Actor, ActorKind
from engine.settings import Settings, from_environment


def settings() -> Settings:
    """The settings of the environment; `SettingsRefused` names what cannot be used."""
    return from_environment(os.environ)


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
