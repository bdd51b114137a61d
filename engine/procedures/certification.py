"""A submitted version is certified by decree, by somebody who proves once more who they are."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.bundle.files import fingerprint
from engine.context import Command, Transaction
from engine.kernel.procedure_rights import require_certifies
from engine.kernel.refusal import Conflict, Invalid
from engine.people.passkey import PasskeyAnswer
from engine.people.second_factor import prove_again
from engine.procedures import record_store
from engine.procedures import store as procedures_store
from engine.procedures.acts import Act, ActKind
from engine.procedures.comments import require_settled
from engine.procedures.model import ProcedureVersion, Validity
from engine.procedures.record import recorded, require_other_eyes
from engine.procedures.versions import locked_version

LONGEST = 200
"""Characters of a decree's number or of a gazette's."""
_ADA = re.compile(r"[0-9Α-ΩA-Z]{4,15}-[0-9Α-ΩA-Z]{3}")
"""Of the Diavgeia programme (ν. 3861/2010): letters and digits, a hyphen, three more."""


@dataclass(frozen=True, kw_only=True)
class Decree:
    """By what a version is certified: the number of the decree, the gazette (ΦΕΚ) and the ΑΔΑ."""

    number: str
    gazette: str
    ada: str


@dataclass(frozen=True, kw_only=True)
class CertifyVersion(Command[ProcedureVersion]):
    """Certify a submitted version.

    `sha256` is the version's as whoever certifies it has seen it. `second_factor` is the code that their
    telephone shows now, a recovery code, or the answer of a passkey that was asked for `certification_act`.
    """

    key: str
    number: int
    sha256: str
    decree: Decree
    validity: Validity
    second_factor: str | PasskeyAnswer


def certify_version(command: CertifyVersion, transaction: Transaction) -> ProcedureVersion:
    """The certified version; its record has the decree, the validity, and the SHA-256 of every file."""
    require_certifies(transaction.actor)
    version = locked_version(command.key, command.number, transaction)
    require_other_eyes(version, record_store.acts_of(transaction.connection, version.id), transaction)
    certified = version.certified(command.validity)
    _require_decree(command)
    files = procedures_store.files_of_version(transaction.connection, version.id)
    _require_same_bytes(command, version, files)
    require_settled(version.id, transaction)
    act = certification_act(
        command.key,
        command.number,
        sha256=version.sha256,
        decree=command.decree,
        validity=command.validity,
    )
    prove_again(transaction, command.second_factor, act=act)
    detail = {
        "decree": command.decree.number.strip(),
        "gazette": command.decree.gazette.strip(),
        "ada": command.decree.ada.strip(),
        "valid_from": _text(command.validity.since),
        "valid_until": _text(command.validity.until),
        "sha256": version.sha256,
        "files": hashes_of(files),
        "proved_by": "passkey" if isinstance(command.second_factor, PasskeyAnswer) else "code",
    }
    certified = recorded(certified, ActKind.CERTIFIED, transaction, detail=detail)
    procedures_store.save_version(transaction.connection, certified)
    return certified


def certification_act(key: str, number: int, *, sha256: str, decree: Decree, validity: Validity) -> str:
    """Everything that is certified, in one text: what a passkey signs is bound to it."""
    said = (
        "certify",
        key,
        number,
        sha256,
        *(text.strip() for text in (decree.number, decree.gazette, decree.ada)),
        _text(validity.since),
        _text(validity.until),
    )
    return json.dumps(said, ensure_ascii=False)


def hashes_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each file by its name, in hexadecimal."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}


def is_as_certified(certification: Act, files: Mapping[str, bytes]) -> bool:
    """Whether these are, byte by byte, the files that were certified."""
    stated: object = certification.detail.get("files")
    return stated == hashes_of(files)


def _require_decree(command: CertifyVersion) -> None:
    """Refuse what no decree can be, all fields at once."""
    problems: dict[str, list[str]] = {}
    for name, text in (("decree", command.decree.number), ("gazette", command.decree.gazette)):
        if not 1 <= len(text.strip()) <= LONGEST:
            problems[name] = [f"expected 1 to {LONGEST} characters, found {len(text.strip())}"]
    if not _ADA.fullmatch(command.decree.ada.strip()):
        problems["ada"] = ["expected letters and digits, a hyphen and three more, such as Ψ8Ν246ΜΤΛ6-7ΘΞ"]
    since, until = command.validity.since, command.validity.until
    if since and until and until < since:
        problems["valid_until"] = [f"expected {since:%d/%m/%Y} or later, found {until:%d/%m/%Y}"]
    if problems:
        raise Invalid("The decree is not complete.", problems)


def _require_same_bytes(
    command: CertifyVersion, version: ProcedureVersion, files: Mapping[str, bytes]
) -> None:
    """Refuse files that are not those that were submitted, or not those that were looked at."""
    if fingerprint(files) != version.sha256:
        raise Conflict(
            f"The files of version {version.number} of {version.key} are not those that were deployed.",
            code="version_altered",
        )
    if command.sha256 != version.sha256:
        raise Conflict(
            f"Expected the files that you looked at ({command.sha256:.16}…), "
            f"but version {version.number} has others ({version.sha256:.16}…).",
            code="version_altered",
        )


def _text(day: object) -> str | None:
    return str(day) if day else None
