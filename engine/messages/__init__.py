"""Messages, signals, timers and the cases that they begin or move on."""
