"""Documentation for people who build on the API: every call, every problem."""
