"""Questions about what is on offer: which procedures, and the one that a new case would run."""

from collections import Counter
from dataclasses import dataclass

from engine.bundle.procedure import Procedure
from engine.cases import store as cases_store
from engine.cases.model import CaseFilter
from engine.context import QueryContext
from engine.kernel.pages import Slice
from engine.kernel.permission import sight_of
from engine.kernel.refusal import NotFound
from engine.kernel.vocabulary import OpenedBy
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion, VersionStatus

_COUNTED_CASES = 100
"""The newest cases of a branch, by which it is told what is opened there most."""

_USUAL = 8


@dataclass(frozen=True, kw_only=True)
class Offers:
    """Procedures on offer; `is_cut` where there are more, `is_usual` where the branch's own come first."""

    offers: tuple[ProcedureVersion, ...]
    is_cut: bool
    is_usual: bool = False


@dataclass(frozen=True, kw_only=True)
class FindOffers:
    """Up to `limit` procedures on offer at a branch, found by words of their titles or by a code.

    Without a text, those that the asker's branch opens most stand first. Everybody who is known may ask.
    """

    text: str = ""
    limit: int = 20

    def answer(self, context: QueryContext) -> Offers:
        """The versions that new cases would run."""
        found = procedures_store.procedures(
            context.connection,
            at=context.now,
            words=self.text or None,
            status=VersionStatus.PUBLISHED,
            part=Slice(limit=self.limit),
            opened_by=OpenedBy.BRANCH,
        )
        if self.text:
            return Offers(offers=found.items, is_cut=found.next is not None)
        usual = self._usual(context)
        keys = {version.key for version in usual}
        others = tuple(version for version in found.items if version.key not in keys)
        everything = usual + others
        return Offers(
            offers=everything[: self.limit],
            is_cut=found.next is not None or len(everything) > self.limit,
            is_usual=bool(usual),
        )

    def _usual(self, context: QueryContext) -> tuple[ProcedureVersion, ...]:
        branch = context.actor.branch_code
        sight = sight_of(context.actor)
        if branch is None or sight.nothing:
            return ()
        newest = cases_store.list_cases(
            context.connection,
            CaseFilter(branch_code=branch),
            sight=sight,
            part=Slice(limit=_COUNTED_CASES),
        )
        counted = Counter(case.procedure_key for case in newest.items).most_common(_USUAL)
        offered = (_offered(key, context) for key, _count in counted)
        return tuple(version for version in offered if version and version.opened_by is OpenedBy.BRANCH)


@dataclass(frozen=True, kw_only=True)
class ShowOffer:
    """A procedure as it is offered now, with its papers and start form; everybody who is known may ask."""

    key: str

    def answer(self, context: QueryContext) -> Procedure:
        """The version on offer; `NotFound` if there is none."""
        version = _offered(self.key, context)
        if version is None:
            raise NotFound.of("procedure on offer", self.key)
        return context.procedure(version.id)


def _offered(key: str, context: QueryContext) -> ProcedureVersion | None:
    return procedures_store.version_on_offer(context.connection, key, context.now)
