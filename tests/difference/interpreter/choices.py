"""Which of several possible things comes first, where BPMN leaves that open: one order after the other."""


class Choices:
    """Makes the choices that are `wanted`, then always the first; keeps what was chosen, of how many."""

    def __init__(self, wanted: tuple[int, ...] = ()) -> None:
        self._wanted = wanted
        self._made: list[tuple[int, int]] = []

    def __call__(self, of: int) -> int:
        """The number of the one that comes first, of so many."""
        if of == 1:
            return 0
        place = len(self._made)
        chosen = min(self._wanted[place], of - 1) if place < len(self._wanted) else 0
        self._made.append((chosen, of))
        return chosen

    def following(self) -> "Choices | None":
        """The next order to try: the last choice that has another possibility is changed; None after all."""
        made = list(self._made)
        while made:
            chosen, of = made.pop()
            if chosen + 1 < of:
                return Choices((*(before for before, _ in made), chosen + 1))
        return None
