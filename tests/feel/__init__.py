"""What engine.feel promises."""
