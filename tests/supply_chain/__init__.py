"""Claims about what Stoa is made of: licences, known weaknesses, the bill of materials."""
