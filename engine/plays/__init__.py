"""Plays: drafts and versions that analysts and certifiers play, as the acts that were taken so far.

    model.py    what is kept of a play, and its bounds
    keep.py     begin, go on, end
    queries.py  one's own plays
    store.py    the table

What the acts lead to is worked out anew each time, in memory: `engine/rehearsal/playing.py`.
"""
