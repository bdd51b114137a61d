"""Settings that officials decide: rows with a history, which hold from a moment on."""
