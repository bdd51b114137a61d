"""Forms in form-js JSON: read once, and then a judge of what people send for them."""

from engine.bundle.forms.form import ReadForm
from engine.bundle.forms.reading import FormReading, read_form

__all__ = ["FormReading", "ReadForm", "read_form"]
