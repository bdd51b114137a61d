"""The catalogue: procedures read from their files, each version once."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import tzinfo
from threading import Lock
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.bundle.contract import Files, Form
from engine.bundle.files import BundleFindings, fingerprint
from engine.bundle.forms import FormReading, ReadForm, read_form
from engine.bundle.procedure import Procedure, read_procedure
from engine.bundle.shared_part import PinnedPart, read_part
from engine.kernel.bilingual import Language
from engine.kernel.clock import Clock
from engine.kernel.recently_used import RecentlyUsed
from engine.kernel.refusal import Invalid

ATHENS = ZoneInfo("Europe/Athens")

_CHECKED_LAST = 16
"""How many procedures are kept that were checked and perhaps not used yet."""

_PARTS = 256
"""How many shared parts are kept, each version of one counted: far more than a country has in use."""


class Catalogue:
    """Procedures by version; keeps the `capacity` versions used last. Several threads may share it."""

    def __init__(
        self,
        clock: Clock,
        *,
        zone: tzinfo = ATHENS,
        language: Language = Language.EN,
        capacity: int = 128,
    ) -> None:
        self._clock = clock
        self._zone = zone
        self._language = language
        self._capacity = capacity
        self._lock = Lock()
        self._read: OrderedDict[UUID, Procedure] = OrderedDict()
        self._checked = RecentlyUsed[str, Procedure](_CHECKED_LAST)
        self._parts = RecentlyUsed[tuple[str, str], PinnedPart](_PARTS)

    def procedure(self, version_id: UUID, load: Callable[[], Files]) -> Procedure:
        """The procedure of that version; `load` gives its files, and is called if they were not read before.

        Two threads that want an unread version at once may both read it, and get equal procedures. A version
        in store was sound when it was deployed, so a finding now is a bug or a changed rule, and no refusal.
        """
        with self._lock:
            known = self._read.get(version_id)
            if known is not None:
                self._read.move_to_end(version_id)
                return known
        try:
            procedure = self.check(load())
        except Invalid as refusal:
            raise RuntimeError(
                f"Version {version_id} was deployed, but cannot be read: {refusal}"
            ) from refusal
        with self._lock:
            self._read[version_id] = procedure
            while len(self._read) > self._capacity:
                self._read.popitem(last=False)
        return procedure

    def form(self, schema: Mapping[str, Any]) -> Form:
        """The form of a schema that is in no files; a fault if it is no sound form."""
        findings = BundleFindings()
        form_id = str(schema["id"])
        reading = read_form(form_id, form_id, json.dumps(schema).encode(), findings)
        findings.refuse_if_any("The form")
        if reading is None:
            raise AssertionError("a form without findings was read")
        return self._judge(reading)

    def check(self, files: Files) -> Procedure:
        """The procedure of files; `Invalid` with every finding by file name.

        The same files are checked when they are deployed and read when they are first used: what was checked
        last is kept for that.
        """
        return self._checked.get(
            fingerprint(files),
            lambda: read_procedure(files, read_part=self._part, form_of=self._judge),
        )

    def _part(self, name: str, files: Files) -> PinnedPart:
        """A shared part: read once, however many versions have it."""
        return self._parts.get((name, fingerprint(files)), lambda: read_part(name, files, self._judge))

    def _judge(self, reading: FormReading) -> Form:
        return ReadForm(reading, clock=self._clock, zone=self._zone, language=self._language)
