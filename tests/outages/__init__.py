"""Claims about a database that is away, slow or frozen, as commands, clients, pages and workers meet it."""
