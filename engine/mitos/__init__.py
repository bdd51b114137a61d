"""Records of the National Registry of Administrative Procedures (MITOS): read, begun from, written.

`read_record(content)` reads a record, `skeleton_of(record, …)` makes the files of a draft of it with what could
not be said there, `record_of(files, …)` writes a procedure as a record.
"""

from engine.mitos.record import Record, read_record
from engine.mitos.skeleton import Skeleton, skeleton_of
from engine.mitos.writing import record_of

__all__ = ["Record", "Skeleton", "read_record", "record_of", "skeleton_of"]
