"""A whole country for screens, measurements and training: organisations, people, and a year of cases."""
