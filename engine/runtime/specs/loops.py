"""Nodes that make tokens below their own and go on when those are done: loops and ad-hoc sub-processes."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.bpmn.model import AdHoc, CollectionLoop, ConditionLoop, Node
from engine.runtime.branches import remove
from engine.runtime.expressions import certain_value, holds, value_of
from engine.runtime.faults import RuntimeFault
from engine.runtime.library import WorkflowSpec
from engine.runtime.specs.activities import Activity
from engine.runtime.specs.events import throw_beside
from engine.runtime.specs.flow_node import surroundings_of
from engine.runtime.tokens import RuntimeToken


class ParentActivity(Activity):
    """Goes on when the tokens below its own are done.

    When nothing is left to wait for, the token is made ready once more, so that events thrown meanwhile come
    first.
    """

    def begin(self, token: RuntimeToken, **facts: Any) -> None:
        """Remember that it has begun, with what else the node must remember."""
        token.facts.update({BEGUN: True, **facts})
        token.start()

    @staticmethod
    def begun(token: RuntimeToken) -> bool:
        """Whether the node has begun: then it is run once more only to go on."""
        return BEGUN in token.facts

    def child_done(self, token: RuntimeToken, child: RuntimeToken) -> None:
        """A token below is done: go on with the next one, or after the node."""
        raise NotImplementedError

    def end(self, token: RuntimeToken) -> None:
        """Stop what still runs below, and go on."""
        for child in list(token.children):
            remove(child)
        token.make_ready()

    def conclude(self, token: RuntimeToken) -> None:
        """Leave the node."""
        token.facts.clear()


BEGUN = "underway"
"""The fact by which such a token knows that its node has begun."""

UNDOABLE = "undoable"
"""The fact with what can be undone of the instances that are completed."""

COUNTER = "loopCounter"
"""The variable in which each instance finds its number, from 1."""


class Loop(ParentActivity):
    """Stands where the activity stands, and makes instances of it; each is a token below this one's.

    Where there is an output collection, only that collection leaves the loop, when it ends. Else what an
    instance writes is a variable around the loop at once, so of two values the one written later stays.
    """

    def __init__(self, container: WorkflowSpec, node: Node, *, instance: str) -> None:
        super().__init__(container, node)
        self.instance = instance

    def arrive(self, token: RuntimeToken) -> None:
        """The activity's mappings belong to each instance."""

    def conclude(self, token: RuntimeToken) -> None:
        """Leave the node; what can be undone of its instances is remembered by the scope."""
        token.workflow.compensations += token.facts.get(UNDOABLE, [])
        super().conclude(token)

    def make_instance(self, token: RuntimeToken, local: Mapping[str, Any], index: int) -> None:
        """One more instance, with its number and its item in its own scope."""
        instance = self.send(token, self.instance)
        instance.local = {COUNTER: index + 1, **local}
        instance.facts["index"] = index
        instance.enter()


class CollectionActivity(Loop):
    """Multi-instance, parallel or sequential."""

    def __init__(self, container: WorkflowSpec, node: Node, loop: CollectionLoop, *, instance: str) -> None:
        super().__init__(container, node, instance=instance)
        self._loop = loop

    def perform(self, token: RuntimeToken) -> bool:
        """Make the instances, or the first one; without any, or when they are done, go on."""
        if self.begun(token):
            self.conclude(token)
            return True
        items = self._items(token)
        self.begin(token, items=items, results=[None] * len(items), begun=0, done=0)
        if not items:
            self.conclude(token)
            return True
        for _ in range(1 if self._loop.sequential else len(items)):
            self._begin_next(token)
        return False

    def _items(self, token: RuntimeToken) -> list[Any]:
        surroundings = surroundings_of(token)
        if self._loop.collection is not None:
            items = certain_value(self._loop.collection, token.context, surroundings)
            if not isinstance(items, Sequence) or isinstance(items, str):
                raise self._unusable("a list", items, self._loop.collection.text)
            return list(items)
        if self._loop.cardinality is None:
            raise TypeError(f"{self.node.id} has neither a collection nor a cardinality")
        count = certain_value(self._loop.cardinality, token.context, surroundings)
        limit = token.workflow.top_workflow.limits.tokens
        if isinstance(count, bool | str) or not 0 <= count <= limit or count != int(count):
            raise self._unusable(f"a whole number of at most {limit}", count, self._loop.cardinality.text)
        return list(range(1, int(count) + 1))

    def _unusable(self, expected: str, found: Any, text: str) -> RuntimeFault:
        message = f"Expected {expected} from {text!r}, found {type(found).__name__} {found!s:.80}"
        return RuntimeFault("undecidable_expression", message, element_id=self.node.id)

    def _begin_next(self, token: RuntimeToken) -> None:
        index = token.facts["begun"]
        token.facts["begun"] = index + 1
        item = token.facts["items"][index]
        self.make_instance(token, {self._loop.item: item} if self._loop.item else {}, index)

    def child_done(self, token: RuntimeToken, child: RuntimeToken) -> None:
        """Collect its result; the loop ends when all are done or the completion condition holds."""
        facts = token.facts
        facts["done"] += 1
        if self._loop.output_item is not None:
            result = value_of(self._loop.output_item, child.context, surroundings_of(token))
            facts["results"][child.facts["index"]] = result
        remove(child)
        thrown = self._throws(token)
        if thrown or facts["done"] == len(facts["items"]) or self._complete(token):
            self.end(token)
        elif self._loop.sequential:
            self._begin_next(token)

    def _throws(self, token: RuntimeToken) -> bool:
        """Throw what the loop's behavior says as an instance completes.

        True when that ends the loop (`Complex`).

        The boundary events that catch it go on beside the activity, whether they interrupt or not: `None`
        stands for a token from each instance, `One` for one from the first, and `Complex` for one when enough
        are done (BPMN 2.0.2, table 10.30).
        """
        if self._loop.behavior == "All" or (self._loop.behavior == "One" and token.facts["done"] > 1):
            return False
        context = {**token.data, **self._counts(token)}
        thrown = [
            trigger
            for condition, trigger in self._loop.behavior_triggers
            if condition is None or holds(condition, context, surroundings_of(token))
        ]
        for trigger in thrown:
            throw_beside(token, trigger)
        return bool(thrown) and self._loop.behavior == "Complex"

    def _complete(self, token: RuntimeToken) -> bool:
        if self._loop.completion is None:
            return False
        facts = token.facts
        results = {self._loop.output_collection: facts["results"]} if self._loop.output_collection else {}
        context = {**token.data, **results, **self._counts(token)}
        return holds(self._loop.completion, context, surroundings_of(token))

    @staticmethod
    def _counts(token: RuntimeToken) -> dict[str, int]:
        """The counts that BPMN gives the conditions of a loop (BPMN 2.0.2, table 10.29)."""
        facts = token.facts
        return {
            "numberOfInstances": len(facts["items"]),
            "numberOfActiveInstances": facts["begun"] - facts["done"],
            "numberOfCompletedInstances": facts["done"],
            "numberOfTerminatedInstances": 0,
        }

    def conclude(self, token: RuntimeToken) -> None:
        """Let the output collection leave the loop, where there is one."""
        results = token.facts["results"]
        super().conclude(token)
        if self._loop.output_collection is not None:
            token.write({self._loop.output_collection: results})


