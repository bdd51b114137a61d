"""The rules of the domain: values, states and refusals, on the standard library alone."""
