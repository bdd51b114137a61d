"""Money: euros as exact decimals, as text with two decimals, and in words of both languages."""

import re
from decimal import Decimal
from typing import Final

from engine.kernel.bilingual import Bilingual

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")
MOST: Final = Decimal("9999999.99")
"""The largest amount of one fee, in euros."""

_TEXT = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")


class NotMoney(ValueError):
    """What should be an amount of euros is none; the sentence says what was expected."""


def euros(text: str) -> Decimal:
    """The amount that a text such as `75.00` or `75` says; `NotMoney` for anything else.

    An amount has at most two decimals, is not negative and not above `MOST`.
    """
    if not isinstance(text, str) or _TEXT.fullmatch(text) is None:
        raise NotMoney(f"Expected euros as text, such as '75.00', found {text!r:.40}.")
    return exact(Decimal(text))


def exact(value: object) -> Decimal:
    """A decimal as an amount with two decimals; `NotMoney` where it would have to be rounded, or is none."""
    if not isinstance(value, Decimal) or not value.is_finite():
        found = {type(None): "null", str: "text"}.get(type(value), "another kind of value")
        raise NotMoney(f"Expected a number of euros, found {found}.")
    if value < 0:
        raise NotMoney(f"Expected an amount that is not negative, found {value}.")
    if value > MOST:
        raise NotMoney(f"Expected at most {MOST}, found {value}.")
    if value != value.quantize(CENT):
        raise NotMoney(f"Expected at most two decimals, found {value}.")
    return value.quantize(CENT)


def euro_text(amount: Decimal) -> str:
    """An amount as JSON has it: `75.00`."""
    return format(amount.quantize(CENT), "f")


def euro_words(amount: Decimal) -> Bilingual:
    """An amount as people read it: `1.075,00 €` in Greek, `€1,075.00` in English."""
    english = f"{amount.quantize(CENT):,.2f}"
    greek = english.translate(str.maketrans(",.", ".,"))
    return Bilingual(english, el=f"{greek}\N{NO-BREAK SPACE}€", en=f"€{english}")


PAYMENT_TOPIC: Final = "stoa:payment"
"""The topic of a service task that waits until a fee of its procedure is paid."""

FEE_HEADER: Final = "fee"
"""The task header, or else the input variable, that says which."""

PAYMENT_RESULT: Final = "payment"
"""The variable that it gives back."""
