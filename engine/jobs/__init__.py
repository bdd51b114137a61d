"""The worker: does what follows from committed state (jobs, timers, housekeeping) while nobody waits."""
