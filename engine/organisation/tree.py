"""The tree of organisations as it is on a day, light enough to be read whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from engine.kernel.bilingual import Bilingual
from engine.organisation.organisation import OFFICES, OrganisationKind


@dataclass(frozen=True, kw_only=True)
class TreeNode:
    """An organisation with what it is called and what it is below."""

    id: UUID
    code: str
    kind: OrganisationKind
    name: str
    name_en: str
    parent_id: UUID | None
    is_open: bool

    @property
    def called(self) -> Bilingual:
        """Its name in both languages; the Greek one twice if it has no English one."""
        return Bilingual(self.name, el=self.name, en=self.name_en or self.name)

    @property
    def is_office(self) -> bool:
        """Whether it takes cases."""
        return self.kind in OFFICES


@dataclass(frozen=True, kw_only=True)
class Refusing:
    """A branch that does not offer a procedure, and why."""

    code: str
    called: Bilingual
    reason: str


@dataclass(frozen=True)
class Tree:
    """Every organisation there is on a day, by id."""

    nodes: Mapping[UUID, TreeNode]

    def line(self, organisation_id: UUID) -> Iterator[TreeNode]:
        """An organisation and all above it, nearest first."""
        seen: set[UUID] = set()
        node = self.nodes.get(organisation_id)
        while node is not None and node.id not in seen:
            seen.add(node.id)
            yield node
            node = self.nodes.get(node.parent_id) if node.parent_id else None

    def codes_of_line(self, organisation_id: UUID) -> tuple[str, ...]:
        """The codes of an organisation and of all above it, nearest first."""
        return tuple(node.code for node in self.line(organisation_id))

    def offices_below(self, organisation_id: UUID | None) -> Sequence[TreeNode]:
        """What takes cases: below an organisation, itself included, or anywhere; by code."""
        found = []
        waiting: list[UUID | None] = [organisation_id]
        seen: set[UUID | None] = set()
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            if current is not None and current in self.nodes and self.nodes[current].is_office:
                found.append(self.nodes[current])
            waiting += [child.id for child in self._children.get(current, ())]
        return sorted(found, key=lambda node: node.code)

    def children(self, organisation_id: UUID | None) -> Sequence[TreeNode]:
        """Those right below an organisation, or at the top, by code."""
        return sorted(self._children.get(organisation_id, ()), key=lambda node: node.code)

    def above(self, organisation_id: UUID, kind: OrganisationKind) -> TreeNode | None:
        """The nearest organisation of that kind, itself or above it; None where there is none."""
        return next((node for node in self.line(organisation_id) if node.kind is kind), None)

    @cached_property
    def _children(self) -> Mapping[UUID | None, list[TreeNode]]:
        found: dict[UUID | None, list[TreeNode]] = {}
        for node in self.nodes.values():
            parent = node.parent_id if node.parent_id in self.nodes else None
            found.setdefault(parent, []).append(node)
        return found
