"""How much one definition and one step may ask for before they are refused or stopped."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds that no honest procedure meets, and that stop a dishonest or mistaken one."""

    file_bytes: int = 8_000_000
    """Size of one diagram file."""
    file_elements: int = 200_000
    """XML elements in one diagram file, the drawing included."""
    flow_nodes: int = 5_000
    """Flow nodes in all processes of one definition."""
    nesting: int = 40
    """Levels of sub-processes inside each other in one diagram."""
    moves: int = 20_000
    """Flow nodes that one step may pass."""
    tokens: int = 2_000
    """Tokens that may be alive in one case at once."""
    call_depth: int = 40
    """Scopes (called processes and sub-processes) open inside each other while a case runs."""
    data_depth: int = 60
    """Lists and contexts inside each other in one variable."""
    snapshot_bytes: int = 4_000_000
    """Size of one case's state, its variables included."""
    cached_definitions: int = 256
    """Parsed definitions kept in memory; the least recently used goes first."""
