"""What procedure.yaml says of a procedure for those who look for it, certify it, and keep its files.

Nothing here changes how a case runs. A file may leave it out while it is a draft; `lacking` says what must be
there before a version is submitted.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from engine.bundle.strict_fields import (
    AT_LEAST_ONE,
    KEY,
    BilingualSchema,
    StrictSchema,
    StrictText,
    distinct,
    says,
)
from engine.kernel.bilingual import Language

ADA = Regexp(r"[Α-ΩA-Z0-9]{4,12}-[Α-ΩA-Z0-9]{3}\Z", error="Expected an ΑΔΑ, such as ΨΛΖΩ46ΜΤΛ6-Χ7Κ.")
"""A validator for the number under which an act was published on the internet (Διαύγεια)."""

_WEB_ADDRESS = Regexp(r"https://[^\s]+\Z", error="Expected an address that begins with https://.")
_MOST_KEYWORDS = 40
_MOST_YEARS = 100


class LifeEvent(StrEnum):
    """On what occasion in their lives people and businesses need a procedure."""

    HAVING_A_CHILD = "having_a_child"
    EDUCATION = "education"
    WORK = "work"
    MOVING = "moving"
    TRANSPORT = "transport"
    HEALTH = "health"
    DISABILITY = "disability"
    RETIREMENT = "retirement"
    BEREAVEMENT = "bereavement"
    FAMILY = "family"
    MILITARY_SERVICE = "military_service"
    COURTS = "courts"
    CITIZEN_AND_STATE = "citizen_and_state"
    STARTING_A_BUSINESS = "starting_a_business"
    RUNNING_A_BUSINESS = "running_a_business"
    WORKING_ABROAD = "working_abroad"


class PaperSource(StrEnum):
    """Where a paper comes from."""

    EX_OFFICIO = "ex_officio"
    """The office finds it itself, and asks nobody for it (ν. 3242/2004 art. 5)."""
    SHOWN = "shown"
    """It is shown and taken away again."""
    DEPOSITED = "deposited"
    """It stays in the file."""


class Silence(StrEnum):
    """What the law makes of it if the term passes without an answer (MITOS: lack of response rule)."""

    NONE = "none"
    APPROVAL = "approval"
    REJECTION = "rejection"
    COMPENSATION = "compensation"


class OutputKind(StrEnum):
    """What somebody has in their hands at the end."""

    CERTIFICATE = "certificate"
    LICENCE = "licence"
    DECISION = "decision"
    REGISTRATION = "registration"
    CARD = "card"
    RECEIPT = "receipt"


class DataClass(StrEnum):
    """Which personal data the files hold, by the GDPR's articles."""

    PERSONAL = "personal"
    """Article 4."""
    SPECIAL = "special"
    """Article 9: health, belief, origin."""
    CRIMINAL = "criminal"
    """Article 10: convictions and offences."""
    CHILDREN = "children"
    """Recital 38."""


class Disposal(StrEnum):
    """What becomes of a file when it need not be kept any longer."""

    DESTROY = "destroy"
    TRANSFER = "transfer"
    """To the General State Archives."""


class _Keywords(StrictSchema):
    el = fields.List(StrictText(most=60), required=True, validate=[Length(1, _MOST_KEYWORDS), distinct])
    en = fields.List(StrictText(most=60), required=True, validate=[Length(1, _MOST_KEYWORDS), distinct])


class _LegalBasis(StrictSchema):
    """A provision: a law or decree, its article, where it was published."""

    law = StrictText(required=True)
    article = StrictText(most=60)
    gazette = StrictText(most=60)
    ada = StrictText(validate=ADA)
    address = StrictText(most=500, validate=_WEB_ADDRESS)


class _Output(StrictSchema):
    id = StrictText(required=True, most=60, validate=KEY)
    title = fields.Nested(BilingualSchema, required=True)
    kind = StrictText(required=True, validate=OneOf(list(OutputKind)))


class _Retention(StrictSchema):
    """For how many years after its end a case's file is kept, and what then becomes of it."""

    years = fields.Integer(required=True, strict=True, validate=Range(0, _MOST_YEARS))
    then = StrictText(required=True, validate=OneOf(list(Disposal)))
    law = StrictText()


def _some_of(words: type[StrEnum], **options: Any) -> fields.List[Any]:
    return fields.List(StrictText(validate=OneOf(list(words))), validate=[AT_LEAST_ONE, distinct], **options)


def paper_source() -> StrictText:
    """The field of a paper that says where it comes from."""
    return StrictText(
        validate=OneOf(list(PaperSource)),
        metadata=says("Whether the office finds the paper itself, it is shown, or it stays in the file."),
    )


class DescriptionSchema(StrictSchema):
    """The fields of procedure.yaml that this module knows; procedure.yaml has them beside the others."""

    keywords = fields.Nested(
        _Keywords, metadata=says("Words by which people look for it, besides its title.")
    )
    agencies = fields.List(
        StrictText(most=60, validate=KEY),
        validate=[Length(max=20), distinct],
        metadata=says("The keys of the other agencies that are asked."),
    )
    life_events = _some_of(LifeEvent, metadata=says("On what occasions people and businesses need it."))
    legal_basis = fields.List(
        fields.Nested(_LegalBasis),
        validate=[AT_LEAST_ONE, Length(max=40)],
        metadata=says("The provisions on which it rests."),
    )
    conditions = fields.List(
        fields.Nested(BilingualSchema),
        validate=Length(max=40),
        metadata=says("Who may ask for it; an empty list where everybody may."),
    )
    silence = StrictText(
        validate=OneOf(list(Silence)),
        metadata=says("What the law makes of it if the term passes without an answer."),
    )
    languages = _some_of(Language, metadata=says("In which languages an application may be made."))
    outputs = fields.List(
        fields.Nested(_Output),
        validate=[AT_LEAST_ONE, Length(max=20)],
        metadata=says("What somebody has in their hands at the end."),
    )
    retention = fields.Nested(_Retention, metadata=says("How long a file is kept after the end of its case."))
    data_classes = _some_of(
        DataClass, metadata=says("Which personal data the files hold, by the GDPR's articles.")
    )


ASKED: Final[Sequence[str]] = tuple(
    name for name in DescriptionSchema().fields if name not in ("agencies", "life_events")
)
"""The fields without which a version is not submitted: not all have other agencies, or a moment in a life."""


def lacking(values: Mapping[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """The paths of what procedure.yaml, which was read without findings, must still say to be submitted."""
    yield from ((name,) for name in ASKED if name not in values)
    for number, paper in enumerate(values.get("papers", ())):
        if "source" not in paper:
            yield ("papers", number, "source")
    yield from _untranslated(values, ())


def _untranslated(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """The paths of what repeats the Greek beside it where English must stand."""
    if isinstance(value, Mapping):
        english = value.get("en")
        if english is not None and english == value.get("el") and _is_greek(english):
            yield (*path, "en")
        for name, part in value.items():
            yield from _untranslated(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _untranslated(part, (*path, number))


def _is_greek(text: object) -> bool:
    """Whether a text, or one of several, has small Greek letters: acronyms and codes need no translation."""
    return any("α" <= letter <= "ώ" for letter in str(text))
