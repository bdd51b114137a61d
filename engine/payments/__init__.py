"""Payments of fees: owed in a case, paid at the counter or by e-Paravolo, bound, refunded, reported."""
