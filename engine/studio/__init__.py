"""Drafts of procedures that analysts draw together: their files with revisions, and who is at them.

    model.py      what is kept of a draft, and its bounds
    begin.py      a draft of a version, or of files
    keep.py       a file kept, added or removed; a text that came too late is laid aside
    presence.py   who is in a draft now
    submit.py     a draft becomes a version that is submitted
    queries.py    drafts, their files, what happened to them
    store.py      the tables

How two people change one draft: docs/adr/0062-drafts-are-drawn-in-the-browser.md.
"""
