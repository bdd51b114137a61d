"""Supplies: files that citizens send from home, by the tracking page or by REST."""

import hashlib
from typing import BinaryIO, cast
from uuid import UUID

from flask import request

from api.http.context import engine
from api.http.identity import count_guess_of
from engine.cases.tracking_code import Proof
from engine.dispatch import Once
from engine.documents.model import MOST_BYTES, sha256_of
from engine.kernel.actor import CITIZEN
from engine.supplements.model import MOST_FILES, BroughtFile, Supply
from engine.supplements.supply import SupplyFromCitizen

LARGEST_BODY = MOST_FILES * MOST_BYTES + 1_000_000
"""Bytes of a request: all files at their largest, and what is sent around them."""


def count_receipt(number: str, proof: Proof) -> None:
    """Count an attempt by the receipt's number and proof, whatever its address; `Problem` with 429."""
    count_guess_of(f"supply {receipt_owner(number, proof)}")


def sent_files() -> tuple[BroughtFile, ...]:
    """The files of the field `files`, open until the request is over; one more than are taken at most."""
    chosen = [file for file in request.files.getlist("files") if file.filename]
    return tuple(
        BroughtFile(name=file.filename or "", content=cast(BinaryIO, file.stream))
        for file in chosen[: MOST_FILES + 1]
    )


def supply(
    *, number: str, proof: Proof, awaited_id: UUID, files: tuple[BroughtFile, ...], note: str, key: str | None
) -> Supply:
    """Send the files to what awaits them; the same request with the same `key` does so once."""
    command = SupplyFromCitizen(number=number, code=proof, awaited_id=awaited_id, files=files, note=note)
    once = None if key is None else _once(command, key)
    return engine().carry_out(command, actor=CITIZEN, once=once)


def _once(command: SupplyFromCitizen, key: str) -> Once:
    asked = hashlib.sha256(f"{command.awaited_id}\n{command.note}\n".encode())
    for file in command.files:
        asked.update(bytes.fromhex(sha256_of(file.content)))
    return Once(owner=receipt_owner(command.number, command.code), key=key, fingerprint=asked.digest())


def receipt_owner(number: str, proof: Proof) -> str:
    """The owner of an idempotency key: whoever has the proof, so that nobody else can use it."""
    shown = proof.strip().upper() if isinstance(proof, str) else proof.seal
    return f"receipt:{hashlib.sha256(f'{number} {shown}'.encode()).hexdigest()}"
