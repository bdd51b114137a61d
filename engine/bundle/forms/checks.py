"""Numbers and addresses that can be checked by themselves, and the one way in which each is kept."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.gr import amka, vat

from engine.bundle import messages
from engine.bundle.messages import Sentence

_SPACING = re.compile(r"[\s.\-/]+")
_AFM = re.compile(r"(?:EL|GR)?([0-9]{9})")
_AMKA = re.compile(r"[0-9]{11}")
_POSTCODE = re.compile(r"[1-8][0-9]{4}")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@(?:[^\s@.,;:\"<>()]{1,63}\.){1,8}[^\s@.,;:\"<>()]{2,63}")
_GREECE = 30


@dataclass(frozen=True)
class Check:
    """A check: `canonical` gives the text as it is kept, None if it is wrong; then `expected` is said."""

    canonical: Callable[[str], str | None]
    expected: Sentence


def _afm(text: str) -> str | None:
    match = _AFM.fullmatch(_SPACING.sub("", text).upper())
    digits = match.group(1) if match else "000000000"
    return digits if digits != "000000000" and vat.is_valid(digits) else None


def _amka(text: str) -> str | None:
    digits = _SPACING.sub("", text)
    return digits if _AMKA.fullmatch(digits) and amka.is_valid(digits) else None


def _iban(text: str) -> str | None:
    try:
        return str(iban.validate(text))
    except ValidationError:
        return None


def _postcode(text: str) -> str | None:
    digits = _SPACING.sub("", text)
    return digits if _POSTCODE.fullmatch(digits) else None


def _email(text: str) -> str | None:
    return text.strip() if _EMAIL.fullmatch(text.strip()) and len(text) <= 254 else None


def _phone(text: str, *, region: str | None, country: int | None) -> str | None:
    import phonenumbers  # what it knows of every country is loaded where a number is checked

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or country not in (None, number.country_code):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _greek_phone(text: str) -> str | None:
    return _phone(text, region="GR", country=_GREECE)


def _any_phone(text: str) -> str | None:
    return _phone(text, region=None, country=None)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "afm": Check(_afm, messages.NOT_AN_AFM),
        "amka": Check(_amka, messages.NOT_AN_AMKA),
        "iban": Check(_iban, messages.NOT_AN_IBAN),
        "gr-postcode": Check(_postcode, messages.NOT_A_POSTCODE),
        "gr-phone": Check(_greek_phone, messages.NOT_A_GREEK_PHONE),
    }
)
"""What a component asks for by the property `stoa:check`.

AFM: 9 digits, the prefix EL or GR is taken off. AMKA: 11 digits. Phones are kept in E.164.
"""

VALIDATION_TYPES: Mapping[str, Check] = MappingProxyType(
    {"email": Check(_email, messages.NOT_AN_EMAIL), "phone": Check(_any_phone, messages.NOT_A_PHONE)}
)
"""What form-js asks for by `validate.validationType`."""
