"""The body of an outgoing webhook: JSON under 20 kB, without the variables when they would make it larger."""

import json
from collections.abc import Mapping
from typing import Any

LARGEST_BODY = 20_000
"""Bytes, as Standard Webhooks recommends; an agency fetches what was left out by leasing the service task."""


class BodyTooLarge(Exception):
    """Even without its variables the message is over the limit."""


def encode(body: Mapping[str, Any]) -> bytes:
    """The message as UTF-8 JSON; `BodyTooLarge` if it cannot be made to fit.

    When the variables do not fit, they are left out and `data.variables_omitted` is true.
    """
    whole = _json(body)
    if len(whole) < LARGEST_BODY:
        return whole
    data = {key: value for key, value in body["data"].items() if key != "variables"}
    lean = _json({**body, "data": {**data, "variables_omitted": True}})
    if len(lean) >= LARGEST_BODY:
        raise BodyTooLarge(
            f"Expected a message under {LARGEST_BODY} bytes without variables, but found {len(lean)}."
        )
    return lean


def _json(body: Mapping[str, Any]) -> bytes:
    # The standard library, because a case may hold whole numbers beyond 64 bits, which orjson does not write.
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
