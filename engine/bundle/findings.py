"""What is wrong with a procedure's files, gathered before anything is refused."""

from engine.kernel.refusal import Invalid


class Findings:
    """Sentences by file name, each beginning with the place in the file that it is about."""

    def __init__(self) -> None:
        self._by_file: dict[str, list[str]] = {}

    def add(self, file: str, place: str, sentence: str) -> None:
        """Note a finding; `place` is a line, element, component or field, empty for the file as a whole."""
        self._by_file.setdefault(file, []).append(f"{place}: {sentence}" if place else sentence)

    def __len__(self) -> int:
        return sum(len(sentences) for sentences in self._by_file.values())

    def refuse_if_any(self, what: str) -> None:
        """Raise `Invalid` with every finding, if any; `what` begins its sentence ("The procedure")."""
        if self._by_file:
            count = f"{len(self)} findings" if len(self) > 1 else "one finding"
            raise Invalid(f"{what} cannot be used: {count}.", self._by_file, code="unsound_procedure")
