"""People who work with the system: users, roles, pauses, accounts, sessions, tokens, second factors."""
