"""Why a step cannot go on: raised inside the engine, and given to the caller as an `Incident`."""

from engine.runtime.contract import Incident


class Fault(Exception):
    """The case cannot go on from here until a person has repaired something; the step is thrown away."""

    def __init__(
        self, code: str, message: str, *, element_id: str | None = None, variable: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.element_id = element_id
        self.variable = variable

    def incident(self) -> Incident:
        """The same, as the value that the port speaks of."""
        return Incident(
            element_id=self.element_id, code=self.code, message=self.message, variable=self.variable
        )
