"""Fees of a procedure: what procedure.yaml says of each, and how much is due from somebody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import Length, Regexp

from engine import dmn, feel
from engine.bundle.strict_fields import KEY, BilingualSchema, StrictSchema, StrictText, says
from engine.kernel.bilingual import Bilingual
from engine.kernel.money import NOTHING, NotMoney, euros, exact

KNOWN_AT_INTAKE: Final = ("applicant", "representative", "case")
"""What every case has by the time that papers and fees are asked for, besides the start form."""

EARLIER_FEE: Final = "fee"
"""The id of the fee of a procedure that says `fee_cents`, as files of before do."""

_XML_ID = Regexp(r"[A-Za-z_][A-Za-z0-9_.-]*\Z", error="Expected the id of a decision.")
_CODE = Regexp(
    r"[0-9]{4}\Z",
    error="Expected the 4 digits of the kind of e-Paravolo; the 20 digits are of one that was issued.",
)
_MOST_FEES = 20
_MOST_EXEMPTIONS = 20


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """Who does not pay a fee: whoever the FEEL `condition` is true of."""

    title: Bilingual
    law: str
    condition: str


@dataclass(frozen=True, kw_only=True)
class Fee:
    """A fee of a procedure.

    It is the `amount`, or what the DMN `decision` of that id gives: one of them is None. `code` is the kind
    of e-Paravolo, 4 digits; empty where the fee is paid at the counter only. `law` and `beneficiary` are
    empty for the fee of a file of before.
    """

    id: str
    title: Bilingual
    law: str
    code: str
    beneficiary: Bilingual
    amount: Decimal | None
    decision: str | None
    exemptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeeDue:
    """What is due of a fee from somebody.

    `amount` is None where it cannot be told (yet), and `problem` then says why; with an `exemption` it is
    nothing.
    """

    fee: Fee
    amount: Decimal | None
    exemption: Exemption | None = None
    problem: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to pay."""
        return self.amount == NOTHING


class EuroText(StrictText):
    """An amount as text, `75.00`, kept as it is written."""

    def _deserialize(self, value: Any, *_around: Any, **_options: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"Expected euros in quotes, such as '75.00', found {value!r:.80}.")
        try:
            euros(value)
        except NotMoney as refusal:
            raise ValidationError(str(refusal)) from refusal
        return value


class _Exemption(StrictSchema):
    title = fields.Nested(BilingualSchema, required=True)
    law = StrictText(required=True)
    condition = StrictText(required=True, most=1000)


class FeeSchema(StrictSchema):
    """A fee of procedure.yaml."""

    id = StrictText(required=True, most=60, validate=KEY)
    title = fields.Nested(BilingualSchema, required=True)
    law = StrictText(required=True)
    code = StrictText(validate=_CODE)
    beneficiary = fields.Nested(BilingualSchema, required=True)
    amount = EuroText()
    decision = StrictText(validate=_XML_ID)
    exemptions = fields.List(fields.Nested(_Exemption), validate=Length(max=_MOST_EXEMPTIONS))

    @validates_schema
    def _one_of_both(self, written: Mapping[str, Any], **_options: Any) -> None:
        if ("amount" in written) == ("decision" in written):
            raise ValidationError("Expected either an amount or a decision.")


def fee_list() -> fields.List[Any]:
    """The field `fees`: each with an id of its own; an empty list where there is nothing to pay."""
    return fields.List(
        fields.Nested(FeeSchema),
        validate=[Length(max=_MOST_FEES), _distinct_ids],
        metadata=says("What is paid, an empty list where nothing is."),
    )


def _distinct_ids(found: Sequence[Mapping[str, Any]]) -> None:
    ids = [fee.get("id") for fee in found]
    if len(ids) != len(set(ids)):
        raise ValidationError("Expected every id once.")


def fees_of(metadata: Mapping[str, Any]) -> tuple[Fee, ...]:
    """The fees that procedure.yaml names, in its order; also of a file of before, with its `fee_cents`."""
    if "fees" in metadata:
        return tuple(_fee(written) for written in metadata["fees"])
    cents = metadata.get("fee_cents", 0)
    return (_earlier(cents),) if cents else ()


def _fee(written: Mapping[str, Any]) -> Fee:
    return Fee(
        id=written["id"],
        title=_both(written["title"]),
        law=written["law"],
        code=written.get("code", ""),
        beneficiary=_both(written["beneficiary"]),
        amount=euros(written["amount"]) if "amount" in written else None,
        decision=written.get("decision"),
        exemptions=tuple(
            Exemption(title=_both(one["title"]), law=one["law"], condition=one["condition"])
            for one in written.get("exemptions", ())
        ),
    )


def _earlier(cents: int) -> Fee:
    return Fee(
        id=EARLIER_FEE,
        title=Bilingual("Παράβολο", el="Παράβολο", en="Fee"),
        law="",
        code="",
        beneficiary=Bilingual("", el="", en=""),
        amount=exact(Decimal(cents) / 100),
        decision=None,
    )


