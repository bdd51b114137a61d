"""What agencies call when they have an answer: Standard Webhooks in, one command each."""
