"""Forms in form-js JSON: read once, and then a judge of what people send for them."""

from engine.catalogue.form.form import ReadForm
from engine.catalogue.form.reading import FormReading, read_form

__all__ = ["FormReading", "ReadForm", "read_form"]
