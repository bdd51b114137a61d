"""Decision tables for people: what they leave open, which rule is for which values, cases of the past."""
