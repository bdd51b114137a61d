"""Stoa on the web: REST, webhooks, pages and the `stoa` command."""
