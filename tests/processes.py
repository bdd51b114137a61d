"""Processes that tests start and kill: forked from one that has imported Stoa already.

What a process imports takes longer than all that it does in a test.
"""

from multiprocessing import get_context

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.jobs.worker_process", "tests.case_migration.versions"])
