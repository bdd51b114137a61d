"""The tree of organisations as its administrators look at it: whole, or what was looked for and its line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.actor import ActorKind, Role
from engine.kernel.administration import require_lists_organisations
from engine.kernel.vocabulary import search_form
from engine.organisation.tree import Tree, TreeNode
from engine.organisation.tree_store import tree_on


@dataclass(frozen=True, kw_only=True)
class Limb:
    """An organisation of the tree with what is below it, by code.

    `is_found` says that it is what was looked for; `offices` is how many below it take cases.
    """

    node: TreeNode
    below: tuple["Limb", ...]
    is_found: bool
    offices: int


@dataclass(frozen=True, kw_only=True)
class TreeView:
    """The tree on a day: `tops` are what is below nothing that the asker administers.

    `number` organisations are in it, of which `found` have the words that were looked for. `is_of_top` says
    that the asker administers an organisation that is below no other.
    """

    tops: tuple[Limb, ...]
    number: int
    found: int
    day: date
    is_of_top: bool


@dataclass(frozen=True, kw_only=True)
class ShowTree:
    """The tree of the organisations that the asker administers, as it is on a day, today if none is named.

    With `text` only those whose name or code has its words, without accents and case, and all above them.
    """

    on: date | None = None
    text: str = ""

    def answer(self, context: QueryContext) -> TreeView:
        require_lists_organisations(context.actor)
        day = self.on or context.today
        tree = tree_on(context.connection, day)
        wanted = search_form(self.text).split()
        asked_about = _tops(tree, context)
        tops = tuple(limb for node in asked_about if (limb := _limb(tree, node, wanted, frozenset())))
        every = list(_every(tops))
        return TreeView(
            tops=tops,
            number=len(every),
            found=sum(1 for one in every if one.is_found),
            day=day,
            is_of_top=any(node.parent_id is None for node in asked_about),
        )


def _tops(tree: Tree, context: QueryContext) -> Sequence[TreeNode]:
    if context.actor.kind is ActorKind.SYSTEM or context.actor.has(Role.OPERATOR):
        return tree.children(None)
    own_id = context.actor.organisation_id
    return [tree.nodes[own_id]] if own_id is not None and own_id in tree.nodes else []


def _limb(tree: Tree, node: TreeNode, wanted: Sequence[str], above: frozenset[UUID]) -> Limb | None:
    """The organisation with what is below it; None where words are wanted, and none of these has them."""
    line = above | {node.id}
    below = tuple(
        limb
        for child in tree.children(node.id)
        if child.id not in line and (limb := _limb(tree, child, wanted, line))
    )
    is_found = bool(wanted) and _has_words(node, wanted)
    if wanted and not is_found and not below:
        return None
    offices = sum(one.offices + one.node.is_office for one in below)
    return Limb(node=node, below=below, is_found=is_found, offices=offices)


def _has_words(node: TreeNode, wanted: Sequence[str]) -> bool:
    words = search_form(f"{node.code} {node.name} {node.name_en}").split()
    return all(any(word.startswith(one) for word in words) for one in wanted)


def _every(limbs: Sequence[Limb]) -> Iterator[Limb]:
    for limb in limbs:
        yield limb
        yield from _every(limb.below)
