"""What was applied for: the form with which a case was opened, and what the case knows of its answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.cases.model import Case
from engine.context import QueryContext
from engine.kernel.permission import needs_case
from engine.runtime.values import as_json


@dataclass(frozen=True, kw_only=True)
class Application:
    """The start form as form-js JSON, and the variables of the case as JSON, as they are now.

    An answer that was corrected or changed by a later step stands here as it became.
    """

    form: Mapping[str, Any]
    values: Mapping[str, Any]


def application_of(case: Case, context: QueryContext) -> Application | None:
    """What was applied for, for those whose work needs the case.

    None for others who see it, such as auditors with a reason, and where the procedure has no start form.
    """
    procedure = context.procedure(case.version_id)
    if procedure.start_form is None or not needs_case(context.actor, case):
        return None
    variables = context.workflow.variables(procedure.definition, case.snapshot)
    return Application(form=procedure.start_form.schema, values=as_json(variables))
