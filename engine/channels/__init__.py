"""Ways to reach a person with a notice: one module per channel; none is connected yet."""
