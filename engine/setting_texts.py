"""What the text of a setting means: the value, or `ValueError` with what was expected."""

import re
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.jobs.channels.smtp import MailServer, read_mail_server
from engine.jobs.connectors.address_rules import AddressRules
from engine.kernel.actor import Role
from engine.people.role_mapping import group_pattern
from engine.sealing.keyring import key_of


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number from `least` to `most`."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def seconds(least: float, most: float) -> Callable[[str], float]:
    """A number of seconds from `least` to `most`."""

    def read(text: str) -> float:
        problem = f"a number of seconds from {least:g} to {most:g}"
        try:
            number = float(text)
        except ValueError as refused:
            raise ValueError(problem) from refused
        if not least <= number <= most:
            raise ValueError(problem)
        return number

    return read


def yes_or_no(text: str) -> bool:
    """Whether it says yes."""
    answers = {"yes": True, "no": False}
    if text.lower() not in answers:
        raise ValueError("yes or no")
    return answers[text.lower()]


def one_of(*choices: str) -> Callable[[str], str]:
    """One of these words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(" or ".join(choices))
        return text

    return read


def database_url(text: str) -> str:
    """The URL of a database that can be used."""
    if not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("sqlite:///path or postgresql://user:password@host/database")
    return text


def zone(text: str) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as refused:
        raise ValueError("the name of a time zone, such as Europe/Athens") from refused


def ldap_url(text: str) -> str:
    """The URL of a directory; empty for none."""
    if text and not text.startswith(("ldaps://", "ldap://")):
        raise ValueError("ldaps://host or ldap://host")
    return text


def person_filter(text: str) -> str:
    """A filter of a directory with a place for the user name."""
    if "{username}" not in text:
        raise ValueError("a filter with {username} in it, such as (uid={username})")
    return text


def https_url(text: str) -> str:
    """Over http somebody in between could read and change what is sent, but not on this machine."""
    if text and not text.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ValueError("https://host/path")
    return text


def web_url(text: str) -> str:
    """Over http too: what comes back is signed."""
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("https://host/path or http://host/path")
    return text


def mail_server(text: str) -> MailServer | None:
    """A mail server; None for an empty text."""
    return read_mail_server(text) if text else None


def mail_address(text: str) -> str:
    """An address for e-mail; empty for none."""
    if text and not re.fullmatch(r"[^\s@<>,]+@[^\s@<>,]+", text):
        raise ValueError("an address such as no-reply@kep.example")
    return text


def folder(text: str) -> Path | None:
    """A path; None for an empty text."""
    return Path(text) if text else None


def group_patterns(text: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of groups."""
    return tuple(group_pattern(word) for word in words(text))


def group_filter(text: str) -> str:
    """A filter of a directory with a place for the name of a person; empty for none."""
    if text and "{dn}" not in text:
        raise ValueError("a filter with {dn} in it, such as (member={dn})")
    return text


def secret_keys(text: str) -> tuple[bytes, ...]:
    """Keys in base64."""
    return tuple(key_of(word) for word in words(text))


def roles(text: str) -> frozenset[Role]:
    """Roles by name."""
    known = {role.value: role for role in Role}
    if any(word not in known for word in words(text)):
        raise ValueError(f"some of {', '.join(known)}")
    return frozenset(known[word] for word in words(text))


def private_endpoints(text: str) -> AddressRules:
    """Places and networks that are not public."""
    try:
        return AddressRules.of(words(text))
    except ValueError as refused:
        raise ValueError("places and networks such as 127.0.0.1:9000, 10.1.0.0/16") from refused


def words(text: str) -> tuple[str, ...]:
    """The words between commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())
