"""The intake form: what a clerk enters to open a case, with every problem by field."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.intake import parties
from api.pages.intake.offer_texts import missing_words, to_bring
from api.pages.intake.parties import PartyRow
from engine.bundle.forms.checks import CHECKS, VALIDATION_TYPES, Check
from engine.bundle.messages import speaker
from engine.cases.entered_parties import EnteredParty
from engine.cases.model import Notify
from engine.cases.reception import Authorisation, Checklist, IdentityCheck, Reception
from engine.kernel.bilingual import Language
from engine.kernel.noticing import NoticeChannel
from engine.kernel.vocabulary import Channel, Person

APPLICANT, REPRESENTATIVE = "applicant", "representative"

_LENGTHS = {
    "given_name": 100,
    "family_name": 100,
    "patronymic": 100,
    "matronymic": 100,
    "birth_date": 10,
    "afm": 20,
    "amka": 20,
    "identity_document": 50,
    "phone": 30,
    "email": 254,
    "address": 300,
}
_CHECKED: Mapping[str, Check] = {
    "afm": CHECKS["afm"],
    "amka": CHECKS["amka"],
    "phone": CHECKS["gr-phone"],
    "email": VALIDATION_TYPES["email"],
}
Chosen = TypeVar("Chosen", bound=StrEnum)

_UNWRITABLE = re.compile(r"[\x00-\x1f]")
_sentence = speaker(Language.EL)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What was entered: `applicant` and `representative` only if they are valid.

    `taken_over_from` is the earlier case that details came from. `problems` are sentences by field; without
    any the case can be opened.
    """

    channel: Channel
    applicant: Person | None
    representative: Person | None
    reception: Reception | None
    notify: Notify
    taken_over_from: UUID | None
    problems: Mapping[str, list[str]]
    parties: tuple[EnteredParty, ...] = ()


class NoticeOption(NamedTuple):
    """A channel for messages: the words of consent and of its field; `kind` is the field's type."""

    name: str
    agrees: str
    where: str
    kind: str


@dataclass
class _FormReader:
    """The form while it is read, with the problems found so far."""

    sent: MultiDict[str, str]
    problems: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str, *, most: int) -> str | None:
        """A text without surrounding space; None if it is empty."""
        text = " ".join(self.sent.get(name, "").split())
        if len(text) > most:
            self.problems[name] = [_("At most %(most)s letters.", most=most)]
        elif _UNWRITABLE.search(text):
            self.problems[name] = [_("There is a character that cannot be written.")]
        return text or None

    def checked(self, name: str, check: Check, *, most: int) -> str | None:
        """A number or address in its canonical form."""
        text = self.text(name, most=most)
        if text is None or name in self.problems:
            return text
        canonical = check.canonical(text)
        if canonical is None:
            self.problems[name] = [localized(_sentence(check.expected))]
        return canonical

    def one_of(self, name: str, kind: type[Chosen], *, otherwise: str) -> Chosen | None:
        """A value of an enumeration; `otherwise` is the problem if it is none."""
        value = self.sent.get(name, "")
        if value in list(kind):
            return kind(value)
        self.problems[name] = [otherwise]
        return None

    def person(self, role: str) -> Person | None:
        """A person; None if their name is missing or a detail is wrong."""
        before = len(self.problems)
        values: dict[str, str | None] = {}
        for name, most in _LENGTHS.items():
            key = f"{role}-{name}"
            check = _CHECKED.get(name)
            values[name] = self.checked(key, check, most=most) if check else self.text(key, most=most)
        for name in ("given_name", "family_name"):
            if values[name] is None:
                self.problems[f"{role}-{name}"] = [_name_missing(role, name)]
        self._require_date(role, values["birth_date"])
        return None if len(self.problems) > before else Person(**values)  # type: ignore[arg-type]  # names are there

    def _require_date(self, role: str, text: str | None) -> None:
        if text is None:
            return
        try:
            date.fromisoformat(text)
        except ValueError:
            self.problems[f"{role}-birth_date"] = [_("Enter a date, such as 1980-12-31.")]

    def notify(self, there: Collection[NoticeChannel]) -> Notify:
        """The citizen's channels for messages, among those there are; none without their consent."""
        addresses = {way: self._address(way) for way in there if self.sent.get(f"by_{way.value}")}
        for way, address in addresses.items():
            if address is None and way.value not in self.problems:
                self.problems[way.value] = [_("Enter where the citizen is to be told.")]
        language = self.sent.get("notify_language", "")
        return Notify(
            sms=addresses.get(NoticeChannel.SMS),
            email=addresses.get(NoticeChannel.EMAIL),
            language=Language(language) if language in list(Language) else Language.EL,
        )

    def _address(self, way: NoticeChannel) -> str | None:
        if way is NoticeChannel.SMS:
            return self.checked(way.value, CHECKS["gr-phone"], most=30)
        return self.checked(way.value, VALIDATION_TYPES["email"], most=254)

    def reception(self, papers: Checklist, *, by_representative: bool) -> Reception | None:
        """How the citizen was received; None if something about it is wrong."""
        before = len(self.problems)
        identity = self.one_of("identity", IdentityCheck, otherwise=_("Say how the identity was checked."))
        authorisation = None
        if by_representative:
            otherwise = _("Say by what they act for the applicant.")
            authorisation = self.one_of("authorisation", Authorisation, otherwise=otherwise)
        presented = frozenset(self.sent.getlist("paper")) & {paper.id for paper in papers.papers}
        if missing := to_bring(papers, presented):
            self.problems["papers"] = [missing_words(group) for group in missing]
        elif not papers.is_settled:
            self.problems["papers"] = [_("Fill in the application: it decides which papers are needed.")]
        if identity is None or len(self.problems) > before:
            return None
        return Reception(identity=identity, authorisation=authorisation, papers=presented)


