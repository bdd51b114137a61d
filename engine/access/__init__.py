"""Access: who read what of people's cases, for what purpose, and what of it somebody must look into."""
