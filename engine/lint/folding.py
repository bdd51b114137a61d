"""One mistake, one finding: what follows from another finding is folded below it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.lint.finding import Finding, in_order

_STRUCTURE = frozenset(
    {
        "no-orphan",
        "unreachable",
        "no-dead-end",
        "implicit-end",
        "flow-lists-agree",
        "gateway-needs-branches",
        "xor-needs-default",
        "default-flow-leaves-node",
        "no-deadlock",
        "no-endless-loop",
        "loop-can-end",
        "end-leaves-work",
        "condition-can-hold",
        "concurrent-variable",
        "schema",
    }
)
"""What is found of the ways through a diagram where a flow is missing or leads elsewhere."""

_LEADS_TO: Mapping[str, frozenset[str]] = {
    "flow-ends-known": _STRUCTURE,
    "unique-id": _STRUCTURE
    | {"reference-kind", "flow-ends-known", "end-without-outgoing", "start-without-incoming"},
    "known-reference": frozenset({"schema", "message-needed", "error-code-needed"}),
    "no-orphan": frozenset({"unreachable", "flow-lists-agree", "concurrent-variable", "implicit-end"}),
    "no-dead-end": frozenset({"flow-lists-agree", "implicit-end"}),
    "gateway-needs-branches": frozenset({"flow-lists-agree", "concurrent-variable"}),
    "no-deadlock": frozenset({"flow-lists-agree"}),
    "loop-can-end": frozenset({"flow-lists-agree", "condition-can-hold"}),
    "option-known": frozenset({"condition-can-hold", "loop-can-end"}),
}
"""What a breach of a rule may bring with it in the same file: rules that are then broken too."""

_ANYWHERE: Mapping[str, frozenset[str]] = {
    "option-known": frozenset({"table-complete", "option-decided"}),
}
"""The same in any file of the procedure."""


Below = dict[int, int]
"""Which finding is below which, by their numbers."""


def folded(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that are mistakes of their own, each with its consequences."""
    found = list(dict.fromkeys(findings))
    below: Below = {}
    for find in (_of_one_cause, _below_deadlocks, _below_roots):
        for finding, head in find(found, below):
            below.setdefault(finding, head)
    consequences: dict[int, list[Finding]] = {}
    for number in below:
        consequences.setdefault(_root_of(number, below), []).append(found[number])
    return [
        replace(finding, consequences=in_order(consequences[number])) if number in consequences else finding
        for number, finding in enumerate(found)
        if number not in below
    ]


def _root_of(number: int, below: Below) -> int:
    while number in below:
        number = below[number]
    return number


def _of_one_cause(findings: list[Finding], _below: Below) -> Iterator[tuple[int, int]]:
    """Of several findings with one cause all are below the gravest, or the first of these."""
    together: dict[str, list[int]] = {}
    for number, finding in enumerate(findings):
        if finding.cause:
            together.setdefault(finding.cause, []).append(number)
    for several in together.values():
        head = min(several, key=lambda number: findings[number].severity.rank)
        yield from ((number, head) for number in several if number != head)


def _below_deadlocks(findings: list[Finding], below: Below) -> Iterator[tuple[int, int]]:
    """A gateway that parts the ways in another manner than they are joined is the deadlock's cause."""
    for head, deadlock in enumerate(findings):
        if deadlock.rule != "no-deadlock":
            continue
        causes = {f"gateway {name}" for name in deadlock.path}
        for number, finding in enumerate(findings):
            if number not in below and finding.cause in causes and finding.file == deadlock.file:
                yield number, head


def _below_roots(findings: list[Finding], below: Below) -> Iterator[tuple[int, int]]:
    """What follows from findings of another rule in the same file goes below the first of that rule."""
    roots: dict[tuple[str, str], int] = {}
    for number, finding in enumerate(findings):
        if number not in below and (finding.rule in _LEADS_TO or finding.rule in _ANYWHERE):
            roots.setdefault((finding.rule, finding.file), number)
    for (rule, file), head in roots.items():
        here, anywhere = _LEADS_TO.get(rule, frozenset()), _ANYWHERE.get(rule, frozenset())
        for number, finding in enumerate(findings):
            if finding.rule in anywhere or (finding.rule in here and finding.file == file):
                yield number, head
