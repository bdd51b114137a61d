"""What organisations were called, where they were and how they were reached, as on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.kernel.bilingual import Bilingual
from engine.organisation import store, version_store
from engine.organisation.history import version_on
from engine.organisation.organisation import Particulars, Version
from engine.storage.database import Connection


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What stands above a letter or receipt; address and telephone are empty where nobody entered any."""

    called: Bilingual
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Letterheads:
    """The versions of organisations, by code, and of agencies, by key: each to be read as on a day."""

    organisations: Mapping[str, Sequence[Version]] = field(default_factory=dict)
    agencies: Mapping[str, Sequence[Version]] = field(default_factory=dict)

    def of(self, code: str | None, *, on: date) -> Letterhead | None:
        """That of an organisation on a day, or when it began if it began later; None for one unknown."""
        return _letterhead(self.organisations.get(code or "", ()), on)

    def of_agency(self, key: str | None, *, on: date) -> Letterhead | None:
        """That of an agency on a day, or when it began if it began later; None for one unknown."""
        return _letterhead(self.agencies.get(key or "", ()), on)


def letterheads(connection: Connection, codes: Iterable[str], *, agencies: Iterable[str] = ()) -> Letterheads:
    """The letterheads of these organisations and agencies, on every day."""
    return Letterheads(
        organisations=version_store.counting_by_code(connection, set(codes)),
        agencies=store.agency_versions(connection, set(agencies)),
    )


def _letterhead(versions: Sequence[Version], on: date) -> Letterhead | None:
    if not versions:
        return None
    stated: Particulars = (version_on(versions, on) or versions[0]).particulars
    return Letterhead(called=stated.called, address=stated.address, phone=stated.phone)
