"""Ad-hoc sub-processes: activities without an order, each done once, until it is enough."""

from collections.abc import Sequence

from engine.bpmn.model import AdHoc, Node
from engine.runtime.expressions import holds
from engine.runtime.library import WorkflowSpec
from engine.runtime.specs.conducting import Conducting
from engine.runtime.specs.flow_node import surroundings_of
from engine.runtime.tokens import Token

AD_HOC = "(ad hoc)"
"""The name of the spec that conducts an ad-hoc sub-process."""


class AdHocConductor(Conducting):
    """Begins with everything that nothing leads to: all at once, or one after the other."""

    drawn = False

    def __init__(
        self, container: WorkflowSpec, node: Node, ad_hoc: AdHoc, *, beginnings: Sequence[str]
    ) -> None:
        super().__init__(container, node, name=AD_HOC)
        self._ad_hoc = ad_hoc
        self._beginnings = tuple(beginnings)

    def perform(self, token: Token) -> bool:
        """Begin; when it is enough, go on."""
        if self.begun(token):
            self.conclude(token)
            return True
        self.begin(token, begun=0)
        self._begin_next(token)
        while not self._ad_hoc.sequential and token.facts["begun"] < len(self._beginnings):
            self._begin_next(token)
        return False

    def child_done(self, token: Token, child: Token) -> None:
        """One activity, with what follows it, is done."""
        self.gather(token, child)
        enough = self._enough(token)
        if enough:
            token.facts["begun"] = len(self._beginnings)
        nothing_left = token.facts["begun"] == len(self._beginnings) and not token.children
        if nothing_left or (enough and self._ad_hoc.cancel_remaining):
            self.end(token)
        elif self._ad_hoc.sequential and not token.children:
            self._begin_next(token)

    def _begin_next(self, token: Token) -> None:
        name = self._beginnings[token.facts["begun"]]
        token.facts["begun"] += 1
        started = self.send(token, name)
        started.take(token.facts["gathered"], token.writers)
        started.enter()

    def _enough(self, token: Token) -> bool:
        condition = self._ad_hoc.completion
        return condition is not None and holds(condition, token.facts["gathered"], surroundings_of(token))
