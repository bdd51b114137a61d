"""Claims about the ways to reach an agency, tried against real servers on loopback."""
