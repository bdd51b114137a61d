"""What is wrong with a DMN file, and where: the findings a refused bundle is refused with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DmnPlace:
    """A spot in a DMN file: its name, the line (from 1) and the element as its author would name it."""

    file: str
    line: int
    element: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.element}"


@dataclass(frozen=True, slots=True)
class DmnFinding:
    """One reason why a file is not accepted, in a sentence that says what was expected and what was found."""

    file: str
    line: int
    element: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.element}: {self.message}"


class DmnReadError(Exception):
    """The files are not a bundle of decisions that can be run.

    `findings` holds every reason, in the order of files and lines; `file`, `line` and `message` are the first
    one's.
    """

    def __init__(self, findings: tuple[DmnFinding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings
        self.file = findings[0].file
        self.line = findings[0].line
        self.message = findings[0].message


class DmnFindings:
    """Collects findings while a bundle is read, so that a file is refused with all its findings at once.

    Where a reader is not strict, what is merely not understood is left out instead of refusing the file.
    """

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._found: list[DmnFinding] = []

    def add(self, place: DmnPlace, message: str) -> None:
        """Notes one finding; reading goes on."""
        self._found.append(
            DmnFinding(file=place.file, line=place.line, element=place.element, message=message)
        )

    def add_if_strict(self, place: DmnPlace, message: str) -> None:
        """Notes something that is not understood, unless the reader does without it."""
        if self._strict:
            self.add(place, message)

    def refuse_if_any(self) -> None:
        """Raises DmnReadError when something was noted."""
        if self._found:
            raise DmnReadError(tuple(sorted(self._found, key=lambda finding: (finding.file, finding.line))))
