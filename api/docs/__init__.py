"""The pages for people who build on the API: what it is, every call, every problem."""
