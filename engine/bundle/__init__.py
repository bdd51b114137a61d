"""Procedures from files: metadata, diagrams and forms of a version, read and checked.

files = folder(Path("processes"), Path("forms"), "residence-certificate")    # or from_zip(content)
procedure = Catalogue(clock).check(files)                                # Invalid: every finding by file
procedure.start_form.accept(data, scope={})                                  # Invalid: every problem by field
"""

from engine.bundle.catalogue import Catalogue
from engine.bundle.files import folder, from_zip, keys, part_folder, part_keys
from engine.kernel.bilingual import Language

__all__ = ["Catalogue", "Language", "folder", "from_zip", "keys", "part_folder", "part_keys"]
