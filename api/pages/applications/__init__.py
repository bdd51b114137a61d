"""Applications: what an administrator asks for their organisation."""
