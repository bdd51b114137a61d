"""What is due of a fee in a case, worked out from what the case knows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bundle.fees import FeeDue, fee_due
from engine.cases.model import Case
from engine.context import QueryContext, Transaction
from engine.kernel.refusal import NotFound


def fee_of_case(
    asked: Transaction | QueryContext, case: Case, fee_id: str, *, known: Mapping[str, Any] | None = None
) -> FeeDue:
    """What is due of the fee in the case; `NotFound` for a fee that its procedure does not have.

    `known` are the variables of a case that has not begun; otherwise they are those of its process, as they
    were before the step that is under way.
    """
    procedure = asked.procedure(case.version_id)
    fee = procedure.fees.get(fee_id)
    if fee is None:
        raise NotFound.of("fee", fee_id)
    if known is None:
        known = asked.workflow.variables(procedure.definition, case.snapshot)
    return fee_due(fee, known, decisions=procedure.decisions, now=asked.now.astimezone(asked.zone))


def amount_in_feel(
    asked: Transaction | QueryContext, case: Case, fee_id: object, known: Mapping[str, Any] | None = None
) -> Decimal:
    """The same as FEEL's `stoa.fee(id)` gives it: the amount, null with the reason where there is none."""
    if not isinstance(fee_id, str):
        raise feel.FeelValueError("stoa.fee expects the id of a fee as text")
    try:
        due = fee_of_case(asked, case, fee_id, known=known)
    except NotFound as unknown:
        raise feel.FeelValueError(unknown.message) from unknown
    if due.amount is None:
        raise feel.FeelValueError(due.problem)
    return due.amount
