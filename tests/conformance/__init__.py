"""The promises of the storage ports, held against every filling."""
