"""A second connector, as the recipe describes one: it drops files into a folder, `file-drop:///absolute/path`.

The agency answers with a file too: `<job id>.answer.json` beside the request, with `data` or with `error`. A
file `CLOSED` in the folder says that nothing is taken there any more.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult


@dataclass(frozen=True, kw_only=True)
class FileDropConnector:
    """Hands service tasks to agencies that share a folder with us."""

    schemes: ClassVar[tuple[str, ...]] = ("file-drop",)

    def endpoint_problem(self, endpoint: str) -> str | None:
        parts = urlsplit(endpoint)
        if parts.netloc or not parts.path.startswith("/") or ".." in Path(parts.path).parts:
            return "Expected file-drop:///absolute/path."
        return None

    def secret_problems(self, secrets: Sequence[str]) -> Sequence[str]:
        """None: who may write into the folder is the machine's business."""
        return []

    def deliver(self, delivery: Delivery) -> DeliveryOutcome:
        if delivery.agency.endpoint is None:
            return DeliveryOutcome(result=DeliveryResult.GONE, detail="The agency takes no files any more.")
        folder = Path(urlsplit(delivery.agency.endpoint).path)
        request, answer = folder / f"{delivery.job_id}.json", folder / f"{delivery.job_id}.answer.json"
        try:
            if (folder / "CLOSED").exists():
                return DeliveryOutcome(result=DeliveryResult.GONE, detail="The folder is closed.")
            unfinished = request.with_suffix(".part")
            unfinished.write_text(json.dumps(delivery.body))
            unfinished.replace(request)
            return _outcome_of(answer.read_text()) if answer.exists() else _ACCEPTED
        except (OSError, ValueError) as problem:
            detail = f"The folder cannot be used: {type(problem).__name__}."
            return DeliveryOutcome(result=DeliveryResult.FAILED, detail=detail)


_ACCEPTED = DeliveryOutcome(result=DeliveryResult.ACCEPTED)


def _outcome_of(text: str) -> DeliveryOutcome:
    answer = json.loads(text)
    if "error" in answer:
        error = answer["error"]
        return DeliveryOutcome(
            result=DeliveryResult.REFUSED, error_code=error["code"], detail=error["message"]
        )
    return DeliveryOutcome(result=DeliveryResult.ANSWERED, data=answer["data"])
