"""Records of the National Registry of Administrative Procedures (MITOS): read, begun from, written.

`read_record(content)` and `record_in(json)` read a record, `skeleton_of(record, …)` makes of it the files of
a draft, with what could not be said there, `record_of(files, …)` writes a procedure as a record, and
`left_out(files)` lists what that cannot say.
"""

from engine.mitos.left_out import left_out
from engine.mitos.record import Record, read_record, record_in
from engine.mitos.skeleton import Skeleton, skeleton_of
from engine.mitos.writing import record_of

__all__ = ["Record", "Skeleton", "left_out", "read_record", "record_in", "record_of", "skeleton_of"]
