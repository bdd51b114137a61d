"""What the engine needs to take a case from one version of its procedure to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.kernel.bilingual import Bilingual
from engine.runtime.contract import (
    Step,
    StepRefused,
    Surroundings,
    Workflow,
)
from engine.runtime.definition import Definition

Elements = Mapping[str, str | None]
"""A plan: new ids by old ids, None for an element that nothing stands for."""


@dataclass(frozen=True, kw_only=True)
class ProposedElement:
    """What is proposed to stand for an old element, and by what that was found: `id`, `name`, `position`."""

    old: str
    new: str | None
    by: str | None


@dataclass(frozen=True, kw_only=True)
class MigrationFinding:
    """What a migration means for a case, or why there can be none; `code` is stable.

    `text` is a sentence in English, `text_el` the same in Greek; that is empty of one that was kept before
    there were both.
    """

    code: str
    text: str
    element_id: str | None = None
    text_el: str = ""

    @property
    def said(self) -> Bilingual:
        """The sentence, in both languages."""
        return Bilingual(self.text, el=self.text_el or self.text, en=self.text)


@dataclass(frozen=True, kw_only=True)
class Migration:
    """A case as it stands in another definition; no token has moved by that.

    `before` and `after` describe all that is open, as the old and the new definition have it: every task is
    among their `opened_tasks`, and so on, under the token that it keeps. `after.snapshot` is the new one.
    `elements` are the new ids of old elements, for what else names one.
    """

    before: Step
    after: Step
    consequences: tuple[MigrationFinding, ...]
    elements: Mapping[str, str]


class MigrationRefused(StepRefused):
    """The case cannot go on in the other definition; `reasons` says each reason."""

    def __init__(self, reasons: Sequence[MigrationFinding]) -> None:
        super().__init__(" ".join(reason.text for reason in reasons))
        self.reasons = tuple(reasons)


class MigratingWorkflow(Workflow, Protocol):
    """A workflow that also takes cases from one definition to another."""

    def propose_migration(self, old: Definition, new: Definition) -> tuple[ProposedElement, ...]:
        """What stands in `new` for each element of `old`, as far as ids, names and places tell."""

    def check_migration(
        self, old: Definition, new: Definition, elements: Elements
    ) -> Mapping[str, Sequence[str]]:
        """What is wrong with a plan, in sentences by old element.

        An element that it does not name stands for the one of the same id.
        """

    def migrate(
        self,
        old: Definition,
        new: Definition,
        snapshot: bytes,
        *,
        elements: Elements,
        surroundings: Surroundings,
    ) -> Migration:
        """The case of `old` as it stands in `new`, every token where it stood.

        `MigrationRefused` with every reason where it cannot stand there, and nothing else is changed.
        """
