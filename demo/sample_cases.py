"""What the demonstration's people find in the morning: cases at every stage, of invented citizens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase, WithdrawCase
from engine.cases.model import Notify
from engine.cases.open import OpenCase
from engine.cases.queries import FindCases
from engine.dispatch import Engine
from engine.kernel.actor import Actor
from engine.kernel.pages import Slice
from engine.kernel.vocabulary import Channel, Person
from engine.people.session import digest
from engine.tasks.assign import ClaimTask
from engine.tasks.complete import CompleteTask

_RESIDENCE: Mapping[str, Any] = {
    "register": {"municipality": "Αθηναίων"},
    "residence": {
        "street": "Ιπποκράτους",
        "number": "118",
        "postcode": "11472",
        "city": "Αθήνα",
        "since": "2017-09-01",
    },
    "evidence": {"kind": "utility_bill"},
    "declared": True,
}
_SIGNATURE: Mapping[str, Any] = {
    "document_kind": "solemn_declaration",
    "recipient": "Δήμος Αθηναίων",
    "copies": 1,
}
_CRIMINAL_RECORD: Mapping[str, Any] = {
    "applies_by": "applicant",
    "birth": {"place": "Πάτρα", "date": "1984-11-02"},
    "purpose": "general",
}
_FAMILY_STATUS: Mapping[str, Any] = {
    "identity": {"kind": "identity_card", "number": "ΑΒ 123456"},
    "register": {"municipality": "Αθηναίων"},
    "copies": 1,
}
_TELEPHONE = "+306900000000"
_PAPERS_COMPLETE: Mapping[str, Any] = {"identity_checked": True, "papers_verdict": "complete"}


@dataclass
class SetClock:
    """A clock that shows the moment to which it was set."""

    at: datetime

    def now(self) -> datetime:
        return self.at


Next = Callable[[Engine, Actor, CaseState], object]
"""What happens to a case after it was opened."""


@dataclass(frozen=True, kw_only=True)
class SampleCase:
    """Somebody who came some hours ago: what they asked for, and how far their case has come."""

    given_name: str
    family_name: str
    afm: str
    hours_ago: int
    procedure: str = "residence-certificate"
    data: Mapping[str, Any] = field(default_factory=lambda: _RESIDENCE)
    channel: Channel = Channel.COUNTER
    then: Next = lambda _engine, _clerk, state: state


def _is_taken(engine: Engine, clerk: Actor, state: CaseState) -> object:
    return engine.carry_out(ClaimTask(task_id=state.tasks[0].id), actor=clerk)


def _is_sent_on(engine: Engine, clerk: Actor, state: CaseState) -> object:
    _is_taken(engine, clerk, state)
    command = CompleteTask(task_id=state.tasks[0].id, data=_PAPERS_COMPLETE)
    return engine.carry_out(command, actor=clerk)


def _is_suspended(engine: Engine, clerk: Actor, state: CaseState) -> object:
    reason = "Ο πολίτης θα φέρει νέο λογαριασμό την άλλη εβδομάδα."
    return engine.carry_out(SuspendCase(case_id=state.case.id, reason=reason), actor=clerk)


def _is_withdrawn(engine: Engine, clerk: Actor, state: CaseState) -> object:
    reason = "Βρήκε τη βεβαίωση που είχε ήδη."
    return engine.carry_out(WithdrawCase(case_id=state.case.id, reason=reason), actor=clerk)


SAMPLE_CASES = (
    SampleCase(given_name="Γεώργιος", family_name="Σταθόπουλος", afm="558073029", hours_ago=290),
    SampleCase(
        given_name="Δημήτριος", family_name="Οικονόμου", afm="257368198", hours_ago=98, then=_is_suspended
    ),
    SampleCase(given_name="Παρασκευή", family_name="Λαμπροπούλου", afm="403642629", hours_ago=73),
    SampleCase(
        given_name="Νικόλαος", family_name="Αγγελόπουλος", afm="229972208", hours_ago=50, then=_is_sent_on
    ),
    SampleCase(given_name="Αθηνά", family_name="Μαυρίδη", afm="133224537", hours_ago=27, then=_is_withdrawn),
    SampleCase(
        given_name="Βασιλική", family_name="Χατζηευστρατίου", afm="932364053", hours_ago=26, then=_is_taken
    ),
    SampleCase(
        given_name="Σπυρίδων",
        family_name="Καραγιάννης",
        afm="722415497",
        hours_ago=4,
        procedure="criminal-record",
        data=_CRIMINAL_RECORD,
    ),
    SampleCase(
        given_name="Ειρήνη",
        family_name="Ψυχογιού",
        afm="195145472",
        hours_ago=2,
        procedure="signature-authentication",
        data=_SIGNATURE,
    ),
    SampleCase(
        given_name="Χρήστος",
        family_name="Αργυρόπουλος",
        afm="627720404",
        hours_ago=1,
        channel=Channel.PHONE,
        procedure="family-status-certificate",
        data=_FAMILY_STATUS,
    ),
)
"""Oldest first. The agencies of the demonstration answer those that wait for them as soon as they are up."""


def open_once(engine: Engine, clock: SetClock, *, token: str) -> None:
    """Open every case in the branch of the clerk with that token, unless there are cases already.

    `engine` goes by `clock`, which shows the present moment at first.
    """
    now, clerk = clock.at, engine.identify(digest(token))
    if clerk is None or engine.ask(FindCases(part=Slice(limit=1)), actor=clerk).items:
        return
    for sample in SAMPLE_CASES:
        clock.at = now - timedelta(hours=sample.hours_ago)
        sample.then(engine, clerk, engine.carry_out(_application(sample), actor=clerk))


def _application(sample: SampleCase) -> OpenCase:
    applicant = Person(
        given_name=sample.given_name,
        family_name=sample.family_name,
        afm=sample.afm,
        phone=_TELEPHONE,
    )
    return OpenCase(
        procedure=sample.procedure,
        channel=sample.channel,
        applicant=applicant,
        data=sample.data,
        notify=Notify(sms=_TELEPHONE),
    )
