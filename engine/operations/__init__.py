"""Operations: what an operator watches, and what the system does to keep itself in order."""
