"""The demonstration: an agency of its own, offices and people to try with, and one case walked through."""
