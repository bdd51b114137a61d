"""How the demo agency behaves: what it answers to which topic, when, and for whom it makes trouble.

The beginning of the applicant's family name chooses the trouble, so that every path can be tried at the desk:

    Άρν…    the agency says no (NOT_RESIDENT, NOT_REGISTERED, REFUSED, or an answer that grants nothing)
    Αργ…    the agency takes a minute
    Σφάλ…   a registry has a fault (REGISTRY_FAULT): somebody else is asked instead, or a clerk searches
    Διπλ…   somebody of that name has an AMKA already

Everybody else is served at once by the registries, and after about two seconds by the others.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from stdnum import luhn

from engine.kernel.vocabulary import search_form

AT_ONCE = frozenset({"registry.family-status", "social-security.search", "insurance.look-up"})
"""The topics whose answer is given in the same exchange."""

LATE = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Completed:
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Failed:
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """An answer, and how long it takes; nothing means that the answer is given in the same exchange."""

    answer: Completed | Failed
    after: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Request:
    """A service task as the agency sees it; `variables` are empty when they did not fit the message."""

    service_task_id: str
    topic: str
    variables: Mapping[str, Any]

    def concerns(self, beginning: str) -> bool:
        """Whether the family name of somebody in it begins like that, accents and case aside."""
        wanted = search_form(beginning)
        return any(search_form(name).startswith(wanted) for name in _family_names(self.variables))

    def number(self, prefix: str) -> str:
        """The number of the paper that is issued: the same whenever the same task is asked again."""
        return f"{prefix}-{_drawn(self.service_task_id, digits=8)}"

    def amka(self, drawn_from: str) -> str:
        """An AMKA for the applicant's date of birth: DDMMYY, four digits drawn from the text, and Luhn's."""
        birth = self.variables.get("birth")
        date = str(birth.get("date", "")) if isinstance(birth, Mapping) else ""
        written = _DATE.fullmatch(date)
        year, month, day = written.groups() if written else ("00", "01", "01")
        body = f"{day}{month}{year}{_drawn(drawn_from, digits=4)}"
        return body + luhn.calc_check_digit(body)


_DATE = re.compile(r"\d{2}(\d{2})-(\d{2})-(\d{2})")


def _family_names(told: Any) -> Iterator[str]:
    """The family names in what an agency is told, however deep: of the applicant, of sellers and buyers."""
    if isinstance(told, Mapping):
        if isinstance(told.get("family_name"), str):
            yield told["family_name"]
        told = list(told.values())
    if isinstance(told, list):
        for part in told:
            yield from _family_names(part)


def _drawn(text: str, *, digits: int) -> str:
    """That many digits, always the same for the same text."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    return f"{number % 10**digits:0{digits}}"


def react(request: Request, *, pause: timedelta) -> Reaction | None:
    """What the agency does with a request, usually after `pause`; None for a topic it does not know."""
    answering = _TOPICS.get(request.topic)
    if answering is None:
        return None
    if request.topic in AT_ONCE:
        return Reaction(answer=answering(request), after=None)
    return Reaction(answer=answering(request), after=LATE if request.concerns("Αργ") else pause)


def _residence(request: Request) -> Completed | Failed:
    if request.concerns("Άρν"):
        return Failed(code="NOT_RESIDENT", message="Δεν βρέθηκε εγγραφή μόνιμης κατοικίας.")
    return Completed(data={"confirmed": True, "certificate_number": request.number("ΒΜΚ")})


def _family_status_at_the_registry(request: Request) -> Completed | Failed:
    if request.concerns("Σφάλ"):
        return Failed(code="REGISTRY_FAULT", message="Το μητρώο δεν μπορεί να εκδώσει το πιστοποιητικό.")
    return Completed(data={"certificate_number": request.number("ΜΠ")})


def _family_status_at_the_municipality(request: Request) -> Completed | Failed:
    if request.concerns("Άρν"):
        return Failed(code="NOT_REGISTERED", message="Δεν βρέθηκε οικογενειακή μερίδα.")
    return Completed(data={"certificate_number": request.number("ΟΚ")})


def _criminal_record(request: Request) -> Completed | Failed:
    if request.concerns("Άρν"):
        return Failed(code="REFUSED", message="Το αντίγραφο δεν χορηγείται.")
    return Completed(data={"certificate_number": request.number("ΠΜ")})


