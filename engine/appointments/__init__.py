"""Appointments: times at which a branch serves people, who has which, and who is called next."""
