"""Storage in memory: fills the ports for tests and scenario runs, and forgets everything with the process."""

from engine.memory.store import MemoryStore

__all__ = ["MemoryStore"]
