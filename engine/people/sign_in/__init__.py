"""Ways to prove who one is: a password here, a directory, or an identity provider."""
