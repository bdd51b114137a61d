"""Who read what, for those who watch over it, and the reason that opens a case exceptionally."""
