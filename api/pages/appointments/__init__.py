"""Pages of appointments: the day of a branch, booking, its schedule, the screen, and the citizen's own."""
