"""Knowledge models, decision services and boxed functions as FEEL values."""

from dataclasses import dataclass

from engine import feel
from engine.dmn.decision_run import CompiledExpression, DecisionRun, ExpressionSite, NamedValues
from engine.dmn.item_types import ItemType
from engine.feel.types import Types


@dataclass(frozen=True, slots=True)
class FunctionParameter:
    """A formal parameter with its type, where one is written."""

    name: str
    type: ItemType | None


@dataclass(frozen=True, slots=True)
class Function:
    """A compiled function: its body sees the parameters and, once it is a value, what it closes over.

    `types` are those that the texts of its file may name.
    """

    name: str
    site: ExpressionSite
    types: Types
    parameters: tuple[FunctionParameter, ...]
    result: ItemType | None
    body: CompiledExpression


def function_value(function: Function, closure: NamedValues, run: DecisionRun) -> feel.FeelFunction:
    """The FEEL value of a function; it sees names added to `closure` later, so it may call itself.

    An argument of another type than its parameter's makes the invocation null, and the body is not evaluated
    (DMN 1.5, 10.3.2.13.3): FEEL sees to that before it calls.
    """

    def call(*arguments: object) -> object:
        scope = dict(closure)
        for parameter, argument in zip(function.parameters, arguments, strict=True):
            scope[parameter.name] = argument
        outer, mark = run.enter_file(function.types), len(run.problems)
        value = run.conform(function.body(scope, run), function.result, function.site)
        run.leave_file(outer)
        if value is None and len(run.problems) > mark:
            raise feel.FeelValueError(f"{function.name} came to null: {run.problems[mark].message}")
        return value

    parameters = [
        parameter.name if parameter.type is None else (parameter.name, parameter.type.feel_type)
        for parameter in function.parameters
    ]
    result = None if function.result is None else function.result.feel_type
    return feel.FeelFunction.native(function.name, parameters, call, result)