def _grants(prefix: str, otherwise: str) -> Callable[[Request], Completed | Failed]:
    """Answers what `shared/round-trip@1` asks: the number of what is granted, or why it is not."""

    def answering(request: Request) -> Completed | Failed:
        if request.concerns("Άρν"):
            return Completed(data={"granted": False, "remark": otherwise})
        return Completed(data={"granted": True, "document_number": request.number(prefix)})

    return answering


def _insurance_look_up(request: Request) -> Completed | Failed:
    if request.concerns("Σφάλ"):
        return Failed(code="REGISTRY_FAULT", message="Το μητρώο ασφαλισμένων δεν απαντά.")
    if request.concerns("Άρν"):
        return Completed(data={"insured": False, "remark": "Δεν υπάρχει ασφαλιστική ικανότητα."})
    return Completed(data={"insured": True, "insured_until": "2035-12-31"})


def _social_security_search(request: Request) -> Completed | Failed:
    if request.concerns("Σφάλ"):
        return Failed(code="REGISTRY_FAULT", message="Το μητρώο δεν μπορεί να αναζητήσει.")
    if not request.concerns("Διπλ"):
        return Completed(data={"candidates": []})
    names = {name: request.variables.get(name) for name in ("family_name", "given_name")}
    return Completed(data={"candidates": [{"amka": request.amka("candidate"), **names}]})


def _social_security_registration(request: Request) -> Completed | Failed:
    if request.concerns("Άρν"):
        return Failed(code="REFUSED", message="Τα στοιχεία δεν συμφωνούν με το Μητρώο Πολιτών.")
    amka = request.amka(request.service_task_id)
    return Completed(data={"amka": amka, "certificate_number": request.number("ΒΑ")})


def _round_trip(prefix: str, refusal: str) -> Callable[[Request], Completed | Failed]:
    """What answers `shared/round-trip@1`: granted with a number of that prefix, or denied with a remark."""

    def answered(request: Request) -> Completed | Failed:
        if request.concerns("Άρν"):
            return Completed(data={"granted": False, "remark": refusal})
        return Completed(data={"granted": True, "document_number": request.number(prefix)})

    return answered


_TOPICS: Mapping[str, Callable[[Request], Completed | Failed]] = {
    "municipality.residence": _residence,
    "municipality.family-status": _family_status_at_the_municipality,
    "municipality.closest-relatives": _grants("ΕΣ", "Ο θανών δεν είναι εγγεγραμμένος στον δήμο."),
    "municipality.food-inspection": _grants("ΕΛ", "Δεν υπάρχει χώρος υγιεινής για το προσωπικό."),
    "region.day-care": _grants("ΠΕΡ", "Οι χώροι δεν αρκούν για τόσες θέσεις."),
    "fire-brigade.day-care": _grants("ΠΥΡ", "Δεν υπάρχει δεύτερη έξοδος διαφυγής."),
    "health.day-care": _grants("ΥΓ", "Δεν υπάρχει χωριστός χώρος παρασκευής γευμάτων."),
    "ministry.cross-border": _grants("ΔΠΥ", "Η ασφάλιση δεν καλύπτει την Ελλάδα."),
    "registry.family-status": _family_status_at_the_registry,
    "justice.criminal-record": _criminal_record,
    "recruitment.certificate": _grants("ΣΤ", "Δεν βρέθηκε στρατολογική εγγραφή."),
    "recruitment.correction": _grants("ΣΔ", "Το φύλλο μητρώου συμφωνεί με την εγγραφή."),
    "insurance.look-up": _insurance_look_up,
    "insurance.health-card": _grants("ΕΚΑΑ", "Η κάρτα έχει ήδη εκδοθεί."),
    "social-security.search": _social_security_search,
    "social-security.register": _social_security_registration,
    "transport.licence-renewal": _round_trip("ΑΟ", "Η άδεια έχει αφαιρεθεί."),
    "transport.disabled-parking": _round_trip("ΔΣ", "Υπάρχει άλλο δελτίο σε ισχύ."),
    "transport.vehicle-transfer": _round_trip("ΑΚ", "Υπάρχει παρακράτηση κυριότητας."),
    "tax.vehicle-debts": _round_trip("ΒΜΟ", "Οφείλονται τέλη κυκλοφορίας."),
    "inspection.kteo": _round_trip("ΤΕ", "Ο τεχνικός έλεγχος έχει λήξει."),
    "disability.certification": _round_trip("Π", "Η γνωμάτευση δεν είναι σε ισχύ."),
}
