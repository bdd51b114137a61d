"""Claims about channels: one suite for all, and one for what each alone does."""
