"""A desk that real browsers can visit: the application over an office in memory, on a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from werkzeug.serving import make_server

from engine.commands.suspend_case import SuspendCase
from engine.commands.withdraw_case import WithdrawCase
from engine.domain.actor import Actor
from engine.domain.case import Channel
from engine.domain.party import Person
from tests.office import PAPERS_COMPLETE, Office
from tests.pages.visiting import COOKIE, OpenDesk, session_of

NAMES = (
    ("Ελένη", "Δημητρίου", "094014201"),
    ("Γεώργιος", "Παπαδόπουλος", None),
    ("Αικατερίνη", "Οικονόμου", None),
    ("Ιωάννης", "Βλαχογιαννόπουλος", None),
    ("Δήμητρα", "Κωνσταντίνου", None),
    ("Νικόλαος", "Αγγελόπουλος", None),
    ("Βασιλική", "Χατζηευστρατίου", None),
    ("Χρήστος", "Ψυχογιός", None),
)
"""Who the cases are of; every name is invented."""


@dataclass
class Served:
    """A desk at an address, with who works there."""

    address: str
    desk: OpenDesk = field(default_factory=OpenDesk)

    @property
    def office(self) -> Office:
        """The office behind it."""
        return self.desk.desk.office

    def session_cookie(self, who: Actor | UUID) -> dict[str, Any]:
        """The cookie by which a browser is somebody's."""
        text = session_of(self.office.engine, who)
        return {"name": COOKIE, "value": text, "url": self.address, "httpOnly": True, "sameSite": "Lax"}


@contextmanager
def served() -> Iterator[Served]:
    """A desk with a week's work in it, for as long as the block lasts."""
    desk = OpenDesk()
    server = make_server("127.0.0.1", 0, desk.desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="served desk")
    thread.start()
    try:
        found = Served(address=f"http://127.0.0.1:{server.server_port}", desk=desk)
        fill(found.office)
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fill(office: Office) -> None:
    """A week's cases: taken and free, answered and waiting, late, suspended and withdrawn."""
    for number, (given, family, afm) in enumerate(NAMES):
        person = Person(given_name=given, family_name=family, afm=afm, phone="+306900000000")
        channel = Channel.PHONE if number % 3 == 2 else Channel.COUNTER
        state = office.opens_case(applicant=person, channel=channel)
        if number in (1, 4):
            office.completes(state.tasks[0], PAPERS_COMPLETE)
        if number == 2:
            office.claims(state.tasks[0])
        if number == 5:
            office.does(SuspendCase(case_id=state.case.id, reason="Λείπει έγγραφο από το εξωτερικό."))
        if number == 6:
            office.does(WithdrawCase(case_id=state.case.id, reason="Το ζήτησε η πολίτης στο γκισέ."))
        office.clock.advance(timedelta(hours=19))
