"""What a typical mistake is: a small change to a procedure that ships, and the one finding it must bring."""

from dataclasses import dataclass

Change = tuple[str, str, str]
"""A file of the procedure, a text in it, and what stands in its place; only the first is changed."""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """`made` changes the `procedure`; the finding of the `rule` stands in the line with the text `at`.

    That line is in the first changed file, unless `file` names another; `at` is where the finding's marks
    are, or before them. The finding is at the `element`, its sentence names `says`, and what to do `remedy`.
    """

    name: str
    procedure: str = "residence-certificate"
    made: tuple[Change, ...]
    rule: str
    at: str
    element: str | None
    says: tuple[str, ...]
    remedy: str
    file: str = ""
