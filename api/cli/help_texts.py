"""Help texts: the examples below a command's options."""


def examples(*lines: str) -> str:
    """An epilog that shows each line as it is, under a heading: click wraps nothing after its mark."""
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])
