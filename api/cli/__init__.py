"""The commands of `stoa`, one subject a file; each reads settings, asks the engine, and prints."""
