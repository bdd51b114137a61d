"""Mutation: whether the quick tests notice when a check is taken out of a module.

`.venv/bin/python -m tests.mutation engine/kernel/permission.py` takes one thing after the other out of the
module, as it is loaded and not on the disk, runs the tests that `QUICK_TESTS` names for it, and prints what
no test noticed.
"""
