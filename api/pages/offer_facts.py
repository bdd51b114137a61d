"""What a procedure on offer is, in words: what it is for, how long it may take, what it costs."""

from collections.abc import Mapping
from typing import Any

from api.pages.language import gettext as _
from api.pages.language import ngettext, of_two
from engine.bundle.procedure import Procedure
from engine.bundle.term import Term


def facts(procedure: Procedure) -> list[tuple[str, str]]:
    """What is said of it above its form: names with words."""
    return [
        (_("What it is"), summary_words(procedure.metadata)),
        (_("Term"), term_words(procedure.term)),
        (_("Fee"), fee_words(procedure.metadata)),
    ]


def summary_words(metadata: Mapping[str, Any]) -> str:
    """What the procedure is for, in a sentence."""
    return of_two(metadata["summary"]["el"], metadata["summary"]["en"])


def term_words(term: Term) -> str:
    """How long it may take."""
    if term.days == 0:
        return _("on the same day")
    if term.working_days:
        return ngettext("%(num)s working day", "%(num)s working days", term.days)
    return ngettext("%(num)s day", "%(num)s days", term.days)


def fee_words(metadata: Mapping[str, Any]) -> str:
    """What the citizen pays."""
    cents = metadata["fee_cents"]
    return f"{cents / 100:.2f} €" if cents else _("none")
