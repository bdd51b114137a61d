"""A process that serves holds what it needs: what few requests ask for is loaded with the first of them."""

import subprocess
import sys

ASKED_FOR_RARELY = (
    "alembic",
    "apscheduler",
    "engine.lint.rules",
    "engine.rehearsal.playing",
    "faker",
    "fido2",
    "httpcore",
    "httpx",
    "icalendar",
    "joserfc",
    "ldap3",
    "phonenumbers",
    "pyshacl",
    "rdflib",
    "schemathesis",
    "typst",
    "zeep",
)

_SERVES = f"""
import os, sys
os.environ["STOA_DATABASE_URL"] = "sqlite:///nowhere.db"
import api.wsgi
print(*(name for name in {ASKED_FOR_RARELY!r} if name in sys.modules))
"""


def test_a_server_loads_nothing_before_somebody_asks_for_it() -> None:
    ran = subprocess.run([sys.executable, "-c", _SERVES], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == []
