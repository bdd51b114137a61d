"""Diagrams as the engine runs them: every reference resolved, every expression parsed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.expressions import Expression, Place, Text
from engine.kernel.senders import MESSAGE_FROM, Entries, entries_of


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A sequence flow; `condition` is None where it is unconditional."""

    id: str
    source: str
    target: str
    condition: Expression | None
    place: Place


@dataclass(frozen=True, kw_only=True)
class VariableMapping:
    """One line of an input or output mapping: a value for the variable at `target`, a path of names."""

    source: Expression
    target: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class UserWork:
    """Done by a person: a user or manual task."""

    form_id: str | None = None
    assignee: Text | None = None
    candidate_groups: Text | None = None
    candidate_users: Text | None = None
    priority: Text | None = None
    due_at: Text | None = None
    follow_up_at: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ServiceWork:
    """Done by an agency or a system, in its own time."""

    topic: Text
    retries: Text | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A service task that is done right before an element or, where it is not `before`, right after."""

    before: bool
    topic: Text
    retries: Text | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ScriptWork:
    """A FEEL expression.

    Its value goes to `result`, or, where there is none and it is a context, its entries become variables.
    """

    expression: Expression
    result: str | None


@dataclass(frozen=True, kw_only=True)
class DecisionWork:
    """A DMN decision of the same definition; where a `version_tag` is asked for, it must have that."""

    decision: Text
    result: str
    version_tag: str | None = None


@dataclass(frozen=True, kw_only=True)
class CallWork:
    """A process of the same definition, run inside the case.

    Where a `version_tag` is asked for, it must have that.
    """

    process: Text
    version_tag: str | None = None
    all_parent_variables: bool = True
    all_child_variables: bool = True


@dataclass(frozen=True, kw_only=True)
class SubProcessWork:
    """A sub-process: `container` names its contents among the containers of the model."""

    container: str


@dataclass(frozen=True, kw_only=True)
class SendWork:
    """A message that leaves the case at once; `message` is the name, `key` what correlates it."""

    message: Text
    key: Text | None


Work = UserWork | ServiceWork | ScriptWork | DecisionWork | CallWork | SubProcessWork | SendWork


@dataclass(frozen=True, kw_only=True)
class TimerTrigger:
    """`kind` is `timeDuration`, `timeDate` or `timeCycle`, as BPMN names the element."""

    kind: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class MessageTrigger:
    """A message by name; `key` is what it must be correlated by."""

    name: Text
    key: Text | None = None


@dataclass(frozen=True, kw_only=True)
class SignalTrigger:
    """A signal by name."""

    name: Text


@dataclass(frozen=True, kw_only=True)
class ErrorTrigger:
    """An error by code; catching without a code catches every error."""

    code: Text | None


@dataclass(frozen=True, kw_only=True)
class EscalationTrigger:
    """An escalation by code; catching without a code catches every escalation."""

    code: Text | None


@dataclass(frozen=True, kw_only=True)
class ConditionalTrigger:
    """Something that becomes true in the variables."""

    condition: Expression


@dataclass(frozen=True, kw_only=True)
class LinkTrigger:
    """One end of a link between two places of the same diagram."""

    name: str


@dataclass(frozen=True, kw_only=True)
class CompensationTrigger:
    """Undo `activity`, or everything completed in the scope where it is None."""

    activity: str | None
    wait: bool = True


@dataclass(frozen=True, kw_only=True)
class CancelTrigger:
    """Cancel the transaction."""


@dataclass(frozen=True, kw_only=True)
class TerminateTrigger:
    """End the scope, whatever else still runs in it."""


Trigger = (
    TimerTrigger
    | MessageTrigger
    | SignalTrigger
    | ErrorTrigger
    | EscalationTrigger
    | ConditionalTrigger
    | LinkTrigger
    | CompensationTrigger
    | CancelTrigger
    | TerminateTrigger
)


@dataclass(frozen=True, kw_only=True)
class CollectionLoop:
    """Multi-instance: one instance for each item of a collection, or `cardinality` of them.

    `behavior` says when the activity throws an event of its own as instances complete: `All` (never), `None`
    (each), `One` (the first) or `Complex`, with `behavior_triggers` to throw, each behind its condition.
    """

    sequential: bool
    collection: Expression | None = None
    cardinality: Expression | None = None
    item: str | None = None
    output_collection: str | None = None
    output_item: Expression | None = None
    completion: Expression | None = None
    behavior: str = "All"
    behavior_triggers: tuple[tuple[Expression | None, Trigger], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConditionLoop:
    """A standard loop: again while `condition` holds, `maximum` times at most."""

    condition: Expression | None
    test_before: bool
    maximum: int | None


Loop = CollectionLoop | ConditionLoop


@dataclass(frozen=True, kw_only=True)
class DataAssociation:
    """A data object read into, or written from, a variable of an activity; both are names of variables."""

    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Node:
    """A flow node.

    `kind` is the BPMN element's local name; the rest is empty where it does not apply to that kind.
    `instantiates` marks a receive task that begins its process (BPMN 2.0.2, 10.3.3).
    """

    id: str
    kind: str
    name: str
    place: Place
    work: Work | None = None
    triggers: tuple[Trigger, ...] = ()
    parallel_multiple: bool = False
    interrupting: bool = True
    attached_to: str | None = None
    default_flow: str | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    reads: tuple[DataAssociation, ...] = ()
    writes: tuple[DataAssociation, ...] = ()
    loop: Loop | None = None
    instantiates: bool = False
    for_compensation: bool = False
    compensated_by: str | None = None
    start_quantity: int = 1
    completion_quantity: int = 1
    activation: Expression | None = None
    listeners: tuple[Listener, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_start(self) -> bool:
        """Whether a process begins at it: a start event, or a receive task that instantiates."""
        return self.kind == "startEvent" or self.instantiates

    @property
    def message_senders(self) -> Entries | None:
        """Who may send the message that it waits for; None where the diagram does not say."""
        value = self.properties.get(MESSAGE_FROM)
        return None if value is None else entries_of(value)

    def has(self, *kinds: type[Trigger]) -> bool:
        """Whether one of its triggers is of one of these kinds."""
        return any(isinstance(trigger, kinds) for trigger in self.triggers)


@dataclass(frozen=True, kw_only=True)
class AdHoc:
    """How an ad-hoc sub-process goes about its activities, and when it is done.

    `active` comes to the ids of those that are done; without it all are.
    """

    sequential: bool
    completion: Expression | None
    cancel_remaining: bool
    active: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class Container:
    """A process or sub-process with what is directly inside it: BPMN's container of flow elements.

    `kind` is `process`, `subProcess`, `transaction` or `adHocSubProcess`.
    """

    id: str
    kind: str
    name: str
    place: Place
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    triggered_by_event: bool = False
    ad_hoc: AdHoc | None = None
    version_tag: str | None = None
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Model:
    """The BPMN files of one definition: containers by id, sub-processes beside the processes."""

    containers: Mapping[str, Container]
    process_ids: tuple[str, ...]

    def is_event_sub_process(self, node: Node) -> bool:
        """Whether a node is an event sub-process: one that nothing leads to, and that an event starts."""
        return (
            isinstance(node.work, SubProcessWork) and self.containers[node.work.container].triggered_by_event
        )
