"""Who and what there is in the demonstration: offices, people and agencies. Every name is invented."""

from dataclasses import dataclass

from engine.kernel.actor import Role


@dataclass(frozen=True, kw_only=True)
class Office:
    """A branch, with its municipality's own holiday as `MM-DD`."""

    code: str
    name: str
    name_en: str
    municipality: str
    patron_day: str


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person who works in a branch."""

    username: str
    display_name: str
    role: Role
    office: str = "0009"


@dataclass(frozen=True, kw_only=True)
class Substitute:
    """A colleague who works in a second branch too, as what they are in their own."""

    username: str
    office: str


@dataclass(frozen=True, kw_only=True)
class Officer:
    """A person who works for an agency."""

    username: str
    display_name: str
    agency: str


@dataclass(frozen=True, kw_only=True)
class Partner:
    """An agency and the topics it takes."""

    key: str
    name: str
    name_en: str
    topics: tuple[str, ...]


OFFICES = (
    Office(
        code="0009",
        name="ΚΕΠ Δήμου Αθηναίων",
        name_en="Athens citizen service centre",
        municipality="Αθηναίων",
        patron_day="10-03",
    ),
    Office(
        code="0120",
        name="ΚΕΠ Δήμου Θεσσαλονίκης",
        name_en="Thessaloniki citizen service centre",
        municipality="Θεσσαλονίκης",
        patron_day="10-26",
    ),
)

COLLEAGUES = (
    Colleague(username="maria", display_name="Μαρία Παπαδάκη", role=Role.CLERK),
    Colleague(username="nikos", display_name="Νίκος Γεωργίου", role=Role.CLERK, office="0120"),
    Colleague(username="eleni", display_name="Ελένη Βασιλείου", role=Role.MANAGER),
    Colleague(username="kostas", display_name="Κώστας Νικολάου", role=Role.AGENT),
    Colleague(username="sofia", display_name="Σοφία Ιωάννου", role=Role.AUDITOR),
    Colleague(username="petros", display_name="Πέτρος Αντωνίου", role=Role.ANALYST),
    Colleague(username="anna", display_name="Άννα Μιχαηλίδου", role=Role.CERTIFIER),
    Colleague(username="giorgos", display_name="Γιώργος Δημητρίου", role=Role.OPERATOR),
)

SUBSTITUTES = (Substitute(username="eleni", office="0120"),)

OFFICERS = (Officer(username="katerina", display_name="Κατερίνα Λάμπρου", agency="municipality"),)

PARTNERS = (
    Partner(
        key="municipality",
        name="Δημοτολόγιο",
        name_en="Municipal registry",
        topics=("municipality.residence", "municipality.family-status"),
    ),
    Partner(
        key="registry",
        name="Μητρώο Πολιτών",
        name_en="Citizens' registry",
        topics=("registry.family-status",),
    ),
    Partner(
        key="justice",
        name="Ποινικό Μητρώο",
        name_en="Criminal records",
        topics=("justice.criminal-record",),
    ),
    Partner(
        key="social-security",
        name="Μητρώο ΑΜΚΑ",
        name_en="AMKA registry",
        topics=("social-security.search", "social-security.register"),
    ),
)
