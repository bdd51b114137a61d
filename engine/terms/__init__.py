"""Terms of law: how long something may take, what has happened to a term, and when it is over."""
