"""Databases: connections, transactions, column types, pages of lists, errors translated once."""
