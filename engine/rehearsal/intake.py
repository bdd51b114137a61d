"""How a citizen of a scenario is received: what they ask for, their papers, how they want to be told."""

from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from typing import Final, TypeVar

from engine.bundle.scenario import Given, GivenReception
from engine.cases.entered_parties import EnteredParty
from engine.cases.model import Notify
from engine.cases.open import OpenCase
from engine.cases.reception import Authorisation, IdentityCheck, PapersFor, Reception
from engine.kernel.noticing import NoticeChannel
from engine.rehearsal.comparing import missing

_SMS: Final = "+306900000000"
_EMAIL: Final = "applicant@example.gr"
"""Where the applicants of scenarios are told: a number and an address that nobody has."""

Word = TypeVar("Word", bound=StrEnum)


def opening_of(given: Given, procedure: str) -> OpenCase:
    """The command that opens the case of a scenario, of the procedure with that key."""
    return OpenCase(
        procedure=procedure,
        channel=given.channel,
        applicant=given.applicant,
        representative=given.representative,
        data=given.data,
        parties=tuple(
            EnteredParty(role=one.role, person=one.person, papers=one.papers) for one in given.parties
        ),
        applicant_role=given.applicant_role,
        reception=reception_of(given.reception),
        notify=notify_of(given.notify),
    )


def papers_for(given: Given, procedure: str) -> PapersFor:
    """The question which papers the applicant of a scenario brings, for the procedure with that key."""
    return PapersFor(
        procedure=procedure,
        data=given.data,
        applicant=asdict(given.applicant),
        representative=asdict(given.representative) if given.representative else None,
        channel=given.channel,
        applicant_role=given.applicant_role,
    )


def reception_of(given: GivenReception | None) -> Reception | None:
    """What the clerk saw; None where nobody looked at papers. `Unexpected` for a word that there is not."""
    if given is None:
        return None
    return Reception(
        identity=_word("an identity check", given.identity, IdentityCheck),
        authorisation=_word("an authorisation", given.authorisation, Authorisation)
        if given.authorisation
        else None,
        papers=given.papers,
    )


def notify_of(channels: Iterable[NoticeChannel]) -> Notify:
    """How the applicant wants to be told."""
    there = set(channels)
    return Notify(
        sms=_SMS if NoticeChannel.SMS in there else None,
        email=_EMAIL if NoticeChannel.EMAIL in there else None,
    )


def _word(what: str, wanted: str, words: type[Word]) -> Word:
    return words(wanted) if wanted in list(words) else missing(what, wanted, list(words))
