"""Tests of the register of topics, and of who serves them."""
