"""Ways to prove who one is: a password here, a directory, or an identity provider."""

from engine.sign_in.door import Door, Placing, Proof
from engine.sign_in.passwords import Passwords

__all__ = ["Door", "Passwords", "Placing", "Proof"]
