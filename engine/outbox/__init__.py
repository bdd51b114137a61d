"""The outbox: jobs, rows of background work that are written with the state they follow from."""
