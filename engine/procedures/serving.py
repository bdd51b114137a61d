"""The files of a version as they are served: only if they are, byte by byte, those that were certified."""

from uuid import UUID

from engine.bundle.contract import Files
from engine.bundle.files import fingerprint
from engine.kernel.refusal import Unavailable
from engine.procedures import record_store
from engine.procedures import store as procedures_store
from engine.procedures.certification import is_as_certified
from engine.sealing.chain import is_authentic
from engine.sealing.journal_keys import JournalKeys
from engine.storage.database import Connection


def served_files(connection: Connection, version_id: UUID, keys: JournalKeys) -> Files:
    """The files of a version; `Unavailable` if they, or what its record says of them, were altered.

    Read once in a process, when the version is first used. A certification whose key is not at hand is
    taken by what it says: `stoa procedures verify` names it.
    """
    version = procedures_store.version_by_id(connection, version_id)
    files = procedures_store.files_of_version(connection, version_id)
    if version is None:
        return files
    certified = record_store.certification_of(connection, version_id)
    is_sound = fingerprint(files) == version.sha256
    if certified is not None:
        key_is_missing = certified.key_name is not None and keys.named(certified.key_name) is None
        is_kept = key_is_missing or is_authentic(certified, keys)
        is_sound = is_sound and is_kept and is_as_certified(certified, files)
    if not is_sound:
        raise Unavailable(
            f"Version {version.number} of {version.key} is not as it was certified: its files or its record "
            "were altered. Whoever runs the installation must look at it: stoa procedures verify.",
            code="version_unsound",
        )
    return files
