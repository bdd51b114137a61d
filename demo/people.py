"""Who and what there is in the demonstration: branches, people and agencies. Every name is invented."""

from dataclasses import dataclass

from engine.kernel.actor import Role
from engine.organisation.organisation import OrganisationKind


@dataclass(frozen=True, kw_only=True)
class SampleBranch:
    """A branch, with its municipality's own holiday as `MM-DD`."""

    code: str
    name: str
    name_en: str
    municipality: str
    holiday: str


@dataclass(frozen=True, kw_only=True)
class SampleOrganisation:
    """An organisation above or beside the branches; `above` is the code of what it is below."""

    kind: OrganisationKind
    code: str
    name: str
    name_en: str
    above: str = ""


@dataclass(frozen=True, kw_only=True)
class SampleUser:
    """Somebody with a role in branches, the first of which their token is for, or an officer of an agency.

    With an `organisation`, by its code, they have their role there.
    """

    username: str
    display_name: str
    role: Role
    branches: tuple[str, ...] = ("0009",)
    agency: str = ""
    organisation: str = ""


@dataclass(frozen=True, kw_only=True)
class SampleAgency:
    key: str
    name: str
    name_en: str
    topics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SampleService:
    """What every branch gives appointments for, at a counter of its own."""

    key: str
    name: str
    name_en: str


BRANCHES = (
    SampleBranch(
        code="0009",
        name="ΚΕΠ Δήμου Αθηναίων",
        name_en="Athens citizen service centre",
        municipality="Αθηναίων",
        holiday="10-03",
    ),
    SampleBranch(
        code="0120",
        name="ΚΕΠ Δήμου Θεσσαλονίκης",
        name_en="Thessaloniki citizen service centre",
        municipality="Θεσσαλονίκης",
        holiday="10-26",
    ),
)

STAFF = (
    SampleUser(username="maria", display_name="Μαρία Παπαδάκη", role=Role.CLERK),
    SampleUser(username="nikos", display_name="Νίκος Γεωργίου", role=Role.CLERK, branches=("0120",)),
    SampleUser(
        username="eleni", display_name="Ελένη Βασιλείου", role=Role.MANAGER, branches=("0009", "0120")
    ),
    SampleUser(username="kostas", display_name="Κώστας Νικολάου", role=Role.AGENT),
    SampleUser(username="sofia", display_name="Σοφία Ιωάννου", role=Role.AUDITOR),
    SampleUser(username="danai", display_name="Δανάη Αλεξίου", role=Role.DATA_PROTECTION_OFFICER),
    SampleUser(username="thanos", display_name="Θάνος Ευαγγέλου", role=Role.SUPERVISOR),
    SampleUser(username="despina", display_name="Δέσποινα Ρήγα", role=Role.ADMINISTRATOR),
    SampleUser(username="petros", display_name="Πέτρος Αντωνίου", role=Role.ANALYST),
    SampleUser(username="anna", display_name="Άννα Μιχαηλίδου", role=Role.CERTIFIER),
    SampleUser(username="giorgos", display_name="Γιώργος Δημητρίου", role=Role.OPERATOR),
)

OFFICERS = (
    SampleUser(
        username="katerina",
        display_name="Κατερίνα Λάμπρου",
        role=Role.OFFICER,
        branches=(),
        agency="municipality",
    ),
)

EXAMINING_BRANCH = "0001"
"""The office that examines what organisations apply for."""

ORGANISATIONS = (
    SampleOrganisation(
        kind=OrganisationKind.MINISTRY,
        code="interior",
        name="Υπουργείο Εσωτερικών",
        name_en="Ministry of the Interior",
    ),
    SampleOrganisation(
        kind=OrganisationKind.BRANCH,
        code=EXAMINING_BRANCH,
        name="Διεύθυνση Οργάνωσης και Λειτουργίας ΚΕΠ",
        name_en="Directorate of citizen service centres",
        above="interior",
    ),
    SampleOrganisation(
        kind=OrganisationKind.MUNICIPALITY,
        code="nea-poli",
        name="Δήμος Νέας Πόλης",
        name_en="Municipality of Nea Poli",
        above="interior",
    ),
)

OFFICIALS = (
    SampleUser(
        username="vasilis",
        display_name="Βασίλης Ζήσης",
        role=Role.MANAGER,
        branches=(),
        organisation=EXAMINING_BRANCH,
    ),
    SampleUser(
        username="lydia",
        display_name="Λυδία Καραμάνου",
        role=Role.CLERK,
        branches=(),
        organisation=EXAMINING_BRANCH,
    ),
    SampleUser(
        username="stamatia",
        display_name="Σταματία Κρητικού",
        role=Role.ADMINISTRATOR,
        branches=(),
        organisation="nea-poli",
    ),
)
"""The officials of the ministry who examine applications, and the administrator of a municipality."""

AGENCIES = (
    SampleAgency(
        key="municipality",
        name="Δημοτολόγιο",
        name_en="Municipal registry",
        topics=(
            "municipality.residence",
            "municipality.family-status",
            "municipality.closest-relatives",
            "municipality.food-inspection",
        ),
    ),
    SampleAgency(
        key="registry",
        name="Μητρώο Πολιτών",
        name_en="Citizens' registry",
        topics=("registry.family-status",),
    ),
    SampleAgency(
        key="justice",
        name="Ποινικό Μητρώο",
        name_en="Criminal records",
        topics=("justice.criminal-record",),
    ),
    SampleAgency(
        key="recruitment",
        name="Στρατολογική Υπηρεσία",
        name_en="Recruitment office",
        topics=("recruitment.certificate", "recruitment.correction"),
    ),
    SampleAgency(
        key="insurance",
        name="e-ΕΦΚΑ",
        name_en="National social security fund",
        topics=("insurance.look-up", "insurance.health-card"),
    ),
    SampleAgency(
        key="social-security",
        name="Μητρώο ΑΜΚΑ",
        name_en="AMKA registry",
        topics=("social-security.search", "social-security.register"),
    ),
    SampleAgency(
        key="region",
        name="Διεύθυνση Κοινωνικής Μέριμνας Περιφέρειας",
        name_en="Social welfare of the region",
        topics=("region.day-care",),
    ),
    SampleAgency(
        key="fire-brigade",
        name="Πυροσβεστική Υπηρεσία",
        name_en="Fire brigade",
        topics=("fire-brigade.day-care",),
    ),
    SampleAgency(
        key="health",
        name="Διεύθυνση Υγείας Περιφέρειας",
        name_en="Public health of the region",
        topics=("health.day-care",),
    ),
    SampleAgency(
        key="ministry",
        name="Υπουργείο Ανάπτυξης",
        name_en="Ministry of Development",
        topics=("ministry.cross-border",),
    ),
    SampleAgency(
        key="transport",
        name="Διεύθυνση Μεταφορών",
        name_en="Transport directorate",
        topics=("transport.licence-renewal", "transport.disabled-parking", "transport.vehicle-transfer"),
    ),
    SampleAgency(key="tax-office", name="ΔΟΥ", name_en="Tax office", topics=("tax.vehicle-debts",)),
    SampleAgency(key="inspection", name="ΚΤΕΟ", name_en="Vehicle inspection", topics=("inspection.kteo",)),
    SampleAgency(
        key="disability-centre",
        name="Κέντρο Πιστοποίησης Αναπηρίας",
        name_en="Disability certification centre",
        topics=("disability.certification",),
    ),
)

SERVICES = (
    SampleService(
        key="licence-photo",
        name="Φωτογραφία και υπογραφή άδειας οδήγησης",
        name_en="Photograph and signature for a driving licence",
    ),
)
