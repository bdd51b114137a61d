"""Cases: what a citizen asked for, all that changes in one, its journal, parties and terms."""
