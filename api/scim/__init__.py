"""SCIM 2.0 (RFC 7643, RFC 7644): a directory pushes who there is and who works where, at /scim/v2."""
