"""Questions about papers: what a citizen has to bring, asked before any case is opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bundle.contract import Form
from engine.cases.checklist import checklist, known_at_reception
from engine.cases.offers import ShowOffer
from engine.cases.reception import Checklist
from engine.context import QueryContext
from engine.kernel.case_words import Channel
from engine.kernel.refusal import Invalid


@dataclass(frozen=True, kw_only=True)
class PapersFor:
    """The papers that a procedure on offer asks of somebody; everybody who is known may ask.

    `data` are the fields of the start form as far as they are filled in, `applicant` and `representative` the
    fields of a person, as far as they are known.
    """

    procedure: str
    data: Mapping[str, Any] = field(default_factory=dict)
    applicant: Mapping[str, str | None] = field(default_factory=dict)
    representative: Mapping[str, str | None] | None = None
    channel: Channel = Channel.COUNTER

    def answer(self, context: QueryContext) -> Checklist:
        """The papers, and whether others may follow; `Invalid` for a field that the form does not have."""
        procedure = ShowOffer(key=self.procedure).answer(context)
        now = context.now.astimezone(context.zone)
        known = known_at_reception(
            self._so_far(procedure.start_form),
            applicant=self.applicant,
            representative=self.representative,
            channel=self.channel,
            now=now,
        )
        return checklist(procedure, known, now=now)

    def _so_far(self, form: Form | None) -> dict[str, Any]:
        scope = {"applicant": self.applicant, "representative": self.representative}
        try:
            return form.draft(self.data, scope=scope) if form is not None else {}
        except Invalid as refusal:
            errors = {f"data.{name}": problems for name, problems in refusal.errors.items()}
            raise Invalid(refusal.message, errors) from refusal
