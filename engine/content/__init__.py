"""Content: announcements, circulars, articles, scripts and help texts; written, authorised, read."""