def _name_missing(role: str, name: str) -> str:
    """The problem of a missing name, which says whose it is for the list of all problems."""
    return {
        (APPLICANT, "given_name"): _("Enter the applicant's given name."),
        (APPLICANT, "family_name"): _("Enter the applicant's family name."),
        (REPRESENTATIVE, "given_name"): _("Enter the representative's given name."),
        (REPRESENTATIVE, "family_name"): _("Enter the representative's family name."),
    }.get((role, name)) or parties.name_missing(name)


def typed_person(sent: MultiDict[str, str], role: str) -> dict[str, str | None]:
    """A person as typed so far, unchecked."""
    return {name: sent.get(f"{role}-{name}", "").strip()[:most] or None for name, most in _LENGTHS.items()}


def canonical_number(text: str, name: str) -> str | None:
    """A person's number (`afm`, `amka`) in its canonical form; None if it is invalid."""
    return _CHECKED[name].canonical(text.strip()[: _LENGTHS[name]])


def read(
    sent: MultiDict[str, str],
    *,
    papers: Checklist,
    channels: tuple[Channel, ...],
    ways: Collection[NoticeChannel],
    others: Sequence[PartyRow] = (),
) -> Intake:
    """The intake of a form, for a procedure with these papers and channels; `others` are its rows.

    `ways` are the channels for messages that there are.
    """
    reading = _FormReader(sent)
    channel = reading.one_of("channel", Channel, otherwise=_("Say how the citizen came."))
    if channel is not None and channel not in channels:
        reading.problems["channel"] = [_("This procedure is not offered that way.")]
    by_representative = bool(sent.get("by_representative"))
    applicant = reading.person(APPLICANT)
    representative = reading.person(REPRESENTATIVE) if by_representative else None
    entered = parties.entered(others, sent, reading.person)
    return Intake(
        channel=channel or Channel.COUNTER,
        applicant=applicant,
        representative=representative,
        reception=reading.reception(papers, by_representative=by_representative),
        notify=reading.notify(ways),
        taken_over_from=_id(sent.get("taken_over_from", "")),
        problems=reading.problems,
        parties=entered,
    )


def read_person(sent: MultiDict[str, str], role: str) -> tuple[Person | None, Mapping[str, list[str]]]:
    """A person as typed, None if something is wrong, and the problems by field."""
    reading = _FormReader(sent)
    person = reading.person(role)
    return person, reading.problems


def notice_option(channel: NoticeChannel) -> NoticeOption:
    return {
        NoticeChannel.SMS: NoticeOption(
            name=channel.value,
            agrees=_("The citizen agrees to messages on their telephone"),
            where=_("Mobile number"),
            kind="tel",
        ),
        NoticeChannel.EMAIL: NoticeOption(
            name=channel.value,
            agrees=_("The citizen agrees to e-mail"),
            where=_("E-mail address"),
            kind="email",
        ),
    }[channel]


def identity_words(identity: IdentityCheck) -> str:
    return {
        IdentityCheck.IDENTITY_CARD: _("Identity card"),
        IdentityCheck.PASSPORT: _("Passport"),
        IdentityCheck.RESIDENCE_PERMIT: _("Residence permit"),
        IdentityCheck.GOV_GR: _("Document of gov.gr, code looked up"),
        IdentityCheck.QUESTIONS: _("Questions, on the phone"),
    }[identity]


def authorisation_words(authorisation: Authorisation) -> str:
    return {
        Authorisation.GOV_GR: _("Authorisation of gov.gr"),
        Authorisation.CERTIFIED_SIGNATURE: _("Authorisation with certified signature"),
        Authorisation.POWER_OF_ATTORNEY: _("Notarial power of attorney"),
        Authorisation.LAWYER: _("Lawyer's mandate"),
        Authorisation.PARENT_OR_GUARDIAN: _("Parent or guardian"),
    }[authorisation]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
