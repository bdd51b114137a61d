"""Random diagrams, run by the engine through the real store and by an interpreter of its own, step by step.

`generator` draws, `writing` gives the files of a procedure, `interpreter` says by BPMN's own text what must
happen, `branch` does it with the commands of the engine, `play` compares after every step, and `shrinking`
makes a diagram with a difference small. `python -m tests.difference --help` runs as many as wanted.
"""
