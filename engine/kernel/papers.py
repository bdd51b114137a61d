"""Which documents of a case an agency reads: the papers that its request names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

PAPERS: Final = "stoa:documents"
"""The property of what an agency answers that names the papers it may read."""

ALL: Final = "all"
"""Every document that the case has when the agency is asked."""

NONE: Final = "none"

SUPPLEMENT: Final = "supplement"
"""The variable of a request with what the citizen brought because the agency asked for it."""

_VARIABLE = re.compile(r"[^\W\d]\w*")


class Paper(Protocol):
    """A document of a case: when it came, and with which service task if it came with one."""

    @property
    def id(self) -> UUID: ...
    @property
    def added_at(self) -> datetime: ...
    @property
    def service_task_id(self) -> UUID | None: ...


@dataclass(frozen=True, kw_only=True)
class NamedPapers:
    """The papers that a request names: by id, and if `all_until` is given all that came until then."""

    ids: frozenset[str] = frozenset()
    all_until: datetime | None = None

    def have(self, paper: Paper) -> bool:
        """Whether a document of the request's case is among them."""
        is_of_all = self.all_until is not None and paper.added_at <= self.all_until
        return is_of_all or str(paper.id) in self.ids


def papers_named(declared: str | None, variables: Mapping[str, Any], *, asked_at: datetime) -> NamedPapers:
    """The papers of a request with these variables, sent at that moment.

    `declared` is the value of `stoa:documents`: `all`, `none`, or names of variables with commas between
    them. Without it every variable counts that the request hands over. A variable names the documents whose
    ids are in it, however deep. What the citizen brought at the agency's request is always among them.
    """
    supplement = {SUPPLEMENT: variables.get(SUPPLEMENT)}
    if declared == ALL:
        return NamedPapers(ids=texts_in(supplement), all_until=asked_at)
    if declared is None:
        return NamedPapers(ids=texts_in(variables))
    handed = {name: variables.get(name) for name in names_in(declared)}
    return NamedPapers(ids=texts_in({**handed, **supplement}))


def names_in(declared: str) -> tuple[str, ...]:
    """The variables that a value of `stoa:documents` names, each once; none for `all` and `none`."""
    if declared in (ALL, NONE):
        return ()
    return tuple(dict.fromkeys(name.strip() for name in declared.split(",") if name.strip()))


def is_declaration(text: str) -> bool:
    """Whether this is a value that `stoa:documents` may have."""
    names = names_in(text)
    return text in (ALL, NONE) or (bool(names) and all(map(_VARIABLE.fullmatch, names)))


def texts_in(value: object) -> frozenset[str]:
    """Every text in a JSON value, however deep: references to documents are among them."""
    return frozenset(_texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _texts(entry)
