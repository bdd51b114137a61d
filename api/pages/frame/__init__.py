"""What all pages share: base template, look, language, sessions, words."""
