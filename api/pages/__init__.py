"""Pages for browsers, rendered on the server, one folder for each subject."""
