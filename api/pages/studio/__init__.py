"""The studio: analysts draw drafts of procedures, see what is wrong, play them and submit them."""
