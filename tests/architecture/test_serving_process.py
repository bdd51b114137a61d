"""A process that serves holds what it needs: what few requests ask for is loaded with the first of them."""

import os
import subprocess
import sys
from pathlib import Path

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
import sys
import api.wsgi
print(*(name for name in {ASKED_FOR_RARELY!r} if name in sys.modules))
"""


def test_a_server_loads_nothing_before_somebody_asks_for_it(tmp_path: Path) -> None:
    environment = {**os.environ, "STOA_DATABASE_URL": f"sqlite:///{tmp_path / 'stoa.db'}"}
    ran = subprocess.run(
        [sys.executable, "-c", _SERVES], capture_output=True, text=True, check=True, env=environment
    )

    assert ran.stdout.split() == []
