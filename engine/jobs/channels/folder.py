"""A folder that takes every message as a file: for trying out, and for a provider that collects files."""

import os
from dataclasses import dataclass
from pathlib import Path

from engine.notices.channel import Sending, SendingOutcome, SendingResult


@dataclass(frozen=True, kw_only=True)
class FolderChannel:
    """Writes a message into `<notice id>.txt`; the same notice again is the same file."""

    folder: Path

    def send(self, sending: Sending) -> SendingOutcome:
        """Write the file whole, or not at all; only the owner may read it."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = self.folder / f".{sending.notice_id}"
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(_content(sending).encode())
            unfinished.replace(self.folder / f"{sending.notice_id}.txt")
        except OSError as problem:
            detail = f"The folder of notices cannot be written: {type(problem).__name__}."
            return SendingOutcome(result=SendingResult.FAILED, detail=detail)
        return SendingOutcome(result=SendingResult.SENT)


def _content(sending: Sending) -> str:
    lines = [
        f"Channel: {sending.channel.value}",
        f"To: {sending.recipient}",
        f"At: {sending.now.isoformat(timespec='seconds')}",
    ]
    if sending.subject:
        lines.append(f"Subject: {sending.subject}")
    return "\n".join([*lines, "", sending.text.rstrip("\n"), ""])
