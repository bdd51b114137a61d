"""Announcements, circulars, articles, scripts and help texts: written, authorised and read."""
