"""Copies of papers for the screen, without anything that acts; made in a process that is held to limits."""