def _both(names: Mapping[str, str]) -> Bilingual:
    return Bilingual(names["el"], el=names["el"], en=names["en"])


def fee_due(fee: Fee, known: Mapping[str, Any], *, decisions: dmn.Bundle | None, now: datetime) -> FeeDue:
    """What is due of the fee from somebody of whom this is known.

    The first exemption whose condition is true holds. `now` is local time.
    """
    try:
        exemption = next((one for one in fee.exemptions if _holds(one, known, now)), None)
        if exemption is not None:
            return FeeDue(fee=fee, amount=NOTHING, exemption=exemption)
        if fee.decision is None:
            return FeeDue(fee=fee, amount=fee.amount)
        return FeeDue(fee=fee, amount=exact(_decided(fee.decision, known, decisions, now)))
    except (NotMoney, feel.FeelLimitError, feel.FeelSyntaxError, dmn.UnknownElement) as unknown:
        return FeeDue(fee=fee, amount=None, problem=str(unknown))


def fees_due(
    metadata: Mapping[str, Any], known: Mapping[str, Any], *, decisions: dmn.Bundle | None, now: datetime
) -> tuple[FeeDue, ...]:
    """What is due of every fee of a procedure."""
    return tuple(fee_due(fee, known, decisions=decisions, now=now) for fee in fees_of(metadata))


def _holds(exemption: Exemption, known: Mapping[str, Any], now: datetime) -> bool:
    expression = feel.expression(exemption.condition, known)
    return expression.evaluate(known, now=now).value is True


def _decided(decision: str, known: Mapping[str, Any], decisions: dmn.Bundle | None, now: datetime) -> object:
    if decisions is None:
        raise NotMoney(f"Expected the decision {decision}, but the procedure has none.")
    needed = decisions.decisions[decision].requires_inputs if decision in decisions.decisions else ()
    inputs = {name: known[name] for name in needed if name in known}
    outcome = decisions.decide(decision, inputs, now=now)
    if outcome.problems:
        raise NotMoney(f"The decision {decision} cannot be taken with what is known.")
    return outcome.value


Problem = tuple[tuple[str | int, ...], str]
"""Where in procedure.yaml something is wrong, and the sentence that says what."""


def problems_of(
    metadata: Mapping[str, Any], *, asked: Iterable[str], decisions: dmn.Bundle | None
) -> Iterator[Problem]:
    """What is wrong with the fees, seen with the other files; `asked` are the names of the form's fields."""
    names = frozenset((*KNOWN_AT_INTAKE, *asked))
    for number, fee in enumerate(fees_of(metadata)):
        if fee.decision is not None:
            sentences = _problems_of_decision(fee.decision, names, decisions)
            yield from ((("fees", number, "decision"), sentence) for sentence in sentences)
        for place, exemption in enumerate(fee.exemptions):
            sentences = _problems_of_condition(exemption.condition, names)
            path = ("fees", number, "exemptions", place, "condition")
            yield from ((path, sentence) for sentence in sentences)


def _problems_of_decision(wanted: str, names: frozenset[str], decisions: dmn.Bundle | None) -> Iterator[str]:
    if decisions is None or wanted not in decisions.decisions:
        yield f"Expected the id of a decision in the DMN files beside, found {wanted}."
        return
    unknown = [name for name in decisions.decisions[wanted].requires_inputs if name not in names]
    if unknown:
        yield (
            f"Expected a decision that needs no more than: {', '.join(sorted(names))}. "
            f"It needs {', '.join(unknown)}."
        )
    written = decisions.results[wanted]
    types = sorted({_plain(one) for one in written.types} - {"number", "Any"})
    if not written.is_single or types:
        found = types[0] if types else "a list or a context"
        yield f"Expected a decision that gives one number of euros, found {found}."
        return
    yield from (problem for text in written.texts if (problem := _problem_of_result(text)))


def _plain(type_ref: str) -> str:
    """The name of a type without the prefix that DMN 1.1 gives it, as in `feel:number`."""
    return type_ref.rpartition(":")[2]


def _problem_of_result(text: str) -> str:
    """What is wrong with a result that says the same whatever is known; empty for one that does not."""
    try:
        expression = feel.expression(text)
        if expression.free_names or expression.possible_names:
            return ""
        exact(expression.evaluate({}).value)
    except NotMoney as refusal:
        return f"{refusal} It is the result {text.strip()!r:.40} of the decision."
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return ""
    return ""


def _problems_of_condition(condition: str, names: frozenset[str]) -> Iterator[str]:
    try:
        expression = feel.expression(condition, names)
    except (feel.FeelSyntaxError, feel.FeelLimitError) as refusal:
        yield f"Expected a condition in FEEL: {refusal}."
        return
    unknown = sorted(expression.free_names - names)
    if unknown:
        yield (
            f"Expected a condition over no more than: {', '.join(sorted(names))}. "
            f"It names {', '.join(unknown)}."
        )
