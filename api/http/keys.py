"""Keys in addresses: procedures and agencies are known by short lower-case names."""

from typing import Any

from werkzeug.routing import BaseConverter

PATTERN = "[a-z0-9][a-z0-9-]{0,63}"


class KeyConverter(BaseConverter):
    """Matches a key such as `residence-certificate`; other texts are no address of ours."""

    regex = PATTERN


def key_parameter(_converter: KeyConverter) -> dict[str, Any]:
    """How OpenAPI describes a key."""
    return {"type": "string", "pattern": f"^{PATTERN}$", "examples": ["residence-certificate"]}
