"""What every subject shares: who acts, what they may, refusals, identifiers, time, texts in two languages."""
