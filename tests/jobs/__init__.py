"""Claims about the worker: nothing is lost or done twice, and no bad job or case stops the others."""