class RepeatedActivity(Loop):
    """A standard loop: one instance after the other."""

    def __init__(self, container: WorkflowSpec, node: Node, loop: ConditionLoop, *, instance: str) -> None:
        super().__init__(container, node, instance=instance)
        self._loop = loop

    def perform(self, token: RuntimeToken) -> bool:
        """Make the first instance, unless the condition is tested before and does not hold."""
        if self.begun(token):
            self.conclude(token)
            return True
        self.begin(token, done=0)
        if self._loop.test_before and not self._again(token):
            self.conclude(token)
            return True
        self.make_instance(token, {}, 0)
        return False

    def child_done(self, token: RuntimeToken, child: RuntimeToken) -> None:
        token.facts["done"] += 1
        remove(child)
        if self._again(token):
            self.make_instance(token, {}, token.facts["done"])
        else:
            self.end(token)

    def _again(self, token: RuntimeToken) -> bool:
        done = token.facts["done"]
        if self._loop.maximum is not None and done >= self._loop.maximum:
            return False
        if self._loop.condition is None:
            return True
        context = {**token.data, COUNTER: done}
        return holds(self._loop.condition, context, surroundings_of(token))


AD_HOC = "(ad hoc)"
"""The name of the spec of an ad-hoc sub-process."""


class AdHocActivity(ParentActivity):
    """Begins with what nothing leads to, all or those that are chosen: at once, or one after the other.

    `beginnings` are the names of their specs, by their ids. Where none is chosen, it is done at once.
    """

    drawn = False

    def __init__(
        self, container: WorkflowSpec, node: Node, ad_hoc: AdHoc, *, beginnings: Mapping[str, str]
    ) -> None:
        super().__init__(container, node, name=AD_HOC)
        self._ad_hoc = ad_hoc
        self._beginnings = dict(beginnings)

    @property
    def everything(self) -> list[str]:
        """The names of all that it may begin with."""
        return list(self._beginnings.values())

    def perform(self, token: RuntimeToken) -> bool:
        if self.begun(token):
            self.conclude(token)
            return True
        names = self._chosen(token)
        if not names:
            return True
        self.begin(token, begun=0, names=names)
        self._begin_next(token)
        while not self._ad_hoc.sequential and token.facts["begun"] < len(names):
            self._begin_next(token)
        return False

    def _chosen(self, token: RuntimeToken) -> list[str]:
        """The names of the specs that it begins with: all, or those whose ids its collection names."""
        if self._ad_hoc.active is None:
            return self.everything
        ids = certain_value(self._ad_hoc.active, token.context, surroundings_of(token))
        if not isinstance(ids, list) or any(element_id not in self._beginnings for element_id in ids):
            known = ", ".join(self._beginnings)
            message = (
                f"Expected a list of ids among {known} from {self._ad_hoc.active.text!r}, found {ids!s:.80}"
            )
            raise RuntimeFault("undecidable_expression", message, element_id=self.node.id)
        return [self._beginnings[element_id] for element_id in dict.fromkeys(ids)]

    def child_done(self, token: RuntimeToken, child: RuntimeToken) -> None:
        """One activity, with what follows it, is done."""
        remove(child)
        enough = self._enough(token)
        if enough:
            token.facts["begun"] = len(token.facts["names"])
        nothing_left = token.facts["begun"] == len(token.facts["names"]) and not token.children
        if nothing_left or (enough and self._ad_hoc.cancel_remaining):
            self.end(token)
        elif self._ad_hoc.sequential and not token.children:
            self._begin_next(token)

    def _begin_next(self, token: RuntimeToken) -> None:
        name = token.facts["names"][token.facts["begun"]]
        token.facts["begun"] += 1
        self.send(token, name).enter()

    def _enough(self, token: RuntimeToken) -> bool:
        condition = self._ad_hoc.completion
        return condition is not None and holds(condition, token.data, surroundings_of(token))
