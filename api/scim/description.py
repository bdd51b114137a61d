"""What this service says of itself: configuration, resource types and schemas (RFC 7643, sections 5 to 7)."""

from typing import Any, Final

from api.scim.resources import GROUP, MOST_LISTED, USER

_CONFIG: Final = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
_TYPE: Final = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
_SCHEMA: Final = "urn:ietf:params:scim:schemas:core:2.0:Schema"


def service_provider_config(base: str) -> dict[str, Any]:
    """What is supported and what is not."""
    return {
        "schemas": [_CONFIG],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST_LISTED},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Access token",
                "description": "A token of this system with the scope scim (stoa token issue).",
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def _type(name: str, endpoint: str, schema: str, description: str) -> dict[str, Any]:
    return {
        "schemas": [_TYPE],
        "id": name,
        "name": name,
        "endpoint": endpoint,
        "schema": schema,
        "description": description,
    }


RESOURCE_TYPES: Final = (
    _type("User", "/Users", USER, "Somebody who may sign in."),
    _type("Group", "/Groups", GROUP, "One role at one organisation, as 0009.clerk."),
)


def _attribute(name: str, kind: str = "string", **said: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "multiValued": False,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
        **said,
    }


_REFERENCE: Final = (
    _attribute("value", mutability="immutable"),
    _attribute("display", mutability="readOnly"),
    _attribute("$ref", "reference", mutability="readOnly"),
)
SCHEMAS: Final = (
    {
        "schemas": [_SCHEMA],
        "id": USER,
        "name": "User",
        "description": "Somebody who may sign in.",
        "attributes": [
            _attribute("userName", required=True, uniqueness="server"),
            _attribute("displayName"),
            _attribute("name", "complex", subAttributes=[_attribute("formatted")]),
            _attribute("active", "boolean"),
            _attribute(
                "groups", "complex", multiValued=True, mutability="readOnly", subAttributes=list(_REFERENCE)
            ),
        ],
    },
    {
        "schemas": [_SCHEMA],
        "id": GROUP,
        "name": "Group",
        "description": "One role at one organisation: whoever is a member has a post there from today on.",
        "attributes": [
            _attribute("displayName", mutability="readOnly", required=True),
            _attribute("members", "complex", multiValued=True, subAttributes=list(_REFERENCE)),
        ],
    },
)
