"""Service tasks: work handed to an agency, which stays open until it is answered."""
