"""What a branch does not offer, told before anything is typed: why, and which branches near it offer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.cases.offers import ShowOffer
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.refusal import Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.model import Branch
from engine.organisation.organisation import Organisation, OrganisationKind, Particulars
from engine.organisation.succession import Closing, closing_of
from engine.organisation.tree_store import tree_on


@dataclass(frozen=True, kw_only=True)
class NearBranch:
    """A branch of the same municipality to which a citizen can go."""

    code: str
    called: Bilingual
    address: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class NotOfferedHere:
    """Why a branch does not offer a procedure, and the open branches of its municipality that do, by code."""

    reason: str
    elsewhere: tuple[NearBranch, ...]


@dataclass(frozen=True, kw_only=True)
class WhereOffered:
    """Does a branch offer a procedure, and if not, where? The asker's own branch where none is named."""

    procedure: str
    branch: str | None = None

    def answer(self, context: QueryContext) -> NotOfferedHere | None:
        """None where the branch offers it; `NotFound` for what is not on offer, and for an unknown branch."""
        ShowOffer(key=self.procedure).answer(context)
        code = self.branch or context.actor.branch_code
        if code is None:
            raise Invalid.field("branch", "expected the code of a branch, because you do not work in one")
        branch = organisation_store.branch_coded(context.connection, code, on=context.today)
        if branch is None:
            raise NotFound.of("branch", code)
        return _not_offered_by(branch, context).get(self.procedure)


def not_offered_here(context: QueryContext) -> Mapping[str, NotOfferedHere]:
    """What the asker's branch does not offer today, by the key of the procedure."""
    if context.actor.branch_id is None:
        return {}
    branch = organisation_store.branch(context.connection, context.actor.branch_id, on=context.today)
    return _not_offered_by(branch, context) if branch else {}


def closing_here(context: QueryContext) -> Closing | None:
    """That the asker's branch closes or has closed; None where it goes on, and for whoever works in none."""
    branch_id = context.actor.branch_id
    return closing_of(context.connection, branch_id, on=context.today) if branch_id else None


def _not_offered_by(branch: Branch, context: QueryContext) -> Mapping[str, NotOfferedHere]:
    if not branch.not_offered:
        return {}
    near = _near(branch.id, context)
    return {
        one.procedure: NotOfferedHere(
            reason=one.reason,
            elsewhere=tuple(
                NearBranch(code=other.code, called=stated.called, address=stated.address, phone=stated.phone)
                for other, stated in near
                if one.procedure not in {refused.procedure for refused in stated.not_offered}
            ),
        )
        for one in branch.not_offered
    }


def _near(branch_id: UUID, context: QueryContext) -> Sequence[tuple[Organisation, Particulars]]:
    """The other open branches of the municipality of a branch, by code; none of a branch without one."""
    tree = tree_on(context.connection, context.today)
    municipality = tree.above(branch_id, OrganisationKind.MUNICIPALITY)
    offices = tree.offices_below(municipality.id) if municipality else ()
    ids = {office.id for office in offices if office.is_open and office.id != branch_id}
    if not ids:
        return []
    found = version_store.every_organisation(context.connection, on=context.today, ids=ids)
    return [(one, version.particulars) for one, version in found]
