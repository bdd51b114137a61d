"""Which kind of organisation may stand below which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.context import QueryContext
from engine.kernel.permission import require_operates
from engine.organisation import tree_store
from engine.organisation.organisation import OrganisationKind

_MINISTRY: Final = OrganisationKind.MINISTRY
_REGION: Final = OrganisationKind.DECENTRALISED_ADMINISTRATION
_MUNICIPALITY: Final = OrganisationKind.MUNICIPALITY
_AGENCY: Final = OrganisationKind.AGENCY
_BRANCH: Final = OrganisationKind.BRANCH

STANDS_BELOW: Final[Mapping[OrganisationKind, tuple[OrganisationKind | None, ...]]] = {
    OrganisationKind.MINISTRY: (None,),
    OrganisationKind.DECENTRALISED_ADMINISTRATION: (_MINISTRY, None),
    OrganisationKind.MUNICIPALITY: (_REGION, _MINISTRY, None),
    OrganisationKind.AGENCY: (_MINISTRY, _REGION, _MUNICIPALITY, _AGENCY, None),
    OrganisationKind.BRANCH: (_MUNICIPALITY, _REGION, _MINISTRY),
    OrganisationKind.ANNEX: (_BRANCH, _MUNICIPALITY, _REGION, _MINISTRY),
    OrganisationKind.POINT_OF_SINGLE_CONTACT: (_BRANCH, _MUNICIPALITY, _REGION, _MINISTRY),
}
"""What an organisation of each kind may stand right below; None is the top of the tree."""


def may_stand(kind: OrganisationKind, above: OrganisationKind | None) -> bool:
    """Whether an organisation of that kind may stand right below one of the other, or at the top."""
    return above in STANDS_BELOW[kind]


def kinds_below(above: OrganisationKind | None) -> Sequence[OrganisationKind]:
    """The kinds that may stand right below one of that kind, or at the top, in the order of their names."""
    return [kind for kind in OrganisationKind if may_stand(kind, above)]


def problem_of_place(kind: OrganisationKind, above: OrganisationKind | None) -> str | None:
    """What is wrong with that place, naming both kinds; None where it may stand there."""
    if may_stand(kind, above):
        return None
    expected = " or ".join(_called(one) for one in STANDS_BELOW[kind])
    return f"expected {expected} above an organisation of the kind {kind}, found {_called(above)}"


def _called(kind: OrganisationKind | None) -> str:
    return "nothing (the top of the tree)" if kind is None else kind.value


@dataclass(frozen=True, kw_only=True)
class Misplaced:
    """An organisation standing, from that day on, where its kind may not; `above_code` is None at the top."""

    code: str
    kind: OrganisationKind
    above_code: str | None
    above_kind: OrganisationKind | None
    since: date


@dataclass(frozen=True, kw_only=True)
class ListMisplaced:
    """The organisations that stand, today or as is planned, where the rules of today would not let them.

    They are from before the rules were asked, or from a set-up in one go; they work as they are until
    somebody moves them.
    """

    def answer(self, context: QueryContext) -> Sequence[Misplaced]:
        """Each once for a place, by code."""
        require_operates(context.actor)
        found: dict[tuple[str, str | None], Misplaced] = {}
        for row in tree_store.places_from(context.connection, context.today):
            kind = OrganisationKind(row.kind)
            above = OrganisationKind(row.above_kind) if row.above_kind else None
            if not may_stand(kind, above):
                place = Misplaced(
                    code=row.code,
                    kind=kind,
                    above_code=row.above_code,
                    above_kind=above,
                    since=row.valid_from,
                )
                found.setdefault((row.code, row.above_code), place)
        return tuple(found.values())
