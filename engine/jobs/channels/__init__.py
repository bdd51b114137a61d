"""Ways to reach a person with a notice: one module per channel."""
