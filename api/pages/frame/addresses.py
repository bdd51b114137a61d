"""Addresses of pages of ours: those that people are sent on to, and those that others send people back to."""

from urllib.parse import urlsplit

from flask import request, url_for

from api.http.context import site


def local_address(wanted: str | None, *, otherwise: str) -> str:
    """The address of a page of ours that somebody wants to go on to; never one of another site.

    Browsers take two slashes, a backslash, tabs or line ends at the beginning for another site.
    """
    if not wanted or not wanted.isprintable() or "\\" in wanted:
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    return wanted


def outside_address(endpoint: str) -> str:
    """The address of a page as it is reached from outside."""
    home = site().settings.public_url or request.url_root
    return home.rstrip("/") + url_for(endpoint)
