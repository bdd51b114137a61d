"""What conditions come to for the values that fields let choose from, as far as these alone decide."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from engine.feel.reads import children
from engine.feel.syntax import Call, Comparison, In, Junction, Literal, Name, PathExpression, SyntaxNode
from engine.lint.value_types import Types, dotted, type_of

Values = frozenset[object]
Known = Mapping[str, Values]
"""The values that a choice may have at some place, by its path; None among them for no answer."""

Assignment = Mapping[str, object]

MOST_ASSIGNMENTS = 256


@dataclass(frozen=True)
class Choices:
    """The choices of a procedure; `types` are those of its variables."""

    types: Types

    def values_of(self, path: SyntaxNode) -> Values | None:
        """The values that a choice can have; None for what is no choice, or may be anything."""
        of_type = type_of(path, self.types)
        if of_type.kind == "boolean":
            return frozenset({True, False, None})
        return frozenset({*of_type.options, None}) if of_type.options else None

    def in_condition(self, node: SyntaxNode) -> dict[str, Values]:
        """The choices that a condition reads, by their paths."""
        found: dict[str, Values] = {}
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if isinstance(one, Name | PathExpression):
                path, values = dotted(one), self.values_of(one)
                if path and values is not None:
                    found[path] = values
                    continue
            waiting.extend(children(one))
        return found


def assignments(known: Known) -> Iterator[Assignment]:
    """Every way to choose, answers before none; one without any where there would be too many."""
    size = 1
    for values in known.values():
        size *= len(values)
    if size > MOST_ASSIGNMENTS:
        yield {}
        return
    paths = sorted(known)
    ordered = (sorted(known[path], key=lambda value: (value is None, str(value))) for path in paths)
    for chosen in product(*ordered):
        yield dict(zip(paths, chosen, strict=True))


def holds(node: SyntaxNode, given: Assignment) -> bool | None:
    """Whether a condition holds with these answers; None where more decides than they."""
    match node:
        case Literal(value=bool() as value):
            return value
        case Name() | PathExpression() if dotted(node) in given:
            answer = given[dotted(node)]
            return answer if isinstance(answer, bool) else None
        case Junction(conjunction=conjunction, terms=terms):
            return _joined([holds(term, given) for term in terms], conjunction=conjunction)
        case Call(function=Name(name="not"), arguments=(argument,)):
            found = holds(argument.value, given)
            return None if found is None else not found
        case Comparison(operator=operator, left=left, right=right) if operator in {"=", "!="}:
            for choice, constant in ((left, right), (right, left)):
                if dotted(choice) in given and isinstance(constant, Literal):
                    is_equal = given[dotted(choice)] == constant.value
                    return is_equal if operator == "=" else not is_equal
        case In(value=choice, tests=tests) if dotted(choice) in given:
            constants = [test.value for test in tests if isinstance(test, Literal)]
            return given[dotted(choice)] in constants if len(constants) == len(tests) else None
    return None


def _joined(terms: list[bool | None], *, conjunction: bool) -> bool | None:
    """`and` or `or`: one false decides a conjunction, one true a disjunction, whatever the others are."""
    deciding = not conjunction
    if deciding in terms:
        return deciding
    return None if None in terms else conjunction


def in_words(given: Assignment) -> tuple[str, ...]:
    """The answers as FEEL writes them: `papers_verdict = "complete"`."""
    return tuple(f"{path} = {_shown(value)}" for path, value in given.items())


def _shown(value: object) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def union(all_known: Iterable[Known]) -> dict[str, Values]:
    """The values that a choice may have at one of several places."""
    found: dict[str, Values] = {}
    for known in all_known:
        for path, values in known.items():
            found[path] = found.get(path, frozenset()) | values
    return found
