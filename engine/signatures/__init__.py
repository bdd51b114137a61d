"""Signatures: what the parties of a case sign or refuse, from a link of their own or at the counter."""
