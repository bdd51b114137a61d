"""The settings of a process: read again as soon as the number of the last change is another one."""

from collections.abc import Mapping
from threading import Lock

from engine.kernel.office_settings import FIRST_VALUES, Decided, SettingKey, SettingValue
from engine.office_settings import store as settings_store
from engine.storage.prepared import Channel


class SettingsBoard:
    """Keeps what was decided, by the revision at which it was read; several threads may share it."""

    def __init__(self, first: Mapping[SettingKey, SettingValue] = FIRST_VALUES) -> None:
        self._lock = Lock()
        self._decided = Decided(first={**FIRST_VALUES, **first})
        self._revision = 0

    def known(self, revision: int) -> Decided | None:
        """What was decided up to that revision; None if it was not read yet."""
        with self._lock:
            return self._decided if revision == self._revision else None

    def decided(self, connection: Channel) -> Decided:
        """What is decided now: one statement where nothing was changed since."""
        revision = settings_store.revision(connection)
        known = self.known(revision)
        if known is not None:
            return known
        # Read after the number: what came in between is read again with the next one.
        decided = Decided(first=self._decided.first, changes=tuple(settings_store.all_changes(connection)))
        with self._lock:
            self._revision, self._decided = revision, decided
        return decided
